// UNSUPPORTED: sanitize
// RUN: mlir-opt %s --load-dialect-plugin=%lowp_lib/libLowpPlugin.so --pass-pipeline='builtin.module(lowp-smooth-quant{alpha=0.5})' | FileCheck %s

#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
// CHECK: arith.constant dense<[2.000000e+00, 1.000000e+00]> : tensor<2xf32>
lowp.site @q {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0]> : tensor<2xf32>, channel_min = dense<[-4.0, -1.0]> : tensor<2xf32>}}
func.func @f(%x: tensor<3x2xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[4.0, 1.0], [1.0, 0.5]]> : tensor<2x2xf32>
  %0 = linalg.matmul {lowp.site = @q} ins(%x, %w : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}
