//===- IntegerContraction.cpp --------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/IntegerContraction.h"

#include <cassert>

using namespace lowp;

namespace {

std::vector<int16_t> widened(const CodeSpan &span) {
  std::vector<int16_t> result(span.codes.size());
  for (size_t i = 0; i < result.size(); ++i)
    result[i] = span.isSigned ? int16_t(span.codes[i]) : int16_t(uint8_t(span.codes[i]));
  return result;
}

struct Contraction {
  std::vector<int16_t> a, b;
  std::span<const ContractionLoop> loops;
  std::vector<int64_t> &out;

  /// One loop that sums; |a · b| < 2^17, so 2^14 products fit 32 bits.
  int64_t sum(const ContractionLoop &loop, int64_t atA, int64_t atB) const {
    constexpr int64_t kChunk = 1 << 13;
    int64_t total = 0;
    for (int64_t begin = 0; begin < loop.size; begin += kChunk) {
      int64_t end = begin + kChunk < loop.size ? begin + kChunk : loop.size;
      int32_t partial = 0;
      for (int64_t i = begin; i < end; ++i)
        partial += int32_t(a[atA + i * loop.a]) * int32_t(b[atB + i * loop.b]);
      total += partial;
    }
    return total;
  }

  void run(size_t depth, int64_t atA, int64_t atB, int64_t atOut) const {
    if (depth == loops.size()) {
      out[atOut] += int64_t(a[atA]) * int64_t(b[atB]);
      return;
    }
    const ContractionLoop &loop = loops[depth];
    if (depth + 1 == loops.size() && loop.out == 0) {
      out[atOut] += sum(loop, atA, atB);
      return;
    }
    for (int64_t i = 0; i < loop.size; ++i)
      run(depth + 1, atA + i * loop.a, atB + i * loop.b, atOut + i * loop.out);
  }
};

} // namespace

std::vector<int64_t> lowp::integerContraction(const CodeSpan &a, const CodeSpan &b,
                                              std::span<const ContractionLoop> loops,
                                              int64_t outputs) {
  std::vector<int64_t> out(outputs);
  Contraction{widened(a), widened(b), loops, out}.run(0, 0, 0, 0);
  return out;
}
