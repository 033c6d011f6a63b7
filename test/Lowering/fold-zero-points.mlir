// RUN: quant-opt %s --lowp-lower-to-linalg --lowp-fold-zero-points --split-input-file | FileCheck %s

#a = #lowp.spec<u8, block = [?, ?]>
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
// −7 · (1 + 3) = −28, −7 · (2 − 4) = 14
// CHECK-LABEL: func.func @static
// CHECK-DAG: %[[C:.*]] = arith.constant dense<[-28, 14]> : tensor<2xi32>
// CHECK: %[[SUMS:.*]] = linalg.generic
// CHECK-NOT: arith.subi
// CHECK: linalg.generic {{.*}} ins(%[[SUMS]], %[[C]] :
// CHECK: arith.addi
func.func @static(%q: tensor<3x2xi8>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %s = arith.constant dense<1.0> : tensor<1x1xf32>
  %z = arith.constant dense<7> : tensor<1x1xi32>
  %wq = arith.constant dense<[[1, 2], [3, -4]]> : tensor<2x2xi8>
  %ws = arith.constant dense<1.0> : tensor<1x2xf32>
  %x = lowp.dequantize %q, %s, %z {spec = #a} : (tensor<3x2xi8>, tensor<1x1xf32>, tensor<1x1xi32>) -> tensor<3x2xf32>
  %y = lowp.dequantize %wq, %ws {spec = #w} : (tensor<2x2xi8>, tensor<1x2xf32>) -> tensor<2x2xf32>
  %0 = linalg.matmul ins(%x, %y : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

#a = #lowp.spec<u8, block = [1, ?]>
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
// kind: cannot-fail. A zero point that is not folded is subtracted in the contraction.
// kind: does-not-apply. Zero points that are known at run time only stay in the contraction.
// CHECK-LABEL: func.func @dynamic
// CHECK: arith.subi
func.func @dynamic(%q: tensor<3x2xi8>, %s: tensor<3x1xf32>, %z: tensor<3x1xi32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %wq = arith.constant dense<[[1, 2], [3, -4]]> : tensor<2x2xi8>
  %ws = arith.constant dense<1.0> : tensor<1x2xf32>
  %x = lowp.dequantize %q, %s, %z {spec = #a} : (tensor<3x2xi8>, tensor<3x1xf32>, tensor<3x1xi32>) -> tensor<3x2xf32>
  %y = lowp.dequantize %wq, %ws {spec = #w} : (tensor<2x2xi8>, tensor<1x2xf32>) -> tensor<2x2xf32>
  %0 = linalg.matmul ins(%x, %y : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}
