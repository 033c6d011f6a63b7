//===- RequantizeTest.cpp - integer requantization ------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Requantize.h"
#include "Random.h"
#include "lowp/Numerics/BiasCorrection.h"

#include "gtest/gtest.h"

using namespace lowp;
using lowp::test::Random;

namespace {

TEST(FixedPoint, MultiplierIsNearest) {
  Random random(1);
  for (int i = 0; i < 100000; ++i) {
    double ratio = std::ldexp(1 + random.uniform(), int(random.integer(-60, 27)));
    Result<FixedPointMultiplier> m = getFixedPointMultiplier(ratio);
    ASSERT_TRUE(m);
    ASSERT_TRUE(m->multiplier >= 0 && m->shift >= 2 && m->shift <= 62);
    double error = std::fabs(std::ldexp(double(m->multiplier), -m->shift) - ratio);
    ASSERT_LE(error, std::max(std::ldexp(ratio, -31), 0x1p-63)) << ratio;
  }
}

TEST(FixedPoint, CornersOfTheRatio) {
  EXPECT_EQ(*getFixedPointMultiplier(1), (FixedPointMultiplier{1 << 30, 30}));
  EXPECT_EQ(*getFixedPointMultiplier(0.75), (FixedPointMultiplier{3 << 29, 31}));
  EXPECT_EQ(*getFixedPointMultiplier(1 - 0x1p-40), (FixedPointMultiplier{1 << 30, 30}));
  EXPECT_EQ(*getFixedPointMultiplier(0x1p-40), (FixedPointMultiplier{1 << 22, 62}));
  EXPECT_EQ(*getFixedPointMultiplier(1e-300), (FixedPointMultiplier{0, 62}));
  for (double bad : {0.0, -1.0, 0x1p29, 0x1p29 - 0x1p-10, double(INFINITY), double(NAN)})
    EXPECT_FALSE(getFixedPointMultiplier(bad)) << bad;
  EXPECT_EQ(getFixedPointMultiplier(-1).error(),
            "ratio of scales is -1.000000, expected it to be positive and less than 2^29");
}

// G4: against 128 bits, at the ends of i32 too.
TEST(FixedPoint, EqualsTheFormula) {
  Random random(2);
  for (int i = 0; i < 300000; ++i) {
    FixedPointMultiplier m =
        *getFixedPointMultiplier(std::ldexp(1 + random.uniform(), int(random.integer(-45, 27))));
    int32_t value = i % 7 == 0   ? INT32_MIN
                    : i % 7 == 1 ? INT32_MAX
                                 : int32_t(random.integer(INT32_MIN, INT32_MAX));
    __int128 scaled = __int128(value) * m.multiplier * 2 + (__int128(1) << m.shift);
    __int128 divisor = __int128(1) << (m.shift + 1), expected = scaled / divisor;
    if (scaled % divisor < 0)
      --expected; // towards minus infinity
    ASSERT_EQ(multiplyFixedPoint(value, m), int64_t(expected));
  }
}

TEST(FixedPoint, TiesGoUp) {
  FixedPointMultiplier half = *getFixedPointMultiplier(0.5);
  const std::pair<int32_t, int64_t> table[] = {{1, 1}, {-1, 0}, {3, 2}, {-3, -1}, {5, 3}, {-5, -2}};
  for (auto [value, expected] : table)
    EXPECT_EQ(multiplyFixedPoint(value, half), expected) << value;
}

// G4: the paths agree within one code.
TEST(Requantize, IntegerPathIsWithinOneCodeOfTheFloatPath) {
  Random random(3);
  CodeRange range{-128, 127};
  int64_t differences = 0;
  for (int i = 0; i < 300000; ++i) {
    float ratio = std::ldexp(1 + float(random.uniform()), int(random.integer(-16, -6)));
    int32_t value = int32_t(random.normal() * 60 / ratio), z = int32_t(random.integer(-128, 127));
    int32_t integer = requantize(value, *getFixedPointMultiplier(ratio), z, range);
    int32_t real = requantize(value, ratio, z, range);
    ASSERT_LE(std::abs(integer - real), 1);
    differences += integer != real;
  }
  EXPECT_LT(differences, 300); // f32 rounds accumulators beyond 2^24, and ties differ
}

TEST(Requantize, Saturates) {
  FixedPointMultiplier large = *getFixedPointMultiplier(0x1p28);
  EXPECT_EQ(requantize(INT32_MAX, large, 5, {-128, 127}), 127);
  EXPECT_EQ(requantize(INT32_MIN, large, 5, {-128, 127}), -128);
  EXPECT_EQ(requantize(INT32_MIN, 0x1p28f, 5, {-128, 127}), -128);
}

TEST(BiasCorrection, RestoresTheMeanOutput) {
  Random random(4);
  constexpr int64_t n = 5, k = 30, tokens = 40;
  std::vector<float> w = random.normals(n * k), x = random.normals(tokens * k), q = w, mean(n * k);
  for (float &value : q)
    value = std::round(value * 2) / 2;
  for (int64_t i = 0; i < tokens * k; ++i)
    mean[i % k] += (x[i] += 1) / tokens;
  for (int64_t i = k; i < n * k; ++i)
    mean[i] = mean[i % k];
  int64_t shape[] = {n, k};
  std::vector<float> correction = biasCorrection(w, q, mean, shape, 0);
  for (int64_t row = 0; row < n; ++row) {
    double shift = 0;
    for (int64_t i = 0; i < tokens * k; ++i)
      shift += (double(q[row * k + i % k]) - w[row * k + i % k]) * x[i] / tokens;
    EXPECT_NEAR(correction[row], shift, 1e-5);
    EXPECT_GT(std::fabs(shift), 1e-3);
  }
}

TEST(BiasCorrection, FindsTheOutputInAnyDimension) {
  std::vector<float> w(6), q = {1, 2, 3, 4, 5, 6}, mean = {1, 10, 100, 1, 10, 100};
  int64_t shape[] = {3, 2};
  EXPECT_EQ(biasCorrection(w, q, mean, shape, 0), (std::vector<float>{21, 304, 650}));
  EXPECT_EQ(biasCorrection(w, q, mean, shape, 1), (std::vector<float>{351, 624}));
}

} // namespace
