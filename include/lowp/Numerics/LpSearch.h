//===- LpSearch.h - the range with the least error --------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_LPSEARCH_H
#define LOWP_NUMERICS_LPSEARCH_H

#include "lowp/Numerics/Rtn.h"

#include <cstdint>
#include <span>

namespace lowp {

/// Clipping against rounding: the candidates are the min-max range times r = 1 − i / steps for
/// i = 0, …, ⌈maxShrink · steps⌉ − 1; the objective is Σ |x − x̂|^power. r = 1 is always among them,
/// so the result is never worse than min-max; of equal errors the widest range counts. Defaults of
/// GPTQ.
struct LpSearch {
  int64_t steps = 100;
  double maxShrink = 0.8;
  double power = 2.4;
  /// Shrinks the two ends of an asymmetric range apart from each other: candidates².
  bool eachEnd = false;

  /// For weights of few bits: squared error, 12 × 12 ranges down to two thirds of each end.
  static constexpr LpSearch forWeights() { return {33, 0.34, 2, true}; }
};

/// The best parameters for `values` in [lo, hi], each weighted by its entry in `weights` where
/// given.
QuantParams searchParams(std::span<const float> values, std::span<const double> weights, float lo,
                         float hi, const RtnScheme &scheme, const LpSearch &search);

/// quantizeRtn with the range of each block searched instead of taken from its extremes. The error
/// of an element counts `columnWeights` times where given, one for each index of the last
/// dimension: the diagonal of a Hessian (Gram.h) says what an input's weight does to the output.
/// Fails as quantizeRtn does, and for a search without candidates.
Result<QuantizedTensor> quantizeLp(std::span<const float> x, const BlockGrid &grid,
                                   const RtnScheme &scheme, const LpSearch &search = {},
                                   std::span<const double> columnWeights = {},
                                   const Executor *executor = nullptr);

} // namespace lowp

#endif
