// RUN: quant-opt %s --lowp-rtn --split-input-file --verify-diagnostics

#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
lowp.site @s {scheme = #lowp.scheme<weight = #w>}
func.func @nan(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense<[[1.0, 0x7FC00000], [2.0, 0x7F800000]]> : tensor<2x2xf32> loc("fc.weight")
  // expected-error @below {{weight 'fc.weight' of site 's': found 2 NaN or infinite values, the first at index 1}}
  %0 = linalg.matmul {lowp.site = @s} ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

#w = #lowp.spec<f8E4M3FN, block = [?, 1], symmetric>
lowp.site @s {scheme = #lowp.scheme<weight = #w>}
func.func @low_float(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [2.0, 3.0]]> : tensor<2x2xf32> loc("fc.weight")
  // expected-error @below {{weight 'fc.weight' of site 's': cannot be rounded to #lowp.spec<f8E4M3FN, block = [?, 1], symmetric>, expected integers of at most 8 bits with f32, f16 or bf16 scales}}
  %0 = linalg.matmul {lowp.site = @s} ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
lowp.site @s {scheme = #lowp.scheme<weight = #w>}
func.func @bytes(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense_resource<gone> : tensor<2x2xf32> loc("fc.weight")
  // expected-error @below {{weight 'fc.weight' of site 's': its bytes are missing}}
  %0 = linalg.matmul {lowp.site = @s} ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
