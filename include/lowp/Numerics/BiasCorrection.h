//===- BiasCorrection.h - undoing the mean error of a weight ----*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_BIASCORRECTION_H
#define LOWP_NUMERICS_BIASCORRECTION_H

#include <cstdint>
#include <span>
#include <vector>

namespace lowp {

/// E[(Ŵ − W) x]_n = Σ_i (ŵ_i − w_i) · mean_i over the elements i of output channel n, summed in f64:
/// what quantizing a weight adds to output n on average (arXiv 1906.04721, section 4.2). Subtract it from
/// the bias. The weight has any shape, with the output channels along `outputDim`; mean_i is the mean of
/// the input that element i multiplies, over the calibration tokens.
std::vector<float> biasCorrection(std::span<const float> weight, std::span<const float> quantized,
                                  std::span<const float> mean, std::span<const int64_t> shape,
                                  int64_t outputDim);

} // namespace lowp

#endif
