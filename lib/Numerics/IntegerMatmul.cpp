//===- IntegerMatmul.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/IntegerMatmul.h"

#include <algorithm>
#include <cstdlib>

namespace lowp {

/// Partial sums of 2^16 products of two bytes fit 32 bits, which the vectoriser likes better.
static int64_t dotProduct(const int8_t *a, const int8_t *b, int64_t reduction) {
  constexpr int64_t kChunk = 1 << 16;
  int64_t total = 0;
  for (int64_t begin = 0; begin < reduction; begin += kChunk) {
    int32_t partial = 0;
    for (int64_t k = begin; k < std::min(begin + kChunk, reduction); ++k)
      partial += int32_t(a[k]) * int32_t(b[k]);
    total += partial;
  }
  return total;
}

std::vector<int64_t> integerMatmul(std::span<const int8_t> a, std::span<const int8_t> b,
                                   int64_t rows, int64_t columns, int64_t reduction) {
  std::vector<int64_t> acc(rows * columns);
  for (int64_t m = 0; m < rows; ++m)
    for (int64_t n = 0; n < columns; ++n)
      acc[m * columns + n] = dotProduct(&a[m * reduction], &b[n * reduction], reduction);
  return acc;
}

int64_t accumulatorBound(std::span<const int8_t> w, StridedDim columns, StridedDim reduction,
                         int64_t maxActivation) {
  int64_t bound = 0;
  for (int64_t n = 0; n < columns.size; ++n) {
    int64_t sum = 0;
    for (int64_t k = 0; k < reduction.size; ++k)
      sum += std::abs(int32_t(w[n * columns.stride + k * reduction.stride]));
    bound = std::max(bound, sum * maxActivation);
  }
  return bound;
}

} // namespace lowp
