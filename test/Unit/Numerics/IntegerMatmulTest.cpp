//===- IntegerMatmulTest.cpp - contractions and their bounds --------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/IntegerMatmul.h"
#include "Random.h"
#include "lowp/Numerics/AccumulatorBound.h"

#include "gtest/gtest.h"

using namespace lowp;
using lowp::test::Random;

namespace {

int64_t valueAt(const IntegerMatrix &m, int64_t row, int64_t col) {
  int8_t byte = m.codes[row * m.cols + col];
  int64_t z = m.zeroPoints.empty() ? 0 : m.zeroPoints[m.zeroPoints.size() == 1 ? 0 : row];
  return (m.isSigned ? int64_t(byte) : int64_t(uint8_t(byte))) - z;
}

void expectExact(const IntegerMatrix &a, const IntegerMatrix &b) {
  std::vector<int64_t> acc = integerMatmul(a, b);
  ASSERT_EQ(int64_t(acc.size()), a.rows * b.rows);
  for (int64_t m = 0; m < a.rows; ++m)
    for (int64_t n = 0; n < b.rows; ++n) {
      int64_t expected = 0;
      for (int64_t k = 0; k < a.cols; ++k)
        expected += valueAt(a, m, k) * valueAt(b, n, k);
      ASSERT_EQ(acc[m * b.rows + n], expected) << "K = " << a.cols;
    }
}

// G1
TEST(IntegerMatmul, TailsOfTheReduction) {
  Random random(1);
  for (int64_t k : {0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 65, 127, 129, 1000}) {
    std::vector<int8_t> a = random.bytes(3 * k, -128, 127), b = random.bytes(5 * k, -128, 127);
    expectExact({a, 3, k}, {b, 5, k});
    expectExact({a, 3, k, false}, {b, 5, k});
    expectExact({a, 3, k, false}, {b, 5, k, false});
  }
}

// G1: sums past 2^31 in either direction.
TEST(IntegerMatmul, ExtremesBeyond32Bits) {
  constexpr int64_t k = 140001;
  std::vector<int8_t> low(k, -128), high(k, 127), ones(k, -1), alternating(k);
  for (int64_t i = 0; i < k; ++i)
    alternating[i] = i % 2 ? 127 : -128;
  EXPECT_EQ(integerMatmul({low, 1, k}, {low, 1, k}).front(), 16384 * k);
  EXPECT_EQ(integerMatmul({low, 1, k}, {high, 1, k}).front(), -16256 * k);
  EXPECT_EQ(integerMatmul({ones, 1, k, false}, {ones, 1, k, false}).front(), 65025 * k);
  expectExact({alternating, 1, k}, {low, 1, k});
}

// G3: Σ(a−za)(w−zw) = Σaw − zw Σa − za Σw + K za zw
TEST(IntegerMatmul, ZeroPointAlgebra) {
  Random random(2);
  constexpr int64_t m = 4, n = 6, k = 77;
  std::vector<int8_t> a = random.bytes(m * k, 0, 255), w = random.bytes(n * k, -128, 127);
  std::vector<int32_t> za(m), zw(n);
  for (int32_t &z : za)
    z = int32_t(random.integer(0, 255));
  for (int32_t &z : zw)
    z = int32_t(random.integer(-128, 127));
  std::vector<int64_t> direct = integerMatmul({a, m, k, false, za}, {w, n, k, true, zw});
  std::vector<int64_t> raw = integerMatmul({a, m, k, false}, {w, n, k});
  std::vector<int8_t> ones(k, 1);
  std::vector<int64_t> sumA = integerMatmul({a, m, k, false}, {ones, 1, k});
  std::vector<int64_t> sumW = integerMatmul({w, n, k}, {ones, 1, k});
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j)
      EXPECT_EQ(direct[i * n + j], raw[i * n + j] - int64_t(zw[j]) * sumA[i] -
                                       int64_t(za[i]) * sumW[j] + k * int64_t(za[i]) * zw[j]);
}

// u8 · s8 units fed s8 codes: a + 128 as u8, less 128 Σw.
TEST(IntegerMatmul, ShiftedActivations) {
  Random random(3);
  constexpr int64_t k = 50;
  std::vector<int8_t> a = random.bytes(k, -128, 127), w = random.bytes(k, -127, 127), shifted = a;
  for (int8_t &code : shifted)
    code = int8_t(uint8_t(code) ^ 0x80);
  const int32_t z = 128;
  EXPECT_EQ(integerMatmul({shifted, 1, k, false, {&z, 1}}, {w, 1, k}),
            integerMatmul({a, 1, k}, {w, 1, k}));
}

TEST(IntegerMatmul, ZeroPointsBeyond16Bits) {
  std::vector<int8_t> a{1, -2, 3}, b{5, 6, -7};
  for (int32_t z : {32512, 32640, 40000, -40000, 1 << 24, -(1 << 24)})
    expectExact({a, 1, 3, true, {&z, 1}}, {b, 1, 3, true, {&z, 1}});
}

TEST(AccumulatorBound, IsReachedByTheWorstActivation) {
  Random random(4);
  constexpr int64_t n = 5, k = 100;
  std::vector<int8_t> w = random.bytes(n * k, -128, 127);
  int64_t maxActivation = largestMagnitude({-127, 127});
  std::vector<int64_t> bounds = accumulatorBounds(w, {n, k}, {k, 1}, maxActivation);
  for (int64_t i = 0; i < n; ++i) {
    std::vector<int8_t> worst(k);
    for (int64_t j = 0; j < k; ++j)
      worst[j] = w[i * k + j] < 0 ? -127 : 127;
    std::span<const int8_t> row = std::span(w).subspan(i * k, k);
    EXPECT_EQ(integerMatmul({worst, 1, k}, {row, 1, k}).front(), bounds[i]);
  }
}

TEST(AccumulatorBound, LayoutDoesNotMatter) {
  Random random(5);
  constexpr int64_t n = 7, k = 11;
  std::vector<int8_t> w = random.bytes(n * k, -128, 127), transposed(n * k);
  for (int64_t i = 0; i < n * k; ++i)
    transposed[i % k * n + i / k] = w[i];
  EXPECT_EQ(accumulatorBounds(w, {n, k}, {k, 1}, 255),
            accumulatorBounds(transposed, {n, 1}, {k, n}, 255));
  EXPECT_EQ(largestWeights(w, {n, k}, {k, 1}), largestWeights(transposed, {n, 1}, {k, n}));
}

// The table of worst cases: K at the bound of 32 bits and one beyond.
TEST(AccumulatorBound, LargestReductions) {
  struct {
    CodeRange activation;
    int8_t weight;
    int64_t k;
  } const table[] = {
      {{0, 255}, -128, 65793}, {{-128, 127}, -128, 131071}, {{-127, 127}, 127, 133144}};
  for (auto [activation, weight, k] : table) {
    std::vector<int8_t> w(k + 1, weight);
    int64_t a = largestMagnitude(activation);
    EXPECT_TRUE(fitsI32(accumulatorBound(w, {1, k}, {k, 1}, a)));
    EXPECT_FALSE(fitsI32(accumulatorBound(w, {1, k + 1}, {k + 1, 1}, a)));
    EXPECT_FALSE(needsSplit(accumulatorBounds(w, {1, k}, {k, 1}, a)));
    EXPECT_TRUE(needsSplit(accumulatorBounds(w, {1, k + 1}, {k + 1, 1}, a)));
  }
}

TEST(AccumulatorBound, SplitsFitAndAreLongest) {
  constexpr int64_t n = 2, k = 150000;
  std::vector<int8_t> w(n * k, 1);
  std::fill(w.begin() + k, w.end(), -128);
  std::vector<int64_t> ends = splitReduction(w, {n, k}, {k, 1}, 255);
  EXPECT_EQ(ends, (std::vector<int64_t>{65793, 131586, k}));
  EXPECT_EQ(splitReduction(w, {1, k}, {k, 1}, 255), std::vector<int64_t>{k});
  EXPECT_EQ(splitReduction(w, {0, k}, {k, 1}, 255), std::vector<int64_t>{k});
}

TEST(AccumulatorBound, ZeroPointWidensTheActivation) {
  EXPECT_EQ(largestMagnitude({0, 255}, 128), 128);
  EXPECT_EQ(largestMagnitude({-128, 127}, -128), 255);
  EXPECT_EQ(accumulatorBound({}, {0, 1}, {0, 1}, 255), 0);
}

// G2: 16-bit sums of two u8 · s8 products.
TEST(AccumulatorBound, LargestWeights) {
  std::vector<int8_t> w{64, -64, 3, 1, -65, 0};
  EXPECT_EQ(largestWeights(w, {2, 3}, {3, 1}), (std::vector<int32_t>{64, 65}));
  EXPECT_LE(2 * 255 * 64, INT16_MAX);
  EXPECT_GT(2 * 255 * 65, INT16_MAX);
}

} // namespace
