//===- ActivationStatistics.h - what calibration keeps ----------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_ACTIVATIONSTATISTICS_H
#define LOWP_NUMERICS_ACTIVATIONSTATISTICS_H

#include "lowp/Numerics/Observers.h"
#include "lowp/Numerics/Statistics.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace lowp {

/// Some rows of an activation, in the order of the samples they are from.
struct KeptRows {
  std::vector<int64_t> samples; ///< of each row
  std::vector<float> values;    ///< [rows, channels]

  friend bool operator==(const KeptRows &, const KeptRows &) = default;
};

/// Everything that calibration may keep of one activation [rows, channels], in memory that does not
/// grow with the samples. What depends on a sample depends on its number alone, so that shards merge
/// to the bytes of one run.
struct ActivationStatistics {
  struct Options {
    int64_t firstSample = 0;   ///< of the shard
    int64_t rowsPerSample = 0; ///< how many rows to keep of a sample
    bool heldOut = false;      ///< keep rows of odd samples only, and the range of the even ones
    bool histogram = false, movingAverage = false;
  };

  ActivationStatistics(int64_t channels, const Options &options);
  /// From saved states, which agree in the number of channels.
  explicit ActivationStatistics(ChannelStatistics channels) : channels(std::move(channels)) {}

  /// Rows of sample `index`, row-major: its parts one after the other, then endSample().
  void add(int64_t index, std::span<const float> rows);
  void endSample() { channels.endSample(); }

  /// Adds another shard's. Fails as SampleSum::merge does, where one keeps what the other does not, and
  /// for a moving average, which depends on the order of the samples.
  Status merge(const ActivationStatistics &other);

  /// max |x_j| of each channel.
  std::vector<float> absMax() const { return channels.absMax(); }

  ChannelStatistics channels;
  std::optional<ChannelRange> searched; ///< of the samples that no row is kept of
  KeptRows kept;
  std::optional<Histogram> histogram;
  std::optional<MovingAverageMinMax> average; ///< a batch is what one add() hands over

private:
  void keepRows(int64_t index, std::span<const float> rows);

  int64_t rowsPerSample = 0;
};

} // namespace lowp

#endif
