//===- SmoothQuantTest.cpp - smoothing and its search ---------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/SmoothQuant.h"
#include "Random.h"

#include "gtest/gtest.h"
#include <array>

using namespace lowp;
using lowp::test::Random;

namespace {

constexpr int64_t tokens = 24, inputs = 32, outputs = 20;

/// Activations with three outlier channels, and two weights that read them.
struct Layer {
  std::vector<float> x, w1, w2, lo, hi;
  std::array<MatrixView<float>, 2> weights;

  Layer() : lo(inputs), hi(inputs) {
    Random random(1);
    x = random.normals(tokens * inputs);
    w1 = random.normals(outputs * inputs);
    w2 = random.normals(outputs * inputs);
    for (int64_t i = 0; i < tokens * inputs; ++i) {
      int64_t k = i % inputs;
      x[i] *= k == 3 ? 60.0f : k == 9 ? 25.0f : k == 20 ? 100.0f : 1.0f;
      lo[k] = std::min(lo[k], x[i]);
      hi[k] = std::max(hi[k], x[i]);
    }
    weights = {MatrixView<float>::rowMajor(w1, outputs, inputs),
               MatrixView<float>::rowMajor(w2, outputs, inputs)};
  }
  Layer(const Layer &) = delete;

  SmoothingSite site() const {
    return {MatrixView<float>::rowMajor(x, tokens, inputs), lo, hi, weights};
  }
  std::vector<float> absMax() const {
    std::vector<float> result(inputs);
    for (int64_t k = 0; k < inputs; ++k)
      result[k] = std::max(-lo[k], hi[k]);
    return result;
  }
};

float product(const Layer &layer, int64_t t, int64_t n, std::span<const float> s) {
  float sum = 0;
  for (int64_t k = 0; k < inputs; ++k)
    sum += (layer.x[t * inputs + k] / s[k]) * (layer.w1[n * inputs + k] * s[k]);
  return sum;
}

TEST(SmoothQuant, FormulaAndClamps) {
  std::vector<float> a{4, 0, 1, 1e-6f, 1e10f, 1e-4f, 16}, w{1, 1, 0, 1, 1e-5f, 1e10f, 4};
  std::vector<float> s = smoothingScales(a, w, 0.5f);
  EXPECT_EQ(s, (std::vector<float>{2, 1, 1, 1, 65536, 0x1p-16f, 2}));
  EXPECT_EQ(smoothingScales(std::vector<float>{16}, std::vector<float>{4}, 1).front(), 16);
  EXPECT_EQ(smoothingScales(std::vector<float>{16}, std::vector<float>{4}, 0).front(), 0.25f);
}

TEST(SmoothQuant, ColumnMaximaSpanAllConsumersAndLayouts) {
  Layer layer;
  std::vector<float> transposed(layer.w2.size());
  for (int64_t i = 0; i < outputs * inputs; ++i)
    transposed[i % inputs * outputs + i / inputs] = layer.w2[i];
  std::array views{layer.weights[0],
                   MatrixView<float>::rowMajor(transposed, inputs, outputs).transposed()};
  std::vector<float> absMax = weightColumnAbsMax(views);
  EXPECT_EQ(absMax, weightColumnAbsMax(layer.weights));
  for (int64_t k = 0; k < inputs; ++k) {
    float expected = 0;
    for (int64_t n = 0; n < outputs; ++n)
      expected = std::max(
          {expected, std::fabs(layer.w1[n * inputs + k]), std::fabs(layer.w2[n * inputs + k])});
    EXPECT_EQ(absMax[k], expected);
  }
}

TEST(SmoothQuant, HalfBalancesTheMaxima) {
  Layer layer;
  std::vector<float> a = layer.absMax(), w = weightColumnAbsMax(layer.weights);
  std::vector<float> s = smoothingScales(a, w, 0.5f);
  for (int64_t k = 0; k < inputs; ++k)
    EXPECT_NEAR(a[k] / s[k], w[k] * s[k], 1e-5 * w[k] * s[k]);
}

// S1
TEST(SmoothQuant, KeepsTheFloatResult) {
  Layer layer;
  std::vector<float> ones(inputs, 1.0f);
  std::vector<float> s = smoothingScales(layer.absMax(), weightColumnAbsMax(layer.weights), 0.6f);
  for (int64_t t = 0; t < tokens; ++t)
    for (int64_t n = 0; n < outputs; ++n) {
      double magnitude = 0;
      for (int64_t k = 0; k < inputs; ++k)
        magnitude += std::fabs(layer.x[t * inputs + k] * layer.w1[n * inputs + k]);
      // Each product has two more roundings: at most 2^-23 of its magnitude, sums apart.
      EXPECT_NEAR(product(layer, t, n, s), product(layer, t, n, ones), 1e-6 * magnitude);
    }
}

// S2
TEST(SmoothQuant, PowersOfTwoAreBitExact) {
  Layer layer;
  std::vector<float> ones(inputs, 1.0f);
  std::vector<float> s =
      roundToPowersOfTwo(smoothingScales(layer.absMax(), weightColumnAbsMax(layer.weights), 0.6f));
  EXPECT_EQ(roundToPowersOfTwo(std::vector<float>{1, 1.4f, 1.5f, 0.3f, 65536}),
            (std::vector<float>{1, 1, 2, 0.25f, 65536}));
  EXPECT_NE(s, ones);
  for (int64_t t = 0; t < tokens; ++t)
    for (int64_t n = 0; n < outputs; ++n)
      ASSERT_EQ(product(layer, t, n, s), product(layer, t, n, ones));
}

/// ‖Q(X/s) Q(sW)ᵀ − X Wᵀ‖² over both weights, with dequantized operands in f64.
double oracleError(const Layer &layer, std::span<const float> s, const SmoothingSchemes &schemes) {
  auto quantized = [&](std::vector<float> m, bool perTensor, const RtnScheme &scheme, float lo,
                       float hi) {
    int64_t rows = m.size() / inputs;
    std::vector<double> result(m.size());
    for (int64_t r = 0; r < rows; ++r) {
      float absMax = 0;
      for (int64_t i = 0; i < int64_t(m.size()); ++i)
        if (perTensor || i / inputs == r)
          absMax = std::max(absMax, std::fabs(m[i]));
      QuantParams p =
          lo < hi ? chooseAffine(lo, hi, scheme.range) : chooseSymmetric(absMax, scheme.range);
      for (int64_t i = r * inputs; i < (r + 1) * inputs; ++i)
        result[i] = double(p.scale) * (quantize(m[i], p, scheme.range) - p.zeroPoint);
    }
    return result;
  };
  std::vector<float> x = layer.x;
  float lo = 0, hi = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    x[i] /= s[i % inputs];
    lo = std::min(lo, x[i]);
    hi = std::max(hi, x[i]);
  }
  if (schemes.activationScheme.symmetric)
    lo = hi = 0;
  bool perTensor = schemes.activation != SmoothingSchemes::Activation::PerTokenDynamic;
  std::vector<double> qx = quantized(x, perTensor, schemes.activationScheme, lo, hi);
  double error = 0;
  for (const std::vector<float> *weight : {&layer.w1, &layer.w2}) {
    std::vector<float> w = *weight;
    for (size_t i = 0; i < w.size(); ++i)
      w[i] *= s[i % inputs];
    std::vector<double> qw = quantized(w, schemes.weightPerTensor, schemes.weightScheme, 0, 0);
    for (int64_t t = 0; t < tokens; ++t)
      for (int64_t n = 0; n < outputs; ++n) {
        double difference = 0;
        for (int64_t k = 0; k < inputs; ++k)
          difference += qx[t * inputs + k] * qw[n * inputs + k] -
                        double(layer.x[t * inputs + k]) * double((*weight)[n * inputs + k]);
        error += difference * difference;
      }
  }
  return error;
}

class ChooseAlphaTest : public testing::TestWithParam<SmoothingSchemes> {};
using Activation = SmoothingSchemes::Activation;
INSTANTIATE_TEST_SUITE_P(
    Levels, ChooseAlphaTest,
    testing::Values(SmoothingSchemes{Activation::PerTokenDynamic},
                    SmoothingSchemes{Activation::PerTensorDynamic, {.range = {-128, 127}}, true},
                    SmoothingSchemes{Activation::PerTensorStatic, {.range = {-127, 127}}, true},
                    SmoothingSchemes{Activation::PerTensorStatic,
                                     {.range = {0, 255}, .symmetric = false}}));

TEST_P(ChooseAlphaTest, ErrorsEqualTheDefinitionAndTheLeastIsChosen) {
  Layer layer;
  Result<SmoothingChoice> choice = chooseAlpha(layer.site(), GetParam());
  ASSERT_TRUE(choice) << choice.error();
  ASSERT_EQ(choice->candidates.size(), 12u);
  EXPECT_FALSE(choice->candidates.front().alpha);
  std::vector<float> ones(inputs, 1.0f), a = layer.absMax(), w = weightColumnAbsMax(layer.weights);
  double least = choice->candidates.front().error;
  for (const SmoothingCandidate &candidate : choice->candidates) {
    std::vector<float> s = candidate.alpha ? smoothingScales(a, w, *candidate.alpha) : ones;
    double expected = oracleError(layer, s, GetParam());
    // The epilogue rounds to f32, the oracle does not.
    EXPECT_NEAR(candidate.error, expected, 1e-3 * expected);
    least = std::min(least, candidate.error);
    if (candidate.alpha == choice->alpha)
      EXPECT_EQ(choice->scales, s);
  }
  for (const SmoothingCandidate &candidate : choice->candidates)
    if (candidate.alpha == choice->alpha)
      EXPECT_EQ(candidate.error, least);
  EXPECT_TRUE(choice->alpha) << "outlier channels are worth smoothing";
}

// Accumulator to f32, times the activation's scale, times the weight's: each rounded, in this
// order.
TEST(ChooseAlpha, EpilogueRoundsInTheNormativeOrder) {
  Random random(2);
  CodeRange range{-127, 127};
  int otherOrderDiffers = 0;
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<float> x = random.normals(3), w = random.normals(3), lo(3, -9.0f), hi(3, 9.0f);
    std::array weights{MatrixView<float>::rowMajor(w, 1, 3)};
    auto absMax = [](const std::vector<float> &v) {
      return std::max({std::fabs(v[0]), std::fabs(v[1]), std::fabs(v[2])});
    };
    QuantParams px = chooseSymmetric(absMax(x), range), pw = chooseSymmetric(absMax(w), range);
    int32_t acc = 0;
    double exact = 0;
    for (int k = 0; k < 3; ++k) {
      acc += quantize(x[k], px, range) * quantize(w[k], pw, range);
      exact += double(x[k]) * double(w[k]);
    }
    float scaled = float(acc) * px.scale, output = scaled * pw.scale;
    otherOrderDiffers += float(acc) * pw.scale * px.scale != output;
    SmoothingSite site{MatrixView<float>::rowMajor(x, 1, 3), lo, hi, weights};
    Result<SmoothingChoice> choice = chooseAlpha(site, {});
    ASSERT_TRUE(choice);
    double difference = double(output) - exact;
    EXPECT_EQ(choice->candidates.front().error, difference * difference);
  }
  EXPECT_GT(otherOrderDiffers, 0);
}

TEST(ChooseAlpha, IdentityWinsWhereSmoothingHurts) {
  std::vector<float> x{1, 1}, w{1, 1}, lo{0, 0}, hi{1, 1};
  std::array weights{MatrixView<float>::rowMajor(w, 1, 2)};
  SmoothingSite site{MatrixView<float>::rowMajor(x, 1, 2), lo, hi, weights};
  Result<SmoothingChoice> choice = chooseAlpha(site, {}, std::array{0.5f});
  ASSERT_TRUE(choice);
  EXPECT_FALSE(choice->alpha) << "equal errors keep the identity";
  EXPECT_EQ(choice->scales, (std::vector<float>{1, 1}));
}

TEST(ChooseAlpha, Errors) {
  Layer layer;
  auto message = [](const SmoothingSite &site, SmoothingSchemes schemes = {}) {
    Result<SmoothingChoice> choice = chooseAlpha(site, schemes);
    return choice ? std::string("none") : choice.error();
  };
  SmoothingSite site = layer.site();
  site.weights = {};
  EXPECT_EQ(message(site), "found 24 sample rows and 0 weights, expected at least one of each");
  site = layer.site();
  site.channelMin = site.channelMin.first(5);
  EXPECT_EQ(message(site), "found 5 minima and 32 maxima, expected 32 of each");
  site = layer.site();
  std::array narrow{MatrixView<float>::rowMajor(std::span(layer.w1).first(10), 2, 5)};
  site.weights = narrow;
  EXPECT_EQ(message(site), "found a weight with 5 inputs, expected 32");
  layer.x[7] = NAN;
  EXPECT_EQ(message(layer.site()),
            "activation: found 1 NaN or infinite value, the first at index 7");
}

TEST(SmoothQuant, TiedChannelsShareTheirScale) {
  std::vector<float> maxima = {16, 1, 4, 0.5f};
  std::vector<int32_t> ties = {0, 1, 0, 1};
  EXPECT_EQ(shareMaxima(maxima, ties), (std::vector<float>{16, 1, 16, 1}));
  EXPECT_EQ(shareMaxima(maxima, {}), maxima);

  Layer layer;
  SmoothingSite site = layer.site();
  std::vector<int32_t> halves(inputs);
  for (int64_t k = 0; k < inputs; ++k)
    halves[k] = k % (inputs / 2);
  site.ties = halves;
  auto choice = chooseAlpha(site, {});
  ASSERT_TRUE(choice);
  ASSERT_TRUE(choice->alpha);
  for (int64_t k = 0; k < inputs; ++k)
    EXPECT_EQ(choice->scales[k], choice->scales[halves[k]]) << k;
  EXPECT_NE(choice->scales, chooseAlpha(layer.site(), {})->scales);
}

} // namespace
