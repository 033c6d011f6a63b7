//===- SampleSum.h - sums that shards agree on ------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_SAMPLESUM_H
#define LOWP_NUMERICS_SAMPLESUM_H

#include "lowp/Numerics/Result.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lowp {

/// A vector of sums over samples, in f64, whose bytes do not depend on how the samples are cut into
/// shards: within a block of 8 samples terms are added in order; blocks are the leaves of a binary
/// tree over block numbers. Kept are the roots of its complete subtrees: O(width · log samples)
/// memory. For channel means (width K) and Gram matrices (width K²).
class SampleSum {
public:
  static constexpr int64_t samplesPerBlock = 8;

  /// The sum of the blocks [index · 2^level, (index + 1) · 2^level).
  struct Node {
    int64_t level = 0, index = 0;
    std::vector<double> sum;

    int64_t begin() const { return index << level; }
    int64_t end() const { return (index + 1) << level; }
    friend bool operator==(const Node &, const Node &) = default;
  };

  /// What is saved. Equal sums of equal samples have equal states.
  struct State {
    int64_t width = 0;
    std::vector<Node> nodes;     ///< by begin(); no two of them are siblings
    int64_t openBlock = 0;       ///< the block that samples are added to
    int64_t openSamples = 0;     ///< how many of its 8 samples it has, 0 to 7
    std::vector<double> openSum; ///< `width` sums
    friend bool operator==(const State &, const State &) = default;
  };

  /// A shard begins at a block: `firstSample` is a multiple of 8.
  explicit SampleSum(int64_t width, int64_t firstSample = 0);

  /// Refuses a state that no sequence of samples and merges leads to.
  static Result<SampleSum> fromState(State state);
  const State &getState() const { return state; }

  /// The sums that the present sample's terms are to be added to, in order.
  std::span<double> current() { return state.openSum; }
  /// The present sample is complete.
  void endSample();

  /// Adds another shard's samples. Refuses another width, blocks that both have, and a shard that
  /// ends inside a block although samples follow it.
  Status merge(const SampleSum &other);

  int64_t numSamples() const;
  /// The first sample that is not in the sum: their number where none is left out.
  int64_t firstMissing() const;
  std::vector<double> total() const;

private:
  explicit SampleSum(State state) : state(std::move(state)) {}
  void insert(Node node);

  State state;
};

} // namespace lowp

#endif
