// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-fold-constant-reshapes))' --split-input-file | FileCheck %s

// The bytes stay; a resource is read under another type.
// CHECK-LABEL: func.func @resource
// CHECK-NEXT: %[[W:.*]] = arith.constant dense_resource<w> : tensor<3x4xf32>
// CHECK-NEXT: return %[[W]]
func.func @resource() -> tensor<3x4xf32> {
  %w = arith.constant dense_resource<w> : tensor<3x4x1x1xf32>
  %0 = tensor.collapse_shape %w [[0], [1, 2, 3]] : tensor<3x4x1x1xf32> into tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

// The original stays for its other readers.
// CHECK-LABEL: func.func @dense
// CHECK-DAG: arith.constant dense<[1, 2, 3, 4]> : tensor<4xi32>
// CHECK-DAG: arith.constant dense<{{\[\[}}1, 2], [3, 4]]> : tensor<2x2xi32>
func.func @dense() -> (tensor<2x2xi32>, tensor<4xi32>) {
  %w = arith.constant dense<[1, 2, 3, 4]> : tensor<4xi32>
  %0 = tensor.expand_shape %w [[0, 1]] output_shape [2, 2] : tensor<4xi32> into tensor<2x2xi32>
  return %0, %w : tensor<2x2xi32>, tensor<4xi32>
}

// -----

// kind: does-not-apply. A computed value has no bytes to rename.
// kind: cannot-fail. A reshape of a constant is always a constant.
// CHECK-LABEL: func.func @computed
// CHECK: tensor.collapse_shape
func.func @computed(%x: tensor<2x2xf32>) -> tensor<4xf32> {
  %0 = tensor.collapse_shape %x [[0, 1]] : tensor<2x2xf32> into tensor<4xf32>
  return %0 : tensor<4xf32>
}
