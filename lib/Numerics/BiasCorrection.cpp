//===- BiasCorrection.cpp - undoing the mean error of a weight ------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/BiasCorrection.h"

using namespace lowp;

std::vector<float> lowp::biasCorrection(const MatrixView<float> &weight,
                                        const MatrixView<float> &quantized,
                                        std::span<const float> mean) {
  assert(weight.rows == quantized.rows && weight.cols == quantized.cols && "weights differ");
  assert(int64_t(mean.size()) == weight.cols && "one mean per input");
  std::vector<float> correction(weight.rows);
  for (int64_t n = 0; n < weight.rows; ++n) {
    double sum = 0;
    for (int64_t k = 0; k < weight.cols; ++k)
      sum += (double(quantized(n, k)) - double(weight(n, k))) * double(mean[k]);
    correction[n] = float(sum);
  }
  return correction;
}
