//===- Passes.td - legalize ---------------------------------*- tablegen -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LOWERING_PASSES_TD
#define LOWP_LOWERING_PASSES_TD

include "mlir/Pass/PassBase.td"

def ProveAccumulators : Pass<"lowp-prove-accumulators", "mlir::ModuleOp"> {
  let summary = "show that no i32 accumulator of a site can overflow";
  let description = [{
    For each site of constant codes the worst case over all activations, max_n Σ_k |w_nk − z| · max|a|,
    is computed from the real weights and must fit i32; every partial sum is then bounded too. A site
    that could overflow is an error that names it and the bound.
  }];
}

def VerifyLegalize : Pass<"lowp-verify-legalize", "mlir::ModuleOp"> {
  let summary = "check the post-condition of the legalize phase";
  let description = [{
    No op of the lowp dialect is left but the sites' records.
  }];
}

#endif
