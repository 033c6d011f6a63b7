//===- Finite.cpp - finding NaN and infinities ----------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Finite.h"

#include <algorithm>
#include <bit>

using namespace lowp;

static constexpr uint32_t exponentMask = 0x7f800000;

static bool isNonFinite(float x) {
  return (std::bit_cast<uint32_t>(x) & exponentMask) == exponentMask;
}

/// Integer comparisons, so that the loop is vectorised without licence to reorder floats.
static bool hasNonFinite(std::span<const float> x) {
  uint32_t found = 0;
  for (float value : x)
    found |= uint32_t(isNonFinite(value));
  return found != 0;
}

NonFinite lowp::findNonFinite(std::span<const float> x) {
  NonFinite result;
  if (!hasNonFinite(x))
    return result;
  result.count = std::count_if(x.begin(), x.end(), isNonFinite);
  result.firstIndex = std::find_if(x.begin(), x.end(), isNonFinite) - x.begin();
  return result;
}

std::optional<Failure> lowp::checkFinite(std::span<const float> x) {
  NonFinite found = findNonFinite(x);
  if (found.count == 0)
    return std::nullopt;
  return Failure{"found " + std::to_string(found.count) + " NaN or infinite value" +
                 (found.count == 1 ? "" : "s") + ", the first at index " +
                 std::to_string(found.firstIndex)};
}
