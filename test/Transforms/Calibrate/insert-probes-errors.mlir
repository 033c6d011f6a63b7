// RUN: quant-opt %s --lowp-insert-probes --verify-diagnostics

func.func @unnamed(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  // expected-error @below {{site without a record; run lowp-name-sites}}
  %0 = linalg.matmul ins(%x, %x : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
