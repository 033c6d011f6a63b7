//===- Awq.cpp - scaling up the weights that matter -----------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Awq.h"
#include "lowp/Numerics/DenseAlgebra.h"
#include "lowp/Numerics/Finite.h"
#include "lowp/Numerics/Gptq.h"

#include <algorithm>
#include <cmath>

using namespace lowp;

static std::vector<float> copyScaled(const MatrixView<float> &m, std::span<const float> scales) {
  std::vector<float> values(m.rows * m.cols);
  for (int64_t i = 0; i < m.rows; ++i)
    for (int64_t j = 0; j < m.cols; ++j)
      values[i * m.cols + j] = scales.empty() ? m(i, j) : m(i, j) * scales[j];
  return values;
}

static Result<BlockGrid> gridOf(const MatrixView<float> &weight,
                                const std::array<int64_t, 2> &block) {
  return BlockGrid::get(std::array{weight.rows, weight.cols}, block);
}

AwqLoss lowp::gramLoss(std::span<const MatrixView<float>> weights, const SymmetricMatrix &hessian,
                       const Executor *executor) {
  return [=, &hessian](std::span<const float>,
                       std::span<const std::vector<float>> quantized) -> Result<double> {
    double loss = 0;
    for (size_t i = 0; i < weights.size(); ++i)
      loss +=
          outputError(copyScaled(weights[i], {}), quantized[i], weights[i].rows, hessian, executor);
    return loss;
  };
}

std::vector<float> lowp::awqWeightMean(std::span<const MatrixView<float>> weights,
                                       const std::array<int64_t, 2> &block) {
  std::vector<double> sums(weights.empty() ? 0 : weights.front().cols);
  int64_t rows = 0;
  for (const MatrixView<float> &weight : weights) {
    assert(weight.cols == int64_t(sums.size()) && "weights differ in their inputs");
    BlockGrid grid(std::array{weight.rows, weight.cols}, block);
    std::vector<float> values = copyScaled(weight, {});
    BlockRanges ranges = computeBlockRanges(values, grid);
    grid.forEachRun([&](int64_t b, int64_t begin, int64_t end) {
      float absMax = std::max(-ranges.lo[b], ranges.hi[b]);
      for (int64_t i = begin; i < end && absMax > 0; ++i)
        sums[i % weight.cols] += double(std::fabs(values[i]) / absMax);
    });
    rows += weight.rows;
  }
  std::vector<float> mean(sums.size());
  for (size_t j = 0; j < mean.size(); ++j)
    mean[j] = float(sums[j] / double(std::max<int64_t>(rows, 1)));
  return mean;
}

std::vector<float> lowp::awqScales(std::span<const float> activationMean,
                                   std::span<const float> weightMean, double ratio,
                                   bool duoScaling) {
  assert((!duoScaling || activationMean.size() == weightMean.size()) && "one mean per channel");
  std::vector<float> scales(activationMean.size(), 1.0f);
  double least = INFINITY, most = 0;
  auto rawScale = [&](size_t j) {
    double s = std::pow(double(activationMean[j]), ratio);
    if (duoScaling)
      s /= std::pow(double(weightMean[j]), 1 - ratio) + 1e-4;
    return std::max(s, 1e-4);
  };
  for (size_t j = 0; j < scales.size(); ++j)
    if (activationMean[j] > 0) {
      least = std::min(least, rawScale(j));
      most = std::max(most, rawScale(j));
    }
  for (size_t j = 0; j < scales.size(); ++j)
    if (activationMean[j] > 0)
      scales[j] = float(rawScale(j) / std::sqrt(most * least));
  return scales;
}

static Status checkSite(const AwqSite &site, const AwqOptions &options) {
  if (site.weights.empty() || options.candidates < 1)
    return Failure{"found " + std::to_string(site.weights.size()) + " weights and " +
                   std::to_string(options.candidates) +
                   " candidates, expected at least one of each"};
  for (const MatrixView<float> &weight : site.weights)
    if (weight.cols != int64_t(site.activationMean.size()))
      return Failure{"found a weight with " + std::to_string(weight.cols) + " inputs, expected " +
                     std::to_string(site.activationMean.size())};
  if (std::optional<Failure> error = checkFinite(site.activationMean))
    return Failure{"activation means: " + error->message};
  if (*std::min_element(site.activationMean.begin(), site.activationMean.end()) < 0)
    return Failure{"activation means: found a negative value, expected means of magnitudes"};
  return Success{};
}

/// Q(W diag(s)) diag(s)⁻¹
static Result<std::vector<float>> roundScaled(const MatrixView<float> &weight,
                                              std::span<const float> scales,
                                              const AwqOptions &options, const Executor *executor) {
  Result<BlockGrid> grid = gridOf(weight, options.block);
  if (!grid)
    return Failure{grid.error()};
  Result<QuantizedTensor> q =
      quantizeRtn(copyScaled(weight, scales), *grid, options.scheme, executor);
  if (!q)
    return Failure{"weight: " + q.error()};
  std::vector<float> back = dequantizeBlocks(*q, *grid, options.scheme.range, executor);
  for (int64_t i = 0; i < int64_t(back.size()); ++i)
    back[i] /= scales[i % weight.cols];
  return back;
}

Result<AwqChoice> lowp::chooseAwqScales(const AwqSite &site, const AwqOptions &options,
                                        const AwqLoss &loss, const Executor *executor) {
  if (Status valid = checkSite(site, options); !valid)
    return Failure{valid.error()};
  if (Result<BlockGrid> grid = gridOf(site.weights.front(), options.block); !grid)
    return Failure{grid.error()};
  std::vector<float> weightMean = awqWeightMean(site.weights, options.block);
  std::vector<std::optional<double>> ratios{std::nullopt};
  for (int64_t i = 0; i < options.candidates; ++i)
    ratios.push_back(double(i) / double(options.candidates));

  AwqChoice choice;
  double least = 0;
  for (std::optional<double> ratio : ratios) {
    std::vector<float> scales =
        ratio ? awqScales(site.activationMean, weightMean, *ratio, options.duoScaling)
              : std::vector<float>(site.activationMean.size(), 1.0f);
    std::vector<std::vector<float>> rounded;
    for (const MatrixView<float> &weight : site.weights) {
      Result<std::vector<float>> back = roundScaled(weight, scales, options, executor);
      if (!back)
        return Failure{back.error()};
      rounded.push_back(std::move(*back));
    }
    Result<double> lost = loss(scales, rounded);
    if (!lost)
      return Failure{lost.error()};
    choice.candidates.push_back({ratio, *lost});
    if (ratio && !(*lost < least))
      continue;
    least = *lost;
    choice.ratio = ratio;
    choice.scales = std::move(scales);
  }
  return choice;
}

namespace {

/// The clip search of one group of columns, all rows.
class ClipSearch {
public:
  ClipSearch(std::span<const float> weight, const BlockGrid &grid, int64_t group,
             const SymmetricMatrix &hessian, const RtnScheme &scheme)
      : scheme(scheme), numRows(grid.shape()[0]), first(group * grid.blockShape()[1]),
        width(std::min(grid.blockShape()[1], grid.shape()[1] - first)), values(numRows * width),
        gram(width * width), best(numRows), least(numRows, INFINITY) {
    for (int64_t n = 0; n < numRows; ++n)
      std::copy_n(&weight[n * grid.shape()[1] + first], width, &values[n * width]);
    for (int64_t i = 0; i < width; ++i)
      for (int64_t j = 0; j < width; ++j)
        gram[i * width + j] = float(hessian(first + i, first + j));
  }

  /// Limits values to ±max · r where that loses less.
  void tryClip(float r);
  std::span<const QuantParams> params() const { return best; }

private:
  QuantParams clippedParams(int64_t row, float r) const;

  const RtnScheme &scheme;
  int64_t numRows, first, width;
  std::vector<float> values, gram;
  std::vector<QuantParams> best;
  std::vector<double> least;
};

QuantParams ClipSearch::clippedParams(int64_t row, float r) const {
  auto [lo, hi] = std::minmax_element(&values[row * width], &values[row * width] + width);
  float limit = r * std::max(std::fabs(*lo), std::fabs(*hi));
  return chooseParams(std::max(std::min(*lo, 0.0f), -limit), std::min(std::max(*hi, 0.0f), limit),
                      scheme);
}

void ClipSearch::tryClip(float r) {
  std::vector<float> difference(values.size()), product(values.size());
  std::vector<QuantParams> candidates(numRows);
  for (int64_t n = 0; n < numRows; ++n) {
    candidates[n] = clippedParams(n, r);
    for (int64_t i = n * width; i < (n + 1) * width; ++i)
      difference[i] =
          dequantize(quantize(values[i], candidates[n], scheme.range), candidates[n]) - values[i];
  }
  addProduct(1.0f, MatrixView<float>::rowMajor(difference, numRows, width),
             MatrixView<float>::rowMajor(gram, width, width),
             MutableMatrix<float>::rowMajor(product, numRows, width));
  for (int64_t n = 0; n < numRows; ++n) {
    double lost = 0;
    for (int64_t i = n * width; i < (n + 1) * width; ++i)
      lost += double(difference[i]) * double(product[i]);
    if (lost < least[n]) {
      least[n] = lost;
      best[n] = candidates[n];
    }
  }
}

} // namespace

Result<QuantizedTensor> lowp::quantizeAwqClipped(const MatrixView<float> &weight,
                                                 const SymmetricMatrix &hessian,
                                                 const AwqOptions &options, const AwqClip &clip,
                                                 const Executor *executor) {
  if (hessian.size() != weight.cols)
    return Failure{"found a Hessian of " + std::to_string(hessian.size()) +
                   " inputs, expected the weight's " + std::to_string(weight.cols)};
  if (std::optional<Failure> error = checkFinite(hessian))
    return Failure{"Hessian: " + error->message};
  if (options.block[0] != 1 || clip.steps < 1 || !(clip.maxShrink >= 0 && clip.maxShrink <= 1))
    return Failure{"a clip search needs groups within a row, at least one step and a shrinkage in "
                   "[0, 1]"};
  Result<BlockGrid> grid = gridOf(weight, options.block);
  if (!grid)
    return Failure{grid.error()};
  std::vector<float> values = copyScaled(weight, {});
  Result<QuantizedTensor> result = quantizeRtn(values, *grid, options.scheme, executor);
  if (!result)
    return Failure{result.error()};
  int64_t numGroups = grid->gridShape()[1];
  runLoop(executor, numGroups, [&](int64_t begin, int64_t end) {
    for (int64_t g = begin; g < end; ++g) {
      ClipSearch search(values, *grid, g, hessian, options.scheme);
      for (int64_t i = 0; i == 0 || double(i) < clip.maxShrink * double(clip.steps); ++i)
        search.tryClip(1 - float(i) / float(clip.steps));
      for (int64_t n = 0; n < weight.rows; ++n) {
        result->scales[n * numGroups + g] = search.params()[n].scale;
        result->zeroPoints[n * numGroups + g] = search.params()[n].zeroPoint;
      }
    }
  });
  result->codes = quantizeBlocks(values, *grid, result->scales, result->zeroPoints,
                                 options.scheme.range, options.scheme.reciprocal, executor);
  return result;
}
