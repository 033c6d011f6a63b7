//===- SmoothQuant.h - moving outliers into the weights ---------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_SMOOTHQUANT_H
#define LOWP_NUMERICS_SMOOTHQUANT_H

#include "lowp/Numerics/Executor.h"
#include "lowp/Numerics/Matrix.h"
#include "lowp/Numerics/Rtn.h"

#include <optional>
#include <span>
#include <vector>

namespace lowp {

/// s_j = a_j^α / w_j^(1−α) for input channel j, where a_j = max|X_j| over the calibration tokens
/// and w_j = max|W_j| over all weights that read X (arXiv 2211.10438, equation 4): Y = (X
/// diag(s)⁻¹)(diag(s) Wᵀ). A channel that is dead in X or in W (below 1e-5) is left alone, s = 1;
/// s is kept within [2^-16, 2^16].
std::vector<float> smoothingScales(std::span<const float> activationAbsMax,
                                   std::span<const float> weightAbsMax, float alpha);

/// Each scale replaced by the nearest power of two (in the exponent): smoothing then changes no
/// rounding of the float model, barring under- and overflow.
std::vector<float> roundToPowersOfTwo(std::span<const float> scales);

/// w_j = max over all consumers and their output channels of |W_nj|. Every weight is out×in with
/// the same number of columns.
std::vector<float> weightColumnAbsMax(std::span<const MatrixView<float>> weights);

/// Each maximum replaced by the largest among the channels that must share their scale: `ties` names one of
/// them for each channel. Empty ties leave the maxima as they are.
std::vector<float> shareMaxima(std::vector<float> maxima, std::span<const int32_t> ties);

/// How the contraction that is smoothed will be quantized.
struct SmoothingSchemes {
  enum class Activation {
    PerTokenDynamic,  ///< a range for each row of X
    PerTensorDynamic, ///< one range for the sample rows
    PerTensorStatic,  ///< one range from the calibration statistics
  };
  Activation activation = Activation::PerTokenDynamic;
  RtnScheme activationScheme{.range = {-127, 127}};
  bool weightPerTensor = false; ///< otherwise per output channel
  RtnScheme weightScheme{.range = {-127, 127}};
};

/// An activation and all weights that read it: they share their smoothing scales.
struct SmoothingSite {
  MatrixView<float> rows; ///< tokens × K, a sample
  /// The range of each of the K channels over all calibration tokens.
  std::span<const float> channelMin, channelMax;
  std::span<const MatrixView<float>> weights; ///< each out×K
  std::span<const int32_t> ties = {};         ///< of shareMaxima
};

/// One point of the search; no α is the identity, s = 1.
struct SmoothingCandidate {
  std::optional<float> alpha;
  double error = 0; ///< Σ over the weights of ‖Q(X/s) Q(sW)ᵀ − X Wᵀ‖²
};

struct SmoothingChoice {
  std::optional<float> alpha;
  std::vector<float> scales;
  std::vector<SmoothingCandidate> candidates; ///< in the order they were tried, identity first
};

/// The α that loses least at the layers' output, in the arithmetic that is deployed: integer codes,
/// exact accumulators, then the scales. The identity is always tried, so the choice is never worse
/// than no smoothing; of equal errors the first counts. Empty `alphas` stand for 0, 0.1, …, 1.
/// Refuses operands that do not fit, no rows, and NaN or infinite values.
Result<SmoothingChoice> chooseAlpha(const SmoothingSite &site, const SmoothingSchemes &schemes,
                                    std::span<const float> alphas = {},
                                    const Executor *executor = nullptr);

} // namespace lowp

#endif
