//===- ErrorPropagation.cpp - weights for inputs that are quantized already -===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/ErrorPropagation.h"
#include "DampedFactor.h"
#include "lowp/Numerics/DenseAlgebra.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace lowp;

Result<std::vector<float>> lowp::propagateError(const MatrixView<float> &weight,
                                                const SymmetricMatrix &hessian,
                                                std::span<const double> crossGram, double alpha,
                                                double damping, const Executor *executor) {
  int64_t rows = weight.rows, size = weight.cols;
  assert(int64_t(crossGram.size()) == size * size && "not a square of the weight's inputs");
  if (Status valid = detail::checkHessian(hessian, size, damping); !valid)
    return Failure{valid.error()};
  if (!std::all_of(crossGram.begin(), crossGram.end(), [](double c) { return std::isfinite(c); }))
    return Failure{"found NaN or infinite values in the sums over float and quantized inputs"};
  std::vector<int64_t> order(size);
  std::iota(order.begin(), order.end(), 0);
  Result<detail::DampedFactor<double>> factor =
      detail::factorDamped<double>(hessian, order, damping, executor);
  if (!factor)
    return Failure{factor.error()};

  std::vector<double> wide(rows * size), correction(rows * size);
  for (int64_t n = 0; n < rows; ++n)
    for (int64_t k = 0; k < size; ++k)
      wide[n * size + k] = weight(n, k);
  auto change = MutableMatrix<double>::rowMajor(correction, rows, size);
  addProduct(alpha, MatrixView<double>::rowMajor(wide, rows, size),
             MatrixView<double>::rowMajor(crossGram, size, size), change, Part::Whole, executor);
  auto r = MatrixView<double>::rowMajor(factor->r, size, size);
  solveUpperTransposed(r, change, executor);
  solveUpper(r, change, executor);
  std::vector<float> result(wide.size());
  for (size_t i = 0; i < result.size(); ++i)
    result[i] = float(wide[i] + correction[i]);
  return result;
}
