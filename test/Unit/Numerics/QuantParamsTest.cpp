//===- QuantParamsTest.cpp - scales, zero points, rounding ----------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/QuantParams.h"
#include "Random.h"
#include "lowp/Numerics/Rounding.h"

#include "gtest/gtest.h"
#include <algorithm>
#include <limits>

using namespace lowp;
using lowp::test::Random;

namespace {

constexpr float inf = std::numeric_limits<float>::infinity();
constexpr float largest = std::numeric_limits<float>::max();

/// The quotient in f32, the rest in integers: nothing is shared with the code under test.
int64_t oracleCode(float x, float s, int64_t z, int64_t lo, int64_t hi) {
  float steps = x / s;
  double down = std::floor(double(steps)), rest = double(steps) - down;
  bool up = rest > 0.5 || (rest == 0.5 && std::fmod(down, 2) != 0);
  double code = down + (up ? 1 : 0) + double(z);
  return int64_t(std::clamp(code, double(lo), double(hi)));
}

TEST(Rounding, TiesGoToEven) {
  const std::pair<float, float> table[] = {{0.5f, 0},
                                           {1.5f, 2},
                                           {2.5f, 2},
                                           {3.5f, 4},
                                           {-0.5f, -0.0f},
                                           {-1.5f, -2},
                                           {-2.5f, -2},
                                           {0.49999997f, 0},
                                           {8388607.5f, 8388608},
                                           {8388606.5f, 8388606},
                                           {1e30f, 1e30f}};
  for (auto [x, expected] : table)
    EXPECT_EQ(roundHalfEven(x), expected) << x;
  EXPECT_TRUE(std::signbit(roundHalfEven(-0.25f)));
  EXPECT_EQ(roundHalfEven(-inf), -inf);
  EXPECT_TRUE(std::isnan(roundHalfEven(std::nanf(""))));
}

TEST(Rounding, EqualsTheLibrary) {
  Random random(1);
  for (int i = 0; i < 200000; ++i) {
    float x = std::ldexp(random.normal(), int(random.integer(-4, 26)));
    ASSERT_EQ(roundHalfEven(x), std::nearbyint(x)) << x;
  }
}

TEST(IntegerFormat, Ranges) {
  EXPECT_EQ((IntegerFormat{8, true}.range()), (CodeRange{-128, 127}));
  EXPECT_EQ((IntegerFormat{8, true}.restrictedRange()), (CodeRange{-127, 127}));
  EXPECT_EQ((IntegerFormat{4, false}.range()), (CodeRange{0, 15}));
  EXPECT_EQ((IntegerFormat{16, false}.range()), (CodeRange{0, 65535}));
  EXPECT_EQ((IntegerFormat{1, true}.range()), (CodeRange{-1, 0}));
  EXPECT_TRUE((IntegerFormat{4, true}.contains({-7, 7})));
  EXPECT_FALSE((IntegerFormat{4, true}.contains({-9, 7})));
}

// Q1
TEST(QuantParams, QuantizeUndoesDequantize) {
  Random random(2);
  for (int trial = 0; trial < 2000; ++trial) {
    CodeRange range = trial % 2 ? CodeRange{-128, 127} : CodeRange{0, 255};
    QuantParams p{std::ldexp(1 + float(random.uniform()), int(random.integer(-100, 100))),
                  int32_t(random.integer(range.lo, range.hi))};
    for (int32_t q = range.lo; q <= range.hi; ++q)
      ASSERT_EQ(quantize(dequantize(q, p), p, range), q) << p.scale;
  }
}

// Q1 for 16 bits
TEST(QuantParams, QuantizeUndoesDequantizeOf16Bits) {
  CodeRange range{-32768, 32767};
  QuantParams p{0.0123456f, 12345};
  for (int32_t q = range.lo; q <= range.hi; ++q)
    ASSERT_EQ(quantize(dequantize(q, p), p, range), q);
}

// Q2: round first, then add z: parity of z must not matter.
TEST(QuantParams, TiesWithEvenAndOddZeroPoints) {
  CodeRange range{-128, 127};
  for (int32_t z : {-3, -2, 0, 1, 2, 7})
    for (int32_t half = -81; half <= 81; half += 2) {
      float x = 0.25f * float(half) / 2;
      int32_t even = (half + (((half % 4) + 4) % 4 == 1 ? -1 : 1)) / 2;
      EXPECT_EQ(even % 2, 0);
      EXPECT_EQ(quantize(x, {0.25f, z}, range), even + z);
      EXPECT_EQ(quantizeByReciprocal(x, 4, z, range), even + z);
    }
}

TEST(QuantParams, EqualsTheDefinition) {
  Random random(3);
  for (int i = 0; i < 300000; ++i) {
    CodeRange range = i % 2 ? CodeRange{-127, 127} : CodeRange{0, 15};
    float s = std::ldexp(1 + float(random.uniform()), int(random.integer(-6, 6)));
    int32_t z = int32_t(random.integer(range.lo, range.hi));
    float x = random.normal() * 60 * s;
    ASSERT_EQ(quantize(x, {s, z}, range), oracleCode(x, s, z, range.lo, range.hi)) << x << " " << s;
  }
}

TEST(QuantParams, ErrorIsAtMostHalfAStepMonotoneAndOdd) {
  CodeRange range{-127, 127};
  QuantParams p = chooseSymmetric(3.7f, range);
  int32_t last = range.lo;
  for (float x = -3.7f; x <= 3.7f; x += 0.001f) {
    int32_t q = quantize(x, p, range);
    EXPECT_LE(std::fabs(double(x) - double(p.scale) * q), double(p.scale) / 2 * (1 + 1e-6));
    EXPECT_GE(q, last);
    EXPECT_EQ(quantize(-x, p, range), -q);
    last = q;
  }
}

// Q3: the values a conversion to integer could not take.
TEST(QuantParams, OverflowSaturates) {
  CodeRange range{-128, 127};
  for (float x : {inf, largest, 1e30f})
    for (float s : {std::numeric_limits<float>::min(), 1.0f}) {
      EXPECT_EQ(quantize(x, {s, 5}, range), 127);
      EXPECT_EQ(quantize(-x, {s, 5}, range), -128);
      EXPECT_EQ(quantizeByReciprocal(x, 1 / s, -5, range), 127);
    }
  EXPECT_EQ(quantize(std::nanf(""), {1, 0}, range), -128);
}

TEST(ChooseSymmetric, Rules) {
  CodeRange int4{-8, 7};
  EXPECT_EQ(chooseSymmetric(3, int4).scale, 3.0f / 7);
  EXPECT_EQ(chooseSymmetric(-3, 2, int4, SymmetricScaleRule::Restricted).scale, 3.0f / 7);
  EXPECT_EQ(chooseSymmetric(-3, 2, int4, SymmetricScaleRule::HalfStep).scale, 3.0f / 7.5f);
  EXPECT_EQ(chooseSymmetric(-3, 2, int4, SymmetricScaleRule::SignedMax).scale, 3.0f / 8);
  QuantParams negative = chooseSymmetric(-2, 3, int4, SymmetricScaleRule::SignedMax);
  EXPECT_EQ(negative.scale, -3.0f / 8);
  EXPECT_EQ(quantize(3, negative, int4), -8);
  EXPECT_EQ(dequantize(-8, negative), 3);
}

TEST(ChooseSymmetric, ScaleIsFiniteAndPositive) {
  EXPECT_EQ(chooseSymmetric(0, {-127, 127}), (QuantParams{1, 0}));
  EXPECT_EQ(chooseSymmetric(-0.0f, 0, {-8, 7}, SymmetricScaleRule::SignedMax).scale, 1);
  EXPECT_EQ(chooseSymmetric(1e-45f, {-127, 127}).scale, 1) << "the quotient is 0";
  EXPECT_EQ(chooseSymmetric(1e-40f, {-127, 127}).scale, std::numeric_limits<float>::min());
  for (float absMax : {1e-45f, 1e-40f, 1e-38f, 1.0f, largest})
    for (CodeRange range : {CodeRange{-1, 1}, CodeRange{-127, 127}, CodeRange{-32767, 32767}}) {
      float s = chooseSymmetric(absMax, range).scale;
      EXPECT_TRUE(std::isnormal(s) && s > 0) << absMax;
      EXPECT_TRUE(std::isfinite(1 / s));
    }
}

TEST(ChooseAffine, ZeroIsExactAndTheEndsAreHeld) {
  Random random(4);
  for (int i = 0; i < 20000; ++i) {
    CodeRange range = i % 2 ? CodeRange{-128, 127} : CodeRange{0, 15};
    float a = random.normal(), b = random.normal();
    QuantParams p = chooseAffine(std::min(a, b), std::max(a, b), range);
    ASSERT_EQ(dequantize(quantize(0, p, range), p), 0);
    ASSERT_TRUE(range.lo <= p.zeroPoint && p.zeroPoint <= range.hi);
    float lo = std::min({a, b, 0.0f}), hi = std::max({a, b, 0.0f});
    ASSERT_EQ(p.scale, (hi - lo) / float(range.hi - range.lo));
    for (float end : {lo, hi})
      ASSERT_LE(std::fabs(dequantize(quantize(end, p, range), p) - end), p.scale * 0.5001f);
  }
}

TEST(ChooseAffine, Extremes) {
  EXPECT_EQ(chooseAffine(0, 0, {0, 255}), (QuantParams{1, 0}));
  EXPECT_EQ(chooseAffine(0, 0, {-128, 127}), (QuantParams{1, -128}));
  EXPECT_EQ(chooseAffine(2, 5, {0, 255}), (QuantParams{5.0f / 255, 0}));
  EXPECT_EQ(chooseAffine(-5, -2, {0, 255}), (QuantParams{5.0f / 255, 255}));
  QuantParams wide = chooseAffine(-largest, largest, {-128, 127});
  EXPECT_TRUE(std::isfinite(wide.scale));
  EXPECT_EQ(quantize(largest, wide, {-128, 127}), 127);
  EXPECT_EQ(quantize(-largest, wide, {-128, 127}), -128);
  EXPECT_TRUE(std::isnormal(chooseAffine(0, 1e-45f, {0, 255}).scale));
}

} // namespace
