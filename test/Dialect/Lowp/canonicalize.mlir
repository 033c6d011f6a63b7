// Codes that are constants stay codes, and a fake_quantize stays one, whatever stock passes run.
// RUN: quant-opt %s --canonicalize --cse --sccp --canonicalize | FileCheck %s

#channel = #lowp.spec<i8, block = [?, 1], symmetric>
#tensor = #lowp.spec<u8, block = [?, ?]>

// CHECK-LABEL: func.func @dequantize_of_constants
// CHECK-DAG: %[[Q:.*]] = arith.constant dense<{{.*}}> : tensor<2x2xi8>
// CHECK-DAG: %[[S:.*]] = arith.constant dense<{{.*}}> : tensor<1x2xf32>
// CHECK: %[[X:.*]] = lowp.dequantize %[[Q]], %[[S]]
// CHECK-NEXT: return %[[X]]
func.func @dequantize_of_constants() -> tensor<2x2xf32> {
  %q = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>
  %s = arith.constant dense<[[0.5, 2.0]]> : tensor<1x2xf32>
  %x = lowp.dequantize %q, %s {spec = #channel} : (tensor<2x2xi8>, tensor<1x2xf32>) -> tensor<2x2xf32>
  return %x : tensor<2x2xf32>
}

// CHECK-LABEL: func.func @dequantize_of_splats
// CHECK: %[[X:.*]] = lowp.dequantize
// CHECK-NEXT: return %[[X]]
func.func @dequantize_of_splats() -> tensor<2x2xf32> {
  %q = arith.constant dense<0> : tensor<2x2xi8>
  %s = arith.constant dense<1.0> : tensor<1x1xf32>
  %z = arith.constant dense<0> : tensor<1x1xi32>
  %x = lowp.dequantize %q, %s, %z {spec = #tensor} : (tensor<2x2xi8>, tensor<1x1xf32>, tensor<1x1xi32>) -> tensor<2x2xf32>
  return %x : tensor<2x2xf32>
}

// CHECK-LABEL: func.func @dequantize_of_a_resource
// CHECK: %[[Q:.*]] = arith.constant dense_resource<codes> : tensor<2x2xi8>
// CHECK: %[[X:.*]] = lowp.dequantize %[[Q]]
// CHECK-NEXT: return %[[X]]
func.func @dequantize_of_a_resource() -> tensor<2x2xf32> {
  %q = arith.constant dense_resource<codes> : tensor<2x2xi8>
  %s = arith.constant dense<[[0.5, 2.0]]> : tensor<1x2xf32>
  %x = lowp.dequantize %q, %s {spec = #channel} : (tensor<2x2xi8>, tensor<1x2xf32>) -> tensor<2x2xf32>
  return %x : tensor<2x2xf32>
}

// CHECK-LABEL: func.func @fake_quantize_of_constants
// CHECK: %[[X:.*]] = lowp.fake_quantize
// CHECK-NEXT: return %[[X]]
func.func @fake_quantize_of_constants() -> tensor<2x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %s = arith.constant dense<[[0.5, 2.0]]> : tensor<1x2xf32>
  %x = lowp.fake_quantize %w, %s {spec = #channel} : (tensor<2x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
  return %x : tensor<2x2xf32>
}

// Twice the same is not once: the second gradient is clipped again.
// CHECK-LABEL: func.func @fake_quantize_twice
// CHECK: %[[ONCE:.*]] = lowp.fake_quantize
// CHECK-NEXT: %[[TWICE:.*]] = lowp.fake_quantize %[[ONCE]]
// CHECK-NEXT: return %[[TWICE]]
func.func @fake_quantize_twice(%x: tensor<2x2xf32>, %s: tensor<1x2xf32>) -> tensor<2x2xf32> {
  %0 = lowp.fake_quantize %x, %s {spec = #channel} : (tensor<2x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
  %1 = lowp.fake_quantize %0, %s {spec = #channel} : (tensor<2x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}

// A round trip loses bits: it is no identity.
// CHECK-LABEL: func.func @quantize_then_dequantize
// CHECK: %[[Q:.*]] = lowp.quantize
// CHECK-NEXT: %[[X:.*]] = lowp.dequantize %[[Q]]
// CHECK-NEXT: return %[[X]]
func.func @quantize_then_dequantize(%x: tensor<2x2xf32>, %s: tensor<1x2xf32>) -> tensor<2x2xf32> {
  %q = lowp.quantize %x, %s {spec = #channel} : (tensor<2x2xf32>, tensor<1x2xf32>) -> tensor<2x2xi8>
  %y = lowp.dequantize %q, %s {spec = #channel} : (tensor<2x2xi8>, tensor<1x2xf32>) -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}

// What nobody uses goes, what is written twice is computed once; a probe is an effect and stays.
// CHECK-LABEL: func.func @effects
// CHECK: lowp.observe
// CHECK-NEXT: lowp.observe
// CHECK-NEXT: %[[S:.*]] = lowp.choose_qparams
// CHECK-NEXT: return %[[S]], %[[S]]
func.func @effects(%x: tensor<2x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  lowp.observe %x {site = @s, what = [#lowp.statistic<gram>]} : tensor<2x2xf32>
  lowp.observe %x {site = @s, what = [#lowp.statistic<gram>]} : tensor<2x2xf32>
  %0 = lowp.choose_qparams %x {spec = #channel} : (tensor<2x2xf32>) -> tensor<1x2xf32>
  %1 = lowp.choose_qparams %x {spec = #channel} : (tensor<2x2xf32>) -> tensor<1x2xf32>
  %unused = lowp.fake_quantize %x, %0 {spec = #channel} : (tensor<2x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
  return %0, %1 : tensor<1x2xf32>, tensor<1x2xf32>
}

lowp.site @s

{-#
  dialect_resources: {
    builtin: {
      codes: "0x4000000001020304"
    }
  }
#-}
