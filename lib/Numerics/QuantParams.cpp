//===- QuantParams.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/QuantParams.h"

#include <limits>

namespace lowp {

/// A scale is positive, finite and no subnormal, or the block has nothing to scale.
static float usableScale(float scale) {
  if (scale == 0.0f)
    return 1.0f;
  return std::max(scale, std::numeric_limits<float>::min());
}

QuantParams chooseSymmetric(float absMax, CodeRange range) {
  return {usableScale(absMax / static_cast<float>(range.hi)), 0};
}

QuantParams chooseAffine(float min, float max, CodeRange range) {
  min = std::min(min, 0.0f);
  max = std::max(max, 0.0f);
  float scale = usableScale((max - min) / static_cast<float>(range.hi - range.lo));
  float zero = static_cast<float>(range.lo) - roundHalfEven(min / scale);
  return {scale, static_cast<int32_t>(std::clamp(zero, static_cast<float>(range.lo),
                                                 static_cast<float>(range.hi)))};
}

} // namespace lowp
