// RUN: quant-opt %s --lowp-quantize-activations --verify-diagnostics

#a = #lowp.spec<u8, block = [?, ?]>
lowp.site @q {scheme = #lowp.scheme<input = #a>}
func.func @uncalibrated(%x: tensor<3x2xf32>, %w: tensor<2x2xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  // expected-error @below {{site 'q', static operand 0: has no calibrated range; run lowp-calibrate}}
  %0 = linalg.matmul {lowp.site = @q} ins(%x, %w : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}
