// RUN: quant-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(lowp-lower-loops,canonicalize))' | FileCheck %s --check-prefixes=CHECK,APART
// RUN: quant-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(lowp-lower-loops{fused=true},canonicalize))' | FileCheck %s --check-prefixes=CHECK,FUSED

// A reduction stays inside: the sums of different rows are what threads share, and LLVM may reorder one.
// CHECK-LABEL: func.func @sums
// CHECK: scf.parallel (%[[I:.*]]) = (%c0) to (%c4)
// CHECK: scf.for %[[J:.*]] = %c0 to %c8
// CHECK: memref.load %arg0[%[[I]], %[[J]]]
// CHECK: arith.addf %{{.*}}, %{{.*}} fastmath<reassoc> : f32
// CHECK: memref.store %{{.*}}, %arg1[%[[I]]]
// CHECK-NOT: linalg
func.func @sums(%a: memref<4x8xf32>, %s: memref<4xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%a : memref<4x8xf32>) outs(%s : memref<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %0 = arith.addf %x, %o : f32
    linalg.yield %0 : f32
  }
  return
}

// Without a reduction no addition may move.
// CHECK-LABEL: func.func @elementwise
// CHECK: arith.addf %{{[^ ]*}}, %{{[^ ]*}} : f32
func.func @elementwise(%a: memref<4xf32>, %s: memref<4xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%a : memref<4xf32>) outs(%s : memref<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %0 = arith.addf %x, %x : f32
    linalg.yield %0 : f32
  }
  return
}

// CHECK-LABEL: func.func @copy
// CHECK-NOT: memref.copy
// CHECK: scf.parallel
// CHECK: %[[V:.*]] = memref.load %arg0
// CHECK: memref.store %[[V]], %arg1
func.func @copy(%s: memref<4xf32>, %t: memref<4xf32>) {
  memref.copy %s, %t : memref<4xf32> to memref<4xf32>
  return
}

// kind: does-not-apply
// CHECK-LABEL: func.func @loop
// CHECK-NEXT: memref.load
// CHECK-NEXT: memref.store
// CHECK-NEXT: return
func.func @loop(%a: memref<f32>, %s: memref<f32>) {
  %0 = memref.load %a[] : memref<f32>
  memref.store %0, %s[] : memref<f32>
  return
}

// The products of a contraction are added in order.
// CHECK-LABEL: func.func @contraction
// APART: arith.mulf %{{[^ ]*}}, %{{[^ ]*}} : f32
// APART: arith.addf %{{[^ ]*}}, %{{[^ ]*}} : f32
// FUSED: math.fma
// FUSED-NOT: arith.addf
func.func @contraction(%a: memref<2x3xf32>, %b: memref<3x4xf32>, %c: memref<2x4xf32>) {
  linalg.matmul ins(%a, %b : memref<2x3xf32>, memref<3x4xf32>) outs(%c : memref<2x4xf32>)
  return
}

// -----

// A softmax divides each row by its sum, which may become one reciprocal; a quantization's division stays.
// CHECK-LABEL: func.func @divisions
// CHECK: arith.divf %{{.*}}, %{{.*}} fastmath<arcp> : f32
// CHECK: %[[Q:.*]] = arith.divf %{{.*}}, %{{.*}} : f32
// CHECK: math.roundeven %[[Q]]
func.func @divisions(%x: memref<4x8xf32>, %s: memref<4xf32>) {
  linalg.generic {indexing_maps = [affine_map<(m, n) -> (m)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]} ins(%s : memref<4xf32>) outs(%x : memref<4x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.divf %o, %a : f32
    %1 = arith.divf %o, %a : f32
    %2 = math.roundeven %1 : f32
    %3 = arith.addf %0, %2 : f32
    linalg.yield %3 : f32
  }
  return
}

// -----

// An elementwise op on an image is one of rows of all pixels' channels, that are long enough for vectors.
// CHECK-LABEL: func.func @image
// CHECK: %[[A:.*]] = memref.collapse_shape %arg0 {{\[\[}}0], [1, 2]] : memref<7x7x24xf32> into memref<7x168xf32>
// CHECK: %[[S:.*]] = memref.collapse_shape %arg1 {{\[\[}}0], [1, 2]] : memref<7x7x24xf32> into memref<7x168xf32>
// CHECK: scf.parallel (%[[I:.*]], %[[J:.*]]) = (%c0, %c0) to (%c7, %c168)
// CHECK: memref.load %[[A]][%[[I]], %[[J]]]
// CHECK: memref.store %{{.*}}, %[[S]][%[[I]], %[[J]]]
#whole = affine_map<(h, w, c) -> (h, w, c)>
func.func @image(%a: memref<7x7x24xf32>, %s: memref<7x7x24xf32>, %f: f32) {
  linalg.generic {indexing_maps = [#whole, affine_map<(h, w, c) -> ()>, #whole], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%a, %f : memref<7x7x24xf32>, f32) outs(%s : memref<7x7x24xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %0 = arith.mulf %x, %y : f32
    linalg.yield %0 : f32
  }
  return
}

// One that reads a value per channel stays as it is.
// CHECK-LABEL: func.func @per_channel
// CHECK-NOT: memref.collapse_shape
// CHECK: scf.parallel (%{{.*}}, %{{.*}}, %{{.*}}) =
func.func @per_channel(%a: memref<7x7x24xf32>, %c: memref<24xf32>, %s: memref<7x7x24xf32>) {
  linalg.generic {indexing_maps = [#whole, affine_map<(h, w, c) -> (c)>, #whole], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%a, %c : memref<7x7x24xf32>, memref<24xf32>) outs(%s : memref<7x7x24xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %0 = arith.mulf %x, %y : f32
    linalg.yield %0 : f32
  }
  return
}
