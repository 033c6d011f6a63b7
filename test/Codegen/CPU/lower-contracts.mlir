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

// Of four pixels, interleaved byte by byte and then word by word, the two results that begin at the first and the
// second take three taps each; their sums leave the order of the pieces at the end.
// CHECK-LABEL: func.func @depthwise
// CHECK: scf.for
// CHECK-COUNT-4: vector.load %arg0{{.*}} : memref<4x4x64xi8>, vector<64xi8>
// CHECK: vector.shuffle %{{.*}} [0, 64, 1, 65, 2, 66, {{.*}}, 54, 118, 55, 119] : vector<64xi8>, vector<64xi8>
// CHECK: vector.shuffle %{{.*}} [0, 1, 64, 65, 2, 3, 66, 67, {{.*}}] : vector<64xi8>, vector<64xi8>
// CHECK-COUNT-8: lowp.dot %{{.*}} {a_unsigned} : vector<16xi32>, vector<64xi8>
// CHECK: vector.shuffle %{{.*}} [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23] : vector<16xi32>, vector<16xi32>
// CHECK-COUNT-8: vector.store
func.func @depthwise(%a: memref<4x4x64xi8>, %w: memref<1x3x2x256xi8>, %o: memref<2x2x64xi32>) {
  lowp.contract ins(%a, %w : memref<4x4x64xi8>, memref<1x3x2x256xi8>) outs(%o : memref<2x2x64xi32>)
      attributes {depthwise, lhs_unsigned, maps = [], packed = true, window = #lowp.window<kernel = [3, 3], strides = [1, 1], dilations = [1, 1]>} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// Sums begin with the integers of their columns. Where codes follow, nothing is put in order but the columns' numbers,
// once, and the bytes.
// CHECK-LABEL: func.func @depthwise_codes
// CHECK-COUNT-4: vector.load %{{.*}} : memref<64xi32>, vector<16xi32>
// CHECK-COUNT-8: vector.shuffle %{{.*}} : vector<16xi32>, vector<16xi32>
// CHECK-COUNT-4: vector.load %{{.*}} : memref<64xf32>, vector<16xf32>
// CHECK-COUNT-8: vector.shuffle %{{.*}} : vector<16xf32>, vector<16xf32>
// CHECK: scf.for
// CHECK-NOT: arith.addi %{{.*}} : vector<16xi32>
// CHECK-NOT: vector.shuffle %{{.*}} : vector<16xi32>
// CHECK: %[[Q:.*]] = lowp.narrow
// CHECK: vector.shuffle %[[Q]], %[[Q]] [0, 1, 2, 3, 16, 17, 18, 19, 32, 33, 34, 35, 48, 49, 50, 51, 4, {{.*}}, 63] : vector<64xi8>, vector<64xi8>
func.func @depthwise_codes(%a: memref<4x4x64xi8>, %w: memref<1x3x2x256xi8>, %z: memref<64xi32>, %s: memref<64xf32>, %o: memref<2x2x64xi8>) {
  lowp.contract ins(%a, %w : memref<4x4x64xi8>, memref<1x3x2x256xi8>) epilogue(%z, %s : memref<64xi32>, memref<64xf32>) outs(%o : memref<2x2x64xi8>)
      attributes {depthwise, lhs_unsigned, maps = [affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d2)>], packed = true,
                  window = #lowp.window<kernel = [3, 3], strides = [1, 1], dilations = [1, 1]>} {
  ^bb0(%acc: i32, %zero: i32, %scale: f32):
    %0 = arith.addi %acc, %zero : i32
    %1 = arith.sitofp %0 : i32 to f32
    %2 = arith.mulf %1, %scale : f32
    %3 = lowp.narrow %2 {is_unsigned, zero_point = 0 : i32, lo = 0 : i32, hi = 255 : i32} : f32 to i8
    lowp.yield %3 : i8
  }
  return
}

// -----

// CHECK-LABEL: func.func @columns_first
// CHECK: scf.for
// CHECK: %[[Z:.*]] = vector.load %arg2{{.*}} : memref<64xi32>, vector<16xi32>
// CHECK: scf.for {{.*}} iter_args(%{{.*}} = %[[Z]],
// CHECK-NOT: arith.addi %{{.*}} : vector<16xi32>
func.func @columns_first(%a: memref<12x64xi8>, %w: memref<1x16x64x4xi8>, %z: memref<64xi32>, %o: memref<12x64xi32>) {
  lowp.contract ins(%a, %w : memref<12x64xi8>, memref<1x16x64x4xi8>) epilogue(%z : memref<64xi32>) outs(%o : memref<12x64xi32>)
      attributes {maps = [affine_map<(d0, d1) -> (d1)>], packed = true, lhs_unsigned} {
  ^bb0(%acc: i32, %zero: i32):
    %0 = arith.addi %acc, %zero : i32
    lowp.yield %0 : i32
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

// -----

// Weights of 4 bits in groups of 8: the sums of the rows' codes first, then per group two dots of the halves of a
// byte and one term.
#groups = #lowp.groups<size = 8, bits = 4, step = 4, zero = 8, scale = f16, zero_points = false>
// CHECK-LABEL: func.func @groups
// CHECK: %[[SUMS:.*]] = memref.alloc() : memref<1x2xi32>
// CHECK: vector.reduction <add>, %{{.*}} : vector<8xi32> into i32
// CHECK: arith.muli %{{.*}}, %c-8_i32
// CHECK: scf.for {{.*}} -> (vector<16xf32>)
// CHECK: memref.load %[[SUMS]]
// CHECK: %[[BOTH:.*]] = vector.load %arg1[%{{.*}}] : memref<1x192xi8>, vector<64xi8>
// CHECK: %[[LOW:.*]] = arith.andi %[[BOTH]]
// CHECK: lowp.dot %{{.*}}, %[[LOW]], %{{.*}} {a_unsigned} : vector<16xi32>, vector<64xi8>
// CHECK: %[[HIGH:.*]] = arith.shrui %[[BOTH]]
// CHECK: lowp.dot %{{.*}}, %[[HIGH]],
// CHECK: arith.sitofp
// CHECK-COUNT-2: arith.mulf
// CHECK: arith.addf
func.func @groups(%a: memref<1x16xi8>, %w: memref<1x192xi8>, %s: memref<1x1xf32>, %o: memref<1x16xf32>) {
  lowp.contract ins(%a, %w : memref<1x16xi8>, memref<1x192xi8>) epilogue(%s : memref<1x1xf32>) outs(%o : memref<1x16xf32>)
      attributes {maps = [affine_map<(m, n) -> (m, 0)>], packed = true, groups = #groups} {
  ^bb0(%acc: f32, %scale: f32):
    lowp.yield %acc : f32
  }
  return
}

// -----

// Of f32 rows: a word has the codes of 8 products, which become floats by their bits.
#groups = #lowp.groups<size = 8, bits = 4, step = 4, zero = 8, scale = f16, zero_points = false>
// CHECK-LABEL: func.func @float_groups
// CHECK-NOT: memref.alloc
// CHECK: vector.bitcast %{{.*}} : vector<64xi8> to vector<16xi32>
// CHECK: %[[X:.*]] = arith.bitcast %{{.*}} : vector<16xi32> to vector<16xf32>
// CHECK: %[[WEIGHT:.*]] = lowp.dot %{{.*}}, %[[X]], %{{.*}} : vector<16xf32>, vector<16xf32>
// CHECK: lowp.dot %{{.*}}, %{{.*}}, %[[WEIGHT]] : vector<16xf32>, vector<16xf32>
func.func @float_groups(%a: memref<1x16xf32>, %w: memref<1x192xi8>, %o: memref<1x16xf32>) {
  lowp.contract ins(%a, %w : memref<1x16xf32>, memref<1x192xi8>) outs(%o : memref<1x16xf32>)
      attributes {maps = [], packed = true, groups = #groups} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  }
  return
}

// -----

// Several tiles of f32 rows share a chunk of dequantized weights; their sums wait in memory between chunks. A word of 8 bits
// has four codes, and a scale of f32 leaves a subtraction and a product for the weight.
#groups = #lowp.groups<size = 96, bits = 8, step = 4, zero = 128, scale = f32, zero_points = false>
// CHECK-LABEL: func.func @many_rows
// CHECK-DAG: %[[WEIGHTS:.*]] = memref.alloca() {alignment = 64 : i64} : memref<64x16xf32>
// CHECK-DAG: %[[TOTALS:.*]] = memref.alloca() {alignment = 64 : i64} : memref<112x16xf32>
// CHECK: arith.subf
// CHECK: %[[WEIGHT:.*]] = arith.mulf
// CHECK: vector.store %[[WEIGHT]], %[[WEIGHTS]]
// CHECK: vector.load %[[TOTALS]]
// CHECK: vector.load %[[WEIGHTS]]
// CHECK: lowp.dot
// CHECK: vector.store %{{.*}}, %[[TOTALS]]
// CHECK: vector.store %{{.*}}, %arg2
func.func @many_rows(%a: memref<40x96xf32>, %w: memref<1x1600xi8>, %o: memref<40x16xf32>) {
  lowp.contract ins(%a, %w : memref<40x96xf32>, memref<1x1600xi8>) outs(%o : memref<40x16xf32>)
      attributes {maps = [], packed = true, groups = #groups} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  }
  return
}
