// RUN: quant-opt %s --lowp-verify-calibrate --split-input-file --verify-diagnostics

lowp.site @s
func.func @probe(%x: tensor<2x2xf32>) {
  // expected-error @below {{probe of site 's' is left after calibration}}
  lowp.observe %x {site = @s, what = [#lowp.statistic<min_max>]} : tensor<2x2xf32>
  return
}

// -----

lowp.site @s
func.func @missing(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  // expected-error @below {{site 's' has no statistic}}
  %0 = linalg.matmul {lowp.site = @s} ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

// expected-error @below {{record of 0 sites, expected 1}}
lowp.site @unused
