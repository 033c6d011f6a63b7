//===- Passes.td - lowp to linalg ---------------------------*- tablegen -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_CONVERSION_LOWPTOLINALG_PASSES_TD
#define LOWP_CONVERSION_LOWPTOLINALG_PASSES_TD

include "mlir/Pass/PassBase.td"

def LowpToLinalg : Pass<"lowp-lower-to-linalg", "mlir::ModuleOp"> {
  let summary = "the meaning of lowp ops, written in upstream dialects";
  let description = [{
    The reference semantics, which simulation and deployment share. `lowp.quantize`,
    `lowp.dequantize`, `lowp.choose_qparams` and `lowp.fake_quantize` become linalg on tensors. A
    contraction of two `lowp.dequantize` means Σ(qa − za)(qb − zb), exact in i32, converted to f32,
    times the activation's scale, times the weight's scale, plus the init, in this order: it becomes an
    integer contraction with visible extensions and an elementwise epilogue. Sites and probes stay.

    With groups along the reduction of one operand there is a sum of codes per group and a sum of terms beside it
    (GroupedContraction.cpp). A codebook is read in the body. Codes that are floats of 8 bits are bytes,
    as `tensor.bitcast` of such or to such; smaller floats and `lowp.encode` are refused.

    Example:

    ```mlir
    %x = lowp.dequantize %q, %s {spec = #lowp.spec<i8, block = [1, ?], symmetric>} : (tensor<4x8xi8>, tensor<4x1xf32>) -> tensor<4x8xf32>
    // becomes
    %x = linalg.generic {indexing_maps = [(i, j) -> (i, j), (i, j) -> (i, 0), (i, j) -> (i, j)], …} ins(%q, %s : …) … {
      %i = arith.extsi %code : i8 to i32
      %f = arith.sitofp %i : i32 to f32
      %y = arith.mulf %scale, %f : f32
      linalg.yield %y : f32
    }
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::linalg::LinalgDialect",
                           "mlir::math::MathDialect", "mlir::tensor::TensorDialect"];
}

#endif
