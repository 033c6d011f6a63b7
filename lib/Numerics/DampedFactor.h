//===- DampedFactor.h - the triangle that columns are corrected with -*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_NUMERICS_DAMPEDFACTOR_H
#define LOWP_LIB_NUMERICS_DAMPEDFACTOR_H

#include "lowp/Numerics/Gram.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lowp::detail {

template <typename T> struct DampedFactor {
  std::vector<T> r;       ///< upper triangular, K×K: H + λ·mean(diag H)·I = R Rᵀ
  double damping = 0;     ///< λ
  int64_t deadInputs = 0; ///< with a diagonal of 0, which is replaced by the mean of the others
};

/// The size fits, all values are finite, none on the diagonal is negative.
Status checkHessian(const SymmetricMatrix &hessian, int64_t numInputs, double damping);

/// Row and column i of the factored matrix are order[i] of H. λ is `damping`, raised tenfold up to
/// 1 while the matrix is not positive definite; fails beyond.
template <typename T>
Result<DampedFactor<T>> factorDamped(const SymmetricMatrix &hessian, std::span<const int64_t> order,
                                     double damping, const Executor *executor);

} // namespace lowp::detail

#endif
