// RUN: quant-opt %s --lowp-verify-quantize --split-input-file --verify-diagnostics

// expected-error @below {{site 'q' has neither a scheme nor a reason to stay in float}}
lowp.site @q
func.func @undecided(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0 = linalg.matmul {lowp.site = @q} ins(%x, %x : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

#a = #lowp.spec<i8, block = [1, ?], symmetric>
lowp.site @q {scheme = #lowp.scheme<input = dynamic #a>}
func.func @float(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  // expected-error @below {{site 'q': the scheme quantizes the input but the operand is no lowp.dequantize}}
  %0 = linalg.matmul {lowp.site = @q} ins(%x, %x : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
