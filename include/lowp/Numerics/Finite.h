//===- Finite.h - finding NaN and infinities --------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_FINITE_H
#define LOWP_NUMERICS_FINITE_H

#include "lowp/Numerics/Result.h"

#include <cstdint>
#include <optional>
#include <span>

namespace lowp {

/// The NaN and infinite values of a tensor. Such data has no scale: whoever reads weights or
/// calibration data refuses it and says where it was.
struct NonFinite {
  int64_t count = 0;
  int64_t firstIndex = -1; ///< row-major; -1 where there is none
};

NonFinite findNonFinite(std::span<const float> x);

/// "found 3 NaN or infinite values, the first at index 17", or nothing.
std::optional<Failure> checkFinite(std::span<const float> x);

} // namespace lowp

#endif
