//===- QuantParams.cpp - scale and zero point -----------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/QuantParams.h"
#include "lowp/Numerics/Rounding.h"

#include <algorithm>
#include <cassert>
#include <limits>

using namespace lowp;

/// A scale of zero says that there is nothing to scale. Others are kept normal: 1 / scale stays
/// finite, and hardware that flushes subnormals computes the same.
static float usableScale(float scale) {
  constexpr float smallest = std::numeric_limits<float>::min();
  if (scale == 0)
    return 1;
  return std::fabs(scale) < smallest ? std::copysign(smallest, scale) : scale;
}

QuantParams lowp::chooseSymmetric(float absMax, CodeRange range) {
  return {usableScale(absMax / float(range.hi)), 0};
}

QuantParams lowp::chooseSymmetric(float lo, float hi, CodeRange range, SymmetricScaleRule rule) {
  float absMax = std::max(std::fabs(lo), std::fabs(hi));
  switch (rule) {
  case SymmetricScaleRule::Restricted:
    return chooseSymmetric(absMax, range);
  case SymmetricScaleRule::HalfStep:
    return {usableScale(absMax / (float(range.hi) + 0.5f)), 0};
  case SymmetricScaleRule::FullRange:
    assert(range.lo < 0 && "a full range has negative codes");
    return {usableScale(absMax / float(-range.lo)), 0};
  case SymmetricScaleRule::SignedMax:
    assert(range.lo < 0 && "a signed extreme needs a signed range");
    return {usableScale((hi > -lo ? hi : lo) / float(range.lo)), 0};
  }
  __builtin_unreachable();
}

QuantParams lowp::chooseAffine(float lo, float hi, CodeRange range) {
  lo = std::min(lo, 0.0f);
  hi = std::max(hi, 0.0f);
  float width = std::min(hi - lo, std::numeric_limits<float>::max());
  float scale = usableScale(width / float(range.hi - range.lo));
  return {scale, chooseZeroPoint(lo, scale, range)};
}

int32_t lowp::chooseZeroPoint(float lo, float scale, CodeRange range) {
  // Clipped in float: a scale that is too small for lo must not overflow the conversion.
  float steps = std::max(roundHalfEven(std::min(lo, 0.0f) / scale), float(range.lo - range.hi));
  return std::min(range.lo - int32_t(steps), range.hi);
}
