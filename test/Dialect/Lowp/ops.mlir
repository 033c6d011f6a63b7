// RUN: quant-opt %s | quant-opt | FileCheck %s
// RUN: quant-opt %s --mlir-print-op-generic | quant-opt | FileCheck %s
// RUN: quant-opt %s --emit-bytecode | quant-opt | FileCheck %s
// RUN: quant-opt %s --canonicalize --cse | FileCheck %s --check-prefix=CANON

#token = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
#tensor = #lowp.spec<u8, block = [?, ?]>
#group = #lowp.spec<i4, block = [1, 32], symmetric, scale = f16, half_step>
#codebook = #lowp.spec<u4, block = [1, 32]>
#float = #lowp.spec<f8E4M3FN, block = [?, 1], symmetric>

// CHECK: lowp.site @query {reason = "why", scheme = #lowp.scheme<weight = #{{.*}}, input = dynamic #{{.*}}>, statistics = {channel_max = dense<1.000000e+00> : tensor<2xf32>, tokens = 3 : i64}}
lowp.site @query {reason = "why", scheme = #lowp.scheme<weight = #group, input = dynamic #token>, statistics = {channel_max = dense<1.0> : tensor<2xf32>, tokens = 3 : i64}}

// CHECK-LABEL: func.func @affine
// CHECK: lowp.choose_qparams %{{.*}} {spec = #{{.*}}} : (tensor<4x64xf32>) -> tensor<4x1xf32>
// CHECK: lowp.quantize %{{.*}}, %{{.*}} {spec = #{{.*}}} : (tensor<4x64xf32>, tensor<4x1xf32>) -> tensor<4x64xi8>
// CHECK: lowp.dequantize
// CHECK: lowp.choose_qparams %{{.*}} : (tensor<4x64xf32>) -> (tensor<1x1xf32>, tensor<1x1xi32>)
// CHECK: lowp.fake_quantize %{{.*}}, %{{.*}}, %{{.*}} {spec
func.func @affine(%x: tensor<4x64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %s = lowp.choose_qparams %x {spec = #token} : (tensor<4x64xf32>) -> tensor<4x1xf32>
  %q = lowp.quantize %x, %s {spec = #token} : (tensor<4x64xf32>, tensor<4x1xf32>) -> tensor<4x64xi8>
  %y = lowp.dequantize %q, %s {spec = #token} : (tensor<4x64xi8>, tensor<4x1xf32>) -> tensor<4x64xf32>
  %t, %z = lowp.choose_qparams %x {spec = #tensor} : (tensor<4x64xf32>) -> (tensor<1x1xf32>, tensor<1x1xi32>)
  %f = lowp.fake_quantize %x, %t, %z {spec = #tensor} : (tensor<4x64xf32>, tensor<1x1xf32>, tensor<1x1xi32>) -> tensor<4x64xf32>
  return %y, %f : tensor<4x64xf32>, tensor<4x64xf32>
}

// CHECK-LABEL: func.func @tables
// CHECK: lowp.encode
// CHECK: lowp.decode
func.func @tables(%x: tensor<4x40xf32>, %table: tensor<16xf32>, %m: tensor<4x2xf32>) -> tensor<4x40xf32> {
  %q = lowp.encode %x, %table, %m {spec = #codebook} : (tensor<4x40xf32>, tensor<16xf32>, tensor<4x2xf32>) -> tensor<4x40xi4>
  %y = lowp.decode %q, %table, %m {spec = #codebook} : (tensor<4x40xi4>, tensor<16xf32>, tensor<4x2xf32>) -> tensor<4x40xf32>
  return %y : tensor<4x40xf32>
}

// CHECK-LABEL: func.func @dynamic
// CHECK: lowp.dequantize %{{.*}}, %{{.*}} {spec = #{{.*}}} : (tensor<?x8xf8E4M3FN>, tensor<1x8xf32>) -> tensor<?x8xf32>
func.func @dynamic(%q: tensor<?x8xf8E4M3FN>, %s: tensor<1x8xf32>) -> tensor<?x8xf32> {
  %y = lowp.dequantize %q, %s {spec = #float} : (tensor<?x8xf8E4M3FN>, tensor<1x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @observe
// CHECK: lowp.observe %{{.*}} {site = @query, what = [#lowp<statistic min_max>, #lowp<statistic channel_abs_max>]} : tensor<4x64xf32>
func.func @observe(%x: tensor<4x64xf32>) {
  lowp.observe %x {site = @query, what = [#lowp<statistic min_max>, #lowp<statistic channel_abs_max>]} : tensor<4x64xf32>
  return
}

// CHECK-LABEL: func.func @dot
// CHECK: lowp.dot %{{.*}}, %{{.*}}, %{{.*}} {a_unsigned} : vector<16xi32>, vector<64xi8>
func.func @dot(%acc: vector<16xi32>, %a: vector<64xi8>) -> vector<16xi32> {
  %0 = lowp.dot %acc, %a, %a {a_unsigned} : vector<16xi32>, vector<64xi8>
  return %0 : vector<16xi32>
}

// A constant weight is never evaluated, a fake quantization never folded.
// CANON-LABEL: func.func @constant
// CANON: lowp.dequantize
// CANON: lowp.fake_quantize
func.func @constant() -> (tensor<2x2xf32>, tensor<2x2xf32>) {
  %q = arith.constant dense<1> : tensor<2x2xi8>
  %s = arith.constant dense<1.0> : tensor<2x1xf32>
  %x = arith.constant dense<1.0> : tensor<2x2xf32>
  %w = lowp.dequantize %q, %s {spec = #token} : (tensor<2x2xi8>, tensor<2x1xf32>) -> tensor<2x2xf32>
  %f = lowp.fake_quantize %x, %s {spec = #token} : (tensor<2x2xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  return %w, %f : tensor<2x2xf32>, tensor<2x2xf32>
}
