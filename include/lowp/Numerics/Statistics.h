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

/// The range of each channel of an activation [rows, channels]. Merging is exact. Without rows the
/// minima are +∞, the maxima −∞.
struct ChannelRange {
  std::vector<float> min, max;

  explicit ChannelRange(int64_t channels);
  /// Rows of finite values, row-major.
  void update(std::span<const float> rows);
  void merge(const ChannelRange &other);
  bool isEmpty() const { return min.empty() || min[0] > max[0]; }

  friend bool operator==(const ChannelRange &, const ChannelRange &) = default;
};

/// Per channel of an activation [rows, channels]: largest magnitude, range and mean over every row
/// seen. A row with NaN or infinite values is counted, its bad values take no part.
class ChannelStatistics {
public:
  /// `firstSample`: the number of this shard's first sample, a multiple of 8.
  explicit ChannelStatistics(int64_t channels, int64_t firstSample = 0);

  /// What finite rows lead to; refuses everything else.
  static Result<ChannelStatistics> fromState(ChannelRange range, int64_t rows, SampleSum sum);

  /// Rows of the present sample, row-major. The size must be a multiple of the number of channels.
  void add(std::span<const float> rows);
  /// The present sample is complete.
  void endSample() { sum.endSample(); }
  /// One sample: all its rows.
  void update(std::span<const float> rows) {
    add(rows);
    endSample();
  }
  /// Fails as SampleSum::merge does; then this state is unchanged.
  Status merge(const ChannelStatistics &other);

  int64_t numChannels() const { return extremes.min.size(); }
  int64_t numRows() const { return rowCount; }
  int64_t numSamples() const { return sum.numSamples(); }
  const ChannelRange &range() const { return extremes; }
  std::span<const float> min() const { return extremes.min; }
  std::span<const float> max() const { return extremes.max; }
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

  ChannelRange extremes;
  SampleSum sum;
  int64_t rowCount = 0, nonFiniteCount = 0;
  int64_t firstNonFiniteChannel = std::numeric_limits<int64_t>::max();
};

} // namespace lowp

#endif
