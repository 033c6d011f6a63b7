// RUN: quant-opt %s --lowp-prove-accumulators | FileCheck %s

#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
// 2 · 127 · 127 is in range.
// CHECK-LABEL: func.func @small
func.func @small(%q: tensor<1x2xi8>, %s: tensor<1x1xf32>, %e: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %wq = arith.constant dense<[[127], [-127]]> : tensor<2x1xi8>
  %ws = arith.constant dense<1.0> : tensor<1x1xf32>
  %x = lowp.dequantize %q, %s {spec = #a} : (tensor<1x2xi8>, tensor<1x1xf32>) -> tensor<1x2xf32>
  %y = lowp.dequantize %wq, %ws {spec = #w} : (tensor<2x1xi8>, tensor<1x1xf32>) -> tensor<2x1xf32>
  %0 = linalg.matmul ins(%x, %y : tensor<1x2xf32>, tensor<2x1xf32>) outs(%e : tensor<1x1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// A sum over the length is in range up to 133144 · 127 · 127; where less is allowed already, that stays.
// CHECK-LABEL: func.func @length
// CHECK-SAME: attributes {lowp.max_length = 133144 : i64}
// CHECK-LABEL: func.func @bounded
// CHECK-SAME: attributes {lowp.max_length = 512 : i64}
#whole = #lowp.spec<i8, block = [?, ?], symmetric, range = [-127, 127]>
func.func @length(%q: tensor<2x?xi8>, %p: tensor<?x2xi8>, %s: tensor<1x1xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %x = lowp.dequantize %q, %s {spec = #whole} : (tensor<2x?xi8>, tensor<1x1xf32>) -> tensor<2x?xf32>
  %y = lowp.dequantize %p, %s {spec = #whole} : (tensor<?x2xi8>, tensor<1x1xf32>) -> tensor<?x2xf32>
  %0 = linalg.matmul ins(%x, %y : tensor<2x?xf32>, tensor<?x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
func.func @bounded(%q: tensor<2x?xi8>, %p: tensor<?x2xi8>, %s: tensor<1x1xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> attributes {lowp.max_length = 512 : i64} {
  %x = lowp.dequantize %q, %s {spec = #whole} : (tensor<2x?xi8>, tensor<1x1xf32>) -> tensor<2x?xf32>
  %y = lowp.dequantize %p, %s {spec = #whole} : (tensor<?x2xi8>, tensor<1x1xf32>) -> tensor<?x2xf32>
  %0 = linalg.matmul ins(%x, %y : tensor<2x?xf32>, tensor<?x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// kind: does-not-apply
// CHECK-LABEL: func.func @float
func.func @float(%x: tensor<1x2xf32>, %y: tensor<2x1xf32>, %e: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %0 = linalg.matmul ins(%x, %y : tensor<1x2xf32>, tensor<2x1xf32>) outs(%e : tensor<1x1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}
