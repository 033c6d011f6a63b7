//===- Gptq.h - rounding weights one column after the other -----*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_GPTQ_H
#define LOWP_NUMERICS_GPTQ_H

#include "lowp/Numerics/Gram.h"
#include "lowp/Numerics/LpSearch.h"
#include "lowp/Numerics/Rtn.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace lowp {

/// GPTQ (arXiv 2210.17323): codes of W (N×K) that keep ‖(Ŵ − W) Xᵀ‖² small, given H = Xᵀ X. Columns
/// are rounded in turn, and each corrects what those before it did to the layer's output:
///
///   H + λ·mean(diag H)·I = R Rᵀ, R upper triangular          D = W − Ŵ
///   w̃_i = w_i + (Σ_{j<i} D_j R_ji) / R_ii,   ŵ_i = nearest code to w̃_i,   loss = Σ ((w̃_i − ŵ_i)
///   R_ii)²
///
/// This is the left-looking form of the algorithm: the same codes, no inverse of H, W is only read.
/// T·K² operations went into H; here K³/3 for R and N·K² for the columns.
struct GptqOptions {
  /// Codes, and how scales follow from a range.
  RtnScheme scheme{.range = {-8, 7}, .scaleRule = SymmetricScaleRule::HalfStep};
  /// Rows and columns that share a scale, as for BlockGrid: {1, g} are groups, {1, -1} rows.
  std::array<int64_t, 2> block{1, -1};
  /// Searches each range for the least Σ diag(H) |w − ŵ|^power instead of taking the extremes.
  std::optional<LpSearch> search = std::nullopt;

  enum class Order {
    Natural,
    /// By diag(H), largest first, equal ones in natural order ("act-order"): columns that matter
    /// most are rounded while most others can still correct them. Groups stay as they are.
    Activation,
  };
  Order order = Order::Activation;
  /// Scales from W. Otherwise from the corrected weights of a group when its first column is
  /// reached, which needs groups that lie together: natural order and blocks of one row.
  bool staticGroups = true;

  /// λ. Raised tenfold, up to 1, while H is not positive definite.
  double damping = 0.01;
  /// A row that lost against rounding to nearest (in the damped norm that is minimised) is replaced
  /// by it: never worse, on any row.
  bool keepBetterOfRtn = true;
  /// f64 instead of f32 for R and the corrections: half the speed, twice the memory. Codes then
  /// hardly depend on the instruction set; in f32 a few of a million do, without being worse.
  bool doublePrecision = false;
};

struct GptqResult {
  QuantizedTensor tensor; ///< N×K codes; scales and zero points over the grid of `block`
  /// Σ over the columns of ((w̃ − ŵ) R_ii)² for each row, which is (ŵ − w)ᵀ H (ŵ − w), H damped.
  std::vector<double> rowLoss;
  double loss = 0; ///< Σ rowLoss

  // What a caller may want to tell its user.
  double damping = 0;      ///< λ that was needed
  int64_t deadColumns = 0; ///< inputs that were always 0: rounded to nearest, and not corrected for
  int64_t rowsKeptRtn = 0; ///< replaced as above
  /// Fewer tokens than 2·K: the correction fits the calibration data more than the layer. Below K/2
  /// rounding to nearest may well be better on other data.
  bool fewTokens = false, tooFewTokens = false;
};

/// `numTokens`: how many rows of X went into `hessian`. Refuses what quantizeRtn refuses, a Hessian
/// of another size, with NaN, infinite or negative diagonal values, one that λ = 1 does not make
/// positive definite, and options that contradict each other.
Result<GptqResult> quantizeGptq(const MatrixView<float> &weight, const SymmetricMatrix &hessian,
                                int64_t numTokens, const GptqOptions &options,
                                const Executor *executor = nullptr);

/// tr(D H Dᵀ) for D = `quantized` − `weight`, both N×K row-major: the squared error of the layer's
/// output on the tokens of H. N·K² operations, products in f32.
double outputError(std::span<const float> weight, std::span<const float> quantized, int64_t rows,
                   const SymmetricMatrix &hessian, const Executor *executor = nullptr);

} // namespace lowp

#endif
