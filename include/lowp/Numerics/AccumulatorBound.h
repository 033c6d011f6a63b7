//===- AccumulatorBound.h - proving that i32 suffices -----------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_ACCUMULATORBOUND_H
#define LOWP_NUMERICS_ACCUMULATORBOUND_H

#include "lowp/Numerics/Format.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lowp {

/// One dimension of a matrix: its size, and how many elements apart neighbours are.
struct StridedDim {
  int64_t size, stride;
};

/// The largest |q − zeroPoint| of a code in the range. With zeroPoint 0 this bounds the raw codes,
/// which is what an instruction multiplies where the zero point is corrected elsewhere.
int64_t largestMagnitude(CodeRange range, int32_t zeroPoint = 0);

/// For each output channel n the largest magnitude of Σ_k a_k · w_nk for any a with
/// |a_k| ≤ maxActivation: Σ_k |w_nk| · maxActivation, from the real codes. It bounds every partial
/// sum in every order too, so it covers all tilings. `channels` and `reduction` say where w_nk
/// stands.
std::vector<int64_t> accumulatorBounds(std::span<const int8_t> w, StridedDim channels,
                                       StridedDim reduction, int64_t maxActivation);

/// The largest of these bounds; 0 without channels.
int64_t accumulatorBound(std::span<const int8_t> w, StridedDim channels, StridedDim reduction,
                         int64_t maxActivation);

/// May a value of at most this magnitude be held in 32 bits?
constexpr bool fitsI32(int64_t bound) { return bound <= INT32_MAX; }

/// Must the reduction be cut, because some channel's accumulator could overflow 32 bits?
bool needsSplit(std::span<const int64_t> bounds);

/// Where to cut: increasing ends of the pieces [0, e0), [e0, e1), …, the last one reduction.size.
/// Each is the longest whose bound fits 32 bits for every channel. maxActivation ≤ 2^16.
std::vector<int64_t> splitReduction(std::span<const int8_t> w, StridedDim channels,
                                    StridedDim reduction, int64_t maxActivation);

/// The largest |w_nk| of each channel. Where it is at most 64, `vpmaddubsw` is exact: its sums of
/// two u8·s8 products saturate at 16 bits, and 2 · 255 · 64 < 2^15.
std::vector<int32_t> largestWeights(std::span<const int8_t> w, StridedDim channels,
                                    StridedDim reduction);

} // namespace lowp

#endif
