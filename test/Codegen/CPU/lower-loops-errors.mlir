// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-loops))' --verify-diagnostics

func.func @tensors(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error @below {{cannot be lowered to loops: expected buffers}}
  %0 = linalg.copy ins(%a : tensor<2x3xf32>) outs(%b : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
