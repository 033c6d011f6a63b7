//===- GptqTest.cpp - GPTQ against least squares and brute force ----------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Gptq.h"
#include "Random.h"

#include "gtest/gtest.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

using namespace lowp;
using lowp::test::Random;
using Order = GptqOptions::Order;

namespace {

using Matrix = std::vector<std::vector<double>>;

/// Solves A X = B by elimination with pivots, in f64: shares nothing with the library.
Matrix solve(Matrix a, Matrix b) {
  size_t n = a.size();
  for (size_t i = 0; i < n; ++i) {
    size_t pivot = i;
    for (size_t k = i + 1; k < n; ++k)
      if (std::fabs(a[k][i]) > std::fabs(a[pivot][i]))
        pivot = k;
    std::swap(a[i], a[pivot]);
    std::swap(b[i], b[pivot]);
    for (size_t k = 0; k < n; ++k) {
      if (k == i)
        continue;
      double factor = a[k][i] / a[i][i];
      for (size_t j = 0; j < n; ++j)
        a[k][j] -= factor * a[i][j];
      for (double &value : b[k])
        value -= factor * b[i][&value - b[k].data()];
    }
  }
  for (size_t i = 0; i < n; ++i)
    for (double &value : b[i])
      value /= a[i][i];
  return b;
}

/// Inputs with a few strong channels and correlations between neighbours, and a weight.
struct Layer {
  int64_t rows, cols, tokens;
  std::vector<float> weight, inputs;
  SymmetricMatrix gram;

  Layer(uint64_t seed, int64_t rows, int64_t cols, int64_t tokens)
      : rows(rows), cols(cols), tokens(tokens), weight(Random(seed).normals(rows * cols)),
        inputs(tokens * cols), gram(cols) {
    Random random(seed + 1000);
    for (int64_t t = 0; t < tokens; ++t) {
      float last = 0;
      for (int64_t j = 0; j < cols; ++j) {
        last = 0.7f * last + random.normal();
        inputs[t * cols + j] = last * (1 + float(j * 7 % 5));
      }
    }
    addGram(MatrixView<float>::rowMajor(inputs, tokens, cols), gram.values());
  }

  MatrixView<float> view() const { return MatrixView<float>::rowMajor(weight, rows, cols); }
  BlockGrid grid(const GptqOptions &options) const {
    return BlockGrid(std::array{rows, cols}, options.block);
  }
  GptqResult run(const GptqOptions &options) const {
    Result<GptqResult> result = quantizeGptq(view(), gram, tokens, options);
    EXPECT_TRUE(result) << (result ? "" : result.error());
    return *result;
  }
  std::vector<float> values(const GptqOptions &options, const QuantizedTensor &tensor) const {
    return dequantizeBlocks(tensor, grid(options), options.scheme.range);
  }

  Matrix damped(double damping) const {
    Matrix h(cols, std::vector<double>(cols));
    double mean = 0;
    for (double value : gram.diagonal())
      mean += value / double(cols);
    for (int64_t i = 0; i < cols; ++i)
      for (int64_t j = 0; j < cols; ++j)
        h[i][j] = gram(i, j) + (i == j ? damping * mean : 0);
    return h;
  }
  /// d H dᵀ of one row.
  double lossOf(const std::vector<float> &quantized, int64_t row, const Matrix &h) const {
    double loss = 0;
    for (int64_t i = 0; i < cols; ++i)
      for (int64_t j = 0; j < cols; ++j)
        loss += (double(quantized[row * cols + i]) - double(weight[row * cols + i])) * h[i][j] *
                (double(quantized[row * cols + j]) - double(weight[row * cols + j]));
    return loss;
  }
};

/// The definition: columns in turn, and after each the remaining ones solve the least squares
/// problem anew, Σ over rows. `params` gives scale and zero point for the present weights of a
/// group.
struct Oracle {
  const Layer &layer;
  const GptqOptions &options;
  std::vector<int64_t> order;
  std::vector<int8_t> codes;

  Oracle(const Layer &layer, const GptqOptions &options)
      : layer(layer), options(options), order(layer.cols), codes(layer.rows * layer.cols) {
    std::iota(order.begin(), order.end(), 0);
    std::vector<double> diagonal = layer.gram.diagonal();
    if (options.order == Order::Activation)
      std::stable_sort(order.begin(), order.end(),
                       [&](int64_t a, int64_t b) { return diagonal[a] > diagonal[b]; });
    for (int64_t row = 0; row < layer.rows; ++row)
      quantizeRow(row);
  }

  QuantParams paramsOf(const std::vector<double> &weights, int64_t group, int64_t size) const {
    float lo = 0, hi = 0;
    for (int64_t k = group * size; k < std::min((group + 1) * size, layer.cols); ++k) {
      lo = std::min(lo, float(weights[k]));
      hi = std::max(hi, float(weights[k]));
    }
    return chooseParams(lo, hi, options.scheme);
  }

  void quantizeRow(int64_t row) {
    Matrix h = layer.damped(options.damping);
    int64_t cols = layer.cols, size = options.block[1] < 0 ? cols : options.block[1];
    const float *w = &layer.weight[row * cols];
    std::vector<double> original(w, w + cols), now = original, rounded(cols);
    QuantParams params;
    for (int64_t i = 0; i < cols; ++i) {
      int64_t column = order[i];
      if (options.staticGroups)
        params = paramsOf(original, column / size, size);
      else if (column % size == 0)
        params = paramsOf(now, column / size, size);
      int32_t code = quantize(float(now[column]), params, options.scheme.range);
      codes[row * cols + column] = int8_t(code);
      rounded[column] = dequantize(code, params);
      if (i + 1 == cols)
        break;
      // H_rr (w_r' − w_r) = H_rf (w_f − ŵ_f)
      Matrix left, right;
      for (int64_t a = i + 1; a < cols; ++a) {
        left.emplace_back();
        for (int64_t b = i + 1; b < cols; ++b)
          left.back().push_back(h[order[a]][order[b]]);
        double sum = 0;
        for (int64_t b = 0; b <= i; ++b)
          sum += h[order[a]][order[b]] * (original[order[b]] - rounded[order[b]]);
        right.push_back({sum});
      }
      Matrix change = solve(left, right);
      for (int64_t a = i + 1; a < cols; ++a)
        now[order[a]] = original[order[a]] + change[a - i - 1][0];
    }
  }
};

const RtnScheme int4{.range = {-8, 7}, .scaleRule = SymmetricScaleRule::HalfStep};
const RtnScheme uint3{.range = {0, 7}, .symmetric = false};

struct Case {
  int64_t cols, group;
  RtnScheme scheme;
  Order order;
  bool staticGroups;
};

class GptqOracleTest : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Options, GptqOracleTest,
                         testing::Values(Case{1, -1, int4, Order::Activation, true},
                                         Case{16, -1, int4, Order::Natural, true},
                                         Case{16, -1, uint3, Order::Activation, true},
                                         Case{18, 4, int4, Order::Activation,
                                              true}, // a short last group
                                         Case{18, 4, uint3, Order::Natural, true},
                                         Case{18, 4, int4, Order::Natural, false},
                                         Case{19, 5, uint3, Order::Natural, false},
                                         Case{16, -1, uint3, Order::Natural, false},
                                         Case{40, 3, int4, Order::Natural, false}));

TEST_P(GptqOracleTest, CodesAreThoseOfLeastSquares) {
  auto [cols, group, scheme, order, staticGroups] = GetParam();
  Layer layer(1, 37, cols, 200);
  GptqOptions options{.scheme = scheme,
                      .block = {1, group},
                      .order = order,
                      .staticGroups = staticGroups,
                      .keepBetterOfRtn = false,
                      .doublePrecision = true};
  Oracle oracle(layer, options);
  EXPECT_EQ(layer.run(options).tensor.codes, oracle.codes);
}

// Blocks of 128 columns, groups that fill, divide, straddle and exceed them.
TEST(Gptq, LargeLayersFollowTheSameDefinition) {
  Layer layer(2, 3, 300, 700);
  for (int64_t group : {32, 48, 128, 150, 256, -1})
    for (bool fresh : {false, true}) {
      GptqOptions options{.scheme = int4,
                          .block = {1, group},
                          .order = fresh ? Order::Natural : Order::Activation,
                          .staticGroups = !fresh,
                          .keepBetterOfRtn = false,
                          .doublePrecision = true};
      // The oracle solves 300 systems a row: instead, the loss must be that of the codes, and the
      // codes must be nearest to what least squares gives for the last column of each block.
      GptqResult result = layer.run(options);
      std::vector<float> quantized = layer.values(options, result.tensor);
      Matrix h = layer.damped(options.damping);
      std::vector<int64_t> order(layer.cols);
      std::iota(order.begin(), order.end(), 0);
      std::vector<double> diagonal = layer.gram.diagonal();
      if (!fresh)
        std::stable_sort(order.begin(), order.end(),
                         [&](int64_t a, int64_t b) { return diagonal[a] > diagonal[b]; });
      for (int64_t row = 0; row < layer.rows; ++row) {
        double loss = layer.lossOf(quantized, row, h);
        EXPECT_NEAR(result.rowLoss[row], loss, 1e-6 * loss) << group;
        for (int64_t i : {int64_t(1), int64_t(127), int64_t(128), int64_t(200), layer.cols - 1}) {
          Matrix left, right;
          for (int64_t a = i; a < layer.cols; ++a) {
            left.emplace_back();
            for (int64_t b = i; b < layer.cols; ++b)
              left.back().push_back(h[order[a]][order[b]]);
            double sum = 0;
            for (int64_t b = 0; b < i; ++b)
              sum += h[order[a]][order[b]] * (double(layer.weight[row * layer.cols + order[b]]) -
                                              double(quantized[row * layer.cols + order[b]]));
            right.push_back({sum});
          }
          int64_t column = order[i];
          float target =
              float(double(layer.weight[row * layer.cols + column]) + solve(left, right)[0][0]);
          int64_t block = layer.grid(options).blockOf(row * layer.cols + column);
          QuantParams params{result.tensor.scales[block], result.tensor.zeroPoints[block]};
          EXPECT_EQ(result.tensor.codes[row * layer.cols + column],
                    quantize(target, params, int4.range))
              << "group " << group << " column " << i;
        }
      }
    }
}

// The losses that the loop adds up are those of the codes, clipped or not, in both precisions.
TEST(Gptq, ReportsTheLossOfItsCodes) {
  for (int32_t bits : {2, 3, 4, 8})
    for (bool wide : {false, true}) {
      Layer layer(3, 20, 60, 300);
      int32_t hi = (1 << (bits - 1)) - 1;
      GptqOptions options{
          .scheme = {.range = {-hi - 1, hi}, .scaleRule = SymmetricScaleRule::HalfStep},
          .block = {1, 16},
          .keepBetterOfRtn = false,
          .doublePrecision = wide};
      GptqResult result = layer.run(options);
      std::vector<float> quantized = layer.values(options, result.tensor);
      Matrix h = layer.damped(options.damping);
      double total = 0;
      for (int64_t row = 0; row < layer.rows; ++row) {
        double loss = layer.lossOf(quantized, row, h);
        EXPECT_NEAR(result.rowLoss[row], loss, 1e-4 * loss) << bits;
        total += loss;
      }
      EXPECT_NEAR(result.loss, total, 1e-4 * total);
    }
}

// Where nothing clips each column errs by at most half a step: loss ≤ s²/4 · Σ R_ii², and Σ R_ii²
// is at most the trace of H.
TEST(Gptq, LossIsBoundedWhereNothingClips) {
  Layer layer(4, 30, 24, 400);
  GptqOptions options{
      .scheme = {.range = {-127, 127}}, .keepBetterOfRtn = false, .doublePrecision = true};
  GptqResult result = layer.run(options);
  Matrix h = layer.damped(options.damping);
  double trace = 0;
  for (int64_t i = 0; i < layer.cols; ++i)
    trace += h[i][i];
  int64_t unclipped = 0;
  for (int64_t row = 0; row < layer.rows; ++row) {
    auto codes = std::span(result.tensor.codes).subspan(row * layer.cols, layer.cols);
    if (std::any_of(codes.begin(), codes.end(), [](int8_t c) { return c == 127 || c == -127; }))
      continue;
    ++unclipped;
    double step = double(result.tensor.scales[row]);
    EXPECT_LE(result.rowLoss[row], step * step / 4 * trace);
  }
  EXPECT_GT(unclipped, 0);
}

// Brute force over all codes of 6 columns at 2 bits: no loss below the optimum, and the optimum
// often.
TEST(Gptq, IsNearTheOptimumOfAllCodes) {
  Layer layer(5, 40, 6, 64);
  GptqOptions options{.scheme = {.range = {-2, 1}, .scaleRule = SymmetricScaleRule::HalfStep},
                      .doublePrecision = true};
  GptqResult result = layer.run(options);
  Matrix h = layer.damped(options.damping);
  int64_t optimal = 0;
  for (int64_t row = 0; row < layer.rows; ++row) {
    double least = std::numeric_limits<double>::infinity();
    for (int64_t choice = 0; choice < 4096; ++choice) {
      std::vector<float> quantized(layer.weight);
      for (int64_t j = 0; j < 6; ++j)
        quantized[row * 6 + j] = result.tensor.scales[row] * float((choice >> (2 * j) & 3) - 2);
      least = std::min(least, layer.lossOf(quantized, row, h));
    }
    EXPECT_GE(result.rowLoss[row], least * (1 - 1e-9));
    optimal += result.rowLoss[row] <= least * (1 + 1e-9);
  }
  EXPECT_GE(optimal, layer.rows / 3);
}

TEST(Gptq, UncorrelatedInputsGiveRoundingToNearest) {
  Layer layer(6, 16, 40, 10);
  layer.gram = SymmetricMatrix(layer.cols);
  for (int64_t i = 0; i < layer.cols; ++i)
    layer.gram.values()[SymmetricMatrix::rowBegin(layer.cols, i)] = double(1 + i % 3);
  for (Order order : {Order::Natural, Order::Activation}) {
    GptqOptions options{.scheme = int4, .block = {1, 8}, .order = order};
    GptqResult result = layer.run(options);
    QuantizedTensor rtn = *quantizeRtn(layer.weight, layer.grid(options), int4);
    EXPECT_EQ(result.tensor.codes, rtn.codes);
    EXPECT_EQ(result.tensor.scales, rtn.scales);
  }
}

TEST(Gptq, DoesNotDependOnTheScaleOfTheHessianOrTheCutOfTheWork) {
  Layer layer(7, 200, 150, 400);
  Executor backwards = [](int64_t count, const std::function<void(int64_t, int64_t)> &body) {
    for (int64_t i = count; i-- > 0;)
      body(i, i + 1);
  };
  for (bool wide : {false, true})
    for (bool fresh : {false, true}) {
      GptqOptions options{.scheme = uint3,
                          .block = {1, 32},
                          .order = fresh ? Order::Natural : Order::Activation,
                          .staticGroups = !fresh,
                          .doublePrecision = wide};
      GptqResult result = layer.run(options);
      Result<GptqResult> cut =
          quantizeGptq(layer.view(), layer.gram, layer.tokens, options, &backwards);
      ASSERT_TRUE(cut);
      EXPECT_EQ(result.tensor.codes, cut->tensor.codes);
      EXPECT_EQ(result.tensor.scales, cut->tensor.scales);
      EXPECT_EQ(result.rowLoss, cut->rowLoss);
      SymmetricMatrix scaled = layer.gram;
      for (double &value : scaled.values())
        value *= 1024; // a power of two with a power of two as its root: no rounding changes
      EXPECT_EQ(quantizeGptq(layer.view(), scaled, layer.tokens, options)->tensor.codes,
                result.tensor.codes);
    }
}

// A weight that lies in×out is seen through its strides.
TEST(Gptq, ReadsTransposedWeights) {
  Layer layer(8, 10, 30, 100);
  std::vector<float> transposed(layer.weight.size());
  for (int64_t n = 0; n < layer.rows; ++n)
    for (int64_t k = 0; k < layer.cols; ++k)
      transposed[k * layer.rows + n] = layer.weight[n * layer.cols + k];
  GptqOptions options{.scheme = int4};
  auto view = MatrixView<float>::rowMajor(transposed, layer.cols, layer.rows).transposed();
  EXPECT_EQ(quantizeGptq(view, layer.gram, layer.tokens, options)->tensor.codes,
            layer.run(options).tensor.codes);
}

// Nearly white inputs: corrections cost as often as they gain, and some rows would lose.
TEST(Gptq, NoRowIsWorseThanRounding) {
  Layer layer(9, 120, 48, 60);
  layer.inputs = Random(10).normals(layer.tokens * layer.cols);
  layer.gram = SymmetricMatrix(layer.cols);
  std::vector<float> many = Random(11).normals(4000 * layer.cols);
  addGram(MatrixView<float>::rowMajor(many, 4000, layer.cols), layer.gram.values());
  Matrix h = layer.damped(0.01);
  for (bool fresh : {false, true}) {
    GptqOptions options{.scheme = int4,
                        .block = {1, 16},
                        .order = fresh ? Order::Natural : Order::Activation,
                        .staticGroups = !fresh,
                        .doublePrecision = true};
    GptqResult guarded = layer.run(options);
    std::vector<float> quantized = layer.values(options, guarded.tensor);
    QuantizedTensor rtn = *quantizeRtn(layer.weight, layer.grid(options), int4);
    std::vector<float> nearest = layer.values(options, rtn);
    for (int64_t row = 0; row < layer.rows; ++row) {
      double loss = layer.lossOf(quantized, row, h);
      EXPECT_LE(loss, layer.lossOf(nearest, row, h) * (1 + 1e-9));
      EXPECT_NEAR(guarded.rowLoss[row], loss, 1e-6 * loss);
    }
    EXPECT_GT(guarded.rowsKeptRtn, 0);
    EXPECT_LT(guarded.rowsKeptRtn, layer.rows / 2);
  }
}

TEST(Gptq, BeatsRoundingOnTokensItHasNotSeen) {
  Layer layer(12, 64, 96, 2000), other(12, 64, 96, 2000);
  std::vector<float> unseen(500 * 96);
  std::copy_n(other.inputs.end() - unseen.size(), unseen.size(), unseen.begin());
  SymmetricMatrix seen(96), held(96);
  addGram(
      MatrixView<float>::rowMajor(std::span<const float>(layer.inputs).first(1500 * 96), 1500, 96),
      seen.values());
  addGram(MatrixView<float>::rowMajor(unseen, 500, 96), held.values());
  GptqOptions options{.scheme = int4, .block = {1, 32}};
  GptqResult result = *quantizeGptq(layer.view(), seen, 1500, options);
  QuantizedTensor rtn = *quantizeRtn(layer.weight, layer.grid(options), int4);
  double gptq = outputError(layer.weight, layer.values(options, result.tensor), layer.rows, held);
  EXPECT_LT(gptq, 0.6 * outputError(layer.weight, layer.values(options, rtn), layer.rows, held));
}

TEST(Gptq, SearchedRangesLoseLess) {
  Layer layer(13, 40, 64, 500);
  for (bool fresh : {false, true}) {
    GptqOptions options{.scheme = uint3,
                        .block = {1, 32},
                        .order = fresh ? Order::Natural : Order::Activation,
                        .staticGroups = !fresh};
    double plain = layer.run(options).loss;
    options.search = LpSearch::forWeights();
    EXPECT_LT(layer.run(options).loss, plain);
  }
}

// Blocks of several rows share a scale.
TEST(Gptq, TwoDimensionalBlocks) {
  Layer layer(14, 10, 40, 200);
  GptqOptions options{.scheme = int4, .block = {4, 16}};
  GptqResult result = layer.run(options);
  EXPECT_EQ(result.tensor.scales.size(), 9u);
  QuantizedTensor rtn = *quantizeRtn(layer.weight, layer.grid(options), int4);
  EXPECT_EQ(result.tensor.scales, rtn.scales);
  EXPECT_LT(outputError(layer.weight, layer.values(options, result.tensor), 10, layer.gram),
            outputError(layer.weight, layer.values(options, rtn), 10, layer.gram));
}

TEST(Gptq, DeadInputsKeepTheirRoundedWeights) {
  Layer layer(15, 12, 20, 100);
  for (int64_t t = 0; t < layer.tokens; ++t)
    layer.inputs[t * 20 + 3] = layer.inputs[t * 20 + 17] = 0;
  layer.gram = SymmetricMatrix(20);
  addGram(MatrixView<float>::rowMajor(layer.inputs, layer.tokens, 20), layer.gram.values());
  GptqOptions options{.scheme = int4};
  GptqResult result = layer.run(options);
  EXPECT_EQ(result.deadColumns, 2);
  QuantizedTensor rtn = *quantizeRtn(layer.weight, layer.grid(options), int4);
  for (int64_t row = 0; row < 12; ++row)
    for (int64_t column : {3, 17})
      EXPECT_EQ(result.tensor.codes[row * 20 + column], rtn.codes[row * 20 + column]);

  SymmetricMatrix nothing(20);
  GptqResult dead = *quantizeGptq(layer.view(), nothing, 0, options);
  EXPECT_EQ(dead.deadColumns, 20);
  EXPECT_EQ(dead.tensor.codes, rtn.codes);
}

TEST(Gptq, FewTokensAreReportedAndDampingIsRaised) {
  Layer layer(16, 8, 32, 12); // singular
  GptqOptions options{.scheme = int4};
  GptqResult result = layer.run(options);
  EXPECT_TRUE(result.fewTokens && result.tooFewTokens);
  EXPECT_EQ(result.damping, 0.01);
  options.damping = 0;
  GptqResult raised = layer.run(options);
  EXPECT_GT(raised.damping, 0);
  for (double loss : raised.rowLoss)
    EXPECT_TRUE(std::isfinite(loss));
  EXPECT_TRUE(quantizeGptq(layer.view(), layer.gram, 63, options)->fewTokens);
  EXPECT_FALSE(quantizeGptq(layer.view(), layer.gram, 63, options)->tooFewTokens);
  EXPECT_FALSE(quantizeGptq(layer.view(), layer.gram, 64, options)->fewTokens);
}

TEST(Gptq, ZeroRowsAndEmptyWeights) {
  Layer layer(17, 3, 10, 50);
  std::fill_n(layer.weight.begin(), 10, 0.0f);
  GptqResult result = layer.run({.scheme = int4});
  EXPECT_EQ(result.tensor.scales[0], 1);
  EXPECT_TRUE(std::all_of(result.tensor.codes.begin(), result.tensor.codes.begin() + 10,
                          [](int8_t code) { return code == 0; }));
  MatrixView<float> empty{nullptr, 0, 10, 10, 1};
  Result<GptqResult> none = quantizeGptq(empty, layer.gram, 50, GptqOptions());
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->tensor.codes.empty());
}

TEST(Gptq, Errors) {
  Layer layer(18, 4, 10, 50);
  auto message = [&](const GptqOptions &options) {
    Result<GptqResult> result = quantizeGptq(layer.view(), layer.gram, 50, options);
    return result ? std::string("none") : result.error();
  };
  GptqOptions plain{.scheme = int4}, options = plain;
  options.staticGroups = false;
  EXPECT_EQ(message(options),
            "scales from corrected weights need columns in natural order and blocks of one row, "
            "found order by activation or blocks of several rows");
  options = plain;
  options.damping = -1;
  EXPECT_EQ(message(options), "found a damping of -1.000000, expected 0 to 1");
  options = plain;
  options.block = {1, 0};
  EXPECT_EQ(message(options),
            "block [1, 0] has a size of 0, expected -1 (the whole dimension) or a positive size");
  layer.weight[7] = std::nanf("");
  EXPECT_EQ(message(plain), "found 1 NaN or infinite value, the first at index 7");
  layer.weight[7] = 0;
  layer.gram.values()[0] = -2;
  EXPECT_EQ(message(plain),
            "Hessian: found -2.000000 on the diagonal at 0, expected no negative value");
  layer.gram.values()[0] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(message(plain), "Hessian: found 1 NaN or infinite value, the first at row 0, column 0");
  layer.gram = SymmetricMatrix(9);
  EXPECT_EQ(message(plain), "found a Hessian of 9 inputs, expected the weight's 10");
  layer.gram = SymmetricMatrix(10);
  for (int64_t i = 0; i < 10; ++i) // an off-diagonal that no Gram matrix has
    layer.gram.values()[SymmetricMatrix::rowBegin(10, i)] = 1;
  layer.gram.values()[1] = 5;
  EXPECT_EQ(message(plain),
            "Hessian is not positive definite, even with its mean added to the diagonal");
}

TEST(Gptq, OutputErrorIsThatOfTheTokens) {
  Layer layer(19, 9, 30, 80);
  std::vector<float> other = Random(20).normals(9 * 30);
  double expected = 0;
  for (int64_t t = 0; t < layer.tokens; ++t)
    for (int64_t n = 0; n < 9; ++n) {
      double sum = 0;
      for (int64_t k = 0; k < 30; ++k)
        sum += (double(other[n * 30 + k]) - double(layer.weight[n * 30 + k])) *
               double(layer.inputs[t * 30 + k]);
      expected += sum * sum;
    }
  EXPECT_NEAR(outputError(layer.weight, other, 9, layer.gram), expected, 1e-5 * expected);
}

} // namespace
