//===- Statistics.h - what calibration keeps --------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_STATISTICS_H
#define LOWP_NUMERICS_STATISTICS_H

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lowp {

/// Minimum and maximum of each channel over all tokens seen. Mergeable: the state of two sets of tokens
/// is the same whichever way they were split and in whatever order they came. Memory is O(channels).
struct ChannelStatistics {
  std::vector<float> min, max; ///< empty before the first token
  int64_t tokens = 0;

  /// Adds the rows of `x` [rows, channels]. `isToken(row)`, where given, says which rows count: padding
  /// does not. Returns a message, and leaves the state as it was, if x holds NaN or Inf.
  std::optional<std::string> update(std::span<const float> x, int64_t channels,
                                    const std::function<bool(int64_t)> &isToken = {});
  void merge(const ChannelStatistics &other);

  /// max |x_j| of each channel.
  std::vector<float> absMax() const;
  /// The range of the whole tensor.
  float tensorMin() const;
  float tensorMax() const;
};

} // namespace lowp

#endif
