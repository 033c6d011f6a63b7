// RUN: quant-opt %s --split-input-file --verify-diagnostics

// spec (C1)
// expected-error @below {{storage is 'i32', expected i1…i16, u1…u16 or a float of at most 8 bits}}
#s = #lowp.spec<i32, block = [1]>

// -----

// spec (C2)
// expected-error @below {{block size is 0, expected a positive number or ?}}
#s = #lowp.spec<i8, block = [0]>

// -----

// spec (C3)
// expected-error @below {{range is [-129, 127], expected lo < hi within [-128, 127]}}
#s = #lowp.spec<i8, block = [1], range = [-129, 127]>

// -----

// spec (C4)
// expected-error @below {{scale type is 'i32', expected a float}}
#s = #lowp.spec<i8, block = [1], scale = i32>

// -----

// spec (C5)
// expected-error @below {{float_zero on a symmetric spec, which has no zero point}}
#s = #lowp.spec<u4, block = [1], symmetric, float_zero>

// -----

// spec (C6)
// expected-error @below {{half_step on an asymmetric spec}}
#s = #lowp.spec<u4, block = [1], half_step>

// -----

// expected-error @below {{expected a storage type such as i8, u4 or f8E4M3FN}}
#s = #lowp.spec<x8, block = [1]>

// -----

// expected-error @below {{unknown part 'colour' of a spec}}
#s = #lowp.spec<i8, colour>

// -----

// expected-error @below {{range has 1 bounds, expected 2}}
#s = #lowp.spec<i8, block = [1], range = [1]>

// -----

// scheme (C1)
// expected-error @below {{scheme without a weight, an input and an output, expected at least one}}
#s = #lowp.scheme<>

// -----

// expected-error @below {{unknown part 'bias' of a scheme}}
#s = #lowp.scheme<bias = #lowp.spec<i8, block = [1]>>

// -----

#s = #lowp.spec<i8, block = [1, ?], symmetric>
// quantize (C1)
func.func @shape(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>) {
  // expected-error @below {{result has type 'tensor<4x9xi8>', expected the shape of 'tensor<4x8xf32>'}}
  %q = lowp.quantize %x, %s {spec = #s} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x9xi8>
  return
}

// -----

#s = #lowp.spec<i8, block = [1], symmetric>
// quantize (C2)
func.func @rank(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>) {
  // expected-error @below {{block has rank 1, expected rank 2 of 'tensor<4x8xf32>'}}
  %q = lowp.quantize %x, %s {spec = #s} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xi8>
  return
}

// -----

#s = #lowp.spec<i8, block = [1, 3], symmetric>
// quantize (C3): the last block may be short.
func.func @grid(%x: tensor<4x8xf32>, %s: tensor<4x2xf32>) {
  // expected-error @below {{scale has type 'tensor<4x2xf32>', expected 'tensor<4x3xf32>'}}
  %q = lowp.quantize %x, %s {spec = #s} : (tensor<4x8xf32>, tensor<4x2xf32>) -> tensor<4x8xi8>
  return
}

// -----

#s = #lowp.spec<i8, block = [1, ?], symmetric>
// quantize (C4)
func.func @zero(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>, %z: tensor<4x1xi32>) {
  // expected-error @below {{zero point on a symmetric spec, expected none}}
  %q = lowp.quantize %x, %s, %z {spec = #s} : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<4x1xi32>) -> tensor<4x8xi8>
  return
}

// -----

#s = #lowp.spec<i8, block = [1, ?]>
// dequantize (C4)
func.func @nozero(%q: tensor<4x8xi8>, %s: tensor<4x1xf32>) {
  // expected-error @below {{no zero point on an asymmetric spec, expected one}}
  %x = lowp.dequantize %q, %s {spec = #s} : (tensor<4x8xi8>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return
}

// -----

#s = #lowp.spec<i8, block = [1, ?], symmetric>
// quantize (C5)
func.func @codes(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>) {
  // expected-error @below {{codes have element type 'i4', expected 'i8'}}
  %q = lowp.quantize %x, %s {spec = #s} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xi4>
  return
}

// -----

#s = #lowp.spec<i8, block = [?, ?]>
// choose_qparams (C4)
func.func @params(%x: tensor<4x8xf32>) {
  // expected-error @below {{zero point has type 'tensor<1x1xf32>', expected 'tensor<1x1xi32>'}}
  %s, %z = lowp.choose_qparams %x {spec = #s} : (tensor<4x8xf32>) -> (tensor<1x1xf32>, tensor<1x1xf32>)
  return
}

// -----

#s = #lowp.spec<u4, block = [?]>
// decode (C4)
func.func @codebook(%q: tensor<8xi4>, %t: tensor<15xf32>, %m: tensor<1xf32>) {
  // expected-error @below {{codebook has type 'tensor<15xf32>', expected 16 entries}}
  %x = lowp.decode %q, %t, %m {spec = #s} : (tensor<8xi4>, tensor<15xf32>, tensor<1xf32>) -> tensor<8xf32>
  return
}

// -----

#s = #lowp.spec<i4, block = [?]>
// encode (C5)
func.func @signed(%x: tensor<8xf32>, %t: tensor<16xf32>, %m: tensor<1xf32>) {
  // expected-error @below {{storage of codebook indices must be unsigned}}
  %q = lowp.encode %x, %t, %m {spec = #s} : (tensor<8xf32>, tensor<16xf32>, tensor<1xf32>) -> tensor<8xi4>
  return
}

// -----

// observe (C1)
func.func @nothing(%x: tensor<4x8xf32>) {
  // expected-error @below {{names no statistic, expected at least one}}
  lowp.observe %x {site = @s, what = []} : tensor<4x8xf32>
  return
}

// -----

// observe (C2)
func.func @channels(%x: tensor<4x?xf32>) {
  // expected-error @below {{input has type 'tensor<4x?xf32>', expected a static last dimension}}
  lowp.observe %x {site = @s, what = [#lowp<statistic min_max>]} : tensor<4x?xf32>
  return
}

// -----

// dot (C1)
func.func @dotrank(%acc: vector<2x2xi32>, %a: vector<16xi8>) {
  // expected-error @below {{has operands of rank 2 and 1, expected 1}}
  %0 = lowp.dot %acc, %a, %a : vector<2x2xi32>, vector<16xi8>
  return
}

// -----

// dot (C2)
func.func @dotlanes(%acc: vector<16xi32>, %a: vector<60xi8>) {
  // expected-error @below {{has 60 elements for 16 lanes, expected a multiple}}
  %0 = lowp.dot %acc, %a, %a : vector<16xi32>, vector<60xi8>
  return
}

// -----

// dot (C3)
func.func @dottype(%acc: vector<16xf32>, %a: vector<64xi8>) {
  // expected-error @below {{accumulates 'vector<64xi8>' in 'vector<16xf32>', expected i32}}
  %0 = lowp.dot %acc, %a, %a : vector<16xf32>, vector<64xi8>
  return
}

// -----

// dot (C4)
func.func @dotsign(%acc: vector<16xf32>, %a: vector<16xf32>) {
  // expected-error @below {{marks float operands as unsigned}}
  %0 = lowp.dot %acc, %a, %a {b_unsigned} : vector<16xf32>, vector<16xf32>
  return
}

// -----

// contract (C2)
func.func @maps(%a: tensor<2x2xf32>, %e: tensor<2xf32>) -> tensor<2x2xf32> {
  // expected-error @below {{has 1 epilogue operands, 0 maps and 1 region arguments, expected one map and one argument each}}
  %0 = lowp.contract ins(%a, %a : tensor<2x2xf32>, tensor<2x2xf32>) epilogue(%e : tensor<2xf32>) outs(%a : tensor<2x2xf32>)
      attributes {maps = [], packed = false} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  } -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

// contract (C3)
func.func @acc(%a: tensor<2x2xi8>, %o: tensor<2x2xi32>) -> tensor<2x2xi32> {
  // expected-error @below {{accumulates in 'i16', expected 'i32'}}
  %0 = lowp.contract ins(%a, %a : tensor<2x2xi8>, tensor<2x2xi8>) outs(%o : tensor<2x2xi32>)
      attributes {maps = [], packed = false} {
  ^bb0(%acc: i16):
    %1 = arith.extsi %acc : i16 to i32
    lowp.yield %1 : i32
  } -> tensor<2x2xi32>
  return %0 : tensor<2x2xi32>
}

// -----

// contract (C4)
func.func @yield(%a: tensor<2x2xf32>, %o: tensor<2x2xi32>) -> tensor<2x2xi32> {
  // expected-error @below {{yields 'f32', expected 'i32'}}
  %0 = lowp.contract ins(%a, %a : tensor<2x2xf32>, tensor<2x2xf32>) outs(%o : tensor<2x2xi32>)
      attributes {maps = [], packed = false} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  } -> tensor<2x2xi32>
  return %0 : tensor<2x2xi32>
}

// -----

// site (C1)
// expected-error @below {{statistic 'max' is "large", expected numbers}}
lowp.site @s {statistics = {max = "large"}}
