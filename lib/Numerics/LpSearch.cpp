//===- LpSearch.cpp - the range with the least error ----------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/LpSearch.h"

#include <cmath>
#include <limits>

using namespace lowp;

/// Compiled for several instruction sets, the best chosen when the program starts. No product is
/// fused with a sum, so all give the same bits.
#if defined(__x86_64__) && defined(__ELF__)
#define LOWP_VECTORIZED __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define LOWP_VECTORIZED
#endif

/// Σ w (x − x̂)², in sixteen sums.
LOWP_VECTORIZED
static double squaredError(const float *values, const double *weights, int64_t count,
                           QuantParams params, CodeRange range) {
  constexpr int64_t lanes = 16;
  double sums[lanes] = {}, total = 0;
  auto errorAt = [&](int64_t i) {
    int32_t code = detail::codeOf(values[i] / params.scale, params.zeroPoint, range);
    double error = double(values[i]) - double(params.scale * float(code - params.zeroPoint));
    return weights ? weights[i] * (error * error) : error * error;
  };
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes)
    for (int64_t lane = 0; lane < lanes; ++lane)
      sums[lane] += errorAt(i + lane);
  for (; i < count; ++i)
    total += errorAt(i);
  for (double sum : sums)
    total += sum;
  return total;
}

/// Σ w |x − x̂|^power, or some value of at least `enough` once the sum has reached it.
static double errorOf(std::span<const float> values, std::span<const double> weights,
                      QuantParams params, CodeRange range, double power, double enough) {
  if (power == 2)
    return squaredError(values.data(), weights.empty() ? nullptr : weights.data(), values.size(),
                        params, range);
  double total = 0;
  for (size_t i = 0; i < values.size() && total < enough; ++i) {
    float back = dequantize(quantize(values[i], params, range), params);
    double error = std::pow(std::fabs(double(values[i]) - double(back)), power);
    total += weights.empty() ? error : weights[i] * error;
  }
  return total;
}

QuantParams lowp::searchParams(std::span<const float> values, std::span<const double> weights,
                               float lo, float hi, const RtnScheme &scheme,
                               const LpSearch &search) {
  assert((weights.empty() || weights.size() == values.size()) && "one weight per value");
  QuantParams best;
  double least = std::numeric_limits<double>::infinity();
  auto tryRange = [&](float candidateLo, float candidateHi) {
    QuantParams params = chooseParams(candidateLo, candidateHi, scheme);
    double error = errorOf(values, weights, params, scheme.range, search.power, least);
    if (!(error < least))
      return;
    least = error;
    best = params;
  };
  tryRange(lo, hi);
  if (least == std::numeric_limits<double>::infinity()) // a scale that its format does not hold
    return chooseParams(lo, hi, scheme);
  bool eachEnd = search.eachEnd && !scheme.symmetric && lo < 0 && hi > 0;
  auto isCandidate = [&](int64_t i) {
    return i == 0 || double(i) < search.maxShrink * double(search.steps);
  };
  for (int64_t i = 0; isCandidate(i); ++i) {
    float r = 1 - float(i) / float(search.steps);
    if (!eachEnd)
      tryRange(r * lo, r * hi);
    for (int64_t j = 0; eachEnd && isCandidate(j); ++j)
      tryRange(r * lo, (1 - float(j) / float(search.steps)) * hi);
  }
  return best;
}

static Status checkSearch(const LpSearch &search) {
  if (search.steps >= 1 && search.maxShrink >= 0 && search.maxShrink <= 1 && search.power > 0)
    return Success{};
  return Failure{"search of " + std::to_string(search.steps) + " steps to " +
                 std::to_string(search.maxShrink) + " with power " + std::to_string(search.power) +
                 " is not valid, expected at least one step, a shrinkage in [0, 1] and a positive "
                 "power"};
}

Result<QuantizedTensor> lowp::quantizeLp(std::span<const float> x, const BlockGrid &grid,
                                         const RtnScheme &scheme, const LpSearch &search,
                                         std::span<const double> columnWeights,
                                         const Executor *executor) {
  assert((columnWeights.empty() || int64_t(columnWeights.size()) == grid.shape().back()) &&
         "one weight per column");
  if (Status valid = checkSearch(search); !valid)
    return Failure{valid.error()};
  // Sizes, values and scheme are checked there.
  Result<QuantizedTensor> result = quantizeRtn(x, grid, scheme, executor);
  if (!result)
    return result;
  BlockRanges ranges = computeBlockRanges(x, grid, executor);
  runLoop(executor, grid.numBlocks(), [&](int64_t begin, int64_t end) {
    std::vector<float> values;
    std::vector<double> weights;
    for (int64_t b = begin; b < end; ++b) {
      values.clear();
      weights.clear();
      grid.elementsOf(b).forEachRun([&](int64_t first, int64_t length) {
        values.insert(values.end(), &x[first], &x[first] + length);
        for (int64_t i = first; !columnWeights.empty() && i < first + length; ++i)
          weights.push_back(columnWeights[i % int64_t(columnWeights.size())]);
      });
      QuantParams params =
          searchParams(values, weights, ranges.lo[b], ranges.hi[b], scheme, search);
      result->scales[b] = params.scale;
      result->zeroPoints[b] = params.zeroPoint;
    }
  });
  result->codes = quantizeBlocks(x, grid, result->scales, result->zeroPoints, scheme.range,
                                 scheme.reciprocal, executor);
  return result;
}
