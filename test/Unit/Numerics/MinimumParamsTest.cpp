//===- MinimumParamsTest.cpp ---------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/MinimumParams.h"
#include "Random.h"

#include "gtest/gtest.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace lowp;
using lowp::test::Random;

namespace {

constexpr CodeRange u4{0, 15};

TEST(MinimumParams, EndsOfTheRangeAreTheEndsOfTheCodes) {
  MinimumParams params = chooseWithMinimum(-1, 14, u4, nullptr);
  EXPECT_EQ(params, (MinimumParams{1, -1}));
  EXPECT_EQ(quantize(-1, params, u4), 0);
  EXPECT_EQ(quantize(14, params, u4), 15);
  EXPECT_EQ(quantize(0.5f, params, u4), 2); // 1.5 steps: to even
  EXPECT_EQ(dequantize(15, params), 14);
  EXPECT_EQ(chooseWithMinimum(-1, 14, {-8, 7}, nullptr), (MinimumParams{1, 7}));
}

TEST(MinimumParams, ConstantGroupIsItsMinimum) {
  for (float x : {0.0f, 0.7f, -3.25f}) {
    MinimumParams params = chooseWithMinimum(x, x, u4, &float16);
    EXPECT_EQ(params.scale, 1);
    EXPECT_EQ(quantize(x, params, u4), 0);
    EXPECT_EQ(dequantize(quantize(x, params, u4), params), roundTo(x, float16));
  }
}

TEST(MinimumParams, StaysFinite) {
  constexpr float largest = std::numeric_limits<float>::max();
  for (auto [lo, hi] : {std::pair(-largest, largest), {-1e6f, 1e6f}, {0.0f, 1e-30f}, {1e5f, 1e5f}}) {
    MinimumParams params = chooseWithMinimum(lo, hi, u4, &float16);
    EXPECT_TRUE(std::isfinite(params.minimum));
    EXPECT_GE(params.scale, float16.smallestNormal());
    EXPECT_LE(params.scale, float16.largest());
    for (float x : {lo, hi}) {
      int32_t q = quantize(x, params, u4);
      EXPECT_TRUE(q >= 0 && q <= 15);
      EXPECT_TRUE(std::isfinite(dequantize(q, params)));
    }
  }
  EXPECT_EQ(quantize(std::nanf(""), {1, 0}, u4), 0);
}

/// Half a step, and what rounding scale and minimum to f16 adds: 15 steps of a scale that is 2^-11 off, and a minimum that is.
TEST(MinimumParams, ErrorIsHalfAStep) {
  Random random(3);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<float> group(32);
    float center = float(40 * random.uniform() - 20);
    for (float &x : group)
      x = center + float(4 * random.uniform() - 2);
    auto [lo, hi] = std::minmax_element(group.begin(), group.end());
    MinimumParams params = chooseWithMinimum(*lo, *hi, u4, &float16);
    float bound = params.scale * 0.5f + std::ldexp(15 * params.scale + std::fabs(*lo), -11) + 1e-5f;
    for (float x : group)
      EXPECT_LE(std::fabs(dequantize(quantize(x, params, u4), params) - x), bound);
  }
}

} // namespace
