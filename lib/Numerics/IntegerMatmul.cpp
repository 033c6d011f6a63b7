//===- IntegerMatmul.cpp - the exact integer contraction ------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/IntegerMatmul.h"
#include "DenseProduct.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <limits>
#include <numeric>

using namespace lowp;

namespace {

int64_t zeroPointOf(const IntegerMatrix &m, int64_t row) {
  if (m.zeroPoints.empty())
    return 0;
  return m.zeroPoints[m.zeroPoints.size() == 1 ? 0 : row];
}

/// Codes less their zero points.
template <typename T> std::vector<T> subtractZeroPoints(const IntegerMatrix &m) {
  std::vector<T> values(m.codes.size());
  int32_t mask = m.isSigned ? -1 : 0xff;
  for (int64_t row = 0; row < m.rows; ++row) {
    int64_t z = zeroPointOf(m, row);
    for (int64_t i = row * m.cols; i < (row + 1) * m.cols; ++i)
      values[i] = T((m.codes[i] & mask) - z);
  }
  return values;
}

/// max |code − zero point| is at most this.
int64_t largestDifference(const IntegerMatrix &m) {
  int64_t lo = m.isSigned ? -128 : 0, hi = m.isSigned ? 127 : 255, largest = 0;
  for (int64_t row = 0; row < std::max<int64_t>(m.zeroPoints.size(), 1); ++row) {
    int64_t z = zeroPointOf(m, row);
    largest = std::max({largest, z - lo, hi - z});
  }
  return largest;
}

/// In the kernels of floats: sums of so few products are integers that f32 holds, however they are made.
std::vector<int64_t> multiplyAsFloats(const IntegerMatrix &a, const IntegerMatrix &b,
                                      const Executor *executor) {
  std::vector<float> left = subtractZeroPoints<float>(a), right = subtractZeroPoints<float>(b);
  std::vector<double> sums(a.rows * b.rows);
  const DenseKernels<float> &kernels = denseKernels<float>();
  detail::forEachProductTile(
      kernels, MatrixView<float>::rowMajor(left, a.rows, a.cols),
      MatrixView<float>::rowMajor(right, b.rows, b.cols).transposed(), detail::chainLength,
      Part::Whole, executor,
      [&](int64_t row, int64_t col, int64_t rows, int64_t cols, const float *tile) {
        for (int64_t i = 0; i < rows; ++i, tile += kernels.nr)
          detail::addRowOfTile(&sums[(row + i) * b.rows + col], tile, 0, cols, kernels);
      });
  return {sums.begin(), sums.end()};
}

std::vector<int64_t> multiplyAsIntegers(const IntegerMatrix &a, const IntegerMatrix &b,
                                        const Executor *executor) {
  std::vector<int64_t> left = subtractZeroPoints<int64_t>(a), right = subtractZeroPoints<int64_t>(b);
  std::vector<int64_t> acc(a.rows * b.rows);
  runLoop(executor, a.rows, [&](int64_t begin, int64_t end) {
    for (int64_t m = begin; m < end; ++m)
      for (int64_t n = 0; n < b.rows; ++n)
        acc[m * b.rows + n] = std::inner_product(&left[m * a.cols], &left[m * a.cols] + a.cols,
                                                 &right[n * a.cols], int64_t(0));
  });
  return acc;
}

[[maybe_unused]] bool isConsistent(const IntegerMatrix &m) {
  size_t z = m.zeroPoints.size();
  return int64_t(m.codes.size()) == m.rows * m.cols && (z <= 1 || int64_t(z) == m.rows);
}

} // namespace

std::vector<int64_t> lowp::integerMatmul(const IntegerMatrix &a, const IntegerMatrix &b,
                                         const Executor *executor) {
  assert(isConsistent(a) && isConsistent(b) && a.cols == b.cols && "operands do not fit");
  constexpr int64_t exact = int64_t(1) << std::numeric_limits<float>::digits;
  if (largestDifference(a) * largestDifference(b) * detail::chainLength <= exact)
    return multiplyAsFloats(a, b, executor);
  return multiplyAsIntegers(a, b, executor);
}
