//===- SmoothQuant.h - migration scales -------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_SMOOTHQUANT_H
#define LOWP_NUMERICS_SMOOTHQUANT_H

#include <span>
#include <vector>

namespace lowp {

/// s_j = a_j^α / w_j^(1−α) for input channel j, where a_j = max|X_j| over the calibration tokens and
/// w_j = max|W_j| over all weights that read X (arXiv 2211.10438, equation 4). A channel that is dead
/// in X or in W (below 1e-5) is left alone, s = 1; s is kept within [2^-16, 2^16].
std::vector<float> smoothingScales(std::span<const float> activationAbsMax,
                                   std::span<const float> weightAbsMax, float alpha);

} // namespace lowp

#endif
