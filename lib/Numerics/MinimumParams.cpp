//===- MinimumParams.cpp - scale and minimum ------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/MinimumParams.h"

#include "lowp/Numerics/QuantParams.h"

#include <algorithm>
#include <limits>

namespace lowp {

/// Rounded to what is stored, within its largest finite value.
static float asStored(float x, const LowFloatFormat *stored) {
  float largest = stored ? stored->largest() : std::numeric_limits<float>::max();
  x = std::clamp(x, -largest, largest);
  return stored ? roundTo(x, *stored) : x;
}

MinimumParams chooseWithMinimum(float lo, float hi, CodeRange range, const LowFloatFormat *stored) {
  float smallest = std::numeric_limits<float>::min();
  if (stored)
    smallest = std::max(smallest, stored->smallestNormal());
  float span = std::min(hi - lo, std::numeric_limits<float>::max());
  float scale = span / float(range.hi - range.lo);
  scale = scale == 0 ? 1 : std::max(scale, smallest);
  MinimumParams params;
  params.scale = asStored(scale, stored);
  params.minimum = asStored(lo - params.scale * float(range.lo), stored);
  return params;
}

int32_t quantize(float x, MinimumParams params, CodeRange range) {
  return quantizeByReciprocal(x - params.minimum, 1 / params.scale, 0, range);
}

float dequantize(int32_t q, MinimumParams params) {
  float product = params.scale * float(q);
  return product + params.minimum;
}

} // namespace lowp
