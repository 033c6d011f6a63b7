//===- TokenSamplerTest.cpp ----------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/TokenSampler.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>

using namespace lowp;

namespace {

std::vector<double> frequencies(const SamplingOptions &options, const std::vector<float> &logits, int draws) {
  TokenSampler sampler(options);
  std::vector<double> result(logits.size());
  for (int i = 0; i < draws; ++i)
    result[sampler.next(logits)] += 1.0 / draws;
  return result;
}

TEST(TokenSampler, ZeroTemperatureTakesTheFirstLargest) {
  TokenSampler sampler({});
  EXPECT_EQ(sampler.next(std::vector<float>{1, 3, 2, 3}), 1);
  EXPECT_EQ(sampler.next(std::vector<float>{-5}), 0);
}

TEST(TokenSampler, FrequenciesAreTheSoftmax) {
  constexpr int kDraws = 100000;
  std::vector<float> logits = {0, 1, -2, 3, 0.5f};
  for (double temperature : {0.5, 1.0, 2.0}) {
    std::vector<double> found = frequencies({temperature, 0, 1, 7}, logits, kDraws);
    double total = 0;
    for (float l : logits)
      total += std::exp(l / temperature);
    for (size_t i = 0; i < logits.size(); ++i) {
      double p = std::exp(logits[i] / temperature) / total;
      EXPECT_NEAR(found[i], p, 5 * std::sqrt(p * (1 - p) / kDraws)); // five standard deviations
    }
  }
}

TEST(TokenSampler, TopKKeepsTheLargest) {
  std::vector<double> found = frequencies({10, 2, 1, 1}, {0, 1, -2, 3, 0.5f}, 1000);
  EXPECT_GT(found[3], 0);
  EXPECT_GT(found[1], 0);
  EXPECT_EQ(found[0] + found[2] + found[4], 0);
}

TEST(TokenSampler, TopPKeepsTheFewestThatReachIt) {
  // Probabilities 0.5, 0.3, 0.2.
  std::vector<float> logits = {std::log(0.2f), std::log(0.5f), std::log(0.3f)};
  EXPECT_NEAR(frequencies({1, 0, 0.4, 1}, logits, 1000)[1], 1, 1e-9);
  std::vector<double> two = frequencies({1, 0, 0.7, 1}, logits, 1000);
  EXPECT_EQ(two[0], 0);
  EXPECT_GT(two[2], 0);
}

TEST(TokenSampler, SeedsDecide) {
  std::vector<float> logits(100, 0.0f);
  auto draw = [&](uint64_t seed) {
    TokenSampler sampler({1, 0, 1, seed});
    std::vector<int64_t> tokens;
    for (int i = 0; i < 20; ++i)
      tokens.push_back(sampler.next(logits));
    return tokens;
  };
  EXPECT_EQ(draw(1), draw(1));
  EXPECT_NE(draw(1), draw(2));
  // SplitMix64 from 0 begins with 0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4: 0.8833 and 0.4315 of 100 equal ones.
  std::vector<int64_t> zero = draw(0);
  EXPECT_EQ(zero[0], 88);
  EXPECT_EQ(zero[1], 43);
}

TEST(TokenSampler, ExtremeLogitsAreNoTrouble) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  TokenSampler sampler({1e-6, 0, 0.9, 3});
  EXPECT_EQ(sampler.next(std::vector<float>{-1e30f, 1e30f, 0}), 1);
  EXPECT_EQ(sampler.next(std::vector<float>{-kInfinity, -kInfinity, 2}), 2);
}

} // namespace
