//===- Passes.h - calibrate -------------------------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_TRANSFORMS_CALIBRATE_PASSES_H
#define LOWP_TRANSFORMS_CALIBRATE_PASSES_H

#include "lowp/Numerics/FloatProducts.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace lowp::calibrate {

#define GEN_PASS_DECL
#include "lowp/Transforms/Calibrate/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "lowp/Transforms/Calibrate/Passes.h.inc"

} // namespace lowp::calibrate

#endif
