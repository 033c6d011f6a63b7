//===- IntegerMatmul.cpp - the exact integer contraction ------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/IntegerMatmul.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <limits>

using namespace lowp;

namespace {

/// Codes less their zero points.
template <typename T> struct Differences {
  std::vector<T> values;
  int64_t maxAbs = 0;
};

int64_t zeroPointOf(const IntegerMatrix &m, int64_t row) {
  if (m.zeroPoints.empty())
    return 0;
  return m.zeroPoints[m.zeroPoints.size() == 1 ? 0 : row];
}

/// No difference is larger than this.
int64_t boundOfDifferences(const IntegerMatrix &m) {
  int64_t bound = m.isSigned ? 128 : 255, largest = 0;
  for (int32_t z : m.zeroPoints)
    largest = std::max(largest, std::abs(int64_t(z)));
  return bound + largest;
}

template <typename T> Differences<T> subtractZeroPoints(const IntegerMatrix &m) {
  Differences<T> result{std::vector<T>(m.codes.size())};
  int32_t mask = m.isSigned ? -1 : 0xff;
  for (int64_t row = 0; row < m.rows; ++row) {
    int64_t z = zeroPointOf(m, row);
    for (int64_t i = row * m.cols; i < (row + 1) * m.cols; ++i)
      result.values[i] = T((m.codes[i] & mask) - z);
  }
  for (T value : result.values)
    result.maxAbs = std::max(result.maxAbs, std::abs(int64_t(value)));
  return result;
}

// The searches spend their time in this loop: the loader picks the processor's widest vectors.
#if defined(__x86_64__) && defined(__linux__)
#define LOWP_VECTOR_CLONES __attribute__((target_clones("avx512bw", "avx2", "default")))
#else
#define LOWP_VECTOR_CLONES
#endif

/// Sums `chunk` products at a time in 32 bits: the widest that vectorises well.
LOWP_VECTOR_CLONES int64_t dot(const int16_t *a, const int16_t *b, int64_t length, int64_t chunk) {
  int64_t total = 0;
  for (int64_t begin = 0; begin < length; begin += chunk) {
    int32_t partial = 0;
    for (int64_t k = begin; k < std::min(begin + chunk, length); ++k)
      partial += int32_t(a[k]) * int32_t(b[k]);
    total += partial;
  }
  return total;
}

int64_t dot(const int64_t *a, const int64_t *b, int64_t length, int64_t) {
  int64_t total = 0;
  for (int64_t k = 0; k < length; ++k)
    total += a[k] * b[k];
  return total;
}

template <typename T>
std::vector<int64_t> multiply(const IntegerMatrix &a, const IntegerMatrix &b,
                              const Executor *executor) {
  Differences<T> da = subtractZeroPoints<T>(a), db = subtractZeroPoints<T>(b);
  int64_t largestProduct = std::max<int64_t>(da.maxAbs, 1) * std::max<int64_t>(db.maxAbs, 1);
  int64_t chunk = std::max<int64_t>(std::numeric_limits<int32_t>::max() / largestProduct, 1);
  std::vector<int64_t> acc(a.rows * b.rows);
  runLoop(executor, a.rows, [&](int64_t begin, int64_t end) {
    for (int64_t m = begin; m < end; ++m)
      for (int64_t n = 0; n < b.rows; ++n)
        acc[m * b.rows + n] =
            dot(da.values.data() + m * a.cols, db.values.data() + n * b.cols, a.cols, chunk);
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
  constexpr int64_t limit = std::numeric_limits<int16_t>::max();
  if (boundOfDifferences(a) <= limit && boundOfDifferences(b) <= limit)
    return multiply<int16_t>(a, b, executor);
  return multiply<int64_t>(a, b, executor);
}
