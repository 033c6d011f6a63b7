//===- Gram.h - sums of products of activations -----------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_GRAM_H
#define LOWP_NUMERICS_GRAM_H

#include "lowp/Numerics/Executor.h"
#include "lowp/Numerics/FloatProducts.h"
#include "lowp/Numerics/Matrix.h"
#include "lowp/Numerics/Result.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace lowp {

/// A symmetric K×K matrix in f64 of which the upper triangle is stored, row after row: (i, j), j ≥
/// i, stands at i·K − i(i−1)/2 + (j − i).
class SymmetricMatrix {
public:
  explicit SymmetricMatrix(int64_t size) : order(size), upper(widthOf(size)) {}
  /// `upper.size()` is widthOf(size).
  SymmetricMatrix(int64_t size, std::vector<double> upper) : order(size), upper(std::move(upper)) {
    assert(int64_t(this->upper.size()) == widthOf(size) && "not the triangle of this size");
  }
  /// From a full matrix, of which the upper part is read.
  static SymmetricMatrix fromFull(const MatrixView<float> &matrix);

  /// K (K + 1) / 2.
  static int64_t widthOf(int64_t size) { return size * (size + 1) / 2; }
  static int64_t rowBegin(int64_t size, int64_t row) { return row * size - row * (row - 1) / 2; }

  int64_t size() const { return order; }
  std::span<double> values() { return upper; }
  std::span<const double> values() const { return upper; }

  double operator()(int64_t i, int64_t j) const {
    return i <= j ? upper[rowBegin(order, i) + (j - i)] : (*this)(j, i);
  }
  std::vector<double> diagonal() const;
  /// diag(1/s) H diag(1/s): the matrix of activations whose channels were divided by s, without
  /// another run of the model.
  SymmetricMatrix dividedBy(std::span<const float> scales) const;

private:
  int64_t order;
  std::vector<double> upper;
};

/// Adds Xᵀ X of `rows` (X, tokens × K) to the triangle of a SymmetricMatrix: products and sums over
/// each 256 tokens in f32, those sums in f64, in the order of the tokens. With factors in bf16 X is
/// rounded, and the sums in f32 are over 512 tokens. The triangle may be the
/// open sum of a SampleSum of width widthOf(K), so that shards of calibration data merge to the
/// bytes of one run: a call for each sample.
///
/// This is the Hessian of the squared error of a linear layer, ‖(Ŵ − W) Xᵀ‖² = tr(D H Dᵀ), up to
/// the factor 2 that no method needs. T·K² operations.
void addGram(const MatrixView<float> &rows, std::span<double> triangle,
             const Executor *executor = nullptr, FloatProducts products = FloatProducts::F32);

/// Adds Aᵀ B of two activations of the same tokens (tokens × K each) to a row-major K×K matrix, in
/// the same arithmetic.
void addCrossGram(const MatrixView<float> &a, const MatrixView<float> &b, std::span<double> sum,
                  const Executor *executor = nullptr, FloatProducts products = FloatProducts::F32);

/// "found 3 NaN or infinite values, the first at row 0, column 7", or nothing.
std::optional<Failure> checkFinite(const SymmetricMatrix &matrix);

} // namespace lowp

#endif
