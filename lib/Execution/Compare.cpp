//===- Compare.cpp -------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/Compare.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace lowp {

void Comparison::add(std::span<const float> found, std::span<const float> reference) {
  assert(found.size() == reference.size());
  double dot = 0, xx = 0, rr = 0;
  for (size_t i = 0; i < found.size(); ++i) {
    double x = found[i], r = reference[i];
    dot += x * r;
    xx += x * x;
    rr += r * r;
    noise += (x - r) * (x - r);
    // The negation catches NaN, which compares false with everything.
    if (!(std::abs(x - r) <= largest))
      largest = std::abs(x - r);
  }
  double cosine = xx == 0 && rr == 0 ? 1.0 : dot / std::sqrt(xx * rr);
  if (!(cosine >= lowestCosine))
    lowestCosine = cosine;
  cosineSum += cosine;
  signal += rr;
  ++count;
}

double Comparison::sqnr() const {
  return noise == 0 ? std::numeric_limits<double>::infinity() : 10.0 * std::log10(signal / noise);
}

double Comparison::relativeError() const { return noise == 0 ? 0.0 : std::sqrt(noise / signal); }

} // namespace lowp
