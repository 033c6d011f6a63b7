//===- Passes.td - upstream quant to lowp -------------------*- tablegen -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_CONVERSION_QUANTTOLOWP_PASSES_TD
#define LOWP_CONVERSION_QUANTTOLOWP_PASSES_TD

include "mlir/Pass/PassBase.td"

def QuantToLowp : Pass<"convert-quant-to-lowp", "mlir::ModuleOp"> {
  let summary = "upstream's quantized types to codes, scales and zero points as values";
  let description = [{
    A value of type `!quant.uniform` becomes a value of its codes, signless integers; `quant.qcast` and
    `quant.dcast` become `lowp.quantize` and `lowp.dequantize` with the type's scales and zero points as
    constants, rounded to nearest even and saturated to the type's range. Per tensor, per axis and sub-channel
    are block shapes. `quant.scast` goes away. Functions, calls, branches and ops that only move elements
    (those of `tensor`, `linalg.transpose`, `linalg.broadcast`) carry codes on.

    To be run before any canonicalization: upstream folds a `quant.dcast` of a `quant.qcast` to the value
    that went in, which drops the rounding. Refused: any other quantized type, storage of more than 16 bits,
    f64, unranked tensors, and ops that compute on quantized values.

    Example:

    ```mlir
    %q = quant.qcast %x : tensor<4x8xf32> to tensor<4x8x!quant.uniform<u8:f32, 0.5:128>>
    // becomes
    %s = arith.constant dense<0.5> : tensor<1x1xf32>
    %z = arith.constant dense<128> : tensor<1x1xi32>
    %q = lowp.quantize %x, %s, %z {spec = #lowp.spec<u8, block = [?, ?]>}
       : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1x1xi32>) -> tensor<4x8xi8>
    ```
  }];
  let dependentDialects = ["lowp::LowpDialect", "mlir::arith::ArithDialect",
                           "mlir::quant::QuantDialect", "mlir::tensor::TensorDialect"];
}

#endif
