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

static double powerOf(double error, double power) {
  return power == 2 ? error * error : std::pow(error, power);
}

/// Σ w |x − x̂|^power, or some value of at least `enough` once the sum has reached it.
static double errorOf(std::span<const float> values, std::span<const double> weights,
                      QuantParams params, CodeRange range, double power, double enough) {
  double total = 0;
  for (size_t i = 0; i < values.size() && total < enough; ++i) {
    float back = dequantize(quantize(values[i], params, range), params);
    double error = powerOf(std::fabs(double(values[i]) - double(back)), power);
    total += weights.empty() ? error : weights[i] * error;
  }
  return total;
}

QuantParams lowp::searchParams(std::span<const float> values, std::span<const double> weights,
                               float lo, float hi, const RtnScheme &scheme,
                               const LpSearch &search) {
  assert((weights.empty() || weights.size() == values.size()) && "one weight per value");
  QuantParams best = chooseParams(lo, hi, scheme);
  double least = errorOf(values, weights, best, scheme.range, search.power,
                         std::numeric_limits<double>::infinity());
  for (int64_t i = 1; double(i) < search.maxShrink * double(search.steps); ++i) {
    float r = 1 - float(i) / float(search.steps);
    QuantParams params = chooseParams(r * lo, r * hi, scheme);
    double error = errorOf(values, weights, params, scheme.range, search.power, least);
    if (error < least) {
      least = error;
      best = params;
    }
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
                                         const Executor *executor) {
  if (Status valid = checkSearch(search); !valid)
    return Failure{valid.error()};
  // Sizes, values and scheme are checked there.
  Result<QuantizedTensor> result = quantizeRtn(x, grid, scheme, executor);
  if (!result)
    return result;
  BlockRanges ranges = computeBlockRanges(x, grid, executor);
  runLoop(executor, grid.numBlocks(), [&](int64_t begin, int64_t end) {
    std::vector<float> values;
    for (int64_t b = begin; b < end; ++b) {
      values.clear();
      grid.elementsOf(b).forEachRun([&](int64_t first, int64_t length) {
        values.insert(values.end(), &x[first], &x[first] + length);
      });
      QuantParams params = searchParams(values, {}, ranges.lo[b], ranges.hi[b], scheme, search);
      result->scales[b] = params.scale;
      result->zeroPoints[b] = params.zeroPoint;
    }
  });
  result->codes = quantizeBlocks(x, grid, result->scales, result->zeroPoints, scheme.range,
                                 scheme.reciprocal, executor);
  return result;
}
