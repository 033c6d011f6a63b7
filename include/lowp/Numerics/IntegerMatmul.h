//===- IntegerMatmul.h - exact integer contractions -------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_INTEGERMATMUL_H
#define LOWP_NUMERICS_INTEGERMATMUL_H

#include <cstdint>
#include <span>
#include <vector>

namespace lowp {

/// acc[m, n] = Σ_k a[m, k] · b[n, k] in 64 bits, both operands row-major along k: the oracle for every
/// integer contraction, not the code that is deployed.
std::vector<int64_t> integerMatmul(std::span<const int8_t> a, std::span<const int8_t> b,
                                   int64_t rows, int64_t columns, int64_t reduction);

/// The largest magnitude that Σ_k a_k · w_k can take for any a with |a_k| ≤ maxActivation, over the
/// rows of w [columns, reduction]: max_n Σ_k |w_nk| · maxActivation. Every partial sum is bounded too.
int64_t accumulatorBound(std::span<const int8_t> w, int64_t columns, int64_t reduction,
                         int64_t maxActivation);

} // namespace lowp

#endif
