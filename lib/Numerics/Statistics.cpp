//===- Statistics.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace lowp {

static std::optional<std::string> describeNonFinite(std::span<const float> x, int64_t channels) {
  auto isBad = [](float v) { return !std::isfinite(v); };
  auto first = std::find_if(x.begin(), x.end(), isBad);
  if (first == x.end())
    return std::nullopt;
  int64_t at = first - x.begin();
  return "NaN or Inf in row " + std::to_string(at / channels) + ", channel " +
         std::to_string(at % channels) + ", " + std::to_string(std::count_if(first, x.end(), isBad)) +
         " of " + std::to_string(x.size()) + " in all";
}

std::optional<std::string>
ChannelStatistics::update(std::span<const float> x, int64_t channels,
                          const std::function<bool(int64_t)> &isToken) {
  assert(channels > 0 && x.size() % channels == 0 && "whole rows");
  if (auto message = describeNonFinite(x, channels))
    return message;
  for (int64_t row = 0; row * channels < static_cast<int64_t>(x.size()); ++row) {
    if (isToken && !isToken(row))
      continue;
    const float *values = &x[row * channels];
    if (tokens++ == 0) {
      min.assign(values, values + channels);
      max = min;
      continue;
    }
    for (int64_t j = 0; j < channels; ++j) {
      min[j] = std::min(min[j], values[j]);
      max[j] = std::max(max[j], values[j]);
    }
  }
  return std::nullopt;
}

void ChannelStatistics::merge(const ChannelStatistics &other) {
  if (other.tokens == 0)
    return;
  if (tokens == 0) {
    *this = other;
    return;
  }
  assert(min.size() == other.min.size() && "statistics of different tensors");
  for (size_t j = 0; j < min.size(); ++j) {
    min[j] = std::min(min[j], other.min[j]);
    max[j] = std::max(max[j], other.max[j]);
  }
  tokens += other.tokens;
}

std::vector<float> ChannelStatistics::absMax() const {
  std::vector<float> result(min.size());
  for (size_t j = 0; j < result.size(); ++j)
    result[j] = std::max(std::abs(min[j]), std::abs(max[j]));
  return result;
}

float ChannelStatistics::tensorMin() const { return *std::min_element(min.begin(), min.end()); }
float ChannelStatistics::tensorMax() const { return *std::max_element(max.begin(), max.end()); }

} // namespace lowp
