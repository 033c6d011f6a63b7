//===- Requantize.h - from accumulators to codes ----------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_REQUANTIZE_H
#define LOWP_NUMERICS_REQUANTIZE_H

#include "lowp/Numerics/QuantParams.h"
#include "lowp/Numerics/Result.h"

#include <algorithm>
#include <cstdint>

namespace lowp {

/// multiplier · 2^-shift, 0 ≤ multiplier < 2^31, 2 ≤ shift ≤ 62: the operands of
/// `tosa.apply_scale`.
struct FixedPointMultiplier {
  int32_t multiplier = 0;
  int32_t shift = 2;

  friend bool operator==(const FixedPointMultiplier &, const FixedPointMultiplier &) = default;
};

/// The nearest multiplier for a ratio of scales: 31 significant bits down to 2^-32, fewer below.
/// Refuses what is not positive and finite, and 2^29 and more.
Result<FixedPointMultiplier> getFixedPointMultiplier(double ratio);

/// (value · multiplier + 2^(shift-1)) >> shift: one rounding, ties toward +∞. No overflow for any
/// value. gemmlowp rounds twice, which differs from this by one code on some ties.
constexpr int64_t multiplyFixedPoint(int32_t value, FixedPointMultiplier m) {
  return (int64_t(value) * m.multiplier + (int64_t(1) << (m.shift - 1))) >> m.shift;
}

/// clip(value · ratio + zeroPoint) with integers only.
constexpr int32_t requantize(int32_t value, FixedPointMultiplier ratio, int32_t zeroPoint,
                             CodeRange range) {
  return int32_t(
      std::clamp<int64_t>(multiplyFixedPoint(value, ratio) + zeroPoint, range.lo, range.hi));
}

/// clip(rne(f32(value) · ratio) + zeroPoint): the float path, and the definition. The integer path
/// differs from it by at most one code.
inline int32_t requantize(int32_t value, float ratio, int32_t zeroPoint, CodeRange range) {
  return quantizeByReciprocal(float(value), ratio, zeroPoint, range);
}

} // namespace lowp

#endif
