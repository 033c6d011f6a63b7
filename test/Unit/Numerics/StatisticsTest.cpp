//===- StatisticsTest.cpp - statistics and their merging ------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Statistics.h"
#include "Random.h"

#include "gtest/gtest.h"
#include <algorithm>
#include <numeric>

using namespace lowp;
using lowp::test::Random;

namespace {

constexpr int64_t channels = 5;

std::vector<std::vector<float>> makeSamples(int count) {
  Random random(1);
  std::vector<std::vector<float>> samples;
  for (int i = 0; i < count; ++i)
    samples.push_back(random.normals(channels * random.integer(1, 9)));
  return samples;
}

ChannelStatistics observe(const std::vector<std::vector<float>> &samples, int64_t begin,
                          int64_t end) {
  ChannelStatistics statistics(channels, begin);
  for (int64_t i = begin; i < end; ++i)
    statistics.update(samples[i]);
  return statistics;
}

void expectSame(const ChannelStatistics &a, const ChannelStatistics &b) {
  EXPECT_EQ(a.getSum().getState(), b.getSum().getState());
  EXPECT_EQ(a.absMax(), b.absMax());
  EXPECT_EQ(a.mean(), b.mean());
  EXPECT_EQ(a.numRows(), b.numRows());
  EXPECT_EQ(a.numSamples(), b.numSamples());
}

// O1
TEST(MinMax, MergesInAnyOrder) {
  Random random(2);
  std::vector<float> x = random.normals(300);
  MinMax whole, a, b, c;
  whole.update(x);
  a.update(std::span(x).subspan(0, 100));
  b.update(std::span(x).subspan(100, 50));
  c.update(std::span(x).subspan(150));
  MinMax left = a, right = c;
  left.merge(b);
  left.merge(c);
  right.merge(b);
  right.merge(a);
  EXPECT_EQ(left, whole);
  EXPECT_EQ(right, whole);
  EXPECT_EQ(whole.min, *std::min_element(x.begin(), x.end()));
  EXPECT_EQ(whole.max, *std::max_element(x.begin(), x.end()));
}

TEST(MinMax, NonFiniteAndNoData) {
  MinMax state;
  EXPECT_EQ(state.check()->message, "no data");
  state.update(std::vector<float>{1, std::nanf(""), -INFINITY, 2});
  EXPECT_EQ(state.check()->message, "found 2 NaN or infinite values");
  EXPECT_EQ(state.min, 1);
  EXPECT_EQ(state.max, 2);
  EXPECT_EQ(state.count, 2);
}

TEST(ChannelStatistics, EqualTheDefinition) {
  auto samples = makeSamples(21);
  ChannelStatistics statistics = observe(samples, 0, 21);
  EXPECT_FALSE(statistics.check());
  for (int64_t c = 0; c < channels; ++c) {
    double sum = 0;
    float lo = INFINITY, hi = -INFINITY;
    int64_t rows = 0;
    for (const auto &sample : samples)
      for (size_t i = c; i < sample.size(); i += channels, ++rows) {
        sum += sample[i];
        lo = std::min(lo, sample[i]);
        hi = std::max(hi, sample[i]);
      }
    EXPECT_EQ(statistics.numRows(), rows);
    EXPECT_EQ(statistics.min()[c], lo);
    EXPECT_EQ(statistics.max()[c], hi);
    EXPECT_EQ(statistics.absMax()[c], std::max(-lo, hi));
    EXPECT_NEAR(statistics.mean()[c], sum / double(rows), 1e-6);
  }
}

// O1: any shards cut at blocks, merged in any order, give the same bytes; so does what follows
// them.
TEST(ChannelStatistics, ShardsGiveTheSameBytes) {
  auto samples = makeSamples(75);
  const std::vector<int64_t> cuts[] = {
      {0, 8, 75}, {0, 16, 24, 40, 75}, {0, 32, 64, 75}, {0, 72, 75}, {0, 16, 48, 64}};
  for (const auto &cut : cuts) {
    ChannelStatistics whole = observe(samples, 0, cut.back());
    std::vector<ChannelStatistics> shards;
    for (size_t i = 0; i + 1 < cut.size(); ++i)
      shards.push_back(observe(samples, cut[i], cut[i + 1]));
    whole.update(samples[0]);
    std::vector<size_t> order(shards.size());
    std::iota(order.begin(), order.end(), 0);
    do {
      ChannelStatistics merged = shards[order[0]];
      for (size_t i = 1; i < order.size(); ++i)
        ASSERT_TRUE(merged.merge(shards[order[i]]));
      merged.update(samples[0]);
      expectSame(merged, whole);
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

TEST(ChannelStatistics, MergingIsAssociative) {
  auto samples = makeSamples(40);
  ChannelStatistics a = observe(samples, 0, 8), b = observe(samples, 8, 24),
                    c = observe(samples, 24, 40), left = a, inner = b, right = a;
  ASSERT_TRUE(left.merge(b));
  ASSERT_TRUE(left.merge(c));
  ASSERT_TRUE(inner.merge(c));
  ASSERT_TRUE(right.merge(inner));
  expectSame(left, right);
}

TEST(ChannelStatistics, NonFiniteIsReportedWithItsChannel) {
  ChannelStatistics statistics(3);
  EXPECT_EQ(statistics.check()->message, "no data");
  statistics.update(std::vector<float>{1, 2, NAN, 4, INFINITY, -6, 1, 1, NAN});
  EXPECT_EQ(statistics.check()->message,
            "found 3 NaN or infinite values, the first in channel 1 of 3");
  EXPECT_EQ(statistics.max()[1], 2);
  EXPECT_EQ(statistics.numRows(), 3);
}

TEST(SampleSum, RefusesShardsThatDoNotFit) {
  auto shard = [](int64_t width, int64_t first, int64_t count) {
    SampleSum sum(width, first);
    for (int64_t i = 0; i < count; ++i)
      sum.endSample();
    return sum;
  };
  auto message = [](SampleSum a, const SampleSum &b) {
    Status merged = a.merge(b);
    return merged ? std::string("none") : merged.error();
  };
  EXPECT_EQ(message(shard(2, 0, 8), shard(3, 8, 8)), "shards differ in width: found 3, expected 2");
  EXPECT_EQ(message(shard(2, 0, 16), shard(2, 8, 8)),
            "shards overlap, expected each sample in one shard");
  std::string insideBlock =
      "shard ends inside a block, expected only the last shard to have a number "
      "of samples that is no multiple of 8";
  EXPECT_EQ(message(shard(2, 0, 9), shard(2, 16, 8)), insideBlock);
  EXPECT_EQ(message(shard(2, 16, 8), shard(2, 0, 9)), insideBlock);
  EXPECT_EQ(message(shard(2, 0, 3), shard(2, 8, 3)), insideBlock);
  EXPECT_EQ(message(shard(2, 0, 3), shard(2, 0, 3)), insideBlock);
  EXPECT_EQ(message(shard(2, 0, 8), shard(2, 8, 3)), "none");
  EXPECT_EQ(message(shard(2, 8, 0), shard(2, 0, 8)), "none");
}

TEST(SampleSum, StateIsLogarithmicAndRoundTrips) {
  SampleSum sum(1);
  for (int i = 0; i < 8 * 1000 + 3; ++i) {
    sum.current()[0] += 0.1 * i;
    sum.endSample();
  }
  EXPECT_LE(sum.getState().nodes.size(), 10u);
  EXPECT_EQ(sum.numSamples(), 8003);
  EXPECT_NEAR(sum.total()[0], 0.1 * 8002 * 8003 / 2, 1e-6);
  Result<SampleSum> read = SampleSum::fromState(sum.getState());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->total(), sum.total());
}

TEST(SampleSum, RefusesBrokenStates) {
  SampleSum sum(2);
  for (int i = 0; i < 20; ++i)
    sum.endSample();
  using State = SampleSum::State;
  void (*const breaks[])(State &) = {[](State &s) { s.openSum.pop_back(); },
                                     [](State &s) { s.openSamples = 8; },
                                     [](State &s) { s.openBlock = 1; },
                                     [](State &s) { s.nodes[0].sum.clear(); },
                                     [](State &s) { s.nodes[0].level = -1; },
                                     [](State &s) { s.nodes[0].level = 63; },
                                     [](State &s) { s.nodes.push_back(s.nodes[0]); },
                                     [](State &s) { s.nodes[0].index = -1; }};
  ASSERT_TRUE(SampleSum::fromState(sum.getState()));
  for (auto breakIt : breaks) {
    State state = sum.getState();
    breakIt(state);
    EXPECT_FALSE(SampleSum::fromState(state));
  }
}

} // namespace
