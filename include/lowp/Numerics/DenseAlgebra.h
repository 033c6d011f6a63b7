//===- DenseAlgebra.h - matrix products and factors -------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_DENSEALGEBRA_H
#define LOWP_NUMERICS_DENSEALGEBRA_H

#include "lowp/Numerics/Executor.h"
#include "lowp/Numerics/Matrix.h"

#include <cstdint>

namespace lowp {

/// Blocked dense algebra for T = float and double. Work is split by tiles of the result and sums
/// are cut at fixed places, so results are the same for any executor; they may differ in the last
/// bits between instruction sets (DenseKernels.h). Matrix and executor aside, nothing is shared or
/// kept.

/// A row-major matrix that is written to.
template <typename T> struct MutableMatrix {
  T *data = nullptr;
  int64_t rows = 0, cols = 0, stride = 0;

  static MutableMatrix rowMajor(std::span<T> data, int64_t rows, int64_t cols) {
    assert(int64_t(data.size()) == rows * cols && "size differs from shape");
    return {data.data(), rows, cols, cols};
  }

  T &operator()(int64_t row, int64_t col) const { return data[row * stride + col]; }
  /// `numRows` × `numCols` from (row, col) on.
  MutableMatrix block(int64_t row, int64_t col, int64_t numRows, int64_t numCols) const {
    return {data + row * stride + col, numRows, numCols, stride};
  }
  MatrixView<T> view() const { return {data, rows, cols, stride, 1}; }
};

/// What of a result is needed.
enum class Part {
  Whole,
  Upper, ///< on and above the diagonal; what is below is left with any value
};

/// C += factor · A · B. C must not overlap A or B.
template <typename T>
void addProduct(T factor, const MatrixView<T> &a, const MatrixView<T> &b, MutableMatrix<T> c,
                Part part = Part::Whole, const Executor *executor = nullptr);

/// H = R Rᵀ with R upper triangular ("reverse Cholesky": flip rows and columns, factor, flip back),
/// n³/3 operations. Reads and overwrites the upper part of `h`; zeroes the rest. False, with `h`
/// spoilt, where H is not positive definite in this precision.
template <typename T> bool factorReverse(MutableMatrix<T> h, const Executor *executor = nullptr);

/// Overwrites B with the X that satisfies X · R = B, R upper triangular with a non-zero diagonal.
template <typename T>
void solveUpper(const MatrixView<T> &r, MutableMatrix<T> b, const Executor *executor = nullptr);

/// Overwrites B with the X that satisfies X · Rᵀ = B.
template <typename T>
void solveUpperTransposed(const MatrixView<T> &r, MutableMatrix<T> b,
                          const Executor *executor = nullptr);

} // namespace lowp

#endif
