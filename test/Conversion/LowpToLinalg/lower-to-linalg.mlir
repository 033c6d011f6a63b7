// RUN: quant-opt %s --lowp-lower-to-linalg --split-input-file | FileCheck %s

#act = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
#wgt = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>

// Integers first, then the scales in this order, each product rounded.
// CHECK-LABEL: func.func @contraction
// CHECK-SAME: %[[A:.*]]: tensor<2x8xi8>, %[[SA:.*]]: tensor<2x1xf32>, %[[W:.*]]: tensor<4x8xi8>, %[[SW:.*]]: tensor<4x1xf32>
// CHECK: %[[SUMS:.*]] = linalg.generic {{.*}} ins(%[[A]], %[[W]] : tensor<2x8xi8>, tensor<4x8xi8>)
// CHECK-SAME: lowp.site = @s
// CHECK: arith.extsi
// CHECK: arith.extsi
// CHECK: arith.muli
// CHECK: arith.addi
// CHECK: linalg.generic {{.*}} ins(%[[SUMS]], %[[SA]], %[[SW]] :
// CHECK-NEXT: ^bb0(%[[S:.*]]: i32, %[[X:.*]]: f32, %[[Y:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT: %[[F:.*]] = arith.sitofp %[[S]]
// CHECK-NEXT: %[[P:.*]] = arith.mulf %[[F]], %[[X]]
// CHECK-NEXT: arith.mulf %[[P]], %[[Y]]
func.func @contraction(%a: tensor<2x8xi8>, %sa: tensor<2x1xf32>, %w: tensor<4x8xi8>, %sw: tensor<4x1xf32>) -> tensor<2x4xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<2x4xf32>) -> tensor<2x4xf32>
  %x = lowp.dequantize %a, %sa {spec = #act} : (tensor<2x8xi8>, tensor<2x1xf32>) -> tensor<2x8xf32>
  %y = lowp.dequantize %w, %sw {spec = #wgt} : (tensor<4x8xi8>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      {lowp.site = @s} ins(%x, %y : tensor<2x8xf32>, tensor<4x8xf32>) outs(%init : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

#act = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
// CHECK-LABEL: func.func @quantize
// The reciprocal is rounded once per block.
// CHECK: %[[R:.*]] = linalg.generic
// CHECK: arith.divf
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %[[R]] :
// CHECK: %[[P:.*]] = arith.mulf
// CHECK: %[[Q:.*]] = math.roundeven %[[P]]
// CHECK: %[[C:.*]] = arith.cmpf ogt, %[[Q]]
// CHECK: arith.select %[[C]], %[[Q]]
// CHECK: arith.cmpf olt
// CHECK: arith.select
// CHECK: arith.fptosi %{{.*}} : f32 to i8
func.func @quantize(%x: tensor<2x8xf32>, %s: tensor<2x1xf32>) -> tensor<2x8xi8> {
  %q = lowp.quantize %x, %s {spec = #act} : (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x8xi8>
  return %q : tensor<2x8xi8>
}

// -----

#tail = #lowp.spec<u8, block = [1, 3]>
// CHECK: affine_map<(d0, d1) -> (d0, d1 floordiv 3)>
// CHECK-LABEL: func.func @tailblocks
// CHECK: arith.extui
// CHECK: arith.subi
// CHECK: arith.sitofp
// CHECK: arith.mulf
func.func @tailblocks(%q: tensor<2x8xi8>, %s: tensor<2x3xf32>, %z: tensor<2x3xi32>) -> tensor<2x8xf32> {
  %x = lowp.dequantize %q, %s, %z {spec = #tail} : (tensor<2x8xi8>, tensor<2x3xf32>, tensor<2x3xi32>) -> tensor<2x8xf32>
  return %x : tensor<2x8xf32>
}

// -----

// kind: does-not-apply
// CHECK-LABEL: func.func @float
// CHECK: linalg.matmul
func.func @float(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0 = linalg.matmul ins(%x, %x : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
