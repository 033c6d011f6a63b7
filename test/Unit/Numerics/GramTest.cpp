//===- GramTest.cpp - sums of products of activations ---------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Gram.h"
#include "Random.h"
#include "lowp/Numerics/LowFloat.h"
#include "lowp/Numerics/SampleSum.h"

#include "gtest/gtest.h"
#include <cmath>
#include <limits>

using namespace lowp;
using lowp::test::Random;

namespace {

TEST(Gram, IsTheSumOverTokens) {
  for (auto [tokens, channels] : {std::array<int64_t, 2>{1, 1}, {5, 40}, {700, 75}, {2100, 130}}) {
    std::vector<float> x = Random(1).normals(tokens * channels);
    SymmetricMatrix gram(channels);
    addGram(MatrixView<float>::rowMajor(x, tokens, channels), gram.values());
    for (int64_t i = 0; i < channels; ++i)
      for (int64_t j = 0; j < channels; ++j) {
        double sum = 0, magnitude = 0;
        for (int64_t t = 0; t < tokens; ++t) {
          double product = double(x[t * channels + i]) * double(x[t * channels + j]);
          sum += product;
          magnitude += std::fabs(product);
        }
        // Chains of 256 products in f32, then at most 4 of their sums.
        ASSERT_NEAR(gram(i, j), sum, 262 * 0x1p-24 * magnitude);
        ASSERT_EQ(gram(i, j), gram(j, i));
      }
  }
}

// An odd number of tokens has a last one without a pair.
TEST(Gram, OfFactorsInBF16) {
  for (auto [tokens, channels] : {std::array<int64_t, 2>{1, 1}, {5, 40}, {701, 75}, {2100, 130}}) {
    std::vector<float> x = Random(7).normals(tokens * channels), y = Random(8).normals(tokens * channels);
    SymmetricMatrix gram(channels);
    std::vector<double> cross(channels * channels);
    auto rows = MatrixView<float>::rowMajor(x, tokens, channels);
    addGram(rows, gram.values(), nullptr, FloatProducts::BF16);
    addCrossGram(MatrixView<float>::rowMajor(y, tokens, channels), rows, cross, nullptr, FloatProducts::BF16);
    for (int64_t i = 0; i < channels; ++i)
      for (int64_t j = 0; j < channels; ++j) {
        double sum = 0, magnitude = 0, crossSum = 0, crossMagnitude = 0;
        for (int64_t t = 0; t < tokens; ++t) {
          double right = roundTo(x[t * channels + j], bfloat16);
          double product = double(roundTo(x[t * channels + i], bfloat16)) * right;
          double crossProduct = double(roundTo(y[t * channels + i], bfloat16)) * right;
          sum += product, magnitude += std::fabs(product);
          crossSum += crossProduct, crossMagnitude += std::fabs(crossProduct);
        }
        // Chains of 512 products in f32, each of which is rounded twice at most, then at most 4 of their sums.
        ASSERT_NEAR(gram(i, j), sum, 1030 * 0x1p-24 * magnitude);
        ASSERT_NEAR(cross[i * channels + j], crossSum, 1030 * 0x1p-24 * crossMagnitude);
      }
  }
}

TEST(Gram, IsTheSameForAnyCutOfTheWork) {
  for (FloatProducts products : {FloatProducts::F32, FloatProducts::BF16}) {
    int64_t tokens = 600, channels = 200;
    std::vector<float> x = Random(2).normals(tokens * channels);
    auto rows = MatrixView<float>::rowMajor(x, tokens, channels);
    Executor backwards = [](int64_t count, const std::function<void(int64_t, int64_t)> &body) {
      for (int64_t i = count; i-- > 0;)
        body(i, i + 1);
    };
    SymmetricMatrix a(channels), b(channels);
    addGram(rows, a.values(), nullptr, products);
    addGram(rows, b.values(), &backwards, products);
    EXPECT_TRUE(std::equal(a.values().begin(), a.values().end(), b.values().begin()));
  }
}

// What shards of calibration data agree on.
TEST(Gram, ShardsMergeToTheBytesOfOneRun) {
  constexpr int64_t samples = 21, tokens = 19, channels = 33;
  std::vector<float> x = Random(3).normals(samples * tokens * channels);
  auto addSamples = [&](SampleSum &sum, int64_t begin, int64_t end) {
    for (int64_t s = begin; s < end; ++s) {
      auto rows = std::span<const float>(x).subspan(s * tokens * channels, tokens * channels);
      addGram(MatrixView<float>::rowMajor(rows, tokens, channels), sum.current());
      sum.endSample();
    }
  };
  int64_t width = SymmetricMatrix::widthOf(channels);
  SampleSum whole(width), first(width), second(width, 8);
  addSamples(whole, 0, samples);
  addSamples(first, 0, 8);
  addSamples(second, 8, samples);
  ASSERT_TRUE(second.merge(first));
  EXPECT_EQ(second.total(), whole.total());
}

TEST(Gram, OfTwoActivations) {
  int64_t tokens = 300, channels = 50;
  std::vector<float> a = Random(4).normals(tokens * channels),
                     b = Random(5).normals(tokens * channels);
  std::vector<double> sum(channels * channels, 1.0);
  addCrossGram(MatrixView<float>::rowMajor(a, tokens, channels),
               MatrixView<float>::rowMajor(b, tokens, channels), sum);
  for (int64_t i = 0; i < channels; ++i)
    for (int64_t j = 0; j < channels; ++j) {
      double expected = 1;
      for (int64_t t = 0; t < tokens; ++t)
        expected += double(a[t * channels + i]) * double(b[t * channels + j]);
      ASSERT_NEAR(sum[i * channels + j], expected, 300 * 0x1p-24 * 300);
    }
}

// Transforming H is as good as collecting it anew.
TEST(Gram, OfScaledChannels) {
  int64_t tokens = 64, channels = 20;
  std::vector<float> x = Random(6).normals(tokens * channels), scaled = x, scales(channels);
  for (int64_t j = 0; j < channels; ++j)
    scales[j] = std::ldexp(1.0f, int(j % 7) - 3); // powers of two: the division is exact
  for (size_t i = 0; i < x.size(); ++i)
    scaled[i] /= scales[i % channels];
  SymmetricMatrix a(channels), b(channels);
  addGram(MatrixView<float>::rowMajor(x, tokens, channels), a.values());
  addGram(MatrixView<float>::rowMajor(scaled, tokens, channels), b.values());
  SymmetricMatrix divided = a.dividedBy(scales);
  EXPECT_TRUE(std::equal(divided.values().begin(), divided.values().end(), b.values().begin()));
}

TEST(Gram, FullMatricesAndDiagonals) {
  std::vector<float> full{1, 2, 3, 2, 4, 5, 3, 5, 6};
  SymmetricMatrix matrix = SymmetricMatrix::fromFull(MatrixView<float>::rowMajor(full, 3, 3));
  for (int64_t i = 0; i < 3; ++i)
    for (int64_t j = 0; j < 3; ++j)
      EXPECT_EQ(matrix(i, j), full[i * 3 + j]);
  EXPECT_EQ(matrix.diagonal(), (std::vector<double>{1, 4, 6}));
}

TEST(Gram, NonFiniteValuesAreFound) {
  SymmetricMatrix matrix(4);
  EXPECT_FALSE(checkFinite(matrix));
  matrix.values()[5] = std::numeric_limits<double>::infinity(); // row 1: 4 + 1
  matrix.values()[9] = std::nan("");
  EXPECT_EQ(checkFinite(matrix)->message,
            "found 2 NaN or infinite values, the first at row 1, column 2");
}

} // namespace
