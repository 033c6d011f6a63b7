//===- Statistics.h - mergeable calibration statistics ----------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_STATISTICS_H
#define LOWP_NUMERICS_STATISTICS_H

#include "lowp/Numerics/SampleSum.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace lowp {

/// The range of all values seen. Merging is exact, associative and commutative. NaN and infinite
/// values are counted and take no part.
struct MinMax {
  float min = std::numeric_limits<float>::infinity();
  float max = -std::numeric_limits<float>::infinity();
  int64_t count = 0; ///< finite values
  int64_t nonFiniteCount = 0;

  void update(std::span<const float> x);
  void merge(const MinMax &other);
  /// "found 3 NaN or infinite values", "no data", or nothing.
  std::optional<Failure> check() const;

  friend bool operator==(const MinMax &, const MinMax &) = default;
};

/// Per channel of an activation [rows, channels]: largest magnitude, range and mean over every row
/// seen. A row with NaN or infinite values is counted, its bad values take no part.
class ChannelStatistics {
public:
  /// `firstSample`: the number of this shard's first sample, a multiple of 8.
  explicit ChannelStatistics(int64_t channels, int64_t firstSample = 0);

  /// One sample: all its rows, row-major. The size must be a multiple of the number of channels.
  void update(std::span<const float> rows);
  /// Fails as SampleSum::merge does; then this state is unchanged.
  Status merge(const ChannelStatistics &other);

  int64_t numChannels() const { return minimum.size(); }
  int64_t numRows() const { return rowCount; }
  int64_t numSamples() const { return sum.numSamples(); }
  std::span<const float> min() const { return minimum; }
  std::span<const float> max() const { return maximum; }
  std::vector<float> absMax() const;
  /// Σ x / rows in f64, rounded to f32; zeros without rows.
  std::vector<float> mean() const;
  const SampleSum &getSum() const { return sum; }

  /// "found 3 NaN or infinite values, the first in channel 17 of 384", "no data", or nothing.
  /// "First" is the lowest channel, so that shards agree.
  std::optional<Failure> check() const;

private:
  void updateRow(const float *row);
  void countNonFinite(std::span<const float> rows);

  std::vector<float> minimum, maximum;
  SampleSum sum;
  int64_t rowCount = 0, nonFiniteCount = 0;
  int64_t firstNonFiniteChannel = std::numeric_limits<int64_t>::max();
};

} // namespace lowp

#endif
