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

// -----

func.func @unnamed(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  // expected-error @below {{site without a record; run lowp-name-sites}}
  %0 = linalg.matmul ins(%x, %x : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

#w = #lowp.spec<i8, block = [?, 1], symmetric>
#v = #lowp.spec<i8, block = [?, ?], symmetric>
lowp.site @q {scheme = #lowp.scheme<weight = #w>}
func.func @other(%x: tensor<2x2xf32>, %q: tensor<2x2xi8>, %s: tensor<1x1xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = lowp.dequantize %q, %s {spec = #v} : (tensor<2x2xi8>, tensor<1x1xf32>) -> tensor<2x2xf32>
  // expected-error @below {{site 'q': the weight is quantized as #lowp.spec<i8, block = [?, ?], symmetric>, the scheme says #lowp.spec<i8, block = [?, 1], symmetric>}}
  %0 = linalg.matmul {lowp.site = @q} ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
