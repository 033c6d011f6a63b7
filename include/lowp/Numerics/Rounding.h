//===- Rounding.h - the one rounding rule -----------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_ROUNDING_H
#define LOWP_NUMERICS_ROUNDING_H

#include <cmath>

namespace lowp {

/// Round to the nearest integer, ties to even; -0, infinities and NaN are kept. The same value as
/// `roundeven` of C23, `math.roundeven` of MLIR and `rint` in the default rounding mode (which is
/// assumed). Written so that compilers vectorise it for any ISA.
inline float roundHalfEven(float x) {
  // Above 2^23 every float is an integer; below, adding 2^23 leaves no fraction bits.
  constexpr float noFraction = 8388608.0f;
  float magnitude = std::fabs(x);
  float rounded = std::copysign((magnitude + noFraction) - noFraction, x);
  return magnitude < noFraction ? rounded : x;
}

} // namespace lowp

#endif
