//===- IntegerMatmul.h - the exact integer contraction ----------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_INTEGERMATMUL_H
#define LOWP_NUMERICS_INTEGERMATMUL_H

#include "lowp/Numerics/Executor.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lowp {

/// One operand of a contraction: codes, row-major, the contracted dimension last.
struct IntegerMatrix {
  std::span<const int8_t> codes;
  int64_t rows = 0, cols = 0;
  bool isSigned = true; ///< otherwise the bytes are codes in [0, 255]
  /// Empty (0), one for all, or one per row.
  std::span<const int32_t> zeroPoints = {};
};

/// acc[m, n] = Σ_k (a[m, k] − za[m]) · (b[n, k] − zb[n]); a is M×K, b is N×K, the result M×N
/// row-major. Exact while the sums of magnitudes fit 64 bits: zero points up to 2^24 allow K =
/// 2^14. The oracle for all integer contractions and the arithmetic of the searches that simulate
/// one.
std::vector<int64_t> integerMatmul(const IntegerMatrix &a, const IntegerMatrix &b,
                                   const Executor *executor = nullptr);

} // namespace lowp

#endif
