//===- QuantParams.h - scales, zero points, codes ---------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_QUANTPARAMS_H
#define LOWP_NUMERICS_QUANTPARAMS_H

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace lowp {

/// Round to nearest, ties to even, whatever the rounding mode of the environment.
inline float roundHalfEven(float x) { return __builtin_roundevenf(x); }

/// The codes in use, inclusive.
struct CodeRange {
  int32_t lo, hi;
};

/// x̂ = scale · (q − zeroPoint)
struct QuantParams {
  float scale = 1.0f;
  int32_t zeroPoint = 0;
};

/// Symmetric parameters for a block with largest magnitude `absMax`: s = absMax / hi, z = 0. A block of
/// zeros gets s = 1. `absMax` must be finite.
QuantParams chooseSymmetric(float absMax, CodeRange range);

/// Affine parameters for values in [min, max], extended to contain 0 so that 0 is represented exactly:
/// s = (max − min) / (hi − lo), z = clip(lo − rne(min / s), lo, hi). An empty range gets s = 1.
QuantParams chooseAffine(float min, float max, CodeRange range);

/// clip(rne(x / s) + z, lo, hi). The clip is done in float: an overflowing quotient is no special case.
/// x must not be NaN.
inline int32_t quantize(float x, QuantParams p, CodeRange range) {
  float q = roundHalfEven(x / p.scale) + static_cast<float>(p.zeroPoint);
  return static_cast<int32_t>(
      std::clamp(q, static_cast<float>(range.lo), static_cast<float>(range.hi)));
}

/// clip(rne(x · r) + z, lo, hi) where r = 1 / s was rounded once: the definition of specs that say
/// `reciprocal`, not an approximation of `quantize`.
inline int32_t quantizeByReciprocal(float x, float r, int32_t zeroPoint, CodeRange range) {
  float q = roundHalfEven(x * r) + static_cast<float>(zeroPoint);
  return static_cast<int32_t>(
      std::clamp(q, static_cast<float>(range.lo), static_cast<float>(range.hi)));
}

/// s · (q − z): the difference exact, one rounding in the product.
inline float dequantize(int32_t q, QuantParams p) {
  return p.scale * static_cast<float>(q - p.zeroPoint);
}

} // namespace lowp

#endif
