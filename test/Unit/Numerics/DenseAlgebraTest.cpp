//===- DenseAlgebraTest.cpp - dense algebra against plain loops -----------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/DenseAlgebra.h"
#include "Random.h"
#include "lowp/Numerics/DenseKernels.h"
#include "lowp/Numerics/LowFloat.h"

#include "gtest/gtest.h"
#include <bit>
#include <cmath>
#include <limits>

using namespace lowp;
using lowp::test::Random;

namespace {

const Executor backwards = [](int64_t count, const std::function<void(int64_t, int64_t)> &body) {
  for (int64_t i = count; i-- > 0;)
    body(i, i + 1);
};

template <typename T> std::vector<T> randomValues(uint64_t seed, int64_t count) {
  std::vector<float> values = Random(seed).normals(count);
  return {values.begin(), values.end()};
}

template <typename T> class DenseTest : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(DenseTest, Types);

// Every kernel that this machine can run, against a sum in long double. The bound is that of a sum
// of k products, each and its addition rounded once.
TYPED_TEST(DenseTest, KernelsOfEachInstructionSet) {
  using T = TypeParam;
  for (const DenseKernels<T> &kernels : availableKernels<T>())
    for (int64_t k : {0, 1, 2, 37, 256}) {
      std::vector<T> a = randomValues<T>(1, k * kernels.mr), b = randomValues<T>(2, k * kernels.nr);
      std::vector<T> x = randomValues<T>(3, k), y = randomValues<T>(4, kernels.nr), y0 = y;
      std::vector<T> out(kernels.mr * kernels.nr);
      kernels.tile(k, a.data(), b.data(), out.data());
      kernels.column(k, b.data(), x.data(), y.data());
      for (int64_t j = 0; j < kernels.nr; ++j) {
        for (int64_t i = 0; i < kernels.mr; ++i) {
          long double sum = 0, magnitude = 0;
          for (int64_t l = 0; l < k; ++l) {
            long double product = (long double)a[l * kernels.mr + i] * b[l * kernels.nr + j];
            sum += product;
            magnitude += std::fabs(product);
          }
          ASSERT_NEAR(out[i * kernels.nr + j], sum,
                      (k + 1) * std::numeric_limits<T>::epsilon() * magnitude)
              << kernels.isa;
        }
        long double sum = y0[j], magnitude = std::fabs(y0[j]);
        for (int64_t l = 0; l < k; ++l) {
          sum += (long double)b[l * kernels.nr + j] * x[l];
          magnitude += std::fabs((long double)b[l * kernels.nr + j] * x[l]);
        }
        ASSERT_NEAR(y[j], sum, (k + 1) * std::numeric_limits<T>::epsilon() * magnitude)
            << kernels.isa;
      }
      std::vector<T> row = y0;
      std::vector<double> wide(y0.begin(), y0.end());
      kernels.addRow(T(-2), out.data(), row.data());
      kernels.addRowWide(out.data(), wide.data());
      for (int64_t j = 0; j < kernels.nr; ++j) {
        ASSERT_EQ(row[j], y0[j] + T(-2) * out[j]) << kernels.isa; // −2·x is exact
        ASSERT_EQ(wide[j], double(y0[j]) + double(out[j])) << kernels.isa;
      }
    }
}

/// Of two numbers that bf16 holds.
float wordOf(int64_t low, int64_t high) {
  return std::bit_cast<float>(uint32_t(encodeBFloat16(low)) | uint32_t(encodeBFloat16(high)) << 16);
}

TEST(PairKernels, OfEachInstructionSet) {
  Random random(6);
  for (const DenseKernels<float> &kernels : availablePairKernels())
    for (int64_t k : {0, 1, 2, 37, 256}) {
      // a[2k][mr], b[2k][nr]
      std::vector<int64_t> a(2 * k * kernels.mr), b(2 * k * kernels.nr);
      for (auto *values : {&a, &b})
        for (int64_t &value : *values)
          value = random.integer(-9, 9);
      std::vector<float> left, right, out(kernels.mr * kernels.nr);
      auto pack = [&](const std::vector<int64_t> &from, int64_t width, std::vector<float> &words) {
        for (int64_t l = 0; l < k; ++l)
          for (int64_t i = 0; i < width; ++i)
            words.push_back(wordOf(from[2 * l * width + i], from[(2 * l + 1) * width + i]));
      };
      pack(a, kernels.mr, left);
      pack(b, kernels.nr, right);
      kernels.tile(k, left.data(), right.data(), out.data());
      for (int64_t i = 0; i < kernels.mr; ++i)
        for (int64_t j = 0; j < kernels.nr; ++j) {
          int64_t sum = 0;
          for (int64_t l = 0; l < 2 * k; ++l)
            sum += a[l * kernels.mr + i] * b[l * kernels.nr + j];
          ASSERT_EQ(out[i * kernels.nr + j], float(sum)) << kernels.isa;
        }
    }
}

// Small integers: exact whatever the order, so any element that is missed or counted twice is seen.
TYPED_TEST(DenseTest, ProductsOfIntegersAreExact) {
  using T = TypeParam;
  Random random(5);
  for (auto [m, k, n] : {std::array<int64_t, 3>{1, 1, 1},
                         {3, 300, 5},
                         {130, 17, 70},
                         {257, 1100, 33},
                         {2, 0, 3},
                         {0, 4, 4}}) {
    std::vector<T> a(m * k), b(k * n), c(m * n), expected(m * n);
    for (auto *values : {&a, &b, &c})
      for (T &value : *values)
        value = T(random.integer(-4, 4));
    for (int64_t i = 0; i < m; ++i)
      for (int64_t j = 0; j < n; ++j) {
        expected[i * n + j] = c[i * n + j];
        for (int64_t l = 0; l < k; ++l)
          expected[i * n + j] -= 2 * a[i * k + l] * b[l * n + j];
      }
    auto aView = MatrixView<T>::rowMajor(a, m, k), bView = MatrixView<T>::rowMajor(b, k, n);
    std::vector<T> result = c;
    addProduct(T(-2), aView, bView, MutableMatrix<T>::rowMajor(result, m, n), Part::Whole,
               &backwards);
    EXPECT_EQ(result, expected);
    // (A B)ᵀ = Bᵀ Aᵀ: other strides, the same sums.
    std::vector<T> transposed(n * m);
    addProduct(T(1), bView.transposed(), aView.transposed(),
               MutableMatrix<T>::rowMajor(transposed, n, m));
    for (int64_t i = 0; i < m; ++i)
      for (int64_t j = 0; j < n; ++j)
        ASSERT_EQ(c[i * n + j] - 2 * transposed[j * m + i], expected[i * n + j]);
    std::vector<T> upper = c;
    addProduct(T(-2), aView, bView, MutableMatrix<T>::rowMajor(upper, m, n), Part::Upper);
    for (int64_t i = 0; i < m; ++i)
      for (int64_t j = i; j < n; ++j)
        ASSERT_EQ(upper[i * n + j], expected[i * n + j]);
  }
}

template <typename T> std::vector<T> positiveDefinite(uint64_t seed, int64_t n) {
  std::vector<T> x = randomValues<T>(seed, 2 * n * n), h(n * n);
  for (int64_t i = 0; i < n; ++i)
    h[i * n + i] = T(n) / 10;
  auto view = MatrixView<T>::rowMajor(x, 2 * n, n);
  addProduct(T(1), view.transposed(), view, MutableMatrix<T>::rowMajor(h, n, n));
  return h;
}

TYPED_TEST(DenseTest, FactorTimesItsTransposeIsTheMatrix) {
  using T = TypeParam;
  for (int64_t n : {1, 2, 31, 128, 129, 300}) {
    std::vector<T> h = positiveDefinite<T>(6, n), r = h, again = h;
    ASSERT_TRUE(factorReverse(MutableMatrix<T>::rowMajor(r, n, n)));
    ASSERT_TRUE(factorReverse(MutableMatrix<T>::rowMajor(again, n, n), &backwards));
    EXPECT_EQ(r, again);
    T largest = 0;
    for (T value : h)
      largest = std::max(largest, std::fabs(value));
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < n; ++j) {
        double sum = 0;
        for (int64_t k = 0; k < n; ++k)
          sum += double(r[i * n + k]) * double(r[j * n + k]);
        // Backward error of a factorisation: n roundings of products that are at most the largest.
        ASSERT_NEAR(sum, h[i * n + j], 2 * n * std::numeric_limits<T>::epsilon() * largest);
        if (j < i)
          ASSERT_EQ(r[i * n + j], 0);
      }
  }
}

TYPED_TEST(DenseTest, IndefiniteMatricesAreRefused) {
  using T = TypeParam;
  int64_t n = 200;
  for (int64_t bad : {0, 50, 199}) {
    std::vector<T> h = positiveDefinite<T>(7, n);
    h[bad * n + bad] = -1;
    EXPECT_FALSE(factorReverse(MutableMatrix<T>::rowMajor(h, n, n)));
    h = positiveDefinite<T>(7, n);
    h[bad * n + bad] = std::numeric_limits<T>::quiet_NaN();
    EXPECT_FALSE(factorReverse(MutableMatrix<T>::rowMajor(h, n, n)));
  }
}

TYPED_TEST(DenseTest, SolutionsSatisfyTheirEquations) {
  using T = TypeParam;
  for (int64_t n : {1, 40, 128, 260}) {
    int64_t rows = 7;
    std::vector<T> r = positiveDefinite<T>(8, n), b = randomValues<T>(9, rows * n);
    ASSERT_TRUE(factorReverse(MutableMatrix<T>::rowMajor(r, n, n)));
    auto view = MatrixView<T>::rowMajor(r, n, n);
    for (bool transposed : {false, true}) {
      std::vector<T> x = b, product(b.size());
      auto solution = MutableMatrix<T>::rowMajor(x, rows, n);
      if (transposed)
        solveUpperTransposed(view, solution, &backwards);
      else
        solveUpper(view, solution, &backwards);
      addProduct(T(1), solution.view(), transposed ? view.transposed() : view,
                 MutableMatrix<T>::rowMajor(product, rows, n));
      // The factor of a matrix of condition about 100.
      for (size_t i = 0; i < b.size(); ++i)
        ASSERT_NEAR(product[i], b[i], 1000 * std::numeric_limits<T>::epsilon());
    }
  }
}

} // namespace
