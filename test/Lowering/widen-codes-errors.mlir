// RUN: quant-opt %s --lowp-widen-codes --split-input-file --verify-diagnostics

func.func @argument(%q: tensor<1x4xi4>, %s: tensor<1x1xf32>) -> tensor<1x4xf32> {
  // expected-error @below {{reads codes of type 'tensor<1x4xi4>', expected those of a constant or of lowp.quantize}}
  %x = lowp.dequantize %q, %s {spec = #lowp.spec<i4, block = [1, ?], symmetric>} : (tensor<1x4xi4>, tensor<1x1xf32>) -> tensor<1x4xf32>
  return %x : tensor<1x4xf32>
}

// -----

func.func @missing(%s: tensor<1x1xf32>) -> tensor<1x4xf32> {
  %q = arith.constant dense_resource<nowhere> : tensor<1x4xi4>
  // expected-error @below {{reads codes of type 'tensor<1x4xi4>', expected those of a constant or of lowp.quantize}}
  %x = lowp.dequantize %q, %s {spec = #lowp.spec<i4, block = [1, ?], symmetric>} : (tensor<1x4xi4>, tensor<1x1xf32>) -> tensor<1x4xf32>
  return %x : tensor<1x4xf32>
}

// -----

func.func @result(%x: tensor<1x4xf32>, %s: tensor<1x1xf32>) -> tensor<1x4xi4> {
  %q = lowp.quantize %x, %s {spec = #lowp.spec<i4, block = [1, ?], symmetric>} : (tensor<1x4xf32>, tensor<1x1xf32>) -> tensor<1x4xi4>
  // expected-error @below {{reads codes of type 'tensor<1x4xi4>', expected lowp.dequantize to be their only reader}}
  return %q : tensor<1x4xi4>
}
