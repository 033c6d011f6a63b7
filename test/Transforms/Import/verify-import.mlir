// RUN: quant-opt %s --lowp-import-pipeline | FileCheck %s

// CHECK: lowp.site @w
// CHECK: linalg.matmul {lowp.site = @w}
func.func @main(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32> loc("w.weight")
  %0 = linalg.matmul ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
