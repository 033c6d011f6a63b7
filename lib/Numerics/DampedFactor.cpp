//===- DampedFactor.cpp - the triangle that columns are corrected with ----===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DampedFactor.h"
#include "lowp/Numerics/DenseAlgebra.h"

#include <algorithm>
#include <numeric>

using namespace lowp;
using namespace lowp::detail;

Status lowp::detail::checkHessian(const SymmetricMatrix &hessian, int64_t numInputs,
                                  double damping) {
  if (hessian.size() != numInputs)
    return Failure{"found a Hessian of " + std::to_string(hessian.size()) +
                   " inputs, expected the weight's " + std::to_string(numInputs)};
  if (!(damping >= 0 && damping <= 1))
    return Failure{"found a damping of " + std::to_string(damping) + ", expected 0 to 1"};
  if (std::optional<Failure> error = checkFinite(hessian))
    return Failure{"Hessian: " + error->message};
  std::vector<double> diagonal = hessian.diagonal();
  auto negative = std::find_if(diagonal.begin(), diagonal.end(), [](double h) { return h < 0; });
  if (negative != diagonal.end())
    return Failure{"Hessian: found " + std::to_string(*negative) + " on the diagonal at " +
                   std::to_string(negative - diagonal.begin()) + ", expected no negative value"};
  return Success{};
}

/// A dead input says nothing about its weights: any positive value leaves them as they are, and the
/// mean of the others keeps codes independent of the scale of H.
static int64_t fillDeadInputs(std::vector<double> &diagonal) {
  int64_t dead = std::count(diagonal.begin(), diagonal.end(), 0.0);
  int64_t alive = int64_t(diagonal.size()) - dead;
  double sum = std::accumulate(diagonal.begin(), diagonal.end(), 0.0);
  std::replace(diagonal.begin(), diagonal.end(), 0.0, alive ? sum / double(alive) : 1.0);
  return dead;
}

/// The upper part, in the order of the columns.
template <typename T>
static std::vector<T> permute(const SymmetricMatrix &hessian, std::span<const int64_t> order,
                              const Executor *executor) {
  int64_t size = hessian.size();
  std::vector<T> matrix(size * size);
  runLoop(executor, size, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      for (int64_t j = i + 1; j < size; ++j)
        matrix[i * size + j] = T(hessian(order[i], order[j]));
  });
  return matrix;
}

template <typename T>
Result<DampedFactor<T>> lowp::detail::factorDamped(const SymmetricMatrix &hessian,
                                                   std::span<const int64_t> order, double damping,
                                                   const Executor *executor) {
  int64_t size = hessian.size();
  std::vector<double> diagonal = hessian.diagonal();
  int64_t dead = fillDeadInputs(diagonal);
  double mean = std::accumulate(diagonal.begin(), diagonal.end(), 0.0) / double(size);
  while (true) {
    std::vector<T> r = permute<T>(hessian, order, executor);
    for (int64_t i = 0; i < size; ++i)
      r[i * size + i] = T(diagonal[order[i]] + damping * mean);
    if (factorReverse(MutableMatrix<T>::rowMajor(r, size, size), executor))
      return DampedFactor<T>{std::move(r), damping, dead};
    if (damping >= 1)
      return Failure{"Hessian is not positive definite, even with its mean added to the diagonal"};
    damping = std::min(std::max(damping, 1e-3) * 10, 1.0);
  }
}

template Result<DampedFactor<float>> lowp::detail::factorDamped(const SymmetricMatrix &,
                                                                std::span<const int64_t>, double,
                                                                const Executor *);
template Result<DampedFactor<double>> lowp::detail::factorDamped(const SymmetricMatrix &,
                                                                 std::span<const int64_t>, double,
                                                                 const Executor *);
