//===- SmoothQuant.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/SmoothQuant.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace lowp {

std::vector<float> smoothingScales(std::span<const float> activationAbsMax,
                                   std::span<const float> weightAbsMax, float alpha) {
  assert(activationAbsMax.size() == weightAbsMax.size() && "one maximum per channel");
  constexpr float kDead = 1e-5f;
  std::vector<float> scales(activationAbsMax.size(), 1.0f);
  for (size_t j = 0; j < scales.size(); ++j) {
    float a = activationAbsMax[j], w = weightAbsMax[j];
    if (a < kDead || w < kDead)
      continue;
    double s = std::pow(double(a), double(alpha)) / std::pow(double(w), 1.0 - double(alpha));
    scales[j] = static_cast<float>(std::clamp(s, 0x1p-16, 0x1p16));
  }
  return scales;
}

} // namespace lowp
