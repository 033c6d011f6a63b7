// Every op, as text, in the generic form and as bytecode.
// RUN: quant-opt %s | quant-opt --mlir-print-local-scope | FileCheck %s
// RUN: quant-opt %s --mlir-print-op-generic | quant-opt --mlir-print-local-scope | FileCheck %s
// RUN: quant-opt %s --emit-bytecode | quant-opt --mlir-print-local-scope | FileCheck %s
// RUN: quant-opt %s --mlir-print-op-generic --mlir-print-local-scope | FileCheck %s --check-prefix=GENERIC
// RUN: quant-opt %s --verify-roundtrip -o /dev/null

#token = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>
#tensor = #lowp.spec<u8, block = [?, ?]>
#group = #lowp.spec<i4, block = [1, 4], symmetric, scale = f16>
#nf4 = #lowp.spec<u4, block = [1, 4], symmetric>
#fp8 = #lowp.spec<f8E4M3FN, block = [?, ?], symmetric>
#float_zero = #lowp.spec<u4, block = [?, 4], scale = f16, float_zero>

// CHECK-LABEL: lowp.site @bare
// CHECK-NOT: {
// CHECK: lowp.site @query {scheme = #lowp.scheme<weight = #lowp.spec<i4, block = [1, 4], symmetric, scale = f16>, input = dynamic #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>>, statistics = {absmax = dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>, count = 8 : i64, max = 3.500000e+00 : f32}}
// CHECK: lowp.site @logits {reason = "not in the recipe"}
lowp.site @bare
lowp.site @query {scheme = #lowp.scheme<weight = #group, input = dynamic #token>,
                  statistics = {max = 3.5 : f32, count = 8 : i64, absmax = dense<[1.0, 2.0]> : tensor<2xf32>}}
lowp.site @logits {reason = "not in the recipe"}

// CHECK-LABEL: func.func @quantize
// CHECK-SAME: (%[[X:.*]]: tensor<4x8xf32>, %[[S:.*]]: tensor<4x1xf32>)
// CHECK-NEXT: lowp.quantize %[[X]], %[[S]] {spec = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xi8>
// GENERIC-LABEL: sym_name = "quantize"
// GENERIC: "lowp.quantize"(%{{.*}}, %{{.*}}) <{spec = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>}> : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xi8>
func.func @quantize(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>) -> tensor<4x8xi8> {
  %q = lowp.quantize %x, %s {spec = #token} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xi8>
  return %q : tensor<4x8xi8>
}

// CHECK-LABEL: func.func @quantize_with_zero_point
// CHECK-SAME: (%[[X:.*]]: tensor<4x8xf32>, %[[S:.*]]: tensor<1x1xf32>, %[[Z:.*]]: tensor<1x1xi32>)
// CHECK-NEXT: lowp.quantize %[[X]], %[[S]], %[[Z]] {spec = #lowp.spec<u8, block = [?, ?]>} : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1x1xi32>) -> tensor<4x8xi8>
func.func @quantize_with_zero_point(%x: tensor<4x8xf32>, %s: tensor<1x1xf32>,
                                    %z: tensor<1x1xi32>) -> tensor<4x8xi8> {
  %q = lowp.quantize %x, %s, %z {spec = #tensor} : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1x1xi32>) -> tensor<4x8xi8>
  return %q : tensor<4x8xi8>
}

// CHECK-LABEL: func.func @quantize_to_float
// CHECK: lowp.quantize %{{.*}}, %{{.*}} {spec = #lowp.spec<f8E4M3FN, block = [?, ?], symmetric>} : (tensor<4x8xbf16>, tensor<1x1xf32>) -> tensor<4x8xf8E4M3FN>
func.func @quantize_to_float(%x: tensor<4x8xbf16>, %s: tensor<1x1xf32>) -> tensor<4x8xf8E4M3FN> {
  %q = lowp.quantize %x, %s {spec = #fp8} : (tensor<4x8xbf16>, tensor<1x1xf32>) -> tensor<4x8xf8E4M3FN>
  return %q : tensor<4x8xf8E4M3FN>
}

// A rank of zero has an empty block; a dynamic dimension has a dynamic grid unless its block is whole.
// CHECK-LABEL: func.func @shapes
// CHECK: lowp.quantize %{{.*}}, %{{.*}} {spec = #lowp.spec<i8, block = [], symmetric>} : (tensor<f32>, tensor<f32>) -> tensor<i8>
// CHECK: lowp.quantize %{{.*}}, %{{.*}} {spec = #lowp.spec<i8, block = [2, ?], symmetric>} : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xi8>
func.func @shapes(%x: tensor<f32>, %s: tensor<f32>, %y: tensor<?x?xf32>, %t: tensor<?x1xf32>)
    -> (tensor<i8>, tensor<?x?xi8>) {
  %0 = lowp.quantize %x, %s {spec = #lowp.spec<i8, symmetric>} : (tensor<f32>, tensor<f32>) -> tensor<i8>
  %1 = lowp.quantize %y, %t {spec = #lowp.spec<i8, block = [2, ?], symmetric>} : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xi8>
  return %0, %1 : tensor<i8>, tensor<?x?xi8>
}

// CHECK-LABEL: func.func @dequantize
// CHECK: lowp.dequantize %{{.*}}, %{{.*}} {spec = #lowp.spec<i4, block = [1, 4], symmetric, scale = f16>} : (tensor<4x10xi4>, tensor<4x3xf16>) -> tensor<4x10xf32>
// CHECK: lowp.dequantize %{{.*}}, %{{.*}}, %{{.*}} {spec = #lowp.spec<u4, block = [?, 4], scale = f16, float_zero>} : (tensor<4x10xi4>, tensor<1x3xf16>, tensor<1x3xf16>) -> tensor<4x10xf16>
func.func @dequantize(%q: tensor<4x10xi4>, %s: tensor<4x3xf16>, %t: tensor<1x3xf16>, %z: tensor<1x3xf16>)
    -> (tensor<4x10xf32>, tensor<4x10xf16>) {
  %0 = lowp.dequantize %q, %s {spec = #group} : (tensor<4x10xi4>, tensor<4x3xf16>) -> tensor<4x10xf32>
  %1 = lowp.dequantize %q, %t, %z {spec = #float_zero} : (tensor<4x10xi4>, tensor<1x3xf16>, tensor<1x3xf16>) -> tensor<4x10xf16>
  return %0, %1 : tensor<4x10xf32>, tensor<4x10xf16>
}

// CHECK-LABEL: func.func @choose_qparams
// CHECK: %{{.*}} = lowp.choose_qparams %{{.*}} {spec = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>} : (tensor<4x8xf32>) -> tensor<4x1xf32>
// CHECK: %{{.*}}, %{{.*}} = lowp.choose_qparams %{{.*}} {spec = #lowp.spec<u8, block = [?, ?]>} : (tensor<4x8xf32>) -> (tensor<1x1xf32>, tensor<1x1xi32>)
func.func @choose_qparams(%x: tensor<4x8xf32>) -> (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1x1xi32>) {
  %0 = lowp.choose_qparams %x {spec = #token} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %1, %2 = lowp.choose_qparams %x {spec = #tensor} : (tensor<4x8xf32>) -> (tensor<1x1xf32>, tensor<1x1xi32>)
  return %0, %1, %2 : tensor<4x1xf32>, tensor<1x1xf32>, tensor<1x1xi32>
}

// CHECK-LABEL: func.func @fake_quantize
// CHECK: lowp.fake_quantize %{{.*}}, %{{.*}} {spec = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
// CHECK: lowp.fake_quantize %{{.*}}, %{{.*}}, %{{.*}} {spec = #lowp.spec<u8, block = [?, ?]>} : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1x1xi32>) -> tensor<4x8xf32>
func.func @fake_quantize(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>, %t: tensor<1x1xf32>, %z: tensor<1x1xi32>)
    -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %0 = lowp.fake_quantize %x, %s {spec = #token} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %1 = lowp.fake_quantize %x, %t, %z {spec = #tensor} : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1x1xi32>) -> tensor<4x8xf32>
  return %0, %1 : tensor<4x8xf32>, tensor<4x8xf32>
}

// CHECK-LABEL: func.func @codebook
// CHECK: %[[Q:.*]] = lowp.encode %{{.*}}, %{{.*}}, %{{.*}} {spec = #lowp.spec<u4, block = [1, 4], symmetric>} : (tensor<4x8xf32>, tensor<16xf32>, tensor<4x2xf32>) -> tensor<4x8xi4>
// CHECK: lowp.decode %[[Q]], %{{.*}}, %{{.*}} {spec = #lowp.spec<u4, block = [1, 4], symmetric>} : (tensor<4x8xi4>, tensor<16xf32>, tensor<4x2xf32>) -> tensor<4x8xf32>
func.func @codebook(%x: tensor<4x8xf32>, %table: tensor<16xf32>, %absmax: tensor<4x2xf32>) -> tensor<4x8xf32> {
  %q = lowp.encode %x, %table, %absmax {spec = #nf4} : (tensor<4x8xf32>, tensor<16xf32>, tensor<4x2xf32>) -> tensor<4x8xi4>
  %y = lowp.decode %q, %table, %absmax {spec = #nf4} : (tensor<4x8xi4>, tensor<16xf32>, tensor<4x2xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @observe
// CHECK: lowp.observe %{{.*}} {site = @query, what = [#lowp.statistic<min_max>, #lowp.statistic<channel_abs_max>, #lowp.statistic<channel_mean>, #lowp.statistic<histogram>, #lowp.statistic<gram>]} : tensor<?x8xf32>
func.func @observe(%x: tensor<?x8xf32>) {
  lowp.observe %x {site = @query, what = [#lowp.statistic<min_max>, #lowp.statistic<channel_abs_max>,
      #lowp.statistic<channel_mean>, #lowp.statistic<histogram>, #lowp.statistic<gram>]} : tensor<?x8xf32>
  return
}

// CHECK-LABEL: func.func @dot
// CHECK: lowp.dot %{{.*}}, %{{.*}}, %{{.*}} {a_unsigned} : vector<16xi32>, vector<64xi8>
// CHECK: lowp.dot %{{.*}}, %{{.*}}, %{{.*}} : vector<8xf32>, vector<16xbf16>
// CHECK: lowp.dot %{{.*}}, %{{.*}}, %{{.*}} {b_limit = 64 : i64} : vector<16xi32>, vector<64xi8>
// CHECK: lowp.dot %{{.*}}, %{{.*}}, %{{.*}} {block = 2 : i64} : vector<4xi32>, vector<16xi8>
func.func @dot(%i: vector<16xi32>, %a: vector<64xi8>, %b: vector<64xi8>, %f: vector<8xf32>,
               %c: vector<16xbf16>, %d: vector<16xbf16>, %p: vector<4xi32>, %q: vector<16xi8>)
    -> (vector<16xi32>, vector<8xf32>, vector<4xi32>) {
  %0 = lowp.dot %i, %a, %b {a_unsigned} : vector<16xi32>, vector<64xi8>
  %1 = lowp.dot %f, %c, %d : vector<8xf32>, vector<16xbf16>
  %2 = lowp.dot %0, %a, %b {b_limit = 64 : i64} : vector<16xi32>, vector<64xi8>
  %3 = lowp.dot %p, %q, %q {block = 2 : i64} : vector<4xi32>, vector<16xi8>
  return %2, %1, %3 : vector<16xi32>, vector<8xf32>, vector<4xi32>
}

// CHECK-LABEL: func.func @narrow
// CHECK: lowp.narrow %{{.*}}, %{{.*}} {hi = 255 : i32, is_unsigned, lo = 0 : i32, zero_point = 119 : i32} : vector<16xf32>, vector<16xf32> to vector<32xi8>
// CHECK: lowp.narrow %{{.*}} {hi = 127 : i32, lo = -127 : i32, zero_point = 0 : i32} : f32 to i8
func.func @narrow(%x: vector<16xf32>, %y: f32) -> (vector<32xi8>, i8) {
  %0 = lowp.narrow %x, %x {is_unsigned, zero_point = 119 : i32, lo = 0 : i32, hi = 255 : i32}
    : vector<16xf32>, vector<16xf32> to vector<32xi8>
  %1 = lowp.narrow %y {zero_point = 0 : i32, lo = -127 : i32, hi = 127 : i32} : f32 to i8
  return %0, %1 : vector<32xi8>, i8
}

// CHECK-LABEL: func.func @contract
// CHECK: lowp.contract ins(%{{.*}}, %{{.*}} : tensor<4x8xi8>, tensor<8x16xi8>) epilogue(%{{.*}} : tensor<16xf32>) outs(%{{.*}} : tensor<4x16xf32>) attributes {lhs_unsigned, maps = [{{.*}}], packed = false} {
// CHECK-NEXT: ^bb0(%[[ACC:.*]]: i32, %[[SCALE:.*]]: f32):
// CHECK-NEXT: %[[F:.*]] = arith.sitofp %[[ACC]] : i32 to f32
// CHECK-NEXT: %[[Y:.*]] = arith.mulf %[[F]], %[[SCALE]] : f32
// CHECK-NEXT: lowp.yield %[[Y]] : f32
// CHECK-NEXT: } -> tensor<4x16xf32>
func.func @contract(%a: tensor<4x8xi8>, %b: tensor<8x16xi8>, %s: tensor<16xf32>, %out: tensor<4x16xf32>)
    -> tensor<4x16xf32> {
  %0 = lowp.contract ins(%a, %b : tensor<4x8xi8>, tensor<8x16xi8>) epilogue(%s : tensor<16xf32>)
      outs(%out : tensor<4x16xf32>)
      attributes {maps = [affine_map<(m, n) -> (n)>], packed = false, lhs_unsigned} {
  ^bb0(%acc: i32, %scale: f32):
    %f = arith.sitofp %acc : i32 to f32
    %y = arith.mulf %f, %scale : f32
    lowp.yield %y : f32
  } -> tensor<4x16xf32>
  return %0 : tensor<4x16xf32>
}

// CHECK-LABEL: func.func @contract_of_memrefs
// CHECK: lowp.contract ins(%{{.*}}, %{{.*}} : memref<4x8xf32>, memref<8x16xf32>) outs(%{{.*}} : memref<4x16xf32>)
// CHECK-NOT: ->
// CHECK: return
func.func @contract_of_memrefs(%a: memref<4x8xf32>, %b: memref<8x16xf32>, %out: memref<4x16xf32>) {
  lowp.contract ins(%a, %b : memref<4x8xf32>, memref<8x16xf32>) outs(%out : memref<4x16xf32>)
      attributes {maps = [], packed = false} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  }
  return
}
