//===- Rtn.cpp -----------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Rtn.h"

namespace lowp {

/// "NaN or Inf at element 7, 2 of 100 in all"; empty if all are finite.
static std::string describeNonFinite(std::span<const float> x) {
  size_t count = 0, first = 0;
  for (size_t i = 0; i < x.size(); ++i)
    if (!std::isfinite(x[i]) && count++ == 0)
      first = i;
  if (count == 0)
    return {};
  return "NaN or Inf at element " + std::to_string(first) + ", " + std::to_string(count) + " of " +
         std::to_string(x.size()) + " in all";
}

/// The range of each block, 0 included.
static std::vector<std::pair<float, float>> blockRanges(std::span<const float> x,
                                                        const BlockGrid &grid) {
  std::vector<std::pair<float, float>> ranges(grid.numBlocks(), {0.0f, 0.0f});
  grid.forEachRun([&](int64_t block, int64_t begin, int64_t end) {
    auto [lo, hi] = ranges[block];
    for (int64_t i = begin; i < end; ++i) {
      lo = std::min(lo, x[i]);
      hi = std::max(hi, x[i]);
    }
    ranges[block] = {lo, hi};
  });
  return ranges;
}

Result<QuantizedTensor> quantizeRtn(std::span<const float> x, const BlockGrid &grid,
                                    RtnScheme scheme) {
  if (static_cast<int64_t>(x.size()) != grid.numElements())
    return Result<QuantizedTensor>::failure(std::to_string(x.size()) + " elements, expected " +
                                            std::to_string(grid.numElements()));
  if (std::string message = describeNonFinite(x); !message.empty())
    return Result<QuantizedTensor>::failure(std::move(message));
  QuantizedTensor result;
  result.codes.resize(x.size());
  std::vector<QuantParams> params;
  for (auto [lo, hi] : blockRanges(x, grid)) {
    params.push_back(scheme.symmetric ? chooseSymmetric(std::max(-lo, hi), scheme.range)
                                      : chooseAffine(lo, hi, scheme.range));
    result.scales.push_back(params.back().scale);
    if (!scheme.symmetric)
      result.zeroPoints.push_back(params.back().zeroPoint);
  }
  grid.forEachRun([&](int64_t block, int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      result.codes[i] = static_cast<int8_t>(quantize(x[i], params[block], scheme.range));
  });
  return result;
}

} // namespace lowp
