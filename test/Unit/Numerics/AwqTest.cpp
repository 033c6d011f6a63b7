//===- AwqTest.cpp - AWQ against its definition ---------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Awq.h"
#include "Random.h"
#include "lowp/Numerics/Gptq.h"

#include "gtest/gtest.h"
#include <cmath>

using namespace lowp;
using lowp::test::Random;

namespace {

constexpr int64_t rows = 24, cols = 64, tokens = 256;

/// Two weights behind one activation of which few channels are large.
struct Site {
  std::vector<float> x = Random(1).normals(tokens * cols), mean = std::vector<float>(cols);
  std::vector<float> first = Random(2).normals(rows * cols), second = Random(3).normals(8 * cols);
  std::vector<MatrixView<float>> weights{MatrixView<float>::rowMajor(first, rows, cols),
                                         MatrixView<float>::rowMajor(second, 8, cols)};
  SymmetricMatrix gram{cols};

  Site() {
    for (int64_t i = 0; i < tokens * cols; ++i) {
      x[i] *= i % cols % 16 == 5 ? 20 : 1;
      mean[i % cols] += std::fabs(x[i]) / float(tokens);
    }
    addGram(MatrixView<float>::rowMajor(x, tokens, cols), gram.values());
  }
  AwqSite site() const { return {mean, weights}; }
};

const AwqOptions options{.block = {1, 32}};

// By hand: w = mean over rows of |w| / max|group|, then the formula.
TEST(Awq, ScalesFollowTheirFormula) {
  std::vector<float> w{1, -2, 4, 0, 0, 3, 6, 3};
  std::array views{MatrixView<float>::rowMajor(w, 2, 4)};
  EXPECT_EQ(awqWeightMean(views, {1, 2}), (std::vector<float>{0.25f, 1, 1, 0.25f}));

  std::vector<float> x{1, 4, 0, 16}, mean{0.25f, 1, 1, 0.25f};
  std::vector<float> plain = awqScales(x, {}, 0.5, false);
  for (auto [j, expected] : {std::pair<int, double>{0, 0.5}, {1, 1}, {2, 1}, {3, 2}})
    EXPECT_FLOAT_EQ(plain[j], float(expected)); // √x over √(4 · 1); a dead channel is left alone
  std::vector<float> duo = awqScales(x, mean, 0.5, true);
  double a = 1 / (0.5 + 1e-4), b = 2 / (1 + 1e-4), c = 4 / (0.5 + 1e-4);
  EXPECT_FLOAT_EQ(duo[0], float(a / std::sqrt(c * a)));
  EXPECT_FLOAT_EQ(duo[1], float(b / std::sqrt(c * a)));
  EXPECT_EQ(duo[2], 1);
  EXPECT_FLOAT_EQ(duo[3], float(c / std::sqrt(c * a)));
}

// The loss of a candidate, token by token, for the scaled activation and the rounded scaled weight.
TEST(Awq, LossesAreThoseOfTheOutput) {
  Site site;
  AwqChoice choice = *chooseAwqScales(site.site(), options, gramLoss(site.weights, site.gram));
  ASSERT_EQ(choice.candidates.size(), 21u);
  EXPECT_FALSE(choice.candidates[0].ratio);
  double least = choice.candidates[0].loss;
  for (const AwqCandidate &candidate : choice.candidates)
    least = std::min(least, candidate.loss);
  EXPECT_LT(least, 0.8 * choice.candidates[0].loss); // there is something to gain here

  double loss = 0;
  for (const MatrixView<float> &w : site.weights) {
    std::vector<float> scaled(w.rows * cols);
    for (int64_t i = 0; i < w.rows * cols; ++i)
      scaled[i] = w.data[i] * choice.scales[i % cols];
    BlockGrid grid(std::array{w.rows, cols}, options.block);
    std::vector<float> back =
        dequantizeBlocks(*quantizeRtn(scaled, grid, options.scheme), grid, options.scheme.range);
    for (int64_t t = 0; t < tokens; ++t)
      for (int64_t n = 0; n < w.rows; ++n) {
        double sum = 0;
        for (int64_t k = 0; k < cols; ++k) {
          double x = site.x[t * cols + k];
          sum += double(back[n * cols + k]) * x / double(choice.scales[k]) - double(w(n, k)) * x;
        }
        loss += sum * sum;
      }
  }
  EXPECT_NEAR(loss, least, 1e-4 * loss);
}

TEST(Awq, ACallerMayMeasureTheLossItself) {
  Site site;
  int64_t calls = 0;
  AwqLoss third = [&](std::span<const float> scales,
                      std::span<const std::vector<float>> weights) -> Result<double> {
    EXPECT_EQ(int64_t(scales.size()), cols);
    EXPECT_EQ(int64_t(weights[1].size()), 8 * cols);
    return ++calls == 3 ? 0.5 : 1.0;
  };
  AwqChoice choice = *chooseAwqScales(site.site(), options, third);
  EXPECT_EQ(choice.ratio, 1.0 / 20);
  AwqLoss same = [](auto, auto) -> Result<double> { return 1.0; };
  AwqChoice identity = *chooseAwqScales(site.site(), options, same);
  EXPECT_FALSE(identity.ratio);
  EXPECT_EQ(identity.scales, std::vector<float>(cols, 1.0f));
  AwqLoss broken = [](auto, auto) -> Result<double> { return Failure{"out of memory"}; };
  EXPECT_EQ(chooseAwqScales(site.site(), options, broken).error(), "out of memory");
}

TEST(Awq, EachGroupClipsWhereItLosesLess) {
  Site site;
  for (const RtnScheme &scheme :
       {RtnScheme{.range = {0, 7}, .symmetric = false}, RtnScheme{.range = {-4, 3}}}) {
    AwqOptions clipped{.scheme = scheme, .block = {1, 48}}; // a short last group
    BlockGrid grid(std::array{rows, cols}, clipped.block);
    QuantizedTensor rtn = *quantizeRtn(site.first, grid, scheme);
    QuantizedTensor searched = *quantizeAwqClipped(site.weights[0], site.gram, clipped);
    std::vector<float> plain = dequantizeBlocks(rtn, grid, scheme.range),
                       better = dequantizeBlocks(searched, grid, scheme.range);
    int64_t improved = 0;
    for (int64_t n = 0; n < rows; ++n)
      for (int64_t begin : {0, 48}) {
        auto lossOf = [&](const std::vector<float> &values) {
          double loss = 0;
          for (int64_t i = begin; i < std::min(begin + 48, cols); ++i)
            for (int64_t j = begin; j < std::min(begin + 48, cols); ++j)
              loss += (double(values[n * cols + i]) - double(site.first[n * cols + i])) *
                      site.gram(i, j) *
                      (double(values[n * cols + j]) - double(site.first[n * cols + j]));
          return loss;
        };
        EXPECT_LE(lossOf(better), lossOf(plain) * (1 + 1e-5));
        improved += lossOf(better) < 0.99 * lossOf(plain);
      }
    EXPECT_GT(improved, rows / 2);
  }
}

TEST(Awq, Errors) {
  Site site;
  AwqLoss loss = gramLoss(site.weights, site.gram);
  EXPECT_EQ(chooseAwqScales({site.mean, {}}, options, loss).error(),
            "found 0 weights and 20 candidates, expected at least one of each");
  std::vector<float> shorter(site.mean.begin(), site.mean.end() - 1);
  EXPECT_EQ(chooseAwqScales({shorter, site.weights}, options, loss).error(),
            "found a weight with 64 inputs, expected 63");
  std::vector<float> bad = site.mean;
  bad[2] = -1;
  EXPECT_EQ(chooseAwqScales({bad, site.weights}, options, loss).error(),
            "activation means: found a negative value, expected means of magnitudes");
  bad[2] = std::nanf("");
  EXPECT_EQ(chooseAwqScales({bad, site.weights}, options, loss).error(),
            "activation means: found 1 NaN or infinite value, the first at index 2");
  site.first[5] = std::nanf("");
  EXPECT_EQ(chooseAwqScales(site.site(), options, loss).error(),
            "weight: found 1 NaN or infinite value, the first at index 5");
  EXPECT_EQ(quantizeAwqClipped(site.weights[1], SymmetricMatrix(3), options).error(),
            "found a Hessian of 3 inputs, expected the weight's 64");
  EXPECT_EQ(quantizeAwqClipped(site.weights[1], site.gram, options, {.steps = 0}).error(),
            "a clip search needs groups within a row, at least one step and a shrinkage in [0, 1]");
}

} // namespace
