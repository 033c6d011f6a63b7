// RUN: quant-opt %s --lowp-fold-weight-transposes --split-input-file | FileCheck %s

// CHECK-DAG: #[[$LHS:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[$RHS:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-LABEL: func.func @linear
// CHECK: %[[W:.*]] = arith.constant
// CHECK-NOT: linalg.transpose
// CHECK: linalg.matmul indexing_maps = [#[[$LHS]], #[[$RHS]], #{{.*}}] ins(%{{.*}}, %[[W]] : tensor<2x3xf32>, tensor<4x3xf32>)
func.func @linear(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %w = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0], [0.0, 1.0, 0.0]]> : tensor<4x3xf32>
  %e = tensor.empty() : tensor<3x4xf32>
  %t = linalg.transpose ins(%w : tensor<4x3xf32>) outs(%e : tensor<3x4xf32>) permutation = [1, 0]
  %0 = linalg.matmul ins(%x, %t : tensor<2x3xf32>, tensor<3x4xf32>) outs(%y : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

// Of a batch of matrices the transpose within each one is folded.
// CHECK-DAG: #[[$NK:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
// CHECK-LABEL: func.func @experts
// CHECK: %[[W:.*]] = arith.constant
// CHECK-NOT: linalg.transpose
// CHECK: linalg.batch_matmul indexing_maps = [#{{.*}}, #[[$NK]], #{{.*}}] ins(%{{.*}}, %[[W]] : tensor<2x3x4xf32>, tensor<2x5x4xf32>)
func.func @experts(%x: tensor<2x3x4xf32>, %y: tensor<2x3x5xf32>) -> tensor<2x3x5xf32> {
  %w = arith.constant dense<1.0> : tensor<2x5x4xf32>
  %e = tensor.empty() : tensor<2x4x5xf32>
  %t = linalg.transpose ins(%w : tensor<2x5x4xf32>) outs(%e : tensor<2x4x5xf32>) permutation = [0, 2, 1]
  %0 = linalg.batch_matmul ins(%x, %t : tensor<2x3x4xf32>, tensor<2x4x5xf32>) outs(%y : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  return %0 : tensor<2x3x5xf32>
}

// -----

// kind: does-not-apply. A batch_matmul reads no operand whose batch is not in front.
// kind: cannot-fail. A transpose that is left is computed.
// CHECK-LABEL: func.func @batch
// CHECK: linalg.transpose
func.func @batch(%x: tensor<2x3x4xf32>, %y: tensor<2x3x5xf32>) -> tensor<2x3x5xf32> {
  %w = arith.constant dense<1.0> : tensor<4x2x5xf32>
  %e = tensor.empty() : tensor<2x4x5xf32>
  %t = linalg.transpose ins(%w : tensor<4x2x5xf32>) outs(%e : tensor<2x4x5xf32>) permutation = [1, 0, 2]
  %0 = linalg.batch_matmul ins(%x, %t : tensor<2x3x4xf32>, tensor<2x4x5xf32>) outs(%y : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  return %0 : tensor<2x3x5xf32>
}

// -----

// kind: does-not-apply
// CHECK-LABEL: func.func @computed
// CHECK: linalg.transpose
func.func @computed(%x: tensor<2x3xf32>, %w: tensor<4x3xf32>, %y: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %e = tensor.empty() : tensor<3x4xf32>
  %t = linalg.transpose ins(%w : tensor<4x3xf32>) outs(%e : tensor<3x4xf32>) permutation = [1, 0]
  %0 = linalg.matmul ins(%x, %t : tensor<2x3xf32>, tensor<3x4xf32>) outs(%y : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

// Keys: of the transpose of what is computed the exchange of the last two dimensions goes into the map, so
// that rows stay whole.
// CHECK-LABEL: func.func @keys
// CHECK: %[[T:.*]] = linalg.transpose ins(%{{.*}} : tensor<1x5x2x4xf32>) outs(%{{.*}} : tensor<1x2x5x4xf32>) permutation = [0, 2, 1, 3]
// CHECK: %[[K:.*]] = tensor.collapse_shape %[[T]] {{\[\[}}0, 1], [2], [3]] : tensor<1x2x5x4xf32> into tensor<2x5x4xf32>
// CHECK: linalg.batch_matmul indexing_maps = [#{{.*}}, #[[N:.*]], #{{.*}}] ins(%{{.*}}, %[[K]] :
func.func @keys(%q: tensor<2x3x4xf32>, %k: tensor<1x5x2x4xf32>, %y: tensor<2x3x5xf32>) -> tensor<2x3x5xf32> {
  %e = tensor.empty() : tensor<1x2x4x5xf32>
  %t = linalg.transpose ins(%k : tensor<1x5x2x4xf32>) outs(%e : tensor<1x2x4x5xf32>) permutation = [0, 2, 3, 1]
  %c = tensor.collapse_shape %t [[0, 1], [2], [3]] : tensor<1x2x4x5xf32> into tensor<2x4x5xf32>
  %0 = linalg.batch_matmul ins(%q, %c : tensor<2x3x4xf32>, tensor<2x4x5xf32>) outs(%y : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  return %0 : tensor<2x3x5xf32>
}

// -----

// kind: does-not-apply. Two readers want it as it is.
// CHECK-LABEL: func.func @two_readers
// CHECK: linalg.transpose {{.*}} permutation = [0, 2, 1]
func.func @two_readers(%q: tensor<2x3x4xf32>, %k: tensor<2x5x4xf32>, %y: tensor<2x3x5xf32>) -> (tensor<2x3x5xf32>, tensor<2x4x5xf32>) {
  %e = tensor.empty() : tensor<2x4x5xf32>
  %t = linalg.transpose ins(%k : tensor<2x5x4xf32>) outs(%e : tensor<2x4x5xf32>) permutation = [0, 2, 1]
  %0 = linalg.batch_matmul ins(%q, %t : tensor<2x3x4xf32>, tensor<2x4x5xf32>) outs(%y : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  return %0, %t : tensor<2x3x5xf32>, tensor<2x4x5xf32>
}
