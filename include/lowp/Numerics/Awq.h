//===- Awq.h - scaling up the weights that matter ---------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_AWQ_H
#define LOWP_NUMERICS_AWQ_H

#include "lowp/Numerics/Gram.h"
#include "lowp/Numerics/Rtn.h"

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace lowp {

/// AWQ (arXiv 2306.00978): the weights of input channels with large activations are multiplied by s
/// before they are rounded, the channels divided by it: X Wᵀ ≈ (X diag(s)⁻¹) Q(W diag(s))ᵀ. With
/// the mean x_j of |X_j| and, for "duo scaling", the mean w_j over all rows of |W_nj| / max|group
/// of W_nj|,
///
///   s_j = x_j^r / (w_j^(1−r) + 1e-4), or x_j^r without duo scaling, at least 1e-4, over √(max s ·
///   min s)
///
/// for r = 0, 1/n, …, (n−1)/n. A dead channel, x_j = 0, keeps s = 1.
struct AwqOptions {
  RtnScheme scheme{.range = {0, 15}, .symmetric = false};
  std::array<int64_t, 2> block{1, 128}; ///< as for BlockGrid
  int64_t candidates = 20;              ///< n
  bool duoScaling = true;
};

/// An activation and all weights that read it: they share s.
struct AwqSite {
  std::span<const float> activationMean;      ///< mean |X_j|, K of them
  std::span<const MatrixView<float>> weights; ///< each out×K
};

/// What a candidate loses. `weights` are Q(W diag(s)) diag(s)⁻¹, one for each of the site's,
/// row-major: what stands in the place of W if the activation is left alone. The publication
/// compares outputs of the parent (the attention block of query, key and value; the MLP of gate and
/// up), which takes runs of the model; gramLoss compares those of the linear layers.
using AwqLoss = std::function<Result<double>(std::span<const float> scales,
                                             std::span<const std::vector<float>> weights)>;

/// Σ over the weights of tr((Ŵ − W) H (Ŵ − W)ᵀ): no tokens needed, Σ N·K² operations a candidate.
/// Keeps references to both.
AwqLoss gramLoss(std::span<const MatrixView<float>> weights, const SymmetricMatrix &hessian,
                 const Executor *executor = nullptr);

struct AwqCandidate {
  std::optional<double> ratio; ///< r; none is the identity, s = 1
  double loss = 0;
};

struct AwqChoice {
  std::optional<double> ratio;
  std::vector<float> scales;
  std::vector<AwqCandidate> candidates; ///< in the order they were tried, the identity first
};

/// s for one r.
std::vector<float> awqScales(std::span<const float> activationMean,
                             std::span<const float> weightMean, double ratio, bool duoScaling);

/// w_j above.
std::vector<float> awqWeightMean(std::span<const MatrixView<float>> weights,
                                 const std::array<int64_t, 2> &block);

/// The candidate that loses least. The identity is one, so the choice is never worse than rounding;
/// of equal losses the first counts. Fails as quantizeRtn and `loss` do, without weights or
/// candidates, and for negative, NaN or infinite means.
Result<AwqChoice> chooseAwqScales(const AwqSite &site, const AwqOptions &options,
                                  const AwqLoss &loss, const Executor *executor = nullptr);

/// Ranges that may clip. Tried are i = 0, …, ⌈maxShrink · steps⌉ − 1: a block's values are limited
/// to ±max|w| (1 − i / steps).
struct AwqClip {
  int64_t steps = 20;
  double maxShrink = 0.5;
};

/// quantizeRtn with each group's range clipped where that loses less at the layer's output, d G dᵀ,
/// d = the group's ŵ − w, G = its square of H; what groups do to each other is left out. i = 0 is
/// tried, so no group is worse. The publication leaves out query and key layers. Groups lie along
/// the columns of one row. N·K·g operations a candidate.
Result<QuantizedTensor> quantizeAwqClipped(const MatrixView<float> &weight,
                                           const SymmetricMatrix &hessian,
                                           const AwqOptions &options, const AwqClip &clip = {},
                                           const Executor *executor = nullptr);

} // namespace lowp

#endif
