//===- LogitScore.h - quality of a language model ---------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_LOGITSCORE_H
#define LOWP_EXECUTION_LOGITSCORE_H

#include <cstdint>
#include <span>

namespace lowp {

/// Accumulates over windows of T tokens, with logits [T, V], in f64:
///   perplexity  exp of the mean over windows of the mean of the T−1 negative log-likelihoods of the
///               next token
///   KL          mean over all positions of KL(reference ‖ found), in nats
///   top-1       share of positions with equal argmax
class LogitScore {
public:
  /// `tokens` [T]; a token outside [0, V) makes the window's likelihood 0.
  void add(std::span<const float> logits, std::span<const int64_t> tokens);
  void addReference(std::span<const float> logits, std::span<const float> reference, int64_t vocabulary);

  double perplexity() const;
  double kl() const { return klSum / static_cast<double>(positions); }
  double top1() const { return static_cast<double>(agreeing) / static_cast<double>(positions); }
  int64_t windows() const { return count; }
  bool hasReference() const { return positions > 0; }

private:
  int64_t count = 0, positions = 0, agreeing = 0;
  double nllSum = 0, klSum = 0;
};

} // namespace lowp

#endif
