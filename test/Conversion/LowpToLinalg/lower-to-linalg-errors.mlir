// RUN: quant-opt %s --lowp-lower-to-linalg --split-input-file --verify-diagnostics

#s = #lowp.spec<u4, block = [?]>
func.func @codebook(%x: tensor<8xf32>, %t: tensor<16xf32>, %m: tensor<1xf32>) -> tensor<8xi4> {
  // expected-error @below {{cannot be lowered: encoding, float codes but those of 8 bits that lie in bytes and, at run time, scale rules other than absmax/hi have no lowering to linalg}}
  %q = lowp.encode %x, %t, %m {spec = #s} : (tensor<8xf32>, tensor<16xf32>, tensor<1xf32>) -> tensor<8xi4>
  return %q : tensor<8xi4>
}

// -----

#s = #lowp.spec<f8E4M3FN, block = [?], symmetric>
func.func @float(%q: tensor<8xf8E4M3FN>, %s: tensor<1xf32>) -> tensor<8xf32> {
  // expected-error @below {{cannot be lowered}}
  %x = lowp.dequantize %q, %s {spec = #s} : (tensor<8xf8E4M3FN>, tensor<1xf32>) -> tensor<8xf32>
  return %x : tensor<8xf32>
}
