//===- HistogramTest.cpp - histograms and their merging -------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Histogram.h"
#include "Random.h"

#include "gtest/gtest.h"
#include <limits>
#include <map>

using namespace lowp;
using lowp::test::Random;

namespace {

/// Normals with outliers that come late and force the width to double.
std::vector<float> makeValues() {
  Random random(1);
  std::vector<float> x = random.normals(4000);
  for (int i = 0; i < 100; ++i) {
    x[random.integer(0, 3999)] = 0;
    x[2000 + 20 * i - 1] *= 300;
  }
  x[3999] = 3223.5f;
  return x;
}

Histogram observe(std::span<const float> x) {
  Histogram histogram;
  histogram.update(x);
  return histogram;
}

void expectDefinition(const Histogram &histogram, std::span<const float> x) {
  std::map<int64_t, uint64_t> negative, positive;
  for (float value : x)
    ++(value < 0 ? negative
                 : positive)[int64_t(std::floor(std::fabs(double(value)) / histogram.binWidth()))];
  const Histogram::State &state = histogram.getState();
  for (auto [expected, counts] :
       {std::pair(&negative, &state.negative), std::pair(&positive, &state.positive)})
    for (size_t i = 0; i < counts->size(); ++i)
      ASSERT_EQ((*counts)[i], expected->count(i) ? (*expected)[i] : 0) << i;
  uint64_t total = 0;
  for (uint64_t count : histogram.magnitudes())
    total += count;
  EXPECT_EQ(total, x.size());
}

TEST(Histogram, CountsByDefinition) {
  std::vector<float> x = makeValues();
  Histogram histogram = observe(x);
  expectDefinition(histogram, x);
  EXPECT_EQ(histogram.binWidth(), 1); // 3223.5 < 4096
  EXPECT_EQ(histogram.magnitudes().size(), 3224u);
}

TEST(Histogram, GrowsAtTheSameWidthThenInPairs) {
  Histogram histogram = observe(std::vector<float>{1.0f});
  EXPECT_EQ(histogram.binWidth(), 0x1p-11);
  histogram.update(std::vector<float>{1.999f});
  EXPECT_EQ(histogram.binWidth(), 0x1p-11);
  histogram.update(std::vector<float>{2.0f});
  EXPECT_EQ(histogram.binWidth(), 0x1p-10);
  histogram.update(std::vector<float>{1e6f});
  expectDefinition(histogram, std::vector<float>{1.0f, 1.999f, 2.0f, 1e6f});
}

// O1: order and cuts do not matter, though widths differ on the way.
TEST(Histogram, MergesInAnyOrder) {
  std::vector<float> x = makeValues();
  Histogram whole = observe(x), batches, left, right;
  Histogram a = observe(std::span(x).first(1000)), b = observe(std::span(x).subspan(1000, 1500)),
            c = observe(std::span(x).subspan(2500));
  EXPECT_NE(a.binWidth(), c.binWidth());
  for (size_t i = 0; i < x.size(); i += 7)
    batches.update(std::span(x).subspan(i, std::min<size_t>(7, x.size() - i)));
  for (const Histogram *shard : {&a, &b, &c})
    left.merge(*shard);
  for (const Histogram *shard : {&c, &b, &a})
    right.merge(*shard);
  EXPECT_EQ(batches.getState(), whole.getState());
  EXPECT_EQ(left.getState(), whole.getState());
  EXPECT_EQ(right.getState(), whole.getState());
}

TEST(Histogram, Extremes) {
  float largest = std::numeric_limits<float>::max();
  std::vector<float> x{0.0f, -0.0f, 1e-45f, -1e-45f, largest, -largest, 1.0f};
  Histogram histogram;
  for (float value : x)
    histogram.update(std::span(&value, 1));
  EXPECT_EQ(histogram.getState(), observe(x).getState());
  EXPECT_EQ(histogram.magnitudes().front(), 5u);
  EXPECT_EQ(histogram.magnitudes().back(), 2u);
  Histogram zeros = observe(std::vector<float>(9, 0.0f));
  EXPECT_EQ(zeros.magnitudes(), std::vector<uint64_t>{9});
  histogram.merge(zeros);
  EXPECT_EQ(histogram.magnitudes().front(), 14u);
}

TEST(Histogram, NonFiniteIsCountedApart) {
  Histogram histogram = observe(std::vector<float>{1, NAN, INFINITY, -2});
  EXPECT_EQ(histogram.range().check()->message, "found 2 NaN or infinite values");
  EXPECT_EQ(histogram.range().count, 2);
  EXPECT_EQ(Histogram().range().check()->message, "no data");
  EXPECT_TRUE(Histogram::fromState(histogram.getState()));
}

TEST(Histogram, RefusesBrokenStates) {
  std::vector<float> x = makeValues();
  using State = Histogram::State;
  void (*const breaks[])(State &) = {
      [](State &s) { ++s.positive[3]; },        [](State &s) { s.negative.push_back(0); },
      [](State &s) { ++s.exponent; },           [](State &s) { s.positive.resize(5000, 1); },
      [](State &s) { s.range.max = INFINITY; }, [](State &s) { s.range.count = -1; }};
  EXPECT_TRUE(Histogram::fromState(observe(x).getState()));
  EXPECT_TRUE(Histogram::fromState({}));
  for (auto breakIt : breaks) {
    State state = observe(x).getState();
    breakIt(state);
    EXPECT_FALSE(Histogram::fromState(state));
  }
}

} // namespace
