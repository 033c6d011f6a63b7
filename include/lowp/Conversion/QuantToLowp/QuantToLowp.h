//===- QuantToLowp.h - upstream quant to lowp -------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_CONVERSION_QUANTTOLOWP_QUANTTOLOWP_H
#define LOWP_CONVERSION_QUANTTOLOWP_QUANTTOLOWP_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace lowp {

#define GEN_PASS_DECL
#include "lowp/Conversion/QuantToLowp/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "lowp/Conversion/QuantToLowp/Passes.h.inc"

} // namespace lowp

#endif
