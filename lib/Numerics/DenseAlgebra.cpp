//===- DenseAlgebra.cpp - matrix products and factors ---------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/DenseAlgebra.h"
#include "DenseProduct.h"

#include <cmath>

using namespace lowp;

/// Columns that are factored or solved at a time; everything else is a product.
static constexpr int64_t factorBlock = 128;

template <typename T>
void lowp::addProduct(T factor, const MatrixView<T> &a, const MatrixView<T> &b, MutableMatrix<T> c,
                      Part part, const Executor *executor) {
  assert(c.rows == a.rows && c.cols == b.cols && "the result does not fit");
  const DenseKernels<T> &kernels = denseKernels<T>();
  detail::forEachProductTile(
      kernels, a, b, int64_t(4096 / sizeof(T)), part, executor,
      [&](int64_t row, int64_t col, int64_t rows, int64_t cols, const T *tile) {
        for (int64_t i = 0; i < rows; ++i, tile += kernels.nr) {
          T *sums = &c(row + i, col);
          if (cols == kernels.nr)
            kernels.addRow(factor, tile, sums);
          else
            for (int64_t j = 0; j < cols; ++j)
              sums[j] += factor * tile[j];
        }
      });
}

template void lowp::addProduct(float, const MatrixView<float> &, const MatrixView<float> &,
                               MutableMatrix<float>, Part, const Executor *);
template void lowp::addProduct(double, const MatrixView<double> &, const MatrixView<double> &,
                               MutableMatrix<double>, Part, const Executor *);

/// factorReverse of one block.
template <typename T> static bool factorBlockReverse(MutableMatrix<T> h) {
  std::vector<T> column(h.cols);
  for (int64_t j = h.cols; j-- > 0;) {
    T pivot = h(j, j);
    if (!(pivot > 0) || !std::isfinite(pivot))
      return false;
    h(j, j) = std::sqrt(pivot);
    for (int64_t i = 0; i < j; ++i)
      column[i] = h(i, j) /= h(j, j);
    for (int64_t i = 0; i < j; ++i)
      for (int64_t k = i; k < j; ++k)
        h(i, k) -= column[i] * column[k];
    for (int64_t i = j + 1; i < h.rows; ++i)
      h(i, j) = 0;
  }
  return true;
}

/// The inverse of a block of R, which is upper triangular as well.
template <typename T> static std::vector<T> invertUpper(const MatrixView<T> &r) {
  int64_t n = r.rows;
  std::vector<T> storage(n * n);
  auto inverse = MutableMatrix<T>::rowMajor(storage, n, n);
  for (int64_t i = n; i-- > 0;) {
    inverse(i, i) = 1 / r(i, i);
    for (int64_t k = i + 1; k < n; ++k)
      for (int64_t j = k; j < n; ++j)
        inverse(i, j) -= r(i, k) * inverse(k, j);
    for (int64_t j = i + 1; j < n; ++j)
      inverse(i, j) /= r(i, i);
  }
  return storage;
}

/// B ← B · M, M square.
template <typename T>
static void multiplyInPlace(MutableMatrix<T> b, const MatrixView<T> &m, const Executor *executor) {
  std::vector<T> result(b.rows * b.cols);
  addProduct(T(1), b.view(), m, MutableMatrix<T>::rowMajor(result, b.rows, b.cols), Part::Whole,
             executor);
  for (int64_t i = 0; i < b.rows; ++i)
    std::copy_n(&result[i * b.cols], b.cols, &b(i, 0));
}

template <typename T>
static MatrixView<T> blockOf(const MatrixView<T> &m, int64_t row, int64_t col, int64_t rows,
                             int64_t cols) {
  return {&m(row, col), rows, cols, m.rowStride, m.colStride};
}

template <typename T> bool lowp::factorReverse(MutableMatrix<T> h, const Executor *executor) {
  assert(h.rows == h.cols && "not square");
  // From the last block: H₁₂ = R₁₂ R₂₂ᵀ, then H₁₁ − R₁₂ R₁₂ᵀ = R₁₁ R₁₁ᵀ is the same problem.
  for (int64_t end = h.rows; end > 0;) {
    int64_t size = std::min(factorBlock, end), begin = end - size;
    MutableMatrix<T> diagonal = h.block(begin, begin, size, size);
    MutableMatrix<T> above = h.block(0, begin, begin, size);
    if (!factorBlockReverse(diagonal))
      return false;
    if (begin > 0) {
      std::vector<T> inverse = invertUpper(diagonal.view());
      multiplyInPlace(above, MatrixView<T>::rowMajor(inverse, size, size).transposed(), executor);
      addProduct(T(-1), above.view(), above.view().transposed(), h.block(0, 0, begin, begin),
                 Part::Upper, executor);
    }
    for (int64_t i = begin; i < end; ++i)
      std::fill_n(&h(i, 0), begin, T(0));
    end = begin;
  }
  return true;
}

template <typename T>
void lowp::solveUpper(const MatrixView<T> &r, MutableMatrix<T> b, const Executor *executor) {
  assert(r.rows == r.cols && r.rows == b.cols && "the operands do not fit");
  for (int64_t begin = 0; begin < b.cols; begin += factorBlock) {
    int64_t size = std::min(factorBlock, b.cols - begin);
    MutableMatrix<T> solved = b.block(0, begin, b.rows, size);
    addProduct(T(-1), b.block(0, 0, b.rows, begin).view(), blockOf(r, 0, begin, begin, size),
               solved, Part::Whole, executor);
    std::vector<T> inverse = invertUpper(blockOf(r, begin, begin, size, size));
    multiplyInPlace(solved, MatrixView<T>::rowMajor(inverse, size, size), executor);
  }
}

template <typename T>
void lowp::solveUpperTransposed(const MatrixView<T> &r, MutableMatrix<T> b,
                                const Executor *executor) {
  assert(r.rows == r.cols && r.rows == b.cols && "the operands do not fit");
  for (int64_t end = b.cols; end > 0;) {
    int64_t size = std::min(factorBlock, end), begin = end - size, rest = b.cols - end;
    MutableMatrix<T> solved = b.block(0, begin, b.rows, size);
    if (rest > 0)
      addProduct(T(-1), b.block(0, end, b.rows, rest).view(),
                 blockOf(r, begin, end, size, rest).transposed(), solved, Part::Whole, executor);
    std::vector<T> inverse = invertUpper(blockOf(r, begin, begin, size, size));
    multiplyInPlace(solved, MatrixView<T>::rowMajor(inverse, size, size).transposed(), executor);
    end = begin;
  }
}

template bool lowp::factorReverse(MutableMatrix<float>, const Executor *);
template bool lowp::factorReverse(MutableMatrix<double>, const Executor *);
template void lowp::solveUpper(const MatrixView<float> &, MutableMatrix<float>, const Executor *);
template void lowp::solveUpper(const MatrixView<double> &, MutableMatrix<double>, const Executor *);
template void lowp::solveUpperTransposed(const MatrixView<float> &, MutableMatrix<float>,
                                         const Executor *);
template void lowp::solveUpperTransposed(const MatrixView<double> &, MutableMatrix<double>,
                                         const Executor *);
