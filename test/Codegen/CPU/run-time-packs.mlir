// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-contracts{target=avx512-bf16},canonicalize))' --split-input-file | FileCheck %s

// Columns of the source are contiguous: 16 of them, of 16 words each, are transposed by four exchanges.
// CHECK-LABEL: func.func @columns
// CHECK: %[[OUT:.*]] = memref.collapse_shape %arg1 {{\[\[}}0], [1], [2], [3, 4]]
// CHECK: scf.parallel (%[[B:.*]], %[[PANEL:.*]]) =
// CHECK: scf.for %[[COLUMN:.*]] = %c0 to %c64 step %c16 {
// CHECK-COUNT-16: vector.load %arg0[{{.*}}] : memref<12x128x32xbf16>, vector<32xbf16>
// CHECK: vector.shuffle %{{.*}}, %{{.*}} [0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30] : vector<16xi32>, vector<16xi32>
// CHECK: vector.shuffle %{{.*}}, %{{.*}} [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23] : vector<16xi32>, vector<16xi32>
// CHECK-COUNT-16: vector.store %{{.*}}, %[[OUT]][%[[B]], %[[PANEL]], {{.*}}, %{{.*}}] : memref<12x2x16x128xbf16>, vector<32xbf16>
// CHECK-NOT: linalg.generic
#from = affine_map<(b, p, s, c, j) -> (b, p * 64 + c, s * 2 + j)>
#to = affine_map<(b, p, s, c, j) -> (b, p, s, c, j)>
func.func @columns(%k: memref<12x128x32xbf16>, %packed: memref<12x2x16x64x2xbf16>) {
  linalg.generic {indexing_maps = [#from, #to], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%k : memref<12x128x32xbf16>) outs(%packed : memref<12x2x16x64x2xbf16>) {
  ^bb0(%in: bf16, %out: bf16):
    linalg.yield %in : bf16
  }
  return
}

// -----

// Rows of the source are contiguous: four of codes are interleaved in two steps.
// CHECK-LABEL: func.func @rows
// CHECK: scf.parallel
// CHECK: scf.for %[[STEP:.*]] = %c0 to %c8 step %c1 {
// CHECK: %[[A:.*]] = vector.load %arg0{{.*}} vector<32xi8>
// CHECK: %[[B:.*]] = vector.load %arg0{{.*}} vector<32xi8>
// CHECK: %[[C:.*]] = vector.load %arg0{{.*}} vector<32xi8>
// CHECK: %[[D:.*]] = vector.load %arg0{{.*}} vector<32xi8>
// CHECK: %[[EVEN:.*]] = vector.interleave %[[A]], %[[C]] : vector<32xi8> -> vector<64xi8>
// CHECK: %[[ODD:.*]] = vector.interleave %[[B]], %[[D]] : vector<32xi8> -> vector<64xi8>
// CHECK: %[[WORDS:.*]] = vector.interleave %[[EVEN]], %[[ODD]] : vector<64xi8> -> vector<128xi8>
// CHECK: vector.store %[[WORDS]], %{{.*}} : memref<3x1x8x128xi8>, vector<128xi8>
#from = affine_map<(b, p, s, c, j) -> (b, s * 4 + j, p * 32 + c)>
#to = affine_map<(b, p, s, c, j) -> (b, p, s, c, j)>
func.func @rows(%v: memref<3x32x32xi8>, %packed: memref<3x1x8x32x4xi8>) {
  linalg.generic {indexing_maps = [#from, #to], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%v : memref<3x32x32xi8>) outs(%packed : memref<3x1x8x32x4xi8>) {
  ^bb0(%in: i8, %out: i8):
    linalg.yield %in : i8
  }
  return
}

// -----

// Eight steps are no block of 16 x 16 words, and what computes is no copy: both stay loops.
// CHECK-LABEL: func.func @stays
// CHECK-COUNT-2: linalg.generic
#columns = affine_map<(p, s, c, j) -> (p * 64 + c, s * 2 + j)>
#rows = affine_map<(p, s, c, j) -> (s * 2 + j, p * 64 + c)>
#to = affine_map<(p, s, c, j) -> (p, s, c, j)>
func.func @stays(%k: memref<128x16xbf16>, %v: memref<16x128xbf16>, %a: memref<2x8x64x2xbf16>, %b: memref<2x8x64x2xbf16>) {
  linalg.generic {indexing_maps = [#columns, #to], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%k : memref<128x16xbf16>) outs(%a : memref<2x8x64x2xbf16>) {
  ^bb0(%in: bf16, %out: bf16):
    linalg.yield %in : bf16
  }
  linalg.generic {indexing_maps = [#rows, #to], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v : memref<16x128xbf16>) outs(%b : memref<2x8x64x2xbf16>) {
  ^bb0(%in: bf16, %out: bf16):
    %0 = arith.negf %in : bf16
    linalg.yield %0 : bf16
  }
  return
}
