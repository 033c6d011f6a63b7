//===- Histogram.h - a mergeable histogram ----------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_HISTOGRAM_H
#define LOWP_NUMERICS_HISTOGRAM_H

#include "lowp/Numerics/Statistics.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lowp {

/// Counts of values by sign and magnitude. Bin i of a sign holds i · w ≤ |x| < (i + 1) · w.
///
/// The width w is a power of two. A larger value first adds bins of the same width; where more than
/// `capacity` were needed, the width doubles and neighbours are added in pairs. Counts stay exact,
/// and the state depends on the values alone, not on their order or on how they are cut into
/// shards: w is the smallest power of two with max|x| < capacity · w. Between capacity/2 and
/// capacity bins are in use.
class Histogram {
public:
  static constexpr int64_t capacity = 4096; ///< bins for each sign

  struct State {
    int32_t exponent = -126;                  ///< w = 2^exponent
    std::vector<uint64_t> negative, positive; ///< no trailing zeros; zeros and -0 are positive
    MinMax range;
    friend bool operator==(const State &, const State &) = default;
  };

  Histogram() = default;
  /// Refuses a state that no values lead to.
  static Result<Histogram> fromState(State state);
  const State &getState() const { return state; }

  /// NaN and infinite values are counted (MinMax::check) and take no part.
  void update(std::span<const float> x);
  /// Exact, associative and commutative.
  void merge(const Histogram &other);

  const MinMax &range() const { return state.range; }
  double binWidth() const;
  /// The counts of |x|, over both signs.
  std::vector<uint64_t> magnitudes() const;

private:
  void coarsenTo(int32_t exponent);

  State state;
};

} // namespace lowp

#endif
