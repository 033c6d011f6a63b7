//===- Gram.cpp - sums of products of activations -------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Gram.h"
#include "DenseProduct.h"

#include <cmath>

using namespace lowp;

/// Tokens that are summed in f32, in chains of 256: fewer would cost passes over the matrix, more
/// digits.
static constexpr int64_t tokenChunk = 1024;

SymmetricMatrix SymmetricMatrix::fromFull(const MatrixView<float> &matrix) {
  assert(matrix.rows == matrix.cols && "not square");
  SymmetricMatrix result(matrix.rows);
  auto value = result.upper.begin();
  for (int64_t i = 0; i < matrix.rows; ++i)
    for (int64_t j = i; j < matrix.cols; ++j)
      *value++ = matrix(i, j);
  return result;
}

std::vector<double> SymmetricMatrix::diagonal() const {
  std::vector<double> result(order);
  for (int64_t i = 0; i < order; ++i)
    result[i] = upper[rowBegin(order, i)];
  return result;
}

SymmetricMatrix SymmetricMatrix::dividedBy(std::span<const float> scales) const {
  assert(int64_t(scales.size()) == order && "one scale per channel");
  SymmetricMatrix result = *this;
  auto value = result.upper.begin();
  for (int64_t i = 0; i < order; ++i)
    for (int64_t j = i; j < order; ++j)
      *value++ /= double(scales[i]) * double(scales[j]);
  return result;
}

void lowp::addGram(const MatrixView<float> &rows, std::span<double> triangle,
                   const Executor *executor) {
  int64_t size = rows.cols;
  assert(int64_t(triangle.size()) == SymmetricMatrix::widthOf(size) && "not this size's triangle");
  const DenseKernels<float> &kernels = denseKernels<float>();
  detail::forEachProductTile(
      rows.transposed(), rows, tokenChunk, Part::Upper, executor,
      [&](int64_t row, int64_t col, int64_t numRows, int64_t numCols, const float *tile) {
        for (int64_t i = row; i < row + numRows; ++i, tile += kernels.nr) {
          int64_t begin = std::max<int64_t>(i - col, 0);
          double *sums = triangle.data() + (SymmetricMatrix::rowBegin(size, i) + col - i);
          detail::addRowOfTile(sums, tile, begin, numCols, kernels);
        }
      });
}

void lowp::addCrossGram(const MatrixView<float> &a, const MatrixView<float> &b,
                        std::span<double> sum, const Executor *executor) {
  assert(a.rows == b.rows && int64_t(sum.size()) == a.cols * b.cols && "the operands do not fit");
  const DenseKernels<float> &kernels = denseKernels<float>();
  detail::forEachProductTile(
      a.transposed(), b, tokenChunk, Part::Whole, executor,
      [&](int64_t row, int64_t col, int64_t numRows, int64_t numCols, const float *tile) {
        for (int64_t i = row; i < row + numRows; ++i, tile += kernels.nr)
          detail::addRowOfTile(&sum[i * b.cols + col], tile, 0, numCols, kernels);
      });
}

std::optional<Failure> lowp::checkFinite(const SymmetricMatrix &matrix) {
  int64_t count = 0, firstRow = 0, firstCol = 0;
  auto value = matrix.values().begin();
  for (int64_t i = 0; i < matrix.size(); ++i)
    for (int64_t j = i; j < matrix.size(); ++j)
      if (!std::isfinite(*value++) && count++ == 0)
        firstRow = i, firstCol = j;
  if (count == 0)
    return std::nullopt;
  return Failure{"found " + std::to_string(count) + " NaN or infinite value" +
                 (count == 1 ? "" : "s") + ", the first at row " + std::to_string(firstRow) +
                 ", column " + std::to_string(firstCol)};
}
