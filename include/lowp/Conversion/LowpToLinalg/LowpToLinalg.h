//===- LowpToLinalg.h - lowp to linalg --------------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_CONVERSION_LOWPTOLINALG_LOWPTOLINALG_H
#define LOWP_CONVERSION_LOWPTOLINALG_LOWPTOLINALG_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Pass/Pass.h"

namespace lowp {

#define GEN_PASS_DECL
#include "lowp/Conversion/LowpToLinalg/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "lowp/Conversion/LowpToLinalg/Passes.h.inc"

/// The patterns of lowp-lower-to-linalg; the contraction's has the higher benefit.
void populateLowpToLinalgPatterns(mlir::RewritePatternSet &patterns);

} // namespace lowp

#endif
