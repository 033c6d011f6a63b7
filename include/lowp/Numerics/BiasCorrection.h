//===- BiasCorrection.h - undoing the mean error of a weight ----*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_BIASCORRECTION_H
#define LOWP_NUMERICS_BIASCORRECTION_H

#include "lowp/Numerics/Matrix.h"

#include <span>
#include <vector>

namespace lowp {

/// E[(Ŵ − W) x]_n = Σ_k (ŵ_nk − w_nk) · mean_k, summed in f64: what quantizing a weight adds to
/// output n on average (arXiv 1906.04721, section 4.2). Subtract it from the bias. Both weights are
/// out×in; `mean` is the mean of each input channel over the calibration tokens.
std::vector<float> biasCorrection(const MatrixView<float> &weight,
                                  const MatrixView<float> &quantized, std::span<const float> mean);

} // namespace lowp

#endif
