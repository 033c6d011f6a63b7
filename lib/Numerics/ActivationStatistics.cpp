//===- ActivationStatistics.cpp - what calibration keeps ------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/ActivationStatistics.h"

#include <algorithm>

using namespace lowp;

ActivationStatistics::ActivationStatistics(int64_t numChannels, const Options &options)
    : channels(numChannels, options.firstSample), rowsPerSample(options.rowsPerSample) {
  if (options.heldOut)
    searched.emplace(numChannels);
  if (options.histogram)
    histogram.emplace();
  if (options.movingAverage)
    average.emplace();
}

void ActivationStatistics::add(int64_t index, std::span<const float> rows) {
  channels.add(rows);
  if (histogram)
    histogram->update(rows);
  if (average)
    average->update(rows);
  if (searched && index % 2 == 0)
    searched->update(rows);
  else
    keepRows(index, rows);
}

/// Rows at equal distances, from another one in each sample: over all samples each position of the
/// sequence counts as often as it occurs. The first holds massive activations in many models; more of
/// it would bend a search, none would blind it.
void ActivationStatistics::keepRows(int64_t index, std::span<const float> rows) {
  int64_t width = channels.numChannels();
  int64_t count = rows.size() / width, wanted = std::min(rowsPerSample, count);
  for (int64_t i = 0; i < wanted; ++i) {
    int64_t begin = i * count / wanted, end = (i + 1) * count / wanted;
    auto row = rows.subspan((begin + index % (end - begin)) * width, width);
    kept.samples.push_back(index);
    kept.values.insert(kept.values.end(), row.begin(), row.end());
  }
}

/// Both by sample; none is in both.
static KeptRows mergeRows(const KeptRows &a, const KeptRows &b, int64_t width) {
  KeptRows result;
  size_t i = 0, j = 0;
  while (i < a.samples.size() || j < b.samples.size()) {
    bool first = j == b.samples.size() || (i < a.samples.size() && a.samples[i] < b.samples[j]);
    const KeptRows &from = first ? a : b;
    size_t &at = first ? i : j;
    result.samples.push_back(from.samples[at]);
    auto row = from.values.begin() + at++ * width;
    result.values.insert(result.values.end(), row, row + width);
  }
  return result;
}

Status ActivationStatistics::merge(const ActivationStatistics &other) {
  if (average || other.average)
    return Failure{"a moving average depends on the order of the samples and cannot be merged"};
  if (searched.has_value() != other.searched.has_value() ||
      histogram.has_value() != other.histogram.has_value())
    return Failure{"shards keep different statistics"};
  if (Status merged = channels.merge(other.channels); !merged)
    return merged;
  if (searched)
    searched->merge(*other.searched);
  if (histogram)
    histogram->merge(*other.histogram);
  kept = mergeRows(kept, other.kept, channels.numChannels());
  return Success{};
}
