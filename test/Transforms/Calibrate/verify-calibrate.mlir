// RUN: quant-opt %s --lowp-verify-calibrate --split-input-file | FileCheck %s

lowp.site @s {statistics = {channel_max = dense<1.0> : tensor<2xf32>, channel_mean = dense<0.0> : tensor<2xf32>, channel_min = dense<-1.0> : tensor<2xf32>, tokens = 4 : i64}}
// CHECK-LABEL: func.func @calibrated
// CHECK: linalg.matmul
func.func @calibrated(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %0 = linalg.matmul {lowp.site = @s} ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

// kind: does-not-apply. No sites, nothing to have statistics.
// CHECK-LABEL: func.func @nothing
func.func @nothing() {
  return
}
