// RUN: quant-opt %s --lowp-attach-weights --split-input-file --verify-diagnostics

func.func @missing() -> tensor<4xf32> {
  // expected-error @below {{resource 'no.bytes' has no bytes: neither in the file nor in a safetensors file beside it}}
  %0 = arith.constant dense_resource<no.bytes> : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @short() -> tensor<4xf32> {
  // expected-error @below {{resource 'short' has 4 bytes, expected 16 for 'tensor<4xf32>'}}
  %0 = arith.constant dense_resource<short> : tensor<4xf32>
  return %0 : tensor<4xf32>
}

{-#
  dialect_resources: { builtin: { short: "0x040000000000803F" } }
#-}
