//===- Rtn.cpp - round to nearest -----------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Rtn.h"
#include "lowp/Numerics/Finite.h"

using namespace lowp;

namespace {

struct MinMaxPair {
  float lo = 0, hi = 0;
};

/// Independent lanes, since the compiler may not reorder one chain of float comparisons.
MinMaxPair minMaxOfRun(const float *x, int64_t length) {
  constexpr int64_t lanes = 16;
  float lo[lanes] = {}, hi[lanes] = {};
  int64_t i = 0;
  for (; i + lanes <= length; i += lanes)
    for (int64_t lane = 0; lane < lanes; ++lane) {
      float value = x[i + lane];
      lo[lane] = value < lo[lane] ? value : lo[lane];
      hi[lane] = value > hi[lane] ? value : hi[lane];
    }
  MinMaxPair result;
  for (; i < length; ++i) {
    result.lo = std::min(result.lo, x[i]);
    result.hi = std::max(result.hi, x[i]);
  }
  for (int64_t lane = 0; lane < lanes; ++lane) {
    result.lo = std::min(result.lo, lo[lane]);
    result.hi = std::max(result.hi, hi[lane]);
  }
  return result;
}

/// Widens lo and hi by one row whose blocks are innerBlock elements long.
void includeRow(const float *x, int64_t length, int64_t innerBlock, float *lo, float *hi) {
  if (innerBlock == 1) {
    for (int64_t j = 0; j < length; ++j) {
      lo[j] = x[j] < lo[j] ? x[j] : lo[j];
      hi[j] = x[j] > hi[j] ? x[j] : hi[j];
    }
    return;
  }
  for (int64_t j = 0; j < length; j += innerBlock, ++lo, ++hi) {
    MinMaxPair run = minMaxOfRun(x + j, std::min(innerBlock, length - j));
    *lo = std::min(*lo, run.lo);
    *hi = std::max(*hi, run.hi);
  }
}

/// The code of one value, by division or by the reciprocal of the scale.
template <bool byReciprocal> int8_t codeByte(float x, float factor, int32_t z, CodeRange range) {
  float steps = byReciprocal ? x * factor : x / factor;
  return int8_t(detail::codeOf(steps, z, range));
}

template <bool byReciprocal>
void quantizeRow(const float *x, int64_t length, int64_t innerBlock, const float *factor,
                 const int32_t *z, CodeRange range, int8_t *codes) {
  if (innerBlock == 1) {
    for (int64_t j = 0; j < length; ++j)
      codes[j] = codeByte<byReciprocal>(x[j], factor[j], z[j], range);
    return;
  }
  for (int64_t begin = 0; begin < length; begin += innerBlock, ++factor, ++z) {
    int64_t end = std::min(begin + innerBlock, length);
    float blockFactor = *factor;
    int32_t blockZero = *z;
    for (int64_t j = begin; j < end; ++j)
      codes[j] = codeByte<byReciprocal>(x[j], blockFactor, blockZero, range);
  }
}

} // namespace

Status lowp::checkScheme(const RtnScheme &scheme) {
  auto [lo, hi] = scheme.range;
  std::string found = "code range [" + std::to_string(lo) + ", " + std::to_string(hi) + "]";
  if (!(lo < hi && lo >= -128 && hi <= (lo < 0 ? 127 : 255)))
    return Failure{found + " is not valid, expected at least two codes in [-128, 127] or [0, 255]"};
  if (scheme.symmetric && !(lo <= 0 && hi > 0))
    return Failure{found + " is not symmetric, expected it to hold 0 and a positive code"};
  bool dividesByLo = scheme.scaleRule == SymmetricScaleRule::SignedMax ||
                     scheme.scaleRule == SymmetricScaleRule::FullRange;
  if (scheme.symmetric && dividesByLo && lo >= 0)
    return Failure{found + " has no negative code, expected one for scales from the lowest code"};
  return Success{};
}

static float storedScale(float scale, const LowFloatFormat &format) {
  float magnitude = std::max(std::fabs(scale), format.smallestNormal());
  return std::copysign(roundTo(magnitude, format), scale);
}

QuantParams lowp::chooseParams(float lo, float hi, const RtnScheme &scheme) {
  QuantParams params = scheme.symmetric ? chooseSymmetric(lo, hi, scheme.range, scheme.scaleRule)
                                        : chooseAffine(lo, hi, scheme.range);
  if (!scheme.scaleFormat)
    return params;
  params.scale = storedScale(params.scale, *scheme.scaleFormat);
  if (!scheme.symmetric)
    params.zeroPoint = chooseZeroPoint(lo, params.scale, scheme.range);
  return params;
}

Status lowp::checkStoredScale(float scale, const RtnScheme &scheme) {
  if (std::isfinite(scale))
    return Success{};
  return Failure{"a scale exceeds " + std::to_string(scheme.scaleFormat->largest()) +
                 ", the largest value of its storage " + std::string(scheme.scaleFormat->name)};
}

BlockRanges lowp::computeBlockRanges(std::span<const float> x, const BlockGrid &grid,
                                     const Executor *executor) {
  assert(int64_t(x.size()) == grid.numElements() && "tensor differs from grid");
  BlockRanges ranges{std::vector<float>(grid.numBlocks()), std::vector<float>(grid.numBlocks())};
  runLoop(executor, grid.numSlabs(), [&](int64_t slabBegin, int64_t slabEnd) {
    grid.forEachRow(
        slabBegin, slabEnd, [&](int64_t begin, int64_t length, int64_t block, int64_t innerBlock) {
          includeRow(&x[begin], length, innerBlock, &ranges.lo[block], &ranges.hi[block]);
        });
  });
  return ranges;
}

std::vector<int8_t> lowp::quantizeBlocks(std::span<const float> x, const BlockGrid &grid,
                                         std::span<const float> scales,
                                         std::span<const int32_t> zeroPoints, CodeRange range,
                                         bool reciprocal, const Executor *executor) {
  assert(int64_t(scales.size()) == grid.numBlocks() && scales.size() == zeroPoints.size());
  std::vector<float> factors(scales.begin(), scales.end());
  if (reciprocal)
    for (float &factor : factors)
      factor = 1.0f / factor;
  auto quantizeOneRow = reciprocal ? quantizeRow<true> : quantizeRow<false>;
  std::vector<int8_t> codes(x.size());
  runLoop(executor, grid.numSlabs(), [&](int64_t slabBegin, int64_t slabEnd) {
    grid.forEachRow(slabBegin, slabEnd,
                    [&](int64_t begin, int64_t length, int64_t block, int64_t innerBlock) {
                      quantizeOneRow(&x[begin], length, innerBlock, &factors[block],
                                     &zeroPoints[block], range, &codes[begin]);
                    });
  });
  return codes;
}

Result<QuantizedTensor> lowp::quantizeRtn(std::span<const float> x, const BlockGrid &grid,
                                          const RtnScheme &scheme, const Executor *executor) {
  if (int64_t(x.size()) != grid.numElements())
    return Failure{"tensor has " + std::to_string(x.size()) + " elements, expected " +
                   std::to_string(grid.numElements())};
  if (Status valid = checkScheme(scheme); !valid)
    return Failure{valid.error()};
  if (std::optional<Failure> error = checkFinite(x))
    return *error;

  BlockRanges ranges = computeBlockRanges(x, grid, executor);
  QuantizedTensor result;
  result.scales.reserve(grid.numBlocks());
  result.zeroPoints.reserve(grid.numBlocks());
  for (int64_t b = 0; b < grid.numBlocks(); ++b) {
    QuantParams params = chooseParams(ranges.lo[b], ranges.hi[b], scheme);
    if (Status fits = checkStoredScale(params.scale, scheme); !fits)
      return Failure{fits.error()};
    result.scales.push_back(params.scale);
    result.zeroPoints.push_back(params.zeroPoint);
  }
  result.codes = quantizeBlocks(x, grid, result.scales, result.zeroPoints, scheme.range,
                                scheme.reciprocal, executor);
  return result;
}

std::vector<float> lowp::dequantizeBlocks(const QuantizedTensor &tensor, const BlockGrid &grid,
                                          CodeRange range, const Executor *executor) {
  assert(int64_t(tensor.codes.size()) == grid.numElements() && "tensor differs from grid");
  int32_t mask = range.lo < 0 ? -1 : 0xff;
  std::vector<float> x(tensor.codes.size());
  runLoop(executor, grid.numSlabs(), [&](int64_t slabBegin, int64_t slabEnd) {
    grid.forEachRow(
        slabBegin, slabEnd, [&](int64_t begin, int64_t length, int64_t block, int64_t innerBlock) {
          for (int64_t j = 0; j < length; j += innerBlock, ++block) {
            QuantParams params{tensor.scales[block], tensor.zeroPoints[block]};
            for (int64_t i = begin + j; i < begin + std::min(j + innerBlock, length); ++i)
              x[i] = dequantize(tensor.codes[i] & mask, params);
          }
        });
  });
  return x;
}
