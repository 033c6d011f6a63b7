//===- MixedPrecision.h - which weight gets how many bits -------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_MIXEDPRECISION_H
#define LOWP_NUMERICS_MIXEDPRECISION_H

#include "lowp/Numerics/Result.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lowp {

/// One way to quantize a site.
struct PrecisionChoice {
  int64_t size = 0; ///< in the unit of the budget: bits, bytes
  double error = 0; ///< such as tr(D H Dᵀ) / tr(W H Wᵀ); errors of sites are added
};

/// One choice for each site (its index) with the least sum of errors among those whose sizes fit
/// the budget: the multiple-choice knapsack (HAWQ-V3, arXiv 2011.10680). Exact: partial choices
/// that are larger and worse than another are dropped, as are those that a bound (sizes priced at a
/// Lagrange multiplier) shows to lose against a choice that is known. Of equal errors the smaller
/// size counts.
///
/// Refuses a site without choices, negative sizes, NaN, infinite or negative errors, a budget below
/// the sum of the smallest choices, and problems of more than 2^22 undecided partial choices.
Result<std::vector<int64_t>>
chooseMixedPrecision(std::span<const std::vector<PrecisionChoice>> sites, int64_t budget);

} // namespace lowp

#endif
