//===- IntegerContractionTest.cpp - exact sums in any layout --------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/IntegerContraction.h"

#include "gtest/gtest.h"

using namespace lowp;

namespace {

TEST(IntegerContraction, MultipliesMatricesOfAnyLayout) {
  // [[1, 2], [3, 4]] · [[5, 6], [7, 8]], the right one lying n × k: 5 7 6 8.
  std::vector<int8_t> a = {1, 2, 3, 4}, b = {5, 7, 6, 8};
  ContractionLoop loops[] = {{2, 2, 0, 2}, {2, 0, 2, 1}, {2, 1, 1, 0}};
  EXPECT_EQ(integerContraction({a}, {b}, loops, 4), (std::vector<int64_t>{19, 22, 43, 50}));
}

TEST(IntegerContraction, ReadsUnsignedCodes) {
  std::vector<int8_t> a = {-1}, b = {-1};
  ContractionLoop loops[] = {{1, 1, 1, 0}};
  EXPECT_EQ(integerContraction({a, false}, {b}, loops, 1), (std::vector<int64_t>{-255}));
}

TEST(IntegerContraction, ConvolvesWithStride) {
  // Output pixel o reads the pixels 2 o and 2 o + 1, weights 1 and 10.
  std::vector<int8_t> a = {1, 2, 3, 4}, b = {1, 10};
  ContractionLoop loops[] = {{2, 2, 0, 1}, {2, 1, 1, 0}};
  EXPECT_EQ(integerContraction({a}, {b}, loops, 2), (std::vector<int64_t>{21, 43}));
}

TEST(IntegerContraction, DoesNotOverflowInLongSums) {
  constexpr int64_t n = 100000;
  std::vector<int8_t> a(n, -1), b(n, -128);
  ContractionLoop loops[] = {{n, 1, 1, 0}};
  EXPECT_EQ(integerContraction({a, false}, {b}, loops, 1), (std::vector<int64_t>{-255 * 128 * n}));
}

} // namespace
