// RUN: quant-opt %s --lowp-lower-to-linalg -split-input-file -verify-diagnostics

// Codes that are floats of fewer bits than a byte.
func.func @float_codes(%x: tensor<4x8xf32>, %s: tensor<1x1xf32>) -> tensor<4x8xf4E2M1FN> {
  // expected-error@+1 {{'lowp.quantize' op cannot be lowered: encoding, float codes but those of 8 bits that lie in bytes and, at run time, scale rules other than absmax/hi have no lowering to linalg}}
  %q = lowp.quantize %x, %s {spec = #lowp.spec<f4E2M1FN, block = [?, ?], symmetric>} : (tensor<4x8xf32>, tensor<1x1xf32>) -> tensor<4x8xf4E2M1FN>
  return %q : tensor<4x8xf4E2M1FN>
}

// -----

// Floats of 8 bits that lie in no bytes.
func.func @float_argument(%q: tensor<4x8xf8E5M2>, %s: tensor<4x1xf32>) -> tensor<4x8xf32> {
  // expected-error@+1 {{'lowp.dequantize' op cannot be lowered}}
  %x = lowp.dequantize %q, %s {spec = #lowp.spec<f8E5M2, block = [1, ?], symmetric>} : (tensor<4x8xf8E5M2>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %x : tensor<4x8xf32>
}

// -----

// Scales that do not follow from absmax / hi.
func.func @scale_rule(%x: tensor<4x8xf32>) -> tensor<4x1xf32> {
  // expected-error@+1 {{'lowp.choose_qparams' op cannot be lowered}}
  %s = lowp.choose_qparams %x {spec = #lowp.spec<i4, block = [1, ?], symmetric, half_step>} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  return %s : tensor<4x1xf32>
}

// -----

// A pair of which no part can be lowered is reported by its first.
func.func @fake_quantize(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>) -> tensor<4x8xf32> {
  // expected-error@+1 {{'lowp.quantize' op cannot be lowered}}
  %y = lowp.fake_quantize %x, %s {spec = #lowp.spec<f6E3M2FN, block = [1, ?], symmetric>} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

// Encoding.
func.func @encode(%x: tensor<4x8xf32>, %t: tensor<16xf32>, %a: tensor<4x2xf32>) -> tensor<4x8xi4> {
  // expected-error@+1 {{'lowp.encode' op cannot be lowered}}
  %q = lowp.encode %x, %t, %a {spec = #lowp.spec<u4, block = [1, 4], symmetric>} : (tensor<4x8xf32>, tensor<16xf32>, tensor<4x2xf32>) -> tensor<4x8xi4>
  return %q : tensor<4x8xi4>
}

// -----

func.func @encode(%x: tensor<4x8xf32>, %t: tensor<16xf32>, %a: tensor<4x2xf32>) -> tensor<4x8xi4> {
  // expected-error@+1 {{'lowp.encode' op cannot be lowered}}
  %q = lowp.encode %x, %t, %a {spec = #lowp.spec<u4, block = [1, 4], symmetric>} : (tensor<4x8xf32>, tensor<16xf32>, tensor<4x2xf32>) -> tensor<4x8xi4>
  return %q : tensor<4x8xi4>
}

// -----

// A contraction with one side that cannot be read is no integer one, and its operand is named.
func.func @contraction(%a: tensor<4x8xi8>, %b: tensor<8x6xf8E5M2>, %s: tensor<1x1xf32>, %init: tensor<4x6xf32>) -> tensor<4x6xf32> {
  %x = lowp.dequantize %a, %s {spec = #lowp.spec<i8, block = [?, ?], symmetric>} : (tensor<4x8xi8>, tensor<1x1xf32>) -> tensor<4x8xf32>
  // expected-error@+1 {{'lowp.dequantize' op cannot be lowered}}
  %w = lowp.dequantize %b, %s {spec = #lowp.spec<f8E5M2, block = [?, ?], symmetric>} : (tensor<8x6xf8E5M2>, tensor<1x1xf32>) -> tensor<8x6xf32>
  %y = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x6xf32>) outs(%init : tensor<4x6xf32>) -> tensor<4x6xf32>
  return %y : tensor<4x6xf32>
}
