//===- Magnitude.h - how large a float can be --------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_CODEGEN_CPU_MAGNITUDE_H
#define LOWP_LIB_CODEGEN_CPU_MAGNITUDE_H

#include "mlir/IR/Value.h"

#include <optional>

namespace lowp::cpu {

/// A number m with |x| ≤ m (1 + 2^-16) for each f32 x that the value can be, where a proof is at hand: constants,
/// integers, and sums, products and selections of such. x is then no NaN. In the region of a contraction or a
/// linalg.generic, operands of constants are what their largest number is. nullopt: nothing is known.
std::optional<double> magnitude(mlir::Value value);

} // namespace lowp::cpu

#endif
