//===- Statistics.cpp - mergeable calibration statistics ------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Statistics.h"
#include "lowp/Numerics/Finite.h"

#include <algorithm>
#include <cmath>

using namespace lowp;

static std::string describeCount(int64_t count) {
  return "found " + std::to_string(count) + " NaN or infinite value" + (count == 1 ? "" : "s");
}

void MinMax::update(std::span<const float> x) {
  int64_t bad = findNonFinite(x).count;
  for (float value : x) {
    if (bad && !std::isfinite(value))
      continue;
    min = value < min ? value : min;
    max = value > max ? value : max;
  }
  count += int64_t(x.size()) - bad;
  nonFiniteCount += bad;
}

void MinMax::merge(const MinMax &other) {
  min = std::min(min, other.min);
  max = std::max(max, other.max);
  count += other.count;
  nonFiniteCount += other.nonFiniteCount;
}

std::optional<Failure> MinMax::check() const {
  if (nonFiniteCount)
    return Failure{describeCount(nonFiniteCount)};
  if (count == 0)
    return Failure{"no data"};
  return std::nullopt;
}

ChannelRange::ChannelRange(int64_t channels)
    : min(channels, std::numeric_limits<float>::infinity()),
      max(channels, -std::numeric_limits<float>::infinity()) {}

void ChannelRange::update(std::span<const float> rows) {
  for (size_t at = 0; at < rows.size(); at += min.size())
    for (size_t c = 0; c < min.size(); ++c) {
      min[c] = std::min(min[c], rows[at + c]);
      max[c] = std::max(max[c], rows[at + c]);
    }
}

void ChannelRange::merge(const ChannelRange &other) {
  for (size_t c = 0; c < min.size(); ++c) {
    min[c] = std::min(min[c], other.min[c]);
    max[c] = std::max(max[c], other.max[c]);
  }
}

ChannelStatistics::ChannelStatistics(int64_t channels, int64_t firstSample)
    : extremes(channels), sum(channels, firstSample) {}

static bool areFinite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

Result<ChannelStatistics> ChannelStatistics::fromState(ChannelRange range, int64_t rows,
                                                       SampleSum sum) {
  int64_t channels = range.min.size();
  bool valid = rows >= 0 && int64_t(range.max.size()) == channels &&
               sum.getState().width == channels && areFinite(sum.total());
  for (int64_t c = 0; valid && c < channels; ++c)
    valid = rows == 0 ? range == ChannelRange(channels)
                      : range.min[c] <= range.max[c] && std::isfinite(range.min[c]) &&
                            std::isfinite(range.max[c]);
  if (!valid)
    return Failure{"state of channel statistics is not valid, expected finite ranges and sums of "
                   "the same channels"};
  ChannelStatistics result(channels);
  result.extremes = std::move(range);
  result.rowCount = rows;
  result.sum = std::move(sum);
  return result;
}

void ChannelStatistics::add(std::span<const float> rows) {
  int64_t channels = numChannels();
  assert((channels ? rows.size() % channels == 0 : rows.empty()) && "incomplete row");
  bool clean = findNonFinite(rows).count == 0;
  std::vector<float> finite;
  if (!clean) {
    countNonFinite(rows);
    finite.assign(channels, 0);
  }
  for (size_t at = 0; at < rows.size(); at += channels, ++rowCount) {
    const float *row = &rows[at];
    if (clean)
      updateRow(row);
    else {
      std::transform(row, row + channels, finite.begin(),
                     [](float x) { return std::isfinite(x) ? x : 0; });
      updateRow(finite.data());
    }
  }
}

void ChannelStatistics::updateRow(const float *row) {
  double *sums = sum.current().data();
  float *lo = extremes.min.data(), *hi = extremes.max.data();
  for (int64_t c = 0, channels = numChannels(); c < channels; ++c) {
    lo[c] = row[c] < lo[c] ? row[c] : lo[c];
    hi[c] = row[c] > hi[c] ? row[c] : hi[c];
    sums[c] += double(row[c]);
  }
}

void ChannelStatistics::countNonFinite(std::span<const float> rows) {
  for (size_t i = 0; i < rows.size(); ++i)
    if (!std::isfinite(rows[i])) {
      ++nonFiniteCount;
      firstNonFiniteChannel = std::min(firstNonFiniteChannel, int64_t(i) % numChannels());
    }
}

Status ChannelStatistics::merge(const ChannelStatistics &other) {
  if (Status merged = sum.merge(other.sum); !merged)
    return merged;
  extremes.merge(other.extremes);
  rowCount += other.rowCount;
  nonFiniteCount += other.nonFiniteCount;
  firstNonFiniteChannel = std::min(firstNonFiniteChannel, other.firstNonFiniteChannel);
  return Success{};
}

std::vector<float> ChannelStatistics::absMax() const {
  std::vector<float> result(numChannels());
  for (size_t c = 0; rowCount && c < result.size(); ++c)
    result[c] = std::max(std::fabs(extremes.min[c]), std::fabs(extremes.max[c]));
  return result;
}

std::vector<float> ChannelStatistics::mean() const {
  std::vector<double> total = sum.total();
  std::vector<float> result(total.size());
  for (size_t c = 0; rowCount && c < result.size(); ++c)
    result[c] = float(total[c] / double(rowCount));
  return result;
}

std::optional<Failure> ChannelStatistics::check() const {
  if (nonFiniteCount)
    return Failure{describeCount(nonFiniteCount) + ", the first in channel " +
                   std::to_string(firstNonFiniteChannel) + " of " + std::to_string(numChannels())};
  if (rowCount == 0)
    return Failure{"no data"};
  return std::nullopt;
}
