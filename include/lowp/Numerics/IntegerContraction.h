//===- IntegerContraction.h - exact sums of products -------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_INTEGERCONTRACTION_H
#define LOWP_NUMERICS_INTEGERCONTRACTION_H

#include <cstdint>
#include <span>
#include <vector>

namespace lowp {

/// A loop of a contraction over contiguous operands: its size, and how many elements further one step is
/// in a, in b and in the result. The last is 0 where the loop sums.
struct ContractionLoop {
  int64_t size, a, b, out;
};

/// Codes of 8 bits; unsigned ones are in [0, 255].
struct CodeSpan {
  std::span<const int8_t> codes;
  bool isSigned = true;
};

/// out[i] = Σ a · b over all iterations that end at element i, in 64 bits: a product of matrices, batched
/// or not, or a convolution, whatever the layouts. Result loops come before loops that sum. What compiled
/// code is compared with, and slow.
std::vector<int64_t> integerContraction(const CodeSpan &a, const CodeSpan &b,
                                        std::span<const ContractionLoop> loops, int64_t outputs);

} // namespace lowp

#endif
