//===- QuantParams.h - scale and zero point ---------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_QUANTPARAMS_H
#define LOWP_NUMERICS_QUANTPARAMS_H

#include "lowp/Numerics/Format.h"

#include <cmath>
#include <cstdint>

namespace lowp {

/// x̂ = scale · (q − zeroPoint). The zero point is a code of the range, so 0 is represented exactly.
struct QuantParams {
  float scale = 1;
  int32_t zeroPoint = 0;

  friend bool operator==(const QuantParams &, const QuantParams &) = default;
};

/// How a symmetric scale follows from the extremes. At 4 bits the choice is worth a third of the
/// error, at 8 bits less than a hundredth.
enum class SymmetricScaleRule {
  Restricted, ///< absMax / hi: no value is clipped. The default.
  HalfStep,   ///< absMax / (hi + 1/2): the extreme is clipped by half a step (PyTorch, GPTQ).
  FullRange,  ///< absMax / -lo: the positive extreme is clipped by a step. Needs lo < 0.
  SignedMax,  ///< (the extreme, with its sign) / lo: may be negative (ggml). Needs lo < 0.
};

/// scale = absMax / range.hi, zero point 0. A quotient of 0 gives scale 1; others are kept at or
/// above the smallest normal float, so that a scale and its reciprocal are finite and not zero.
/// `absMax` must be finite and not negative. On an unsigned range negative values saturate at 0.
QuantParams chooseSymmetric(float absMax, CodeRange range);

/// The same for values in [lo, hi], 0 included, under another rule.
QuantParams chooseSymmetric(float lo, float hi, CodeRange range, SymmetricScaleRule rule);

/// The range [lo, hi] is extended to contain 0; then scale = (hi − lo) / (range.hi − range.lo), as
/// above 1 where that is 0, and zeroPoint = clip(range.lo − rne(lo / scale)). A difference that
/// overflows counts as the largest float. `lo`, `hi` must be finite.
QuantParams chooseAffine(float lo, float hi, CodeRange range);

/// clip(range.lo − rne(min(lo, 0) / scale)): the zero point of chooseAffine for a scale that was
/// changed since, such as rounded to its storage.
int32_t chooseZeroPoint(float lo, float scale, CodeRange range);

namespace detail {
/// clip(rne(steps) + z): clipping first gives the same (the ends are integers, rounding is
/// monotone) and keeps infinities away from the conversion. |range.* − z| < 2^22.
inline int32_t codeOf(float steps, int32_t z, CodeRange range) {
  float lo = float(range.lo - z), hi = float(range.hi - z);
  steps = steps > lo ? steps : lo; // NaN becomes lo
  steps = steps < hi ? steps : hi;
  constexpr float noFraction = 12582912.0f; // 1.5 · 2^23: the sum has no fraction bits, either sign
  return int32_t((steps + noFraction) - noFraction) + z;
}
} // namespace detail

/// clip(rne(x / scale) + zeroPoint, lo, hi), one rounding in the division. Infinities saturate. NaN
/// gives `lo`: callers refuse it beforehand.
inline int32_t quantize(float x, QuantParams params, CodeRange range) {
  return detail::codeOf(x / params.scale, params.zeroPoint, range);
}

/// clip(rne(x · reciprocal) + z, lo, hi), where reciprocal = 1 / scale was rounded once per block.
/// A definition of its own: it differs from `quantize` in about one code of a million.
inline int32_t quantizeByReciprocal(float x, float reciprocal, int32_t z, CodeRange range) {
  return detail::codeOf(x * reciprocal, z, range);
}

/// scale · (q − zeroPoint): the difference is exact, the product rounded once.
inline float dequantize(int32_t q, QuantParams params) {
  return params.scale * float(q - params.zeroPoint);
}

} // namespace lowp

#endif
