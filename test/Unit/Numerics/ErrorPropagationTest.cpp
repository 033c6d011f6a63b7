//===- ErrorPropagationTest.cpp - weights for quantized inputs ------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/ErrorPropagation.h"
#include "Random.h"
#include "lowp/Numerics/Gptq.h"

#include "gtest/gtest.h"
#include <cmath>

using namespace lowp;
using lowp::test::Random;

namespace {

constexpr int64_t rows = 12, cols = 40, tokens = 400;

struct Inputs {
  std::vector<float> quantized = Random(1).normals(tokens * cols), exact = quantized;
  std::vector<float> weight = Random(3).normals(rows * cols);
  SymmetricMatrix gram{cols};
  std::vector<double> cross = std::vector<double>(cols * cols);

  explicit Inputs(float noise) {
    Random random(2);
    std::vector<float> difference(exact.size());
    for (size_t i = 0; i < exact.size(); ++i) {
      // An error that follows the neighbour, so that weights can make up for it.
      exact[i] += noise * (quantized[i ? i - 1 : 0] + 0.3f * random.normal());
      difference[i] = exact[i] - quantized[i];
    }
    addGram(MatrixView<float>::rowMajor(quantized, tokens, cols), gram.values());
    addCrossGram(MatrixView<float>::rowMajor(difference, tokens, cols),
                 MatrixView<float>::rowMajor(quantized, tokens, cols), cross);
  }
  MatrixView<float> view() const { return MatrixView<float>::rowMajor(weight, rows, cols); }

  /// Y' = W' X − W X̃ of one token and row.
  double residual(const std::vector<float> &changed, int64_t t, int64_t n) const {
    double sum = 0;
    for (int64_t k = 0; k < cols; ++k)
      sum += double(changed[n * cols + k]) * double(quantized[t * cols + k]) -
             double(weight[n * cols + k]) * double(exact[t * cols + k]);
    return sum;
  }
  double squaredError(const std::vector<float> &changed) const {
    double sum = 0;
    for (int64_t t = 0; t < tokens; ++t)
      for (int64_t n = 0; n < rows; ++n)
        sum += residual(changed, t, n) * residual(changed, t, n);
    return sum;
  }
};

TEST(ErrorPropagation, EqualInputsChangeNothing) {
  Inputs inputs(0);
  EXPECT_EQ(*propagateError(inputs.view(), inputs.gram, inputs.cross, 1), inputs.weight);
  Inputs noisy(0.2f);
  EXPECT_EQ(*propagateError(noisy.view(), noisy.gram, noisy.cross, 0), noisy.weight);
}

// The normal equations: at α = 1 without damping nothing that X explains is left.
TEST(ErrorPropagation, ResidualIsOrthogonalToTheInputs) {
  Inputs inputs(0.2f);
  std::vector<float> changed = *propagateError(inputs.view(), inputs.gram, inputs.cross, 1, 0);
  for (int64_t n = 0; n < rows; ++n)
    for (int64_t k = 0; k < cols; ++k) {
      double product = 0, magnitude = 0;
      for (int64_t t = 0; t < tokens; ++t) {
        double term = inputs.residual(changed, t, n) * double(inputs.quantized[t * cols + k]);
        product += term;
        magnitude += std::fabs(term);
      }
      EXPECT_NEAR(product, 0, 1e-4 * magnitude); // products and W' are f32
    }
}

TEST(ErrorPropagation, LowersTheErrorAgainstTheFloatModel) {
  Inputs inputs(0.2f);
  double last = inputs.squaredError(inputs.weight);
  for (double alpha : {0.25, 0.5, 1.0}) {
    double error =
        inputs.squaredError(*propagateError(inputs.view(), inputs.gram, inputs.cross, alpha));
    EXPECT_LT(error, last);
    last = error;
  }
  // And what is left of it after rounding.
  GptqOptions options{.scheme = {.range = {-7, 7}}};
  auto roundedError = [&](const std::vector<float> &weight) {
    GptqResult result = *quantizeGptq(MatrixView<float>::rowMajor(weight, rows, cols), inputs.gram,
                                      tokens, options);
    return inputs.squaredError(dequantizeBlocks(
        result.tensor, BlockGrid(std::array{rows, cols}, options.block), options.scheme.range));
  };
  EXPECT_LT(roundedError(*propagateError(inputs.view(), inputs.gram, inputs.cross, 1)),
            roundedError(inputs.weight));
}

TEST(ErrorPropagation, Errors) {
  Inputs inputs(0.1f);
  inputs.cross[3] = std::nan("");
  EXPECT_EQ(propagateError(inputs.view(), inputs.gram, inputs.cross).error(),
            "found NaN or infinite values in the sums over float and quantized inputs");
  SymmetricMatrix small(3);
  EXPECT_EQ(propagateError(inputs.view(), small, inputs.cross).error(),
            "found a Hessian of 3 inputs, expected the weight's 40");
}

} // namespace
