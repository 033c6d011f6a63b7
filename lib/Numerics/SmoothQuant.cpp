//===- SmoothQuant.cpp - moving outliers into the weights -----------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/SmoothQuant.h"
#include "lowp/Numerics/DenseAlgebra.h"
#include "lowp/Numerics/Finite.h"
#include "lowp/Numerics/IntegerMatmul.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <functional>

using namespace lowp;

std::vector<float> lowp::smoothingScales(std::span<const float> activationAbsMax,
                                         std::span<const float> weightAbsMax, float alpha) {
  assert(activationAbsMax.size() == weightAbsMax.size() && "one maximum per channel");
  constexpr float dead = 1e-5f;
  std::vector<float> scales(activationAbsMax.size(), 1.0f);
  for (size_t j = 0; j < scales.size(); ++j) {
    float a = activationAbsMax[j], w = weightAbsMax[j];
    if (a < dead || w < dead)
      continue;
    double s = std::pow(double(a), double(alpha)) / std::pow(double(w), 1.0 - double(alpha));
    scales[j] = float(std::clamp(s, 0x1p-16, 0x1p16));
  }
  return scales;
}

std::vector<float> lowp::roundToPowersOfTwo(std::span<const float> scales) {
  std::vector<float> powers(scales.size());
  std::transform(scales.begin(), scales.end(), powers.begin(),
                 [](float s) { return float(std::exp2(std::rint(std::log2(double(s))))); });
  return powers;
}

std::vector<float> lowp::weightColumnAbsMax(std::span<const MatrixView<float>> weights) {
  std::vector<float> absMax(weights.empty() ? 0 : weights.front().cols);
  for (const MatrixView<float> &w : weights) {
    assert(w.cols == int64_t(absMax.size()) && "weights differ in their inputs");
    for (int64_t n = 0; n < w.rows; ++n)
      for (int64_t k = 0; k < w.cols; ++k)
        absMax[k] = std::max(absMax[k], std::fabs(w(n, k)));
  }
  return absMax;
}

std::vector<float> lowp::shareMaxima(std::vector<float> maxima, std::span<const int32_t> ties) {
  assert((ties.empty() || ties.size() == maxima.size()) && "one class per channel");
  std::vector<float> largest(maxima.size());
  for (size_t j = 0; j < ties.size(); ++j)
    largest[ties[j]] = std::max(largest[ties[j]], maxima[j]);
  for (size_t j = 0; j < ties.size(); ++j)
    maxima[j] = largest[ties[j]];
  return maxima;
}

namespace {

/// A row-major copy; the columns may be scaled on the way.
struct DenseMatrix {
  int64_t rows, cols;
  std::vector<float> values;

  explicit DenseMatrix(const MatrixView<float> &view)
      : rows(view.rows), cols(view.cols), values(view.rows * view.cols) {
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t c = 0; c < cols; ++c)
        values[r * cols + c] = view(r, c);
  }

  template <typename Op> DenseMatrix withColumns(std::span<const float> scales, Op op) const {
    DenseMatrix result = *this;
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t c = 0; c < cols; ++c)
        result.values[r * cols + c] = op(values[r * cols + c], scales[c]);
    return result;
  }

  IntegerMatrix withCodes(const QuantizedTensor &q, CodeRange range) const {
    return {q.codes, rows, cols, range.lo < 0, q.zeroPoints};
  }
};

/// The search for one site: operands copied and the float outputs computed once.
class SmoothingSearch {
public:
  SmoothingSearch(const SmoothingSite &site, const SmoothingSchemes &schemes,
                  const Executor *executor)
      : site(site), schemes(schemes), executor(executor), x(site.rows) {
    for (const MatrixView<float> &weight : site.weights) {
      weights.emplace_back(weight);
      outputs.push_back(multiply(weights.back()));
    }
  }

  std::optional<Failure> checkRows() const { return checkFinite(x.values); }
  Result<double> errorOf(std::span<const float> scales) const;

private:
  std::vector<double> multiply(const DenseMatrix &w) const;
  Result<QuantizedTensor> quantizeActivation(std::span<const float> scales) const;
  std::pair<float, float> staticRange(std::span<const float> scales) const;
  double squaredError(const QuantizedTensor &qx, const QuantizedTensor &qw, size_t index) const;

  const SmoothingSite &site;
  const SmoothingSchemes &schemes;
  const Executor *executor;
  DenseMatrix x;
  std::vector<DenseMatrix> weights;
  std::vector<std::vector<double>> outputs; ///< X Wᵀ
};

BlockGrid gridOf(const DenseMatrix &m, bool perTensor) {
  return BlockGrid(std::array{m.rows, m.cols}, std::array<int64_t, 2>{perTensor ? -1 : 1, -1});
}

std::vector<double> SmoothingSearch::multiply(const DenseMatrix &w) const {
  std::vector<double> y(x.rows * w.rows), left(x.values.begin(), x.values.end()),
      right(w.values.begin(), w.values.end());
  addProduct(1.0, MatrixView<double>::rowMajor(left, x.rows, x.cols),
             MatrixView<double>::rowMajor(right, w.rows, w.cols).transposed(),
             MutableMatrix<double>::rowMajor(y, x.rows, w.rows), Part::Whole, executor);
  return y;
}

/// What min-max over all calibration tokens would have found after smoothing.
std::pair<float, float> SmoothingSearch::staticRange(std::span<const float> scales) const {
  float lo = 0, hi = 0;
  for (size_t k = 0; k < scales.size(); ++k) {
    lo = std::min(lo, site.channelMin[k] / scales[k]);
    hi = std::max(hi, site.channelMax[k] / scales[k]);
  }
  return {lo, hi};
}

Result<QuantizedTensor> SmoothingSearch::quantizeActivation(std::span<const float> scales) const {
  DenseMatrix smoothed = x.withColumns(scales, std::divides<float>());
  const RtnScheme &scheme = schemes.activationScheme;
  using Activation = SmoothingSchemes::Activation;
  if (schemes.activation != Activation::PerTensorStatic) {
    bool perTensor = schemes.activation == Activation::PerTensorDynamic;
    return quantizeRtn(smoothed.values, gridOf(x, perTensor), scheme, executor);
  }
  auto [lo, hi] = staticRange(scales);
  QuantParams params = chooseParams(lo, hi, scheme);
  if (Status fits = checkStoredScale(params.scale, scheme); !fits)
    return Failure{fits.error()};
  QuantizedTensor result{{}, {params.scale}, {params.zeroPoint}};
  result.codes = quantizeBlocks(smoothed.values, gridOf(x, true), result.scales, result.zeroPoints,
                                scheme.range, scheme.reciprocal, executor);
  return result;
}

/// The epilogue of the deployed code: accumulator to float, times the activation's scale, times the
/// weight's.
double SmoothingSearch::squaredError(const QuantizedTensor &qx, const QuantizedTensor &qw,
                                     size_t index) const {
  const DenseMatrix &w = weights[index];
  std::vector<int64_t> acc = integerMatmul(x.withCodes(qx, schemes.activationScheme.range),
                                           w.withCodes(qw, schemes.weightScheme.range), executor);
  double error = 0;
  for (int64_t t = 0, i = 0; t < x.rows; ++t)
    for (int64_t n = 0; n < w.rows; ++n, ++i) {
      float sx = qx.scales[qx.scales.size() == 1 ? 0 : t];
      float sw = qw.scales[qw.scales.size() == 1 ? 0 : n];
      double difference = double(float(acc[i]) * sx * sw) - outputs[index][i];
      error += difference * difference;
    }
  return error;
}

Result<double> SmoothingSearch::errorOf(std::span<const float> scales) const {
  Result<QuantizedTensor> qx = quantizeActivation(scales);
  if (!qx)
    return Failure{"activation: " + qx.error()};
  double error = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    DenseMatrix smoothed = weights[i].withColumns(scales, std::multiplies<float>());
    Result<QuantizedTensor> qw = quantizeRtn(
        smoothed.values, gridOf(smoothed, schemes.weightPerTensor), schemes.weightScheme, executor);
    if (!qw)
      return Failure{"weight: " + qw.error()};
    error += squaredError(*qx, *qw, i);
  }
  return error;
}

Status checkSite(const SmoothingSite &site, const SmoothingSchemes &schemes) {
  int64_t channels = site.rows.cols;
  if (site.rows.rows < 1 || site.weights.empty())
    return Failure{"found " + std::to_string(site.rows.rows) + " sample rows and " +
                   std::to_string(site.weights.size()) + " weights, expected at least one of each"};
  if (int64_t(site.channelMin.size()) != channels || int64_t(site.channelMax.size()) != channels)
    return Failure{"found " + std::to_string(site.channelMin.size()) + " minima and " +
                   std::to_string(site.channelMax.size()) + " maxima, expected " +
                   std::to_string(channels) + " of each"};
  for (const MatrixView<float> &weight : site.weights)
    if (weight.cols != channels)
      return Failure{"found a weight with " + std::to_string(weight.cols) + " inputs, expected " +
                     std::to_string(channels)};
  for (std::span<const float> statistics : {site.channelMin, site.channelMax})
    if (std::optional<Failure> error = checkFinite(statistics))
      return Failure{"channel statistics: " + error->message};
  return checkScheme(schemes.activationScheme);
}

std::vector<float> absMaxOf(const SmoothingSite &site) {
  std::vector<float> absMax(site.channelMin.size());
  for (size_t k = 0; k < absMax.size(); ++k)
    absMax[k] = std::max(std::fabs(site.channelMin[k]), std::fabs(site.channelMax[k]));
  return absMax;
}

} // namespace

Result<SmoothingChoice> lowp::chooseAlpha(const SmoothingSite &site,
                                          const SmoothingSchemes &schemes,
                                          std::span<const float> alphas, const Executor *executor) {
  static constexpr float tenths[] = {0, .1f, .2f, .3f, .4f, .5f, .6f, .7f, .8f, .9f, 1};
  if (Status valid = checkSite(site, schemes); !valid)
    return Failure{valid.error()};
  SmoothingSearch search(site, schemes, executor);
  if (std::optional<Failure> error = search.checkRows())
    return Failure{"activation: " + error->message};
  std::vector<float> activation = shareMaxima(absMaxOf(site), site.ties);
  std::vector<float> weight = shareMaxima(weightColumnAbsMax(site.weights), site.ties);
  std::vector<std::optional<float>> candidates{std::nullopt};
  for (float alpha : alphas.empty() ? std::span<const float>(tenths) : alphas)
    candidates.push_back(alpha);

  SmoothingChoice choice;
  double least = 0;
  for (std::optional<float> alpha : candidates) {
    std::vector<float> scales = alpha ? smoothingScales(activation, weight, *alpha)
                                      : std::vector<float>(activation.size(), 1.0f);
    Result<double> error = search.errorOf(scales);
    if (!error)
      return Failure{error.error()};
    choice.candidates.push_back({alpha, *error});
    if (alpha && !(*error < least))
      continue;
    least = *error;
    choice.alpha = alpha;
    choice.scales = std::move(scales);
  }
  return choice;
}
