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

/// Size and distance of neighbours, in elements, of one dimension of a matrix.
struct StridedDim {
  int64_t size, stride;
};

/// The largest magnitude that Σ_k a_k · w_nk can take for any a with |a_k| ≤ maxActivation and any n:
/// max_n Σ_k |w_nk| · maxActivation. Every partial sum is bounded by it too.
int64_t accumulatorBound(std::span<const int8_t> w, StridedDim columns, StridedDim reduction,
                         int64_t maxActivation);

} // namespace lowp

#endif
