//===- BiasCorrection.cpp - undoing the mean error of a weight ------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/BiasCorrection.h"

#include <cassert>

using namespace lowp;

std::vector<float> lowp::biasCorrection(std::span<const float> weight,
                                        std::span<const float> quantized,
                                        std::span<const float> mean,
                                        std::span<const int64_t> shape, int64_t outputDim) {
  assert(weight.size() == quantized.size() && weight.size() == mean.size() && "sizes differ");
  int64_t outputs = shape[outputDim], stride = 1;
  for (int64_t size : shape.subspan(outputDim + 1))
    stride *= size;
  std::vector<double> sums(outputs);
  for (int64_t i = 0; i < int64_t(weight.size()); ++i)
    sums[i / stride % outputs] += (double(quantized[i]) - double(weight[i])) * double(mean[i]);
  return {sums.begin(), sums.end()};
}
