//===- Passes.td - activations ----------------------------------*- tablegen -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_TRANSFORMS_ACTIVATIONS_PASSES_TD
#define LOWP_TRANSFORMS_ACTIVATIONS_PASSES_TD

include "mlir/Pass/PassBase.td"

def QuantizeActivations : Pass<"lowp-quantize-activations", "mlir::ModuleOp"> {
  let summary = "quantize the inputs of sites";
  let description = [{
    The activation of each site whose scheme quantizes its input goes through `lowp.quantize` and
    `lowp.dequantize`, with parameters chosen at run time (`lowp.choose_qparams`) where the scheme
    says dynamic. Otherwise they are constants, which the `observer` of the record chooses from its
    calibration statistics: the minimum and maximum, or one of docs/Methods/Observers.md.

    Example:

    ```mlir
    %y = linalg.matmul {lowp.site = @query} ins(%x, %w : …) …
    // becomes
    %s = lowp.choose_qparams %x {spec = #act} : (tensor<4x8xf32>) -> tensor<4x1xf32>
    %q = lowp.quantize %x, %s {spec = #act} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xi8>
    %xq = lowp.dequantize %q, %s {spec = #act} : (tensor<4x8xi8>, tensor<4x1xf32>) -> tensor<4x8xf32>
    %y = linalg.matmul {lowp.site = @query} ins(%xq, %w : …) …
    ```
  }];
  let dependentDialects = ["lowp::LowpDialect", "mlir::tensor::TensorDialect"];
}

def VerifyQuantize : Pass<"lowp-verify-quantize", "mlir::ModuleOp"> {
  let summary = "check the post-condition of the quantize phase";
  let description = [{
    Each site has a record and each record one site; it has a scheme and its site is in simulated form (both operands are
    `lowp.dequantize` where the scheme says so), or a reason why the site stayed in float.
  }];
}

#endif
