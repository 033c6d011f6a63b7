// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-separate-destinations))' | FileCheck %s

// kind: cannot-fail. An empty tensor may always be made again.

// A transpose that moves rows and what makes its operand, through a reshape, get empty tensors of their own.
// CHECK-LABEL: func.func @transposed
func.func @transposed(%x: tensor<6x4xf32>) -> (tensor<3x2x4xf32>, tensor<6x4xf32>, tensor<3x2x4xf32>) {
  // CHECK: %[[SHARED:.*]] = tensor.empty() : tensor<6x4xf32>
  // CHECK: %[[COPIES:.*]] = tensor.empty() : tensor<3x2x4xf32>
  %0 = tensor.empty() : tensor<6x4xf32>
  %1 = tensor.empty() : tensor<3x2x4xf32>
  // CHECK: %[[OWN:.*]] = tensor.empty() : tensor<6x4xf32>
  // CHECK: linalg.exp ins(%arg0 : tensor<6x4xf32>) outs(%[[OWN]] : tensor<6x4xf32>)
  %2 = linalg.exp ins(%x : tensor<6x4xf32>) outs(%0 : tensor<6x4xf32>) -> tensor<6x4xf32>
  // CHECK: linalg.abs ins(%arg0 : tensor<6x4xf32>) outs(%[[SHARED]] : tensor<6x4xf32>)
  %3 = linalg.abs ins(%x : tensor<6x4xf32>) outs(%0 : tensor<6x4xf32>) -> tensor<6x4xf32>
  %4 = tensor.expand_shape %2 [[0, 1], [2]] output_shape [2, 3, 4] : tensor<6x4xf32> into tensor<2x3x4xf32>
  // CHECK: %[[COPY:.*]] = tensor.empty() : tensor<3x2x4xf32>
  // CHECK: linalg.transpose ins(%{{.*}} : tensor<2x3x4xf32>) outs(%[[COPY]] : tensor<3x2x4xf32>)
  %5 = linalg.transpose ins(%4 : tensor<2x3x4xf32>) outs(%1 : tensor<3x2x4xf32>) permutation = [1, 0, 2]
  return %5, %3, %1 : tensor<3x2x4xf32>, tensor<6x4xf32>, tensor<3x2x4xf32>
}

// kind: does-not-apply. A transpose of the innermost dimension stays a copy; an empty tensor of one use is its own.
// CHECK-LABEL: func.func @innermost
func.func @innermost(%x: tensor<2x3xf32>) -> (tensor<3x2xf32>, tensor<3x2xf32>) {
  // CHECK: %[[SHARED:.*]] = tensor.empty() : tensor<3x2xf32>
  // CHECK-NOT: tensor.empty
  %0 = tensor.empty() : tensor<3x2xf32>
  // CHECK: linalg.transpose ins(%arg0 : tensor<2x3xf32>) outs(%[[SHARED]] : tensor<3x2xf32>)
  %1 = linalg.transpose ins(%x : tensor<2x3xf32>) outs(%0 : tensor<3x2xf32>) permutation = [1, 0]
  return %1, %0 : tensor<3x2xf32>, tensor<3x2xf32>
}

// What makes the operand of a pad.
// CHECK-LABEL: func.func @padded
func.func @padded(%x: tensor<2x3xf32>) -> (tensor<3x3xf32>, tensor<2x3xf32>) {
  %zero = arith.constant 0.0 : f32
  // CHECK: tensor.empty() : tensor<2x3xf32>
  %0 = tensor.empty() : tensor<2x3xf32>
  // CHECK: %[[OWN:.*]] = tensor.empty() : tensor<2x3xf32>
  // CHECK: linalg.exp ins(%arg0 : tensor<2x3xf32>) outs(%[[OWN]] : tensor<2x3xf32>)
  %1 = linalg.exp ins(%x : tensor<2x3xf32>) outs(%0 : tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = tensor.pad %1 low[0, 0] high[1, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : f32
  } : tensor<2x3xf32> to tensor<3x3xf32>
  return %2, %0 : tensor<3x3xf32>, tensor<2x3xf32>
}
