//===- Gram.cpp - sums of products of activations -------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Gram.h"
#include "DenseProduct.h"
#include "lowp/Numerics/LowFloat.h"

#include <cmath>

using namespace lowp;

/// Tokens that are summed in f32, in chains of 256: fewer would cost passes over the matrix, more
/// digits. With pairs of them in a word, as many words.
static constexpr int64_t tokenChunk = 1024;

/// Rows 2t and 2t + 1 in bf16 are the halves of the words of row t; an odd last one meets zeros.
static std::vector<float> pairsOfRows(const MatrixView<float> &rows) {
  std::vector<float> words((rows.rows + 1) / 2 * rows.cols);
  std::vector<float> zeros(rows.cols);
  for (int64_t t = 0; t < rows.rows; t += 2) {
    const float *first = &rows(t, 0), *second = t + 1 < rows.rows ? &rows(t + 1, 0) : zeros.data();
    int64_t step = rows.colStride, secondStep = t + 1 < rows.rows ? step : 1;
    for (int64_t c = 0; c < rows.cols; ++c) {
      uint32_t low = encodeBFloat16(first[c * step]), high = encodeBFloat16(second[c * secondStep]);
      words[t / 2 * rows.cols + c] = std::bit_cast<float>(low | high << 16);
    }
  }
  return words;
}

/// Activations as their products read them.
struct Factors {
  Factors(const MatrixView<float> &rows, FloatProducts products) : rows(rows) {
    if (products == FloatProducts::F32)
      return;
    pairs = pairsOfRows(rows);
    this->rows = MatrixView<float>::rowMajor(pairs, (rows.rows + 1) / 2, rows.cols);
  }

  std::vector<float> pairs;
  MatrixView<float> rows;
};

static const DenseKernels<float> &kernelsOf(FloatProducts products) {
  return products == FloatProducts::F32 ? denseKernels<float>() : availablePairKernels().front();
}

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
                   const Executor *executor, FloatProducts products) {
  int64_t size = rows.cols;
  assert(int64_t(triangle.size()) == SymmetricMatrix::widthOf(size) && "not this size's triangle");
  const DenseKernels<float> &kernels = kernelsOf(products);
  Factors x(rows, products);
  detail::forEachProductTile(
      kernels, x.rows.transposed(), x.rows, tokenChunk, Part::Upper, executor,
      [&](int64_t row, int64_t col, int64_t numRows, int64_t numCols, const float *tile) {
        for (int64_t i = row; i < row + numRows; ++i, tile += kernels.nr) {
          int64_t begin = std::max<int64_t>(i - col, 0);
          double *sums = triangle.data() + (SymmetricMatrix::rowBegin(size, i) + col - i);
          detail::addRowOfTile(sums, tile, begin, numCols, kernels);
        }
      });
}

void lowp::addCrossGram(const MatrixView<float> &a, const MatrixView<float> &b,
                        std::span<double> sum, const Executor *executor, FloatProducts products) {
  assert(a.rows == b.rows && int64_t(sum.size()) == a.cols * b.cols && "the operands do not fit");
  const DenseKernels<float> &kernels = kernelsOf(products);
  Factors left(a, products), right(b, products);
  detail::forEachProductTile(
      kernels, left.rows.transposed(), right.rows, tokenChunk, Part::Whole, executor,
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
