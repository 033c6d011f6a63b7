// RUN: quant-opt %s --lowp-lower-to-linalg --split-input-file | FileCheck %s

#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>
#w = #lowp.spec<i8, block = [1, 4], symmetric, range = [-8, 7], scale = f16>
// A sum of codes per group, in i32, beside the sum of the terms, which takes a term where a group ends. The last
// group has two products.
// CHECK-DAG: #[[$A:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[$GROUP:.*]] = affine_map<(d0, d1, d2) -> (d1, d2 floordiv 4)>
// CHECK-LABEL: func.func @tail(
// CHECK-SAME: %[[Q:[^:]*]]: tensor<2x10xi8>, %[[S:[^:]*]]: tensor<2x1xf32>, %[[P:[^:]*]]: tensor<3x10xi8>, %[[T:[^:]*]]: tensor<3x3xf16>
// CHECK: %[[Y:.*]]:2 = linalg.generic {indexing_maps = [#[[$A]], {{.*}}, #[[$GROUP]],
// CHECK-SAME: ins(%[[Q]], %[[P]], %[[S]], %[[T]] :
// CHECK-NEXT: ^bb0(%[[U:.*]]: i8, %[[V:.*]]: i8, %[[SA:.*]]: f32, %[[SW:.*]]: f16, %[[SUM:.*]]: i32, %[[TOTAL:.*]]: f32):
// CHECK: %[[K:.*]] = linalg.index 2
// CHECK: %[[IN:.*]] = arith.remui %[[K]], %{{.*}}
// CHECK: %[[BEFORE:.*]] = arith.select %{{.*}}, %{{.*}}, %[[SUM]] : i32
// CHECK: %[[X:.*]] = arith.muli
// CHECK: %[[NEXT:.*]] = arith.addi %[[BEFORE]], %[[X]] : i32
// CHECK: %[[F:.*]] = arith.sitofp %[[NEXT]] : i32 to f32
// CHECK: %[[F1:.*]] = arith.mulf %[[F]], %[[SA]] : f32
// CHECK: %[[WIDE:.*]] = arith.extf %[[SW]] : f16 to f32
// CHECK: %[[F2:.*]] = arith.mulf %[[F1]], %[[WIDE]] : f32
// CHECK: %[[ADDED:.*]] = arith.addf %[[TOTAL]], %[[F2]] : f32
// CHECK: %[[ENDS:.*]] = arith.ori
// CHECK: %[[LAST:.*]] = arith.select %[[ENDS]], %[[ADDED]], %[[TOTAL]] : f32
// CHECK: linalg.yield %[[NEXT]], %[[LAST]] : i32, f32
// CHECK: return %[[Y]]#1
func.func @tail(%q: tensor<2x10xi8>, %s: tensor<2x1xf32>, %p: tensor<3x10xi8>, %t: tensor<3x3xf16>) -> tensor<2x3xf32> {
  %x = lowp.dequantize %q, %s {spec = #a} : (tensor<2x10xi8>, tensor<2x1xf32>) -> tensor<2x10xf32>
  %y = lowp.dequantize %p, %t {spec = #w} : (tensor<3x10xi8>, tensor<3x3xf16>) -> tensor<3x10xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x3xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<2x3xf32>) -> tensor<2x3xf32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %y : tensor<2x10xf32>, tensor<3x10xf32>) outs(%init : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>
#w = #lowp.spec<u8, block = [4, 1], range = [0, 15]>
// Groups along the first dimension, zero points of the weight, and a result that is added to.
// CHECK-LABEL: func.func @zero_points(
// CHECK: %[[Y:.*]]:2 = linalg.generic
// CHECK: arith.subi
// CHECK-NOT: arith.ori
// CHECK: linalg.generic {{.*}} ins(%[[Y]]#1, %{{.*}} :
// CHECK: arith.addf
func.func @zero_points(%q: tensor<2x8xi8>, %s: tensor<2x1xf32>, %p: tensor<8x3xi8>, %t: tensor<2x3xf32>, %z: tensor<2x3xi32>, %init: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %x = lowp.dequantize %q, %s {spec = #a} : (tensor<2x8xi8>, tensor<2x1xf32>) -> tensor<2x8xf32>
  %y = lowp.dequantize %p, %t, %z {spec = #w} : (tensor<8x3xi8>, tensor<2x3xf32>, tensor<2x3xi32>) -> tensor<8x3xf32>
  %0 = linalg.matmul ins(%x, %y : tensor<2x8xf32>, tensor<8x3xf32>) outs(%init : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

#a = #lowp.spec<i8, block = [1, 4], symmetric, range = [-127, 127]>
#w = #lowp.spec<i8, block = [1, 4], symmetric, range = [-8, 7]>
// Where both operands have groups, products of floats are added.
// CHECK-LABEL: func.func @both(
// CHECK: linalg.matmul {{.*}} tensor<2x8xf32>
func.func @both(%q: tensor<2x8xi8>, %s: tensor<2x2xf32>, %p: tensor<3x8xi8>, %t: tensor<3x2xf32>, %init: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %x = lowp.dequantize %q, %s {spec = #a} : (tensor<2x8xi8>, tensor<2x2xf32>) -> tensor<2x8xf32>
  %y = lowp.dequantize %p, %t {spec = #w} : (tensor<3x8xi8>, tensor<3x2xf32>) -> tensor<3x8xf32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %y : tensor<2x8xf32>, tensor<3x8xf32>) outs(%init : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
