// RUN: quant-opt %s --lowp-verify-quantize | FileCheck %s

#a = #lowp.spec<i8, block = [1, ?], symmetric>
// CHECK-LABEL: func.func @simulated
lowp.site @q {scheme = #lowp.scheme<input = dynamic #a>}
// kind: does-not-apply
lowp.site @k {reason = "float"}
func.func @simulated(%x: tensor<3x2xf32>, %w: tensor<2x2xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %s = lowp.choose_qparams %x {spec = #a} : (tensor<3x2xf32>) -> tensor<3x1xf32>
  %q = lowp.quantize %x, %s {spec = #a} : (tensor<3x2xf32>, tensor<3x1xf32>) -> tensor<3x2xi8>
  %d = lowp.dequantize %q, %s {spec = #a} : (tensor<3x2xi8>, tensor<3x1xf32>) -> tensor<3x2xf32>
  %0 = linalg.matmul {lowp.site = @q} ins(%d, %w : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  %1 = linalg.matmul {lowp.site = @k} ins(%0, %w : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %1 : tensor<3x2xf32>
}
