//===- ActivationStatisticsTest.cpp - shards against one run --------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/ActivationStatistics.h"
#include "Random.h"

#include "gtest/gtest.h"

using namespace lowp;
using lowp::test::Random;

namespace {

constexpr int64_t channels = 3, samples = 29;

ActivationStatistics observe(ActivationStatistics::Options options, int64_t begin, int64_t end) {
  options.firstSample = begin;
  ActivationStatistics statistics(channels, options);
  for (int64_t i = begin; i < end; ++i) {
    Random random(int(100 + i));
    statistics.add(i, random.normals(channels * (1 + i % 5)));
    statistics.endSample();
  }
  return statistics;
}

void expectSame(const ActivationStatistics &a, const ActivationStatistics &b) {
  EXPECT_EQ(a.channels.range(), b.channels.range());
  EXPECT_EQ(a.channels.numRows(), b.channels.numRows());
  EXPECT_EQ(a.channels.getSum().getState(), b.channels.getSum().getState());
  EXPECT_EQ(a.kept, b.kept);
  EXPECT_EQ(a.searched, b.searched);
  EXPECT_EQ(a.histogram->getState(), b.histogram->getState());
}

constexpr ActivationStatistics::Options all = {.rowsPerSample = 2, .heldOut = true, .histogram = true};

TEST(ActivationStatistics, ShardsInAnyOrderGiveOneRun) {
  ActivationStatistics whole = observe(all, 0, samples);
  for (bool reversed : {false, true}) {
    ActivationStatistics merged = observe(all, 8, 16);
    for (auto [begin, end] : {std::pair<int64_t, int64_t>(reversed ? 16 : 0, reversed ? samples : 8),
                              {reversed ? 0 : 16, reversed ? 8 : samples}})
      ASSERT_TRUE(bool(merged.merge(observe(all, begin, end))));
    expectSame(merged, whole);
  }
  EXPECT_EQ(whole.channels.getSum().firstMissing(), samples);
}

TEST(ActivationStatistics, HeldOutSamplesAreNotKept) {
  ActivationStatistics whole = observe(all, 0, samples);
  for (int64_t sample : whole.kept.samples)
    EXPECT_EQ(sample % 2, 1);
  EXPECT_EQ(whole.kept.values.size(), whole.kept.samples.size() * channels);
}

TEST(ActivationStatistics, PartsOfASampleAreOneSample) {
  ActivationStatistics parts(channels, {}), once(channels, {});
  std::vector<float> rows = Random(3).normals(4 * channels);
  parts.add(0, std::span(rows).first(channels));
  parts.add(0, std::span(rows).subspan(channels));
  parts.endSample();
  once.add(0, rows);
  once.endSample();
  EXPECT_EQ(parts.channels.getSum().getState(), once.channels.getSum().getState());
}

TEST(ActivationStatistics, MergeErrors) {
  ActivationStatistics first = observe(all, 0, 8);
  EXPECT_EQ(first.merge(observe(all, 0, 8)).error(), "shards overlap, expected each sample in one shard");
  EXPECT_EQ(first.merge(observe({}, 8, 16)).error(), "shards keep different statistics");
  EXPECT_EQ(first.merge(observe({.movingAverage = true}, 8, 16)).error(),
            "a moving average depends on the order of the samples and cannot be merged");
  ActivationStatistics cut = observe(all, 0, 5);
  EXPECT_FALSE(cut.merge(observe(all, 8, 16)));
  EXPECT_EQ(observe(all, 16, 24).channels.getSum().firstMissing(), 0);
}

TEST(ChannelStatistics, StatesComeBack) {
  ChannelStatistics statistics = observe({}, 0, samples).channels;
  auto again = ChannelStatistics::fromState(statistics.range(), statistics.numRows(), statistics.getSum());
  ASSERT_TRUE(bool(again));
  EXPECT_EQ(again->mean(), statistics.mean());
}

TEST(ChannelStatistics, DamagedStates) {
  ChannelStatistics statistics = observe({}, 0, 3).channels;
  ChannelRange swapped = statistics.range(), infinite = statistics.range();
  std::swap(swapped.min, swapped.max);
  infinite.max[1] = std::numeric_limits<float>::infinity();
  for (const ChannelRange &range : {swapped, infinite, ChannelRange(channels), ChannelRange(2)})
    EXPECT_FALSE(ChannelStatistics::fromState(range, statistics.numRows(), statistics.getSum()));
  EXPECT_FALSE(ChannelStatistics::fromState(statistics.range(), 0, statistics.getSum()));
  EXPECT_FALSE(ChannelStatistics::fromState(statistics.range(), -1, statistics.getSum()));
}

TEST(MovingAverageMinMax, StatesComeBack) {
  MovingAverageMinMax average;
  average.update(std::vector<float>{-1, 2});
  average.update(std::vector<float>{-3, 5});
  auto again = MovingAverageMinMax::fromState(average.getState());
  ASSERT_TRUE(bool(again));
  EXPECT_EQ(*again->range(), *average.range());
  MovingAverageMinMax::State outside = average.getState();
  outside.average.hi = 6;
  EXPECT_FALSE(MovingAverageMinMax::fromState(outside));
}

TEST(ObservedParams, CutsToTheValuesSeen) {
  Histogram histogram;
  std::vector<float> x(1000);
  for (size_t i = 0; i < x.size(); ++i)
    x[i] = float(i) / 100; // [0, 9.99], as after ReLU
  histogram.update(x);
  RtnScheme affine{.range = {0, 255}, .symmetric = false};
  for (Observer::Kind kind : {Observer::Kind::Percentile, Observer::Kind::Entropy, Observer::Kind::Mse}) {
    Result<QuantParams> params = observedParams({kind, 100}, histogram, affine);
    ASSERT_TRUE(bool(params));
    EXPECT_EQ(params->zeroPoint, 0) << int(kind);
    EXPECT_LE(params->scale, 9.99f / 255) << int(kind);
  }
  EXPECT_EQ(observedParams({Observer::Kind::Percentile, 100}, histogram, affine)->scale, 9.99f / 255);
  EXPECT_NEAR(observedParams({Observer::Kind::Percentile, 50}, histogram, affine)->scale, 7.5 / 255, 1e-4);
  EXPECT_EQ(observedParams({Observer::Kind::Entropy}, Histogram(), affine).error(), "no data");
}

} // namespace
