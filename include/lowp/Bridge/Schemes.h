//===- Schemes.h - specs as the numerics see them ---------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_BRIDGE_SCHEMES_H
#define LOWP_BRIDGE_SCHEMES_H

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Numerics/Observers.h"
#include "lowp/Numerics/Rtn.h"

namespace lowp {

/// Range, symmetry, scale rule, division and the scale's storage (f32, f16 or bf16; others count as f32) of a
/// spec with integer storage.
RtnScheme rtnScheme(SpecAttr spec);

/// Minimum and maximum if `attr` is null.
Observer observerOf(ObserverAttr attr);
/// Null for minimum and maximum.
ObserverAttr observerAttr(mlir::MLIRContext *context, const Observer &observer);

} // namespace lowp

#endif
