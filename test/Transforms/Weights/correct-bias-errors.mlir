// RUN: quant-opt %s --lowp-correct-bias --split-input-file --verify-diagnostics

#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
lowp.site @s {scheme = #lowp.scheme<weight = #w>, statistics = {channel_mean = dense<[1.0]> : tensor<1xf32>}}
func.func @statistics(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense<[[1.0, 3.0], [2.0, 4.0]]> : tensor<2x2xf32> loc("fc.weight")
  // expected-error @below {{site 's' has no mean of its 2 input channels; run lowp-calibrate}}
  %0 = linalg.matmul {lowp.site = @s} ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
lowp.site @s {scheme = #lowp.scheme<weight = #w>, statistics = {channel_mean = dense<[1.0, 2.0]> : tensor<2xf32>}}
func.func @bytes(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense_resource<gone> : tensor<2x2xf32> loc("fc.weight")
  // expected-error @below {{weight 'fc.weight' of site 's': its bytes are missing}}
  %0 = linalg.matmul {lowp.site = @s} ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
lowp.site @s {scheme = #lowp.scheme<weight = #w>, statistics = {channel_mean = dense<[1.0, 2.0]> : tensor<2xf32>}}
func.func @nan(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense<[[1.0, 0x7FC00000], [2.0, 4.0]]> : tensor<2x2xf32> loc("fc.weight")
  // expected-error @below {{weight 'fc.weight' of site 's': found 1 NaN or infinite value, the first at index 1}}
  %0 = linalg.matmul {lowp.site = @s} ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
