// RUN: quant-opt %s --lowp-insert-probes --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @main
// CHECK: lowp.observe %arg0 {site = @fc, what = [#lowp.statistic<min_max>, #lowp.statistic<channel_abs_max>]} : tensor<3x2xf32>
// CHECK-NEXT: linalg.matmul {lowp.site = @fc}
lowp.site @fc
func.func @main(%x: tensor<3x2xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[4.0, 1.0], [1.0, 2.0]]> : tensor<2x2xf32>
  %0 = linalg.matmul {lowp.site = @fc} ins(%x, %w : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

// kind: does-not-apply. Statistics are per channel of the last dimension: here the rows are the channels.
// CHECK-LABEL: func.func @transposed
// CHECK-NOT: lowp.observe
lowp.site @fc
func.func @transposed(%x: tensor<2x3xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[4.0, 1.0], [1.0, 2.0]]> : tensor<2x2xf32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
      {lowp.site = @fc} ins(%x, %w : tensor<2x3xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}
