//===- AccumulatorBound.cpp - proving that i32 suffices -------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/AccumulatorBound.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>

using namespace lowp;

/// Calls fn(n, k, |w_nk|) in the order of memory.
template <typename Fn>
static void forEachMagnitude(std::span<const int8_t> w, StridedDim channels, StridedDim reduction,
                             Fn fn) {
  bool channelsInside = channels.stride < reduction.stride;
  auto [outer, inner] =
      channelsInside ? std::pair(reduction, channels) : std::pair(channels, reduction);
  assert((outer.size == 0 || inner.size == 0 ||
          (outer.size - 1) * outer.stride + (inner.size - 1) * inner.stride < int64_t(w.size())) &&
         "dimensions exceed the codes");
  for (int64_t i = 0; i < outer.size; ++i)
    for (int64_t j = 0; j < inner.size; ++j) {
      int32_t magnitude = std::abs(int32_t(w[i * outer.stride + j * inner.stride]));
      channelsInside ? fn(j, i, magnitude) : fn(i, j, magnitude);
    }
}

int64_t lowp::largestMagnitude(CodeRange range, int32_t zeroPoint) {
  return std::max(std::abs(int64_t(range.lo) - zeroPoint), std::abs(int64_t(range.hi) - zeroPoint));
}

std::vector<int64_t> lowp::accumulatorBounds(std::span<const int8_t> w, StridedDim channels,
                                             StridedDim reduction, int64_t maxActivation) {
  std::vector<int64_t> bounds(channels.size);
  forEachMagnitude(w, channels, reduction,
                   [&](int64_t n, int64_t, int32_t magnitude) { bounds[n] += magnitude; });
  for (int64_t &bound : bounds)
    bound *= maxActivation;
  return bounds;
}

int64_t lowp::accumulatorBound(std::span<const int8_t> w, StridedDim channels, StridedDim reduction,
                               int64_t maxActivation) {
  std::vector<int64_t> bounds = accumulatorBounds(w, channels, reduction, maxActivation);
  return bounds.empty() ? 0 : *std::max_element(bounds.begin(), bounds.end());
}

bool lowp::needsSplit(std::span<const int64_t> bounds) {
  return !std::all_of(bounds.begin(), bounds.end(), fitsI32);
}

std::vector<int64_t> lowp::splitReduction(std::span<const int8_t> w, StridedDim channels,
                                          StridedDim reduction, int64_t maxActivation) {
  assert(maxActivation <= 1 << 16 && "a single product may not fit");
  std::vector<int64_t> ends, piece(channels.size);
  for (int64_t k = 0; k < reduction.size; ++k) {
    auto product = [&](int64_t n) {
      return std::abs(int64_t(w[n * channels.stride + k * reduction.stride])) * maxActivation;
    };
    bool fits = true;
    for (int64_t n = 0; n < channels.size; ++n)
      fits &= fitsI32(piece[n] + product(n));
    if (!fits) {
      ends.push_back(k);
      std::fill(piece.begin(), piece.end(), 0);
    }
    for (int64_t n = 0; n < channels.size; ++n)
      piece[n] += product(n);
  }
  ends.push_back(reduction.size);
  return ends;
}

std::vector<int32_t> lowp::largestWeights(std::span<const int8_t> w, StridedDim channels,
                                          StridedDim reduction) {
  std::vector<int32_t> largest(channels.size);
  forEachMagnitude(w, channels, reduction, [&](int64_t n, int64_t, int32_t magnitude) {
    largest[n] = std::max(largest[n], magnitude);
  });
  return largest;
}
