// RUN: quant-opt %s -split-input-file -verify-diagnostics

// The numbers are those of the rules in LowpAttributes.td and LowpOps.td.

//===----------------------------------------------------------------------===//
// #lowp.spec
//===----------------------------------------------------------------------===//

// C1: no storage at all.
// expected-error@+1 {{expected a storage type such as i8, u4 or f8E4M3FN}}
module attributes {test.spec = #lowp.spec<int8>} {}

// -----

// C1: unsigned storage of too many bits.
// expected-error@+1 {{expected a storage type such as i8, u4 or f8E4M3FN}}
module attributes {test.spec = #lowp.spec<u17>} {}

// -----

// C1: unsigned storage of no bits.
// expected-error@+1 {{expected a storage type such as i8, u4 or f8E4M3FN}}
module attributes {test.spec = #lowp.spec<u0>} {}

// -----

// C1: signed storage of too many bits.
// expected-error@+1 {{storage is 'i17', expected i1…i16, u1…u16 or a float of at most 8 bits}}
module attributes {test.spec = #lowp.spec<i17>} {}

// -----

// C1: signed storage of no bits.
// expected-error@+1 {{storage is 'i0', expected i1…i16, u1…u16 or a float of at most 8 bits}}
module attributes {test.spec = #lowp.spec<i0>} {}

// -----

// C1: the sign of an integer is written i8, not si8.
// expected-error@+1 {{storage is 'si8', expected i1…i16, u1…u16 or a float of at most 8 bits}}
module attributes {test.spec = #lowp.spec<si8>} {}

// -----

// C1: a float that is no low one.
// expected-error@+1 {{storage is 'f16', expected i1…i16, u1…u16 or a float of at most 8 bits}}
module attributes {test.spec = #lowp.spec<f16>} {}

// -----

// C1: neither an integer nor a float.
// expected-error@+1 {{storage is 'index', expected i1…i16, u1…u16 or a float of at most 8 bits}}
module attributes {test.spec = #lowp.spec<index>} {}

// -----

// C2
// expected-error@+1 {{block size is 0, expected a positive number or ?}}
module attributes {test.spec = #lowp.spec<i8, block = [1, 0]>} {}

// -----

// C2
// expected-error@+1 {{block size is -2, expected a positive number or ?}}
module attributes {test.spec = #lowp.spec<i8, block = [-2]>} {}

// -----

// C2: the number that stands for ? inside is none to write.
// expected-error@+1 {{block size is -1, expected a positive number or ?}}
module attributes {test.spec = #lowp.spec<i8, block = [-1]>} {}

// -----

// C3: out of the storage.
// expected-error@+1 {{range is [-129, 127], expected lo < hi within [-128, 127]}}
module attributes {test.spec = #lowp.spec<i8, range = [-129, 127]>} {}

// -----

// C3: out of the storage.
// expected-error@+1 {{range is [0, 16], expected lo < hi within [0, 15]}}
module attributes {test.spec = #lowp.spec<u4, range = [0, 16]>} {}

// -----

// C3: one code is no range.
// expected-error@+1 {{range is [5, 5], expected lo < hi within [-128, 127]}}
module attributes {test.spec = #lowp.spec<i8, range = [5, 5]>} {}

// -----

// C3
// expected-error@+1 {{range has 3 bounds, expected 2}}
module attributes {test.spec = #lowp.spec<i8, range = [0, 1, 2]>} {}

// -----

// C3
// expected-error@+1 {{range has 0 bounds, expected 2}}
module attributes {test.spec = #lowp.spec<i8, range = []>} {}

// -----

// C3: a float has no codes in use.
// expected-error@+1 {{range on storage 'f8E4M3FN', expected none on a float}}
module attributes {test.spec = #lowp.spec<f8E4M3FN, range = [0, 1]>} {}

// -----

// C4
// expected-error@+1 {{scale type is 'i8', expected a float of at least 8 bits}}
module attributes {test.spec = #lowp.spec<i8, scale = i8>} {}

// -----

// C4
// expected-error@+1 {{scale type is 'f4E2M1FN', expected a float of at least 8 bits}}
module attributes {test.spec = #lowp.spec<i8, scale = f4E2M1FN>} {}

// -----

// C5
// expected-error@+1 {{float_zero on a symmetric spec, which has no zero point}}
module attributes {test.spec = #lowp.spec<u4, symmetric, float_zero>} {}

// -----

// C6
// expected-error@+1 {{half_step on an asymmetric spec}}
module attributes {test.spec = #lowp.spec<i8, half_step>} {}

// -----

// C6
// expected-error@+1 {{signed_max on an asymmetric spec}}
module attributes {test.spec = #lowp.spec<i8, signed_max>} {}

// -----

// A part that is written twice would hide one of its values.
// expected-error@+1 {{second block in a spec, expected one}}
module attributes {test.spec = #lowp.spec<i8, block = [1], block = [2]>} {}

// -----

// expected-error@+1 {{second symmetric in a spec, expected one}}
module attributes {test.spec = #lowp.spec<i8, symmetric, symmetric>} {}

// -----

// Two scale rules, of which the last would win.
// expected-error@+1 {{second scale rule in a spec, expected one}}
module attributes {test.spec = #lowp.spec<i8, symmetric, half_step, signed_max>} {}

// -----

// expected-error@+1 {{unknown part 'blocks' of a spec}}
module attributes {test.spec = #lowp.spec<i8, blocks = [1]>} {}

// -----

//===----------------------------------------------------------------------===//
// #lowp.scheme
//===----------------------------------------------------------------------===//

// C1
// expected-error@+1 {{scheme without a weight, an input and an output, expected at least one}}
module attributes {test.scheme = #lowp.scheme<>} {}

// -----

// C2: the parser has no way to write a dynamic part other than the input.
// expected-error@+1 {{expected attribute value}}
module attributes {test.scheme = #lowp.scheme<weight = dynamic #lowp.spec<i8>>} {}

// -----

// expected-error@+1 {{second weight in a scheme, expected one}}
module attributes {test.scheme = #lowp.scheme<weight = #lowp.spec<i8>, weight = #lowp.spec<i4>>} {}

// -----

// expected-error@+1 {{unknown part 'bias' of a scheme}}
module attributes {test.scheme = #lowp.scheme<bias = #lowp.spec<i8>>} {}

// -----

// expected-error@+1 {{invalid kind of attribute specified}}
module attributes {test.scheme = #lowp.scheme<weight = 8 : i32>} {}

// -----

//===----------------------------------------------------------------------===//
// #lowp.observer
//===----------------------------------------------------------------------===//

// C1
// expected-error@+1 {{observer percentile without a percentile, expected one for percentile only}}
module attributes {test.observer = #lowp.observer<percentile>} {}

// -----

// C1
// expected-error@+1 {{observer minmax with a percentile, expected one for percentile only}}
module attributes {test.observer = #lowp.observer<minmax, 99.0>} {}

// -----

// C2
// expected-error@+1 {{percentile is 0.000000e+00 : f64, expected (0, 100]}}
module attributes {test.observer = #lowp.observer<percentile, 0.0>} {}

// -----

// C2
// expected-error@+1 {{percentile is 1.001000e+02 : f64, expected (0, 100]}}
module attributes {test.observer = #lowp.observer<percentile, 100.1>} {}

// -----

//===----------------------------------------------------------------------===//
// #lowp.window
//===----------------------------------------------------------------------===//

// C1
// expected-error@+1 {{window with 2 kernel sizes, 1 strides and 2 dilations, expected as many of each and at least one}}
module attributes {test.window = #lowp.window<kernel = [3, 3], strides = [1], dilations = [1, 1]>} {}

// -----

// C2
// expected-error@+1 {{window with 0, expected positive numbers}}
module attributes {test.window = #lowp.window<kernel = [3], strides = [0], dilations = [1]>} {}

// -----

//===----------------------------------------------------------------------===//
// lowp.quantize
//===----------------------------------------------------------------------===//

// C1
func.func @shape(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>) {
  // expected-error@+1 {{'lowp.quantize' op result has type 'tensor<4x9xi8>', expected the shape of 'tensor<4x8xf32>'}}
  %q = lowp.quantize %x, %s {spec = #lowp.spec<i8, block = [1, ?], symmetric>} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x9xi8>
  return
}

// -----

// C2
func.func @block_rank(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>) {
  // expected-error@+1 {{'lowp.quantize' op block has rank 1, expected rank 2 of 'tensor<4x8xf32>'}}
  %q = lowp.quantize %x, %s {spec = #lowp.spec<i8, block = [1], symmetric>} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xi8>
  return
}

// -----

// C3: the last block of a row is short, but it is one.
func.func @scale_shape(%x: tensor<4x9xf32>, %s: tensor<4x2xf32>) {
  // expected-error@+1 {{'lowp.quantize' op scale has type 'tensor<4x2xf32>', expected 'tensor<4x3xf32>'}}
  %q = lowp.quantize %x, %s {spec = #lowp.spec<i8, block = [1, 4], symmetric>} : (tensor<4x9xf32>, tensor<4x2xf32>) -> tensor<4x9xi8>
  return
}

// -----

// C3: a scale has the rank of x, also where it is a single one.
func.func @scale_rank(%x: tensor<4x8xf32>, %s: tensor<f32>) {
  // expected-error@+1 {{'lowp.quantize' op scale has type 'tensor<f32>', expected 'tensor<1x1xf32>'}}
  %q = lowp.quantize %x, %s {spec = #lowp.spec<i8, block = [?, ?], symmetric>} : (tensor<4x8xf32>, tensor<f32>) -> tensor<4x8xi8>
  return
}

// -----

// C3
func.func @scale_type(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>) {
  // expected-error@+1 {{'lowp.quantize' op scale has type 'tensor<4x1xf32>', expected 'tensor<4x1xf16>'}}
  %q = lowp.quantize %x, %s {spec = #lowp.spec<i8, block = [1, ?], symmetric, scale = f16>} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xi8>
  return
}

// -----

// C4
func.func @superfluous_zero_point(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>, %z: tensor<4x1xi32>) {
  // expected-error@+1 {{'lowp.quantize' op zero point on a symmetric spec, expected none}}
  %q = lowp.quantize %x, %s, %z {spec = #lowp.spec<i8, block = [1, ?], symmetric>} : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<4x1xi32>) -> tensor<4x8xi8>
  return
}

// -----

// C4
func.func @missing_zero_point(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>) {
  // expected-error@+1 {{'lowp.quantize' op no zero point on an asymmetric spec, expected one}}
  %q = lowp.quantize %x, %s {spec = #lowp.spec<i8, block = [1, ?]>} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xi8>
  return
}

// -----

// C4
func.func @zero_point_shape(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>, %z: tensor<1x1xi32>) {
  // expected-error@+1 {{'lowp.quantize' op zero point has type 'tensor<1x1xi32>', expected 'tensor<4x1xi32>'}}
  %q = lowp.quantize %x, %s, %z {spec = #lowp.spec<i8, block = [1, ?]>} : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1x1xi32>) -> tensor<4x8xi8>
  return
}

// -----

// C4
func.func @zero_point_type(%x: tensor<4x8xf32>, %s: tensor<4x1xf16>, %z: tensor<4x1xi32>) {
  // expected-error@+1 {{'lowp.quantize' op zero point has type 'tensor<4x1xi32>', expected 'tensor<4x1xf16>'}}
  %q = lowp.quantize %x, %s, %z {spec = #lowp.spec<u4, block = [1, ?], scale = f16, float_zero>} : (tensor<4x8xf32>, tensor<4x1xf16>, tensor<4x1xi32>) -> tensor<4x8xi4>
  return
}

// -----

// C5
func.func @code_type(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>) {
  // expected-error@+1 {{'lowp.quantize' op codes have element type 'i8', expected 'i4'}}
  %q = lowp.quantize %x, %s {spec = #lowp.spec<u4, block = [1, ?], symmetric>} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xi8>
  return
}

// -----

// C5: codes are signless.
func.func @code_sign(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>) {
  // expected-error@+1 {{'lowp.quantize' op result #0 must be}}
  %q = lowp.quantize %x, %s {spec = #lowp.spec<u8, block = [1, ?], symmetric>} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xui8>
  return
}

// -----

func.func @integer_input(%x: tensor<4x8xi32>, %s: tensor<4x1xf32>) {
  // expected-error@+1 {{'lowp.quantize' op operand #0 must be}}
  %q = lowp.quantize %x, %s {spec = #lowp.spec<i8, block = [1, ?], symmetric>} : (tensor<4x8xi32>, tensor<4x1xf32>) -> tensor<4x8xi8>
  return
}

// -----

func.func @unranked(%x: tensor<*xf32>, %s: tensor<4x1xf32>) {
  // expected-error@+1 {{'lowp.quantize' op operand #0 must be}}
  %q = lowp.quantize %x, %s {spec = #lowp.spec<i8, block = [1, ?], symmetric>} : (tensor<*xf32>, tensor<4x1xf32>) -> tensor<4x8xi8>
  return
}

// -----

func.func @no_spec(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>) {
  // expected-error@+1 {{'lowp.quantize' op requires attribute 'spec'}}
  %q = lowp.quantize %x, %s : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xi8>
  return
}

// -----

//===----------------------------------------------------------------------===//
// lowp.dequantize
//===----------------------------------------------------------------------===//

// C1
func.func @dequantize_shape(%q: tensor<4x8xi8>, %s: tensor<4x1xf32>) {
  // expected-error@+1 {{'lowp.dequantize' op result has type 'tensor<8x4xf32>', expected the shape of 'tensor<4x8xi8>'}}
  %x = lowp.dequantize %q, %s {spec = #lowp.spec<i8, block = [1, ?], symmetric>} : (tensor<4x8xi8>, tensor<4x1xf32>) -> tensor<8x4xf32>
  return
}

// -----

// C2
func.func @dequantize_block_rank(%q: tensor<4x8xi8>, %s: tensor<4x1xf32>) {
  // expected-error@+1 {{'lowp.dequantize' op block has rank 3, expected rank 2 of 'tensor<4x8xi8>'}}
  %x = lowp.dequantize %q, %s {spec = #lowp.spec<i8, block = [1, ?, ?], symmetric>} : (tensor<4x8xi8>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return
}

// -----

// C3
func.func @dequantize_scale(%q: tensor<4x8xi8>, %s: tensor<1x8xf32>) {
  // expected-error@+1 {{'lowp.dequantize' op scale has type 'tensor<1x8xf32>', expected 'tensor<4x1xf32>'}}
  %x = lowp.dequantize %q, %s {spec = #lowp.spec<i8, block = [1, ?], symmetric>} : (tensor<4x8xi8>, tensor<1x8xf32>) -> tensor<4x8xf32>
  return
}

// -----

// C4
func.func @dequantize_zero_point(%q: tensor<4x8xi8>, %s: tensor<4x1xf32>) {
  // expected-error@+1 {{'lowp.dequantize' op no zero point on an asymmetric spec, expected one}}
  %x = lowp.dequantize %q, %s {spec = #lowp.spec<i8, block = [1, ?]>} : (tensor<4x8xi8>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return
}

// -----

// C5
func.func @dequantize_codes(%q: tensor<4x8xi8>, %s: tensor<4x1xf32>) {
  // expected-error@+1 {{'lowp.dequantize' op codes have element type 'i8', expected 'f8E5M2'}}
  %x = lowp.dequantize %q, %s {spec = #lowp.spec<f8E5M2, block = [1, ?], symmetric>} : (tensor<4x8xi8>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// lowp.choose_qparams
//===----------------------------------------------------------------------===//

// C2
func.func @choose_block_rank(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'lowp.choose_qparams' op block has rank 0, expected rank 2 of 'tensor<4x8xf32>'}}
  %s = lowp.choose_qparams %x {spec = #lowp.spec<i8, symmetric>} : (tensor<4x8xf32>) -> tensor<f32>
  return
}

// -----

// C3
func.func @choose_scale(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'lowp.choose_qparams' op scale has type 'tensor<4x8xf32>', expected 'tensor<4x1xf32>'}}
  %s = lowp.choose_qparams %x {spec = #lowp.spec<i8, block = [1, ?], symmetric>} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return
}

// -----

// C4
func.func @choose_superfluous_zero_point(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'lowp.choose_qparams' op zero point on a symmetric spec, expected none}}
  %s, %z = lowp.choose_qparams %x {spec = #lowp.spec<i8, block = [1, ?], symmetric>} : (tensor<4x8xf32>) -> (tensor<4x1xf32>, tensor<4x1xi32>)
  return
}

// -----

// C4
func.func @choose_missing_zero_point(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'lowp.choose_qparams' op no zero point on an asymmetric spec, expected one}}
  %s = lowp.choose_qparams %x {spec = #lowp.spec<i8, block = [1, ?]>} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  return
}

// -----

// C4
func.func @choose_zero_point(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'lowp.choose_qparams' op zero point has type 'tensor<1x1xi32>', expected 'tensor<4x1xi32>'}}
  %s, %z = lowp.choose_qparams %x {spec = #lowp.spec<i8, block = [1, ?]>} : (tensor<4x8xf32>) -> (tensor<4x1xf32>, tensor<1x1xi32>)
  return
}

// -----

// C6: one bit has the codes -1 and 0, and max|x| / 0 is no scale.
func.func @choose_one_bit(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'lowp.choose_qparams' op range ends at 0 on a symmetric spec, expected a positive end}}
  %s = lowp.choose_qparams %x {spec = #lowp.spec<i1, block = [1, ?], symmetric>} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// lowp.fake_quantize
//===----------------------------------------------------------------------===//

// C1
func.func @fake_shape(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>) {
  // expected-error@+1 {{'lowp.fake_quantize' op result has type 'tensor<4xf32>', expected the shape of 'tensor<4x8xf32>'}}
  %y = lowp.fake_quantize %x, %s {spec = #lowp.spec<i8, block = [1, ?], symmetric>} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4xf32>
  return
}

// -----

// C2
func.func @fake_block_rank(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>) {
  // expected-error@+1 {{'lowp.fake_quantize' op block has rank 1, expected rank 2 of 'tensor<4x8xf32>'}}
  %y = lowp.fake_quantize %x, %s {spec = #lowp.spec<i8, block = [?], symmetric>} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return
}

// -----

// C3
func.func @fake_scale(%x: tensor<4x8xf32>, %s: tensor<4x1xbf16>) {
  // expected-error@+1 {{'lowp.fake_quantize' op scale has type 'tensor<4x1xbf16>', expected 'tensor<4x1xf32>'}}
  %y = lowp.fake_quantize %x, %s {spec = #lowp.spec<i8, block = [1, ?], symmetric>} : (tensor<4x8xf32>, tensor<4x1xbf16>) -> tensor<4x8xf32>
  return
}

// -----

// C4
func.func @fake_zero_point(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>, %z: tensor<4x1xi32>) {
  // expected-error@+1 {{'lowp.fake_quantize' op zero point on a symmetric spec, expected none}}
  %y = lowp.fake_quantize %x, %s, %z {spec = #lowp.spec<i8, block = [1, ?], symmetric>} : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<4x1xi32>) -> tensor<4x8xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// lowp.decode and lowp.encode
//===----------------------------------------------------------------------===//

#nf4 = #lowp.spec<u4, block = [1, 4], symmetric>

// C1
func.func @decode_shape(%q: tensor<4x8xi4>, %t: tensor<16xf32>, %a: tensor<4x2xf32>) {
  // expected-error@+1 {{'lowp.decode' op result has type 'tensor<4x4xf32>', expected the shape of 'tensor<4x8xi4>'}}
  %x = lowp.decode %q, %t, %a {spec = #nf4} : (tensor<4x8xi4>, tensor<16xf32>, tensor<4x2xf32>) -> tensor<4x4xf32>
  return
}

// -----

// C2
func.func @decode_block_rank(%q: tensor<4x8xi4>, %t: tensor<16xf32>, %a: tensor<4x2xf32>) {
  // expected-error@+1 {{'lowp.decode' op block has rank 1, expected rank 2 of 'tensor<4x8xi4>'}}
  %x = lowp.decode %q, %t, %a {spec = #lowp.spec<u4, block = [4], symmetric>} : (tensor<4x8xi4>, tensor<16xf32>, tensor<4x2xf32>) -> tensor<4x8xf32>
  return
}

// -----

#nf4 = #lowp.spec<u4, block = [1, 4], symmetric>

// C3
func.func @decode_absmax(%q: tensor<4x8xi4>, %t: tensor<16xf32>, %a: tensor<4x1xf32>) {
  // expected-error@+1 {{'lowp.decode' op absmax has type 'tensor<4x1xf32>', expected 'tensor<4x2xf32>'}}
  %x = lowp.decode %q, %t, %a {spec = #nf4} : (tensor<4x8xi4>, tensor<16xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return
}

// -----

#nf4 = #lowp.spec<u4, block = [1, 4], symmetric>

// C4
func.func @decode_codebook_size(%q: tensor<4x8xi4>, %t: tensor<15xf32>, %a: tensor<4x2xf32>) {
  // expected-error@+1 {{'lowp.decode' op codebook has type 'tensor<15xf32>', expected 16 entries}}
  %x = lowp.decode %q, %t, %a {spec = #nf4} : (tensor<4x8xi4>, tensor<15xf32>, tensor<4x2xf32>) -> tensor<4x8xf32>
  return
}

// -----

#nf4 = #lowp.spec<u4, block = [1, 4], symmetric>

// C4
func.func @decode_codebook_rank(%q: tensor<4x8xi4>, %t: tensor<f32>, %a: tensor<4x2xf32>) {
  // expected-error@+1 {{'lowp.decode' op codebook has type 'tensor<f32>', expected 16 entries}}
  %x = lowp.decode %q, %t, %a {spec = #nf4} : (tensor<4x8xi4>, tensor<f32>, tensor<4x2xf32>) -> tensor<4x8xf32>
  return
}

// -----

// C5
func.func @decode_signed(%q: tensor<4x8xi4>, %t: tensor<16xf32>, %a: tensor<4x2xf32>) {
  // expected-error@+1 {{'lowp.decode' op storage of codebook indices must be unsigned}}
  %x = lowp.decode %q, %t, %a {spec = #lowp.spec<i4, block = [1, 4], symmetric>} : (tensor<4x8xi4>, tensor<16xf32>, tensor<4x2xf32>) -> tensor<4x8xf32>
  return
}

// -----

#nf4 = #lowp.spec<u4, block = [1, 4], symmetric>

// The codes of the storage.
func.func @decode_codes(%q: tensor<4x8xi8>, %t: tensor<16xf32>, %a: tensor<4x2xf32>) {
  // expected-error@+1 {{'lowp.decode' op codes have element type 'i8', expected 'i4'}}
  %x = lowp.decode %q, %t, %a {spec = #nf4} : (tensor<4x8xi8>, tensor<16xf32>, tensor<4x2xf32>) -> tensor<4x8xf32>
  return
}

// -----

#nf4 = #lowp.spec<u4, block = [1, 4], symmetric>

// C1
func.func @encode_shape(%x: tensor<4x4xf32>, %t: tensor<16xf32>, %a: tensor<4x1xf32>) {
  // expected-error@+1 {{'lowp.encode' op result has type 'tensor<4x8xi4>', expected the shape of 'tensor<4x4xf32>'}}
  %q = lowp.encode %x, %t, %a {spec = #nf4} : (tensor<4x4xf32>, tensor<16xf32>, tensor<4x1xf32>) -> tensor<4x8xi4>
  return
}

// -----

// C5
func.func @encode_signed(%x: tensor<4x8xf32>, %t: tensor<16xf32>, %a: tensor<4x2xf32>) {
  // expected-error@+1 {{'lowp.encode' op storage of codebook indices must be unsigned}}
  %q = lowp.encode %x, %t, %a {spec = #lowp.spec<f4E2M1FN, block = [1, 4], symmetric>} : (tensor<4x8xf32>, tensor<16xf32>, tensor<4x2xf32>) -> tensor<4x8xf4E2M1FN>
  return
}

// -----

//===----------------------------------------------------------------------===//
// lowp.observe
//===----------------------------------------------------------------------===//

// C1
func.func @observe_nothing(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'lowp.observe' op names no statistic, expected at least one}}
  lowp.observe %x {site = @s, what = []} : tensor<4x8xf32>
  return
}

// -----

// C2
lowp.site @s
func.func @observe_two_things(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'lowp.observe' op is of the second operand and of the output, expected one of them}}
  lowp.observe %x {site = @s, what = [#lowp.statistic<gram>], second, output} : tensor<4x8xf32>
  return
}

// -----

// C2
func.func @observe_scalar(%x: tensor<f32>) {
  // expected-error@+1 {{'lowp.observe' op input has type 'tensor<f32>', expected a last dimension}}
  lowp.observe %x {site = @s, what = [#lowp.statistic<min_max>]} : tensor<f32>
  return
}

// -----

func.func @observe_unknown(%x: tensor<4x8xf32>) {
  // expected-error@+2 {{expected ::lowp::Statistic to be one of: min_max, channel_abs_max, channel_mean, histogram, gram}}
  // expected-error@+1 {{failed to parse}}
  lowp.observe %x {site = @s, what = [#lowp.statistic<median>]} : tensor<4x8xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// lowp.dot
//===----------------------------------------------------------------------===//

// C1
func.func @dot_rank(%acc: vector<4x4xi32>, %a: vector<64xi8>) {
  // expected-error@+1 {{'lowp.dot' op has operands of rank 2 and 1, expected 1}}
  %0 = lowp.dot %acc, %a, %a : vector<4x4xi32>, vector<64xi8>
  return
}

// -----

// C2
func.func @dot_elements(%acc: vector<16xi32>, %a: vector<40xi8>) {
  // expected-error@+1 {{'lowp.dot' op has 40 elements for 16 lanes, expected a multiple}}
  %0 = lowp.dot %acc, %a, %a : vector<16xi32>, vector<40xi8>
  return
}

// -----

// C2
func.func @dot_too_few_elements(%acc: vector<16xi32>, %a: vector<8xi8>) {
  // expected-error@+1 {{'lowp.dot' op has 8 elements for 16 lanes, expected a multiple}}
  %0 = lowp.dot %acc, %a, %a : vector<16xi32>, vector<8xi8>
  return
}

// -----

// C3
func.func @dot_integer_accumulator(%acc: vector<16xf32>, %a: vector<64xi8>) {
  // expected-error@+1 {{'lowp.dot' op accumulates 'vector<64xi8>' in 'vector<16xf32>', expected i32}}
  %0 = lowp.dot %acc, %a, %a : vector<16xf32>, vector<64xi8>
  return
}

// -----

// C3
func.func @dot_float_accumulator(%acc: vector<16xi32>, %a: vector<32xbf16>) {
  // expected-error@+1 {{'lowp.dot' op accumulates 'vector<32xbf16>' in 'vector<16xi32>', expected f32}}
  %0 = lowp.dot %acc, %a, %a : vector<16xi32>, vector<32xbf16>
  return
}

// -----

// C4
func.func @dot_unsigned_a(%acc: vector<16xf32>, %a: vector<32xbf16>) {
  // expected-error@+1 {{'lowp.dot' op marks float operands as unsigned}}
  %0 = lowp.dot %acc, %a, %a {a_unsigned} : vector<16xf32>, vector<32xbf16>
  return
}

// -----

// C4
func.func @dot_unsigned_b(%acc: vector<16xf32>, %a: vector<32xbf16>) {
  // expected-error@+1 {{'lowp.dot' op marks float operands as unsigned}}
  %0 = lowp.dot %acc, %a, %a {b_unsigned} : vector<16xf32>, vector<32xbf16>
  return
}

// -----

// C4
func.func @dot_limit(%acc: vector<16xf32>, %a: vector<32xbf16>) {
  // expected-error@+1 {{'lowp.dot' op limits float operands}}
  %0 = lowp.dot %acc, %a, %a {b_limit = 64 : i64} : vector<16xf32>, vector<32xbf16>
  return
}

// -----

// C2
func.func @dot_block(%acc: vector<8xi32>, %a: vector<16xi8>) {
  // expected-error@+1 {{'lowp.dot' op has 8 accumulators, expected a block of 2 x 2}}
  %0 = lowp.dot %acc, %a, %a {block = 2 : i64} : vector<8xi32>, vector<16xi8>
  return
}

// -----

//===----------------------------------------------------------------------===//
// lowp.contract
//===----------------------------------------------------------------------===//

// C1
func.func @contract_mixed(%a: memref<4x8xi8>, %b: memref<8x16xi8>, %out: tensor<4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op mixes tensors and memrefs}}
  %0 = lowp.contract ins(%a, %b : memref<4x8xi8>, memref<8x16xi8>) outs(%out : tensor<4x16xi32>)
      attributes {maps = [], packed = false} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  } -> tensor<4x16xi32>
  return
}

// -----

// C2: no map for the epilogue's operand.
func.func @contract_maps(%a: memref<4x8xi8>, %b: memref<8x16xi8>, %s: memref<16xf32>, %out: memref<4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op has 1 epilogue operands, 0 maps and 2 region arguments, expected one map and one argument each}}
  lowp.contract ins(%a, %b : memref<4x8xi8>, memref<8x16xi8>) epilogue(%s : memref<16xf32>) outs(%out : memref<4x16xi32>)
      attributes {maps = [], packed = false} {
  ^bb0(%acc: i32, %scale: f32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C2: no region argument for the epilogue's operand.
func.func @contract_arguments(%a: memref<4x8xi8>, %b: memref<8x16xi8>, %s: memref<16xf32>, %out: memref<4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op has 1 epilogue operands, 1 maps and 1 region arguments, expected one map and one argument each}}
  lowp.contract ins(%a, %b : memref<4x8xi8>, memref<8x16xi8>) epilogue(%s : memref<16xf32>) outs(%out : memref<4x16xi32>)
      attributes {maps = [affine_map<(m, n) -> (n)>], packed = false} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C3
func.func @contract_integer_accumulator(%a: memref<4x8xi8>, %b: memref<8x16xi8>, %out: memref<4x16xf32>) {
  // expected-error@+1 {{'lowp.contract' op accumulates in 'f32', expected 'i32'}}
  lowp.contract ins(%a, %b : memref<4x8xi8>, memref<8x16xi8>) outs(%out : memref<4x16xf32>)
      attributes {maps = [], packed = false} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  }
  return
}

// -----

// C3
func.func @contract_float_accumulator(%a: memref<4x8xbf16>, %b: memref<8x16xbf16>, %out: memref<4x16xbf16>) {
  // expected-error@+1 {{'lowp.contract' op accumulates in 'bf16', expected 'f32'}}
  lowp.contract ins(%a, %b : memref<4x8xbf16>, memref<8x16xbf16>) outs(%out : memref<4x16xbf16>)
      attributes {maps = [], packed = false} {
  ^bb0(%acc: bf16):
    lowp.yield %acc : bf16
  }
  return
}

// -----

// C4
func.func @contract_yield(%a: memref<4x8xi8>, %b: memref<8x16xi8>, %out: memref<4x16xf32>) {
  // expected-error@+1 {{'lowp.contract' op yields 'i32', expected 'f32'}}
  lowp.contract ins(%a, %b : memref<4x8xi8>, memref<8x16xi8>) outs(%out : memref<4x16xf32>)
      attributes {maps = [], packed = false} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C4: a region that does not end in a yield.
func.func @contract_without_yield(%a: memref<4x8xi8>, %b: memref<8x16xi8>, %out: memref<4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op has a region without a yield, expected one of 'i32'}}
  lowp.contract ins(%a, %b : memref<4x8xi8>, memref<8x16xi8>) outs(%out : memref<4x16xi32>)
      attributes {maps = [], packed = false} {
  ^bb0(%acc: i32):
    %0 = arith.constant 0 : i32
  }
  return
}

// -----

// C4: a yield of nothing.
func.func @contract_empty_yield(%a: memref<4x8xi8>, %b: memref<8x16xi8>, %out: memref<4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op has a region without a yield, expected one of 'i32'}}
  lowp.contract ins(%a, %b : memref<4x8xi8>, memref<8x16xi8>) outs(%out : memref<4x16xi32>)
      attributes {maps = [], packed = false} {
  ^bb0(%acc: i32):
    "lowp.yield"() : () -> ()
  }
  return
}

// -----

// C1: one element type.
func.func @contract_element_types(%a: memref<4x8xi8>, %b: memref<8x16xi16>, %out: memref<4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op multiplies 'i8' by 'i16', expected one element type}}
  lowp.contract ins(%a, %b : memref<4x8xi8>, memref<8x16xi16>) outs(%out : memref<4x16xi32>)
      attributes {maps = [], packed = false} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C5
func.func @contract_ranks(%a: memref<8xi8>, %b: memref<8x16xi8>, %out: memref<4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op has a left operand of rank 1 and a result of rank 2, expected the same rank, at least 2}}
  lowp.contract ins(%a, %b : memref<8xi8>, memref<8x16xi8>) outs(%out : memref<4x16xi32>)
      attributes {maps = [], packed = false} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C5: an image has two dimensions, and then there are the columns.
func.func @contract_window_rank(%a: memref<9x8xi8>, %b: memref<3x3x8xi8>, %out: memref<4x8xi32>) {
  // expected-error@+1 {{'lowp.contract' op has a left operand of rank 2 and a result of rank 2, expected the same rank, at least 3}}
  lowp.contract ins(%a, %b : memref<9x8xi8>, memref<3x3x8xi8>) outs(%out : memref<4x8xi32>)
      attributes {maps = [], packed = false, depthwise, window = #lowp.window<kernel = [3, 3], strides = [2, 2], dilations = [1, 1]>} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C5: some of the outer dimensions.
func.func @contract_outer(%a: memref<2x3x4x8xi8>, %b: memref<3x8x16xi8>, %out: memref<2x3x4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op has a right operand of type 'memref<3x8x16xi8>' with 1 outer dimensions, expected 0 or the result's 2}}
  lowp.contract ins(%a, %b : memref<2x3x4x8xi8>, memref<3x8x16xi8>) outs(%out : memref<2x3x4x16xi32>)
      attributes {maps = [], packed = false} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C6
func.func @contract_depthwise(%a: memref<4x8xi8>, %b: memref<8x16xi8>, %out: memref<4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op is depthwise without a window}}
  lowp.contract ins(%a, %b : memref<4x8xi8>, memref<8x16xi8>) outs(%out : memref<4x16xi32>)
      attributes {maps = [], packed = false, depthwise} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C6
func.func @contract_unpacked_window(%a: memref<9x9x8xi8>, %b: memref<3x3x8x16xi8>, %out: memref<4x4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op has a window and is neither packed nor depthwise, expected one of them}}
  lowp.contract ins(%a, %b : memref<9x9x8xi8>, memref<3x3x8x16xi8>) outs(%out : memref<4x4x16xi32>)
      attributes {maps = [], packed = false, window = #lowp.window<kernel = [3, 3], strides = [2, 2], dilations = [1, 1]>} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C6
func.func @contract_packed_depthwise(%a: memref<9x9x8xi8>, %b: memref<3x3x8xi8>, %out: memref<4x4x8xi32>) {
  // expected-error@+1 {{'lowp.contract' op has a right operand of type 'memref<3x3x8xi8>' with -1 outer dimensions, expected 0 or the result's 0}}
  lowp.contract ins(%a, %b : memref<9x9x8xi8>, memref<3x3x8xi8>) outs(%out : memref<4x4x8xi32>)
      attributes {maps = [], packed = true, depthwise, window = #lowp.window<kernel = [3, 3], strides = [2, 2], dilations = [1, 1]>} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C8: panels of 16 channels, of which there are 24.
func.func @contract_depthwise_panels(%a: memref<9x9x24xi8>, %b: memref<1x3x2x64xi8>, %out: memref<4x4x24xi32>) {
  // expected-error@+1 {{'lowp.contract' op right operand has type 'memref<1x3x2x64xi8>', expected the shape of 'tensor<2x3x?x64xi8>'}}
  lowp.contract ins(%a, %b : memref<9x9x24xi8>, memref<1x3x2x64xi8>) outs(%out : memref<4x4x24xi32>)
      attributes {maps = [], packed = true, depthwise, window = #lowp.window<kernel = [3, 3], strides = [2, 2], dilations = [1, 1]>} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C7: a dimension too many.
func.func @contract_map_dims(%a: memref<4x8xi8>, %b: memref<8x16xi8>, %e: memref<16xi32>, %out: memref<4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op map 0 has 3 dimensions, 0 symbols and 1 results, expected 2, 0 and 1 for 'memref<16xi32>'}}
  lowp.contract ins(%a, %b : memref<4x8xi8>, memref<8x16xi8>) epilogue(%e : memref<16xi32>) outs(%out : memref<4x16xi32>)
      attributes {maps = [affine_map<(b, m, n) -> (n)>], packed = false} {
  ^bb0(%acc: i32, %x: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C7
func.func @contract_map_symbols(%a: memref<4x8xi8>, %b: memref<8x16xi8>, %e: memref<16xi32>, %out: memref<4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op map 0 has 2 dimensions, 1 symbols and 1 results, expected 2, 0 and 1 for 'memref<16xi32>'}}
  lowp.contract ins(%a, %b : memref<4x8xi8>, memref<8x16xi8>) epilogue(%e : memref<16xi32>) outs(%out : memref<4x16xi32>)
      attributes {maps = [affine_map<(m, n)[s] -> (n)>], packed = false} {
  ^bb0(%acc: i32, %x: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C7
func.func @contract_map_results(%a: memref<4x8xi8>, %b: memref<8x16xi8>, %e: memref<4x16xi32>, %out: memref<4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op map 0 has 2 dimensions, 0 symbols and 1 results, expected 2, 0 and 2 for 'memref<4x16xi32>'}}
  lowp.contract ins(%a, %b : memref<4x8xi8>, memref<8x16xi8>) epilogue(%e : memref<4x16xi32>) outs(%out : memref<4x16xi32>)
      attributes {maps = [affine_map<(m, n) -> (n)>], packed = false} {
  ^bb0(%acc: i32, %x: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C7: a scalar is not indexed.
func.func @contract_map_scalar(%a: memref<4x8xi8>, %b: memref<8x16xi8>, %e: i32, %out: memref<4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op map 0 has 2 dimensions, 0 symbols and 1 results, expected 2, 0 and 0 for 'i32'}}
  lowp.contract ins(%a, %b : memref<4x8xi8>, memref<8x16xi8>) epilogue(%e : i32) outs(%out : memref<4x16xi32>)
      attributes {maps = [affine_map<(m, n) -> (n)>], packed = false} {
  ^bb0(%acc: i32, %x: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C7: neither a dimension nor a constant.
func.func @contract_map_expression(%a: memref<4x8xi8>, %b: memref<8x16xi8>, %e: memref<32xi32>, %out: memref<4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op reads 'memref<32xi32>' through affine_map<(d0, d1) -> (d1 * 2)>, expected dimensions of the same size and constants in range}}
  lowp.contract ins(%a, %b : memref<4x8xi8>, memref<8x16xi8>) epilogue(%e : memref<32xi32>) outs(%out : memref<4x16xi32>)
      attributes {maps = [affine_map<(m, n) -> (n * 2)>], packed = false} {
  ^bb0(%acc: i32, %x: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C7: a dimension of another size.
func.func @contract_map_size(%a: memref<4x8xi8>, %b: memref<8x16xi8>, %e: memref<8xi32>, %out: memref<4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op reads 'memref<8xi32>' through affine_map<(d0, d1) -> (d1)>, expected dimensions of the same size and constants in range}}
  lowp.contract ins(%a, %b : memref<4x8xi8>, memref<8x16xi8>) epilogue(%e : memref<8xi32>) outs(%out : memref<4x16xi32>)
      attributes {maps = [affine_map<(m, n) -> (n)>], packed = false} {
  ^bb0(%acc: i32, %x: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C7: a constant beyond the end.
func.func @contract_map_constant(%a: memref<4x8xi8>, %b: memref<8x16xi8>, %e: memref<4x1xi32>, %out: memref<4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op reads 'memref<4x1xi32>' through affine_map<(d0, d1) -> (d0, 1)>, expected dimensions of the same size and constants in range}}
  lowp.contract ins(%a, %b : memref<4x8xi8>, memref<8x16xi8>) epilogue(%e : memref<4x1xi32>) outs(%out : memref<4x16xi32>)
      attributes {maps = [affine_map<(m, n) -> (m, 1)>], packed = false} {
  ^bb0(%acc: i32, %x: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C8: rows.
func.func @contract_rows(%a: memref<5x8xi8>, %b: memref<8x16xi8>, %out: memref<4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op dimension 0 of the left operand is 5, expected 4 for a result of type 'memref<4x16xi32>'}}
  lowp.contract ins(%a, %b : memref<5x8xi8>, memref<8x16xi8>) outs(%out : memref<4x16xi32>)
      attributes {maps = [], packed = false} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C8: pixels. 4 of them in steps of 2, 3 wide, read 9.
func.func @contract_pixels(%a: memref<9x8x8xi8>, %b: memref<3x3x8xi8>, %out: memref<4x4x8xi32>) {
  // expected-error@+1 {{'lowp.contract' op dimension 1 of the left operand is 8, expected at least 9 for a result of type 'memref<4x4x8xi32>'}}
  lowp.contract ins(%a, %b : memref<9x8x8xi8>, memref<3x3x8xi8>) outs(%out : memref<4x4x8xi32>)
      attributes {maps = [], packed = false, depthwise, window = #lowp.window<kernel = [3, 3], strides = [2, 2], dilations = [1, 1]>} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C8: channels of a depthwise convolution.
func.func @contract_channels(%a: memref<9x9x4xi8>, %b: memref<3x3x8xi8>, %out: memref<4x4x8xi32>) {
  // expected-error@+1 {{'lowp.contract' op dimension 2 of the left operand is 4, expected 8 for a result of type 'memref<4x4x8xi32>'}}
  lowp.contract ins(%a, %b : memref<9x9x4xi8>, memref<3x3x8xi8>) outs(%out : memref<4x4x8xi32>)
      attributes {maps = [], packed = false, depthwise, window = #lowp.window<kernel = [3, 3], strides = [2, 2], dilations = [1, 1]>} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C8
func.func @contract_row_major(%a: memref<4x8xi8>, %b: memref<16x8xi8>, %out: memref<4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op right operand has type 'memref<16x8xi8>', expected the shape of 'tensor<8x16xi8>'}}
  lowp.contract ins(%a, %b : memref<4x8xi8>, memref<16x8xi8>) outs(%out : memref<4x16xi32>)
      attributes {maps = [], packed = false} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C8: 9 elements take 3 steps of 4.
func.func @contract_packed(%a: memref<2x9xi8>, %b: memref<1x2x16x4xi8>, %out: memref<2x4xi32>) {
  // expected-error@+1 {{'lowp.contract' op right operand has type 'memref<1x2x16x4xi8>', expected the shape of 'tensor<1x3x16x4xi8>'}}
  lowp.contract ins(%a, %b : memref<2x9xi8>, memref<1x2x16x4xi8>) outs(%out : memref<2x4xi32>)
      attributes {maps = [], packed = true} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C8: taps.
func.func @contract_taps(%a: memref<9x9x8xi8>, %b: memref<3x2x8xi8>, %out: memref<4x4x8xi32>) {
  // expected-error@+1 {{'lowp.contract' op right operand has type 'memref<3x2x8xi8>', expected the shape of 'tensor<3x3x8xi8>'}}
  lowp.contract ins(%a, %b : memref<9x9x8xi8>, memref<3x2x8xi8>) outs(%out : memref<4x4x8xi32>)
      attributes {maps = [], packed = false, depthwise, window = #lowp.window<kernel = [3, 3], strides = [2, 2], dilations = [1, 1]>} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// C8: outer dimensions.
func.func @contract_outer_sizes(%a: memref<2x4x8xi8>, %b: memref<3x8x16xi8>, %out: memref<2x4x16xi32>) {
  // expected-error@+1 {{'lowp.contract' op right operand has type 'memref<3x8x16xi8>', expected the shape of 'tensor<2x8x16xi8>'}}
  lowp.contract ins(%a, %b : memref<2x4x8xi8>, memref<3x8x16xi8>) outs(%out : memref<2x4x16xi32>)
      attributes {maps = [], packed = false} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// A yield has no business elsewhere.
func.func @yield_elsewhere(%x: f32) {
  // expected-error@+1 {{'lowp.yield' op expects parent op 'lowp.contract'}}
  lowp.yield %x : f32
}

// -----

// C1
// expected-error@+1 {{groups of 0 in steps of 4, expected positive numbers}}
#groups = #lowp.groups<size = 0, bits = 4, step = 4, zero = 8, scale = f16, zero_points = false>

// -----

// C2
// expected-error@+1 {{codes of 3 bits, expected 4 or 8}}
#groups = #lowp.groups<size = 8, bits = 3, step = 4, zero = 4, scale = f16, zero_points = false>

// -----

// C3
// expected-error@+1 {{zero is 16, expected a code of 4 bits}}
#groups = #lowp.groups<size = 8, bits = 4, step = 4, zero = 16, scale = f16, zero_points = false>

// -----

// C4
// expected-error@+1 {{scales of type 'f64', expected f32, f16 or bf16}}
#groups = #lowp.groups<size = 8, bits = 4, step = 4, zero = 8, scale = f64, zero_points = false>

// -----

// C5
// expected-error@+1 {{zero is 8 beside zero points, expected 0}}
#groups = #lowp.groups<size = 8, bits = 4, step = 4, zero = 8, scale = f16, zero_points = true>

// -----

#groups = #lowp.groups<size = 8, bits = 4, step = 4, zero = 8, scale = f16, zero_points = false>

// C1
func.func @contract_groups_of_floats(%a: memref<1x16xf32>, %w: memref<1x192xf32>, %o: memref<1x16xf32>) {
  // expected-error@+1 {{'lowp.contract' op multiplies 'f32' by 'f32', expected bytes of groups}}
  lowp.contract ins(%a, %w : memref<1x16xf32>, memref<1x192xf32>) outs(%o : memref<1x16xf32>) attributes {maps = [], packed = true, groups = #groups} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  }
  return
}

// -----

#groups = #lowp.groups<size = 8, bits = 4, step = 4, zero = 8, scale = f16, zero_points = false>

// C9
func.func @contract_groups_unpacked(%a: memref<1x16xf32>, %w: memref<1x192xi8>, %o: memref<1x16xf32>) {
  // expected-error@+1 {{'lowp.contract' op has groups, expected a packed right operand and no window}}
  lowp.contract ins(%a, %w : memref<1x16xf32>, memref<1x192xi8>) outs(%o : memref<1x16xf32>) attributes {maps = [], packed = false, groups = #groups} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  }
  return
}

// -----

#groups = #lowp.groups<size = 8, bits = 4, step = 4, zero = 8, scale = f16, zero_points = false>

// C9
func.func @contract_groups_dynamic(%a: memref<1x?xf32>, %w: memref<1x192xi8>, %o: memref<1x16xf32>) {
  // expected-error@+1 {{'lowp.contract' op has groups of a dynamic reduction, expected a static one}}
  lowp.contract ins(%a, %w : memref<1x?xf32>, memref<1x192xi8>) outs(%o : memref<1x16xf32>) attributes {maps = [], packed = true, groups = #groups} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  }
  return
}

// -----

#groups = #lowp.groups<size = 8, bits = 4, step = 4, zero = 8, scale = f16, zero_points = false>

// C9
func.func @contract_groups_without_scale(%a: memref<1x16xi8>, %w: memref<1x192xi8>, %o: memref<1x16xf32>) {
  // expected-error@+1 {{'lowp.contract' op has groups of codes and no epilogue operand, expected the scale of the rows}}
  lowp.contract ins(%a, %w : memref<1x16xi8>, memref<1x192xi8>) outs(%o : memref<1x16xf32>) attributes {maps = [], packed = true, groups = #groups} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  }
  return
}

// -----

//===----------------------------------------------------------------------===//
// lowp.narrow
//===----------------------------------------------------------------------===//

// C1
func.func @narrow_elements(%x: vector<4xf32>) {
  // expected-error@+1 {{'lowp.narrow' op makes 'vector<4xi8>' of 2 x 'vector<4xf32>', expected as many elements, in vectors of rank 1}}
  lowp.narrow %x, %x {zero_point = 0 : i32, lo = 0 : i32, hi = 127 : i32} : vector<4xf32>, vector<4xf32> to vector<4xi8>
  return
}

// -----

// C2
func.func @narrow_range(%x: f32) {
  // expected-error@+1 {{'lowp.narrow' op clips to [0, 255], expected a range within [-128, 127]}}
  lowp.narrow %x {zero_point = 0 : i32, lo = 0 : i32, hi = 255 : i32} : f32 to i8
  return
}

// -----

// C3
func.func @narrow_zero_point(%x: f32) {
  // expected-error@+1 {{'lowp.narrow' op has zero point 256, expected one within [-255, 255]}}
  lowp.narrow %x {is_unsigned, zero_point = 256 : i32, lo = 0 : i32, hi = 255 : i32} : f32 to i8
  return
}

// -----

//===----------------------------------------------------------------------===//
// lowp.site
//===----------------------------------------------------------------------===//

// C1
// expected-error@+1 {{'lowp.site' op statistic 'max' is "large", expected numbers}}
lowp.site @query {statistics = {max = "large"}}

// -----

// expected-error@+1 {{attribute 'scheme' failed to satisfy constraint: how one site is quantized}}
lowp.site @query {scheme = #lowp.spec<i8>}

// -----

// expected-note@+1 {{see existing symbol definition here}}
lowp.site @query
// expected-error@+1 {{redefinition of symbol named 'query'}}
lowp.site @query
