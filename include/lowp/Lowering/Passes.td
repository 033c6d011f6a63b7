//===- Passes.td - legalize ---------------------------------*- tablegen -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LOWERING_PASSES_TD
#define LOWP_LOWERING_PASSES_TD

include "mlir/Pass/PassBase.td"

def WidenCodes : Pass<"lowp-widen-codes", "mlir::ModuleOp"> {
  let summary = "codes of fewer than 8 bits as bytes";
  let description = [{
    Tensors of i1…i7 have one byte per element in files but not in LLVM: codes of such a storage, constant or from
    `lowp.quantize`, become i8 with the same numbers, and the spec the same range in the storage i8 or u8. How many
    bits codes need is read off constants again where weights are packed.

    Example:

    ```mlir
    %q = arith.constant dense<[[-8, 7]]> : tensor<1x2xi4>
    lowp.dequantize %q, %s {spec = #lowp.spec<i4, block = [1, ?], symmetric>}
    // becomes
    %q = arith.constant dense<[[-8, 7]]> : tensor<1x2xi8>
    lowp.dequantize %q, %s {spec = #lowp.spec<i8, block = [1, ?], symmetric, range = [-8, 7]>}
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect"];
}

def ProveAccumulators : Pass<"lowp-prove-accumulators", "mlir::ModuleOp"> {
  let summary = "show that no i32 accumulator of a site can overflow";
  let description = [{
    For each site of codes the worst case over all activations must fit i32: max_n Σ_k |w_nk| · max|a|
    from the real weights where they are symmetric constants, K · max|w| · max|a| elsewhere. Every partial
    sum is then bounded too. A site that could overflow is an error that names it and the bound. A site that
    sums over the length of a dynamic model lowers the function's `lowp.max_length` to what fits.

    Example of a refusal:

    ```
    // K = 140000 products of 127 and 127 in i32
    error: site 'wide': an accumulator can reach 2258060000, expected at most 2147483647
    ```
  }];
}

def FoldZeroPoints : Pass<"lowp-fold-zero-points", "mlir::ModuleOp"> {
  let summary = "constant zero points of activations into a constant per column";
  let description = [{
    Σ_k (a − za) · w = Σ_k a · w − za · Σ_k w: where the weight and the activation's only zero point are
    constants, the contraction is of plain codes and −za·Σ_k w[n, k] is added to column n. Exact modulo
    2³², and the result is in range (lowp-prove-accumulators). Zero points computed at run time stay in
    the contraction.

    Example:

    ```mlir
    linalg.generic … { subi(extui %a, %z), extsi %w; muli; addi }
    // becomes
    linalg.generic … { extui %a, extsi %w; muli; addi }
    linalg.generic … { addi %sum, %column }    // %column = −z · Σ_k w[n, k], a constant
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::linalg::LinalgDialect",
                           "mlir::tensor::TensorDialect"];
}

def VerifyLegalize : Pass<"lowp-verify-legalize", "mlir::ModuleOp"> {
  let summary = "check the post-condition of the legalize phase";
  let description = [{
    No op of the lowp dialect is left but the sites' records, and no tensor of i2…i7.
  }];
}

#endif
