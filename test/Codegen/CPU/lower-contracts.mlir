// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-contracts{target=avx512-vnni},canonicalize))' | FileCheck %s

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

// kind: does-not-apply
// CHECK-LABEL: func.func @nothing
// CHECK-NEXT: return
func.func @nothing() {
  return
}
