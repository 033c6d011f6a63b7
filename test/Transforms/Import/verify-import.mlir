// RUN: quant-opt %s --lowp-import-pipeline --split-input-file | FileCheck %s
// RUN: quant-opt %s --lowp-import-pipeline --lowp-verify-import --split-input-file | FileCheck %s

// CHECK: lowp.site @w
// CHECK-LABEL: func.func @main
// CHECK: linalg.matmul {lowp.site = @w}
func.func @main(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32> loc("w.weight")
  %0 = linalg.matmul ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

// kind: does-not-apply. Large splats and assertions outside of loop bodies are as they should be.
// CHECK-LABEL: func.func @neither
// CHECK: arith.constant dense<1.000000e+00> : tensor<4096xf32>
// CHECK: cf.assert
func.func @neither(%c: i1) -> tensor<4096xf32> {
  %0 = arith.constant dense<1.0> : tensor<4096xf32>
  cf.assert %c, "the caller's business"
  return %0 : tensor<4096xf32>
}
