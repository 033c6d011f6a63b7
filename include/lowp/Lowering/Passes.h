//===- Passes.h - legalize --------------------------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LOWERING_PASSES_H
#define LOWP_LOWERING_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

namespace lowp {

#define GEN_PASS_DECL
#include "lowp/Lowering/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "lowp/Lowering/Passes.h.inc"

/// Simulated form → integer contractions and epilogues. Afterwards only upstream dialects and the
/// sites' records are left, and each site, fed the same codes, gives the simulation's i32 accumulators.
void buildLegalizePipeline(mlir::OpPassManager &pm);

} // namespace lowp

#endif
