//===- Passes.td - the cache of keys and values -------------*- tablegen -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_TRANSFORMS_CACHE_PASSES_TD
#define LOWP_TRANSFORMS_CACHE_PASSES_TD

include "mlir/Pass/PassBase.td"

def QuantizeCache : Pass<"lowp-quantize-cache", "mlir::ModuleOp"> {
  let summary = "quantize the keys and values that an attention keeps";
  let description = [{
    An argument that a result replaces (`lowp.in_place`), that new tokens are inserted into at a computed place, and that
    products of two activations read, is a cache of keys, where these sum over its channels, or of values. It becomes
    codes and scales, in all functions alike; each token is quantized once, when it is written, and products read
    what the codes mean. The signature changes: the codes keep the argument's name, `NAME.scale` and the like follow it,
    and `lowp.holds` says what each of them is (docs/Methods/KVCache.md).

    Example:

    ```mlir
    %new = tensor.insert_slice %k into %keys[0, 0, %p] [3, 64, 1] [1, 1, 1] : tensor<3x64x1xf32> into tensor<3x64x512xf32>
    %y = linalg.batch_matmul ins(%q, %new : …) …
    return %y, %new
    // becomes
    %s = lowp.choose_qparams %k {spec = #key} : (tensor<3x64x1xf32>) -> tensor<3x1x1xf32>
    %c = lowp.quantize %k, %s {spec = #key} : (tensor<3x64x1xf32>, tensor<3x1x1xf32>) -> tensor<3x64x1xi8>
    %codes = tensor.insert_slice %c into %keys[0, 0, %p] [3, 64, 1] [1, 1, 1] : tensor<3x64x1xi8> into tensor<3x64x512xi8>
    %scales = tensor.insert_slice %s into %keys_scale[0, 0, %p] [3, 1, 1] [1, 1, 1] : tensor<3x1x1xf32> into tensor<3x1x512xf32>
    %x = lowp.dequantize %codes, %scales {spec = #key} : (tensor<3x64x512xi8>, tensor<3x1x512xf32>) -> tensor<3x64x512xf32>
    %y = linalg.batch_matmul ins(%q, %x : …) …
    return %y, %codes, %scales
    ```
  }];
  let options = [
    Option<"codes", "codes", "std::string", "\"int8\"", "int8, f8E4M3FN, f8E5M2 (a scale per token and head) or int4 (KIVI)">,
    Option<"group", "group", "int64_t", "32", "of int4: tokens of a key's channel, or channels of a value, that share a scale">,
    Option<"residual", "residual", "int64_t", "32", "of int4: newest tokens that stay in float, a multiple of the group">
  ];
  let dependentDialects = ["lowp::LowpDialect", "mlir::arith::ArithDialect", "mlir::cf::ControlFlowDialect", "mlir::linalg::LinalgDialect",
                           "mlir::tensor::TensorDialect"];
}

#endif
