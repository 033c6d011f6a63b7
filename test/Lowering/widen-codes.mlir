// RUN: quant-opt %s --lowp-widen-codes --split-input-file | FileCheck %s

#w = #lowp.spec<i4, block = [1, 2], symmetric, scale = f16>
// One constant for all that read the codes with their sign; the range says that they have 4 bits.
// CHECK: #[[$W:.*]] = #lowp.spec<i8, block = [1, 2], symmetric, range = [-8, 7], scale = f16>
// CHECK: #[[$U:.*]] = #lowp.spec<u8, block = [1, 2], symmetric, range = [0, 15], scale = f16>
// CHECK-LABEL: func.func @constants
// CHECK-DAG: %[[Q:.*]] = arith.constant dense<{{\[\[}}-8, 7, -1, 3]]> : tensor<1x4xi8>
// CHECK-DAG: %[[P:.*]] = arith.constant dense<{{\[\[}}8, 7, 15, 3]]> : tensor<1x4xi8>
// CHECK-NOT: i4
// CHECK: lowp.dequantize %[[Q]], %{{.*}} {spec = #[[$W]]} : (tensor<1x4xi8>,
// CHECK: lowp.dequantize %[[Q]],
// CHECK: lowp.dequantize %[[P]], %{{.*}} {spec = #[[$U]]}
func.func @constants(%s: tensor<1x2xf16>) -> (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) {
  %q = arith.constant dense<[[-8, 7, -1, 3]]> : tensor<1x4xi4>
  %x = lowp.dequantize %q, %s {spec = #w} : (tensor<1x4xi4>, tensor<1x2xf16>) -> tensor<1x4xf32>
  %y = lowp.dequantize %q, %s {spec = #w} : (tensor<1x4xi4>, tensor<1x2xf16>) -> tensor<1x4xf32>
  %z = lowp.dequantize %q, %s {spec = #lowp.spec<u4, block = [1, 2], symmetric, scale = f16>} : (tensor<1x4xi4>, tensor<1x2xf16>) -> tensor<1x4xf32>
  return %x, %y, %z : tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>
}

// -----

// A resource has a byte per code, zero-extended.
// CHECK-LABEL: func.func @resource
// CHECK: arith.constant dense<{{\[\[}}-2, 1, -1]]> : tensor<1x3xi8>
func.func @resource(%s: tensor<1x1xf32>) -> tensor<1x3xf32> {
  %q = arith.constant dense_resource<codes> : tensor<1x3xi2>
  %x = lowp.dequantize %q, %s {spec = #lowp.spec<i2, block = [1, ?], symmetric>} : (tensor<1x3xi2>, tensor<1x1xf32>) -> tensor<1x3xf32>
  return %x : tensor<1x3xf32>
}
{-#
  dialect_resources: {
    builtin: {
      codes: "0x01000000020103"
    }
  }
#-}

// -----

// A codebook has an entry per code of the range, whatever the codes are stored in.
// CHECK: #lowp.spec<u8, block = [1, ?], symmetric, range = [0, 3]>
// CHECK-LABEL: func.func @codebook
// CHECK: %[[Q:.*]] = arith.constant dense<{{\[\[}}0, 3, 2]]> : tensor<1x3xi8>
// CHECK: lowp.decode %[[Q]],
func.func @codebook(%t: tensor<4xf32>, %s: tensor<1x1xf32>) -> tensor<1x3xf32> {
  %q = arith.constant dense<[[0, 3, 2]]> : tensor<1x3xi2>
  %x = lowp.decode %q, %t, %s {spec = #lowp.spec<u2, block = [1, ?], symmetric>} : (tensor<1x3xi2>, tensor<4xf32>, tensor<1x1xf32>) -> tensor<1x3xf32>
  return %x : tensor<1x3xf32>
}

// -----

#a = #lowp.spec<u4, block = [1, ?]>
// CHECK-LABEL: func.func @computed
// CHECK: %[[Q:.*]] = lowp.quantize {{.*}} -> tensor<2x8xi8>
// CHECK: lowp.dequantize %[[Q]]
func.func @computed(%x: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %s, %z = lowp.choose_qparams %x {spec = #a} : (tensor<2x8xf32>) -> (tensor<2x1xf32>, tensor<2x1xi32>)
  %q = lowp.quantize %x, %s, %z {spec = #a} : (tensor<2x8xf32>, tensor<2x1xf32>, tensor<2x1xi32>) -> tensor<2x8xi4>
  %y = lowp.dequantize %q, %s, %z {spec = #a} : (tensor<2x8xi4>, tensor<2x1xf32>, tensor<2x1xi32>) -> tensor<2x8xf32>
  return %y : tensor<2x8xf32>
}

// -----

// kind: does-not-apply
// CHECK: #lowp.spec<i8, block = [1, ?], symmetric>
// CHECK-LABEL: func.func @bytes
// CHECK: lowp.dequantize %{{.*}} : (tensor<1x4xi8>
func.func @bytes(%q: tensor<1x4xi8>, %s: tensor<1x1xf32>) -> tensor<1x4xf32> {
  %x = lowp.dequantize %q, %s {spec = #lowp.spec<i8, block = [1, ?], symmetric>} : (tensor<1x4xi8>, tensor<1x1xf32>) -> tensor<1x4xf32>
  return %x : tensor<1x4xf32>
}
