//===- TokenSampler.cpp --------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/TokenSampler.h"

#include <algorithm>
#include <numeric>

namespace lowp {

/// e^x for x ≤ 0, to about 1e-14 of it: x is halved ten times, the series of what is left is squared back.
static double exponential(double x) {
  constexpr double kLowest = -700; // e^-700 is still normal
  if (!(x > kLowest))
    return 0;
  constexpr int kHalvings = 10, kTerms = 12;
  double reduced = x / (1 << kHalvings), sum = 1;
  for (int term = kTerms; term > 0; --term)
    sum = 1 + reduced / term * sum;
  for (int i = 0; i < kHalvings; ++i)
    sum *= sum;
  return sum;
}

double TokenSampler::draw() {
  state += 0x9E3779B97F4A7C15;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

void TokenSampler::rank(std::span<const float> logits) {
  order.resize(logits.size());
  std::iota(order.begin(), order.end(), 0);
  size_t kept = options.topK > 0 ? std::min<size_t>(options.topK, logits.size()) : logits.size();
  std::partial_sort(order.begin(), order.begin() + kept, order.end(), [&](int32_t a, int32_t b) {
    return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
  });
  order.resize(kept);
}

int64_t TokenSampler::next(std::span<const float> logits) {
  if (options.temperature <= 0)
    return std::max_element(logits.begin(), logits.end()) - logits.begin();
  rank(logits);
  weights.resize(order.size());
  double total = 0;
  for (size_t i = 0; i < order.size(); ++i)
    total += weights[i] = exponential((double(logits[order[i]]) - logits[order[0]]) / options.temperature);
  double nucleus = 0;
  size_t kept = 0;
  while (kept < order.size() && (kept == 0 || nucleus < options.topP * total))
    nucleus += weights[kept++];
  double point = draw() * nucleus;
  for (size_t i = 0; i + 1 < kept; ++i)
    if ((point -= weights[i]) < 0)
      return order[i];
  return order[kept - 1];
}

} // namespace lowp
