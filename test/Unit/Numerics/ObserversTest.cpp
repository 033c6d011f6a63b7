//===- ObserversTest.cpp - static ranges against direct searches ----------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Observers.h"
#include "Random.h"

#include "gtest/gtest.h"
#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

using namespace lowp;
using lowp::test::Random;

namespace {

Histogram observe(std::span<const float> x) {
  Histogram histogram;
  histogram.update(x);
  return histogram;
}

std::vector<float> makeSkewed(int64_t count) {
  std::vector<float> x = Random(1).normals(count);
  for (float &value : x)
    value = value * value * value + 0.5f;
  return x;
}

TEST(MovingAverageMinMax, FollowsTheRecurrence) {
  MovingAverageMinMax observer(0.25f);
  EXPECT_EQ(observer.range().error(), "no data");
  observer.update(std::vector<float>{-1, 2});
  observer.update({});
  observer.update(std::vector<float>{-3, 10});
  Result<ObservedRange> range = observer.range();
  ASSERT_TRUE(range);
  EXPECT_EQ(range->lo, -1.5f);
  EXPECT_EQ(range->hi, 4);
  observer.update(std::vector<float>{NAN});
  EXPECT_EQ(observer.range().error(), "found 1 NaN or infinite value");
}

// O2
TEST(Percentile, IsWithinOneBinOfSorting) {
  std::vector<float> x = makeSkewed(50000), sorted = x, magnitudes = x;
  Histogram histogram = observe(x);
  std::sort(sorted.begin(), sorted.end());
  for (float &value : magnitudes)
    value = std::fabs(value);
  std::sort(magnitudes.begin(), magnitudes.end());
  double width = histogram.binWidth(), n = double(x.size());
  for (double percentile : {50.0, 90.0, 99.0, 99.9, 99.99, 100.0}) {
    size_t rank = size_t(std::ceil(percentile / 100 * n)) - 1;
    ObservedRange symmetric = *percentileRange(histogram, percentile, true);
    EXPECT_NEAR(symmetric.hi, magnitudes[rank], width) << percentile;
    EXPECT_EQ(symmetric.lo, -symmetric.hi);
    size_t oneSided = size_t(std::ceil((1 - (100 - percentile) / 200) * n)) - 1;
    ObservedRange affine = *percentileRange(histogram, percentile, false);
    EXPECT_NEAR(affine.hi, sorted[oneSided], width) << percentile;
    EXPECT_NEAR(affine.lo, sorted[x.size() - 1 - oneSided], width) << percentile;
  }
  ObservedRange all = *percentileRange(histogram, 100, false);
  EXPECT_EQ(all.lo, sorted.front());
  EXPECT_EQ(all.hi, sorted.back());
}

TEST(Percentile, OneSidedData) {
  std::vector<float> x(1000);
  for (size_t i = 0; i < x.size(); ++i)
    x[i] = float(i + 1);
  for (bool negative : {false, true}) {
    Histogram histogram = observe(x);
    ObservedRange range = *percentileRange(histogram, 90, false);
    float inner = negative ? -range.hi : range.lo, outer = negative ? -range.lo : range.hi;
    EXPECT_NEAR(inner, 51, 1);
    EXPECT_NEAR(outer, 950, 1);
    for (float &value : x)
      value = -value;
  }
}

TEST(Percentile, Errors) {
  Histogram histogram;
  EXPECT_EQ(percentileRange(histogram, 99, true).error(), "no data");
  histogram.update(std::vector<float>{1});
  EXPECT_EQ(percentileRange(histogram, 0, true).error(),
            "percentile is 0.000000, expected (0, 100]");
  EXPECT_FALSE(percentileRange(histogram, NAN, true));
  histogram.update(std::vector<float>{INFINITY});
  EXPECT_EQ(percentileRange(histogram, 99, true).error(), "found 1 NaN or infinite value");
}

/// The definition, written down: probabilities first, then the sum.
int64_t oracleThreshold(std::vector<double> h, int64_t levels, bool replaceZeroBin) {
  using Vector = std::vector<long double>;
  int64_t bins = h.size(), best = bins;
  if (replaceZeroBin)
    h[0] = h[1];
  long double least = INFINITY;
  auto normalised = [](Vector v) {
    long double zeros = std::count(v.begin(), v.end(), 0.0L), used = v.size() - zeros, total = 0;
    for (long double &count : v)
      total += count = count > 0 ? count - 1e-4L * zeros / used : 1e-4L;
    for (long double &count : v)
      count /= total;
    return v;
  };
  for (int64_t i = levels; i <= bins; ++i) {
    Vector p(h.begin(), h.begin() + i), q(i);
    for (int64_t j = i; j < bins; ++j)
      p[i - 1] += h[j];
    for (int64_t j = 0; j < i; ++j) {
      int64_t level = 0;
      while ((level + 1) * i / levels <= j)
        ++level;
      long double mass = 0, used = 0;
      for (int64_t k = level * i / levels; k < (level + 1) * i / levels; ++k) {
        mass += h[k];
        used += h[k] > 0;
      }
      q[j] = h[j] > 0 ? mass / used : 0;
    }
    if (std::all_of(q.begin(), q.end(), [](long double c) { return c == 0; }))
      continue;
    p = normalised(p);
    q = normalised(q);
    long double kl = 0;
    for (int64_t j = 0; j < i; ++j)
      kl += p[j] * std::log(p[j] / q[j]);
    if (kl <= least) {
      least = kl;
      best = i;
    }
  }
  return best;
}

std::vector<uint64_t> binned(std::span<const float> x, int64_t bins) {
  float largest = 0;
  for (float value : x)
    largest = std::max(largest, std::fabs(value));
  std::vector<uint64_t> counts(bins);
  for (float value : x)
    ++counts[std::min<int64_t>(int64_t(std::fabs(value) / largest * float(bins)), bins - 1)];
  return counts;
}

// O3
TEST(Entropy, EqualsTheDirectSearch) {
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    Random random(seed);
    std::vector<float> x = random.normals(20000);
    for (int i = 0; i < 20 * int(seed % 3); ++i)
      x[i] *= 3;
    for (int64_t bins : {64, 200, 333}) {
      std::vector<uint64_t> counts = binned(x, bins);
      for (bool replace : {true, false}) {
        std::vector<double> h(counts.begin(), counts.end());
        EXPECT_EQ(entropyThreshold(counts, {16, replace}), oracleThreshold(h, 16, replace));
      }
    }
  }
}

// O3: a single outlier is ignored by entropy and percentile, not by the squared error.
TEST(Entropy, SingleOutlier) {
  std::vector<float> x = Random(7).normals(100000);
  x[5] = 50;
  Histogram histogram = observe(x);
  ObservedRange range = *entropyRange(histogram);
  EXPECT_GT(range.hi, 2.5f);
  EXPECT_LT(range.hi, 7);
  EXPECT_EQ(range.lo, -range.hi);
  EXPECT_LT(percentileRange(histogram, 99.99, true)->hi, 6);
  QuantParams mse = *lpParams(histogram, {{-127, 127}, true});
  EXPECT_GT(mse.scale * 127, 10);
}

// O3: nothing to compare, or fewer bins than levels: the largest value.
TEST(Entropy, DegenerateHistograms) {
  EXPECT_EQ(entropyThreshold(std::vector<uint64_t>(100, 1)), 100);
  EXPECT_EQ(entropyThreshold(std::vector<uint64_t>(500, 0)), 500);
  EXPECT_EQ(entropyThreshold({}), 0);
  std::vector<uint64_t> single(50);
  single[3] = 9;
  EXPECT_EQ(entropyThreshold(single, {4}), 50) << "all divergences are 0";
  for (float constant : {3.0f, -0.7f}) {
    ObservedRange range = *entropyRange(observe(std::vector<float>(100, constant)));
    EXPECT_EQ(range.hi, std::fabs(constant));
  }
  EXPECT_EQ(entropyRange(observe(std::vector<float>(100, 0.0f)))->hi, 0);
  EXPECT_EQ(entropyRange({}).error(), "no data");
}

// The rule for bin 0: half of the values are zero, as after ReLU.
TEST(Entropy, MassAtZeroDoesNotDecide) {
  std::vector<float> x = Random(8).normals(100000);
  for (float &value : x)
    value = std::max(value, 0.0f);
  Histogram histogram = observe(x);
  EXPECT_GT(entropyRange(histogram)->hi, 2);
  EXPECT_LT(entropyRange(histogram, {128, false})->hi, entropyRange(histogram)->hi);
}

double errorOf(std::span<const float> x, QuantParams p, CodeRange range, double power) {
  double error = 0;
  for (float value : x)
    error += std::pow(std::fabs(double(value) - dequantize(quantize(value, p, range), p)), power);
  return error;
}

// O4
TEST(LpSearch, IsNeverWorseThanMinMaxAndFindsTheLeast) {
  for (uint64_t seed = 1; seed < 20; ++seed)
    for (RtnScheme scheme : {RtnScheme{{-7, 7}, true}, RtnScheme{{0, 15}, false}})
      for (double power : {1.0, 2.0, 2.4}) {
        std::vector<float> x = Random(seed).normals(200);
        auto [lo, hi] = std::minmax_element(x.begin(), x.end());
        LpSearch search{20, 0.8, power};
        double found =
            errorOf(x, searchParams(x, {}, *lo, *hi, scheme, search), scheme.range, power);
        double least = errorOf(x, chooseParams(*lo, *hi, scheme), scheme.range, power);
        for (int i = 1; i < 16; ++i) {
          float r = 1 - float(i) / 20;
          least = std::min(least,
                           errorOf(x, chooseParams(r * *lo, r * *hi, scheme), scheme.range, power));
        }
        EXPECT_EQ(found, least);
      }
}

TEST(LpSearch, EqualErrorsKeepTheWidestRange) {
  std::vector<float> zeros(8, 0.0f);
  RtnScheme scheme{{-7, 7}, true};
  EXPECT_EQ(searchParams(zeros, {}, 0, 0, scheme, {}), (QuantParams{1, 0}));
  EXPECT_EQ(searchParams(zeros, {}, -7, 7, scheme, {}), (QuantParams{1, 0}));
}

TEST(LpSearch, WeightsCountAsRepetitions) {
  std::vector<float> values{0.1f, 0.4f, 2.0f}, repeated;
  std::vector<double> weights{5, 7, 1};
  for (size_t i = 0; i < values.size(); ++i)
    repeated.insert(repeated.end(), size_t(weights[i]), values[i]);
  RtnScheme scheme{{-3, 3}, true};
  EXPECT_EQ(searchParams(values, weights, 0, 2, scheme, {}),
            searchParams(repeated, {}, 0, 2, scheme, {}));
}

TEST(LpSearch, QuantizesEachBlockWithItsSearchedRange) {
  std::vector<float> x = Random(9).normals(6 * 40);
  BlockGrid grid(std::array<int64_t, 2>{6, 40}, std::array<int64_t, 2>{2, 16});
  RtnScheme scheme{{-7, 7}, true};
  QuantizedTensor plain = *quantizeRtn(x, grid, scheme), searched = *quantizeLp(x, grid, scheme);
  std::vector<float> a = dequantizeBlocks(plain, grid, scheme.range),
                     b = dequantizeBlocks(searched, grid, scheme.range);
  EXPECT_NE(plain.scales, searched.scales);
  for (int64_t block = 0; block < grid.numBlocks(); ++block) {
    double plainError = 0, searchedError = 0;
    grid.elementsOf(block).forEach([&](int64_t i) {
      plainError += std::pow(std::fabs(double(x[i]) - a[i]), 2.4);
      searchedError += std::pow(std::fabs(double(x[i]) - b[i]), 2.4);
    });
    EXPECT_LE(searchedError, plainError * (1 + 1e-12));
  }
}

// All pairs of ends by the definition, each value's error counted by its column's weight.
TEST(LpSearch, ShrinksEachEndForWeightedColumns) {
  constexpr int64_t rows = 6, cols = 40;
  std::vector<float> x = Random(21).normals(rows * cols);
  std::vector<double> weights(cols);
  for (int64_t k = 0; k < cols; ++k)
    weights[k] = k % 5 == 0 ? 100 : 1;
  BlockGrid grid(std::array{rows, cols}, std::array<int64_t, 2>{1, 16});
  RtnScheme scheme{.range = {0, 7}, .symmetric = false};
  LpSearch search = LpSearch::forWeights();
  QuantizedTensor found = *quantizeLp(x, grid, scheme, search, weights);
  BlockRanges ranges = computeBlockRanges(x, grid);
  int64_t apart = 0;
  grid.forEachBlock([&](int64_t b, const BlockGrid::Elements &elements) {
    auto lossOf = [&](QuantParams params) {
      double loss = 0;
      elements.forEach([&](int64_t i) {
        double error =
            double(x[i]) - double(dequantize(quantize(x[i], params, scheme.range), params));
        loss += weights[i % cols] * error * error;
      });
      return loss;
    };
    double least = std::numeric_limits<double>::infinity(), together = least;
    for (int i = 0; i < 12; ++i)
      for (int j = 0; j < 12; ++j) {
        double loss = lossOf(chooseParams((1 - float(i) / 33) * ranges.lo[b],
                                          (1 - float(j) / 33) * ranges.hi[b], scheme));
        least = std::min(least, loss);
        if (i == j)
          together = std::min(together, loss);
      }
    double loss = lossOf({found.scales[b], found.zeroPoints[b]});
    EXPECT_NEAR(loss, least, 1e-12 * least);
    apart += least < 0.99 * together;
  });
  EXPECT_GT(apart, 0);
  EXPECT_EQ(found.codes, quantizeBlocks(x, grid, found.scales, found.zeroPoints, scheme.range));
}

TEST(LpSearch, Errors) {
  std::vector<float> x{1, NAN};
  BlockGrid grid(std::array<int64_t, 1>{2}, std::array<int64_t, 1>{-1});
  EXPECT_EQ(quantizeLp(x, grid, {}).error(), "found 1 NaN or infinite value, the first at index 1");
  EXPECT_FALSE(quantizeLp(x, grid, {}, {.steps = 0}));
  EXPECT_FALSE(quantizeLp(x, grid, {}, {.power = 0}));
  EXPECT_FALSE(quantizeLp(x, grid, {}, {.maxShrink = 1.5}));
  EXPECT_EQ(lpParams({}, {}).error(), "no data");
}

// Four bits clip a Gaussian strongly, eight bits hardly.
TEST(LpSearch, OptimalClippingOfAGaussian) {
  Histogram histogram = observe(Random(10).normals(200000));
  EXPECT_NEAR(lpParams(histogram, {{-8, 7}, true})->scale * 7, 2.5, 0.25);
  EXPECT_NEAR(lpParams(histogram, {{-127, 127}, true})->scale * 127, 4.0, 0.35);
}

} // namespace
