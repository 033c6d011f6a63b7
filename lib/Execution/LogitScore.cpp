//===- LogitScore.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/LogitScore.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lowp {

/// log Σ exp, without overflow.
static double logSumExp(std::span<const float> x) {
  double max = *std::max_element(x.begin(), x.end()), sum = 0;
  for (float v : x)
    sum += std::exp(v - max);
  return max + std::log(sum);
}

void LogitScore::add(std::span<const float> logits, std::span<const int64_t> tokens) {
  int64_t length = tokens.size(), vocabulary = logits.size() / length;
  double nll = 0;
  for (int64_t t = 0; t + 1 < length; ++t) {
    std::span<const float> row = logits.subspan(t * vocabulary, vocabulary);
    int64_t next = tokens[t + 1];
    nll += next >= 0 && next < vocabulary ? logSumExp(row) - row[next]
                                          : std::numeric_limits<double>::infinity();
  }
  nllSum += nll / static_cast<double>(length - 1);
  ++count;
}

void LogitScore::addReference(std::span<const float> logits, std::span<const float> reference,
                              int64_t vocabulary) {
  for (size_t at = 0; at < logits.size(); at += vocabulary, ++positions) {
    std::span<const float> q = logits.subspan(at, vocabulary), p = reference.subspan(at, vocabulary);
    double zq = logSumExp(q), zp = logSumExp(p);
    for (int64_t v = 0; v < vocabulary; ++v)
      klSum += std::exp(p[v] - zp) * ((p[v] - zp) - (q[v] - zq));
    agreeing += std::max_element(q.begin(), q.end()) - q.begin() ==
                std::max_element(p.begin(), p.end()) - p.begin();
  }
}

double LogitScore::perplexity() const { return std::exp(nllSum / static_cast<double>(count)); }

} // namespace lowp
