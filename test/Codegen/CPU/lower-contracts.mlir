// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-contracts{target=avx512-vnni},canonicalize))' --split-input-file | FileCheck %s

// 7 rows: a tile of 6 and one of 1; 20 columns: a vector of 16 and one of 4 behind a mask; k = 6: one
// step of 4 and one of 2.
// CHECK-LABEL: func.func @tails
// CHECK: vector.load %{{.*}} : memref<1x2x128xi8>, vector<64xi8>
// CHECK: lowp.dot %{{.*}} {a_unsigned} : vector<16xi32>, vector<64xi8>
// CHECK: vector.insert
// CHECK: vector.store %{{.*}} : memref<7x20xi32>, vector<16xi32>
// CHECK: vector.maskedstore %{{.*}} : memref<7x20xi32>, vector<16xi1>, vector<16xi32>
func.func @tails(%a: memref<7x6xi8>, %w: memref<1x2x32x4xi8>, %o: memref<7x20xi32>) {
  lowp.contract ins(%a, %w : memref<7x6xi8>, memref<1x2x32x4xi8>) outs(%o : memref<7x20xi32>)
      attributes {maps = [], packed = true, lhs_unsigned} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// The epilogue runs on the accumulators: a column operand is loaded per vector, a row operand broadcast.
// CHECK-LABEL: func.func @epilogue
// CHECK: %[[SUMS:.*]]:3 = scf.for {{.*}} -> (vector<16xf32>, vector<16xf32>, vector<16xf32>)
// CHECK: %[[BIAS:.*]] = vector.load %arg2[%{{.*}}] : memref<16xf32>, vector<16xf32>
// CHECK: %[[SCALE:.*]] = memref.load %arg3[%{{.*}}, %c0] : memref<3x1xf32>
// CHECK: vector.broadcast %[[SCALE]] : f32 to vector<16xf32>
// CHECK: arith.addf %[[SUMS]]#0, %[[BIAS]] : vector<16xf32>
// CHECK: arith.mulf {{.*}} : vector<16xf32>
// CHECK: vector.store {{.*}} : memref<3x16xf32>, vector<16xf32>
func.func @epilogue(%a: memref<3x5xf32>, %w: memref<5x16xf32>, %bias: memref<16xf32>, %scale: memref<3x1xf32>, %o: memref<3x16xf32>) {
  lowp.contract ins(%a, %w : memref<3x5xf32>, memref<5x16xf32>) epilogue(%bias, %scale : memref<16xf32>, memref<3x1xf32>) outs(%o : memref<3x16xf32>)
      attributes {maps = [affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, 0)>], packed = false} {
  ^bb0(%acc: f32, %b: f32, %s: f32):
    %0 = arith.addf %acc, %b : f32
    %1 = arith.mulf %0, %s : f32
    lowp.yield %1 : f32
  }
  return
}

// -----

// Rows whose number is known at run time only: full tiles, half a tile, then one of what is left.
// CHECK-LABEL: func.func @dynamic
// CHECK: %[[ROWS:.*]] = memref.dim %arg2, %c0
// CHECK: scf.parallel
// CHECK: %[[REST:.*]] = arith.remui %{{.*}}, %c14
// CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c14
// CHECK: %[[LEFT:.*]] = arith.remui %[[REST]], %c7
// CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c7
// CHECK: scf.index_switch %[[LEFT]]
// CHECK: case 1 {
// CHECK: case 6 {
// CHECK-NOT: case 7
func.func @dynamic(%a: memref<?x5xf32>, %w: memref<5x16xf32>, %o: memref<?x16xf32>) {
  lowp.contract ins(%a, %w : memref<?x5xf32>, memref<5x16xf32>) outs(%o : memref<?x16xf32>) attributes {maps = [], packed = false} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  }
  return
}

// -----

// Columns and a reduction whose number is known at run time only: full panels, then a panel for each number of
// vectors, the last behind a mask; full steps, then what is left of one behind a mask.
// CHECK-LABEL: func.func @attention
// CHECK: %[[COLUMNS:.*]] = memref.dim %arg2, %c1
// CHECK: scf.parallel
// CHECK: scf.if
// CHECK-NOT: vector.maskedstore
// CHECK: } else {
// CHECK: scf.index_switch
// CHECK: case 1 {
// CHECK: scf.for
// CHECK: scf.if
// CHECK: vector.create_mask
// CHECK: vector.maskedload %arg0
// CHECK: vector.maskedstore %arg2
// CHECK: case 4 {
// CHECK: vector.maskedstore
func.func @attention(%a: memref<2x?xi8>, %w: memref<?x?x64x4xi8>, %o: memref<2x?xi32>) {
  lowp.contract ins(%a, %w : memref<2x?xi8>, memref<?x?x64x4xi8>) outs(%o : memref<2x?xi32>) attributes {maps = [], packed = true, lhs_unsigned} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// A large batch is shared among threads product by product, so that nests over the same batch can run with it.
// CHECK-LABEL: func.func @batch
// CHECK: scf.parallel (%[[B:.*]], %[[P:.*]]) = (%c0, %c0) to (%c8, %c2) step (%c1, %c1)
// CHECK: vector.load %{{.*}}[%[[B]], %{{.*}}, %{{.*}}] : memref<8x5x96xf32>
// CHECK: vector.store %{{.*}}, %{{.*}}[%[[B]], %{{.*}}, %{{.*}}] : memref<8x16x96xf32>
func.func @batch(%a: memref<8x16x5xf32>, %w: memref<8x5x96xf32>, %o: memref<8x16x96xf32>) {
  lowp.contract ins(%a, %w : memref<8x16x5xf32>, memref<8x5x96xf32>) outs(%o : memref<8x16x96xf32>) attributes {maps = [], packed = false} {
  ^bb0(%sum: f32):
    lowp.yield %sum : f32
  }
  return
}

// -----

// kind: does-not-apply
// CHECK-LABEL: func.func @matmul
// CHECK-NEXT: linalg.matmul
// CHECK-NEXT: return
func.func @matmul(%a: memref<2x2xf32>, %o: memref<2x2xf32>) {
  linalg.matmul ins(%a, %a : memref<2x2xf32>, memref<2x2xf32>) outs(%o : memref<2x2xf32>)
  return
}
