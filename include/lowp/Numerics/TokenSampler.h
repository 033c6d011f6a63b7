//===- TokenSampler.h - the next token from its logits ----------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// p(i) = exp(l_i / temperature) / Σ exp(l_j / temperature), over the k largest logits, cut to the fewest tokens
// whose probabilities reach p (nucleus sampling, Holtzman et al. 2019). Uses no function of a C library: equal
// logits and seeds give equal tokens on any machine.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_TOKENSAMPLER_H
#define LOWP_NUMERICS_TOKENSAMPLER_H

#include <cstdint>
#include <span>
#include <vector>

namespace lowp {

struct SamplingOptions {
  double temperature = 0; ///< 0: the largest logit, the first of equal ones
  int64_t topK = 0;       ///< 0: all
  double topP = 1;
  uint64_t seed = 0;
};

class TokenSampler {
public:
  explicit TokenSampler(const SamplingOptions &options) : options(options), state(options.seed) {}

  /// A token; of equal logits the one with the lower id comes first. `logits` is not empty.
  int64_t next(std::span<const float> logits);

private:
  /// Uniform in [0, 1): the upper 53 bits of SplitMix64.
  double draw();
  /// The candidates, largest logit first.
  void rank(std::span<const float> logits);

  SamplingOptions options;
  uint64_t state;
  std::vector<int32_t> order; ///< kept, so that a call allocates nothing
  std::vector<double> weights;
};

} // namespace lowp

#endif
