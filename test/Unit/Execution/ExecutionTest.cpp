//===- ExecutionTest.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/Compare.h"
#include "lowp/Execution/Latency.h"
#include "lowp/Execution/LogitScore.h"
#include "lowp/Execution/SiteError.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>

using namespace lowp;

namespace {

TEST(Comparison, EqualSamples) {
  Comparison c;
  float x[] = {1, 2, 3};
  c.add(x, x);
  EXPECT_DOUBLE_EQ(c.cosineMean(), 1);
  EXPECT_EQ(c.maxError(), 0);
  EXPECT_TRUE(std::isinf(c.sqnr()));
  EXPECT_EQ(c.relativeError(), 0);
}

TEST(Comparison, KnownValues) {
  Comparison c;
  float x[] = {1, 0}, y[] = {0, 1}, r[] = {1, 0};
  c.add(x, r);
  c.add(y, r);
  EXPECT_DOUBLE_EQ(c.cosineMean(), 0.5);
  EXPECT_DOUBLE_EQ(c.cosineMin(), 0);
  EXPECT_DOUBLE_EQ(c.sqnr(), 0); // signal 2, noise 2
  EXPECT_DOUBLE_EQ(c.relativeError(), 1);
  EXPECT_DOUBLE_EQ(c.maxError(), 1);
  EXPECT_EQ(c.samples(), 2);
}

TEST(Comparison, NaNIsSeen) {
  Comparison c;
  float x[] = {std::numeric_limits<float>::quiet_NaN()}, r[] = {1};
  c.add(x, r);
  EXPECT_TRUE(std::isnan(c.maxError()));
  EXPECT_TRUE(std::isnan(c.cosineMin()));
}

TEST(Latency, QuantilesOfRunsInAnyOrder) {
  Latency latency({4, 1, 5, 2, 3});
  EXPECT_EQ(latency.runs(), 5);
  EXPECT_EQ(latency.quantile(0), 1);
  EXPECT_EQ(latency.quantile(0.5), 3);
  EXPECT_EQ(latency.quantile(1), 5);
}

TEST(SiteError, NaNIsWorstThenLowSqnrThenName) {
  double nan = std::numeric_limits<double>::quiet_NaN();
  SiteError broken{"z", 1, nan}, low{"b", 1, 10}, alsoLow{"c", 1, 10}, exact{"a", 1, std::numeric_limits<double>::infinity()};
  EXPECT_TRUE(isWorse(broken, low));
  EXPECT_FALSE(isWorse(low, broken));
  EXPECT_TRUE(isWorse(low, alsoLow));
  EXPECT_TRUE(isWorse(alsoLow, exact));
  EXPECT_FALSE(isWorse(broken, broken));
}

TEST(LogitScore, UniformLogits) {
  LogitScore score;
  float logits[12] = {}; // 3 tokens, 4 words
  int64_t tokens[] = {0, 3, 1};
  score.add(logits, tokens);
  EXPECT_NEAR(score.perplexity(), 4, 1e-12);
  score.addReference(logits, logits, 4);
  EXPECT_NEAR(score.kl(), 0, 1e-15);
  EXPECT_EQ(score.top1(), 1);
}

TEST(LogitScore, KnownValues) {
  LogitScore score;
  // p = (3/4, 1/4), q = (1/2, 1/2): KL = 3/4 ln(3/2) + 1/4 ln(1/2)
  float p[] = {std::log(3.0f), 0}, q[] = {0, 0};
  score.addReference(q, p, 2);
  EXPECT_NEAR(score.kl(), 0.75 * std::log(1.5) + 0.25 * std::log(0.5), 1e-6);
}

TEST(LogitScore, TokenOutsideTheVocabulary) {
  LogitScore score;
  float logits[4] = {};
  int64_t tokens[] = {0, 9};
  score.add(logits, tokens);
  EXPECT_TRUE(std::isinf(score.perplexity()));
}

} // namespace
