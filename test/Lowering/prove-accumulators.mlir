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

// kind: does-not-apply
// CHECK-LABEL: func.func @float
func.func @float(%x: tensor<1x2xf32>, %y: tensor<2x1xf32>, %e: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %0 = linalg.matmul ins(%x, %y : tensor<1x2xf32>, tensor<2x1xf32>) outs(%e : tensor<1x1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}
