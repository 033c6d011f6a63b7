//===- RtnTest.cpp - round to nearest against its definition --------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Rtn.h"
#include "Random.h"

#include "gtest/gtest.h"
#include <array>
#include <limits>

using namespace lowp;
using lowp::test::Random;

namespace {

using Sizes = std::vector<int64_t>;

int32_t codeAt(const QuantizedTensor &q, int64_t i, CodeRange range) {
  return range.lo < 0 ? int32_t(q.codes[i]) : int32_t(uint8_t(q.codes[i]));
}

struct Case {
  Sizes shape, block;
  RtnScheme scheme;
};

const Case cases[] = {
    {{24, 50}, {1, -1}, {{-127, 127}, true}},
    {{24, 50}, {-1, -1}, {{-128, 127}, false}},
    {{24, 50}, {-1, 1}, {{0, 255}, false}},
    {{24, 50}, {1, 16}, {{-7, 7}, true}},
    {{24, 50}, {1, 16}, {{0, 15}, false}},
    {{24, 50}, {5, 7}, {{-8, 7}, true, SymmetricScaleRule::HalfStep}},
    {{24, 50}, {1, 32}, {{-8, 7}, true, SymmetricScaleRule::SignedMax}},
    {{24, 50}, {1, 16}, {{-8, 7}, true, SymmetricScaleRule::FullRange}},
    {{24, 50}, {1, 16}, {{-2, 1}, true, SymmetricScaleRule::HalfStep}},
    {{24, 50}, {1, 16}, {{0, 7}, false}},
    {{6, 3, 5, 5}, {1, -1, -1, -1}, {{-127, 127}, true}},
    {{24, 50}, {1, -1}, {{-127, 127}, true, SymmetricScaleRule::Restricted, /*reciprocal=*/true}},
};

class RtnTest : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Schemes, RtnTest, testing::ValuesIn(cases));

int64_t sizeOf(const Sizes &shape) {
  int64_t size = 1;
  for (int64_t dim : shape)
    size *= dim;
  return size;
}

TEST_P(RtnTest, ParametersFollowFromTheRangeOfEachBlock) {
  const auto &[shape, block, scheme] = GetParam();
  BlockGrid grid(shape, block);
  std::vector<float> x = Random(1).normals(sizeOf(shape));
  Result<QuantizedTensor> q = quantizeRtn(x, grid, scheme);
  ASSERT_TRUE(q);
  std::vector<float> lo(grid.numBlocks()), hi(grid.numBlocks());
  for (size_t i = 0; i < x.size(); ++i) {
    int64_t b = grid.blockOf(i);
    lo[b] = std::min(lo[b], x[i]);
    hi[b] = std::max(hi[b], x[i]);
  }
  for (int64_t b = 0; b < grid.numBlocks(); ++b) {
    float absMax = std::max(-lo[b], hi[b]), scale = absMax / float(scheme.range.hi);
    if (!scheme.symmetric)
      scale = (hi[b] - lo[b]) / float(scheme.range.hi - scheme.range.lo);
    else if (scheme.scaleRule == SymmetricScaleRule::HalfStep)
      scale = absMax / (float(scheme.range.hi) + 0.5f);
    else if (scheme.scaleRule == SymmetricScaleRule::FullRange)
      scale = absMax / 8.0f;
    else if (scheme.scaleRule == SymmetricScaleRule::SignedMax)
      scale = absMax / (hi[b] > -lo[b] ? -8.0f : 8.0f);
    EXPECT_EQ(q->scales[b], scale);
  }
}

// For fixed parameters no other code is nearer.
TEST_P(RtnTest, EachCodeIsTheNearest) {
  const auto &[shape, block, scheme] = GetParam();
  BlockGrid grid(shape, block);
  std::vector<float> x = Random(2).normals(sizeOf(shape));
  QuantizedTensor q = *quantizeRtn(x, grid, scheme);
  for (size_t i = 0; i < x.size(); ++i) {
    int64_t b = grid.blockOf(i);
    auto error = [&](int32_t code) {
      return std::fabs(double(x[i]) - double(q.scales[b]) * (code - q.zeroPoints[b]));
    };
    int32_t code = codeAt(q, i, scheme.range);
    ASSERT_TRUE(scheme.range.lo <= code && code <= scheme.range.hi);
    for (int32_t other = scheme.range.lo; other <= scheme.range.hi; ++other)
      // The quotient is rounded once: near a tie the other neighbour is as good within that.
      ASSERT_LE(error(code), error(other) + 1e-5 * std::fabs(q.scales[b]));
  }
}

TEST_P(RtnTest, CodesFollowTheScalarDefinitionForAnyCut) {
  const auto &[shape, block, scheme] = GetParam();
  BlockGrid grid(shape, block);
  std::vector<float> x = Random(3).normals(sizeOf(shape));
  Executor backwards = [](int64_t count, const std::function<void(int64_t, int64_t)> &body) {
    for (int64_t i = count; i-- > 0;)
      body(i, i + 1);
  };
  QuantizedTensor q = *quantizeRtn(x, grid, scheme),
                  cut = *quantizeRtn(x, grid, scheme, &backwards);
  EXPECT_EQ(q.codes, cut.codes);
  EXPECT_EQ(q.scales, cut.scales);
  EXPECT_EQ(q.zeroPoints, cut.zeroPoints);
  std::vector<float> back = dequantizeBlocks(q, grid, scheme.range);
  for (size_t i = 0; i < x.size(); ++i) {
    int64_t b = grid.blockOf(i);
    QuantParams p{q.scales[b], q.zeroPoints[b]};
    int32_t code = scheme.reciprocal
                       ? quantizeByReciprocal(x[i], 1 / p.scale, p.zeroPoint, scheme.range)
                       : quantize(x[i], p, scheme.range);
    ASSERT_EQ(codeAt(q, i, scheme.range), code);
    ASSERT_EQ(back[i], dequantize(code, p));
  }
}

TEST(Rtn, ZeroBlocks) {
  std::vector<float> x(6, 0.0f);
  x[5] = -3;
  QuantizedTensor q = *quantizeRtn(x, BlockGrid(Sizes{2, 3}, Sizes{1, -1}), {{-127, 127}, true});
  EXPECT_EQ(q.scales, (std::vector<float>{1, 3.0f / 127}));
  EXPECT_EQ(q.codes, (std::vector<int8_t>{0, 0, 0, 0, 0, -127}));
}

TEST(Rtn, EmptyTensor) {
  Result<QuantizedTensor> q = quantizeRtn({}, BlockGrid(Sizes{0, 3}, Sizes{1, -1}), {});
  ASSERT_TRUE(q);
  EXPECT_TRUE(q->codes.empty() && q->scales.empty());
}

TEST(Rtn, Errors) {
  std::vector<float> x(100, 1.0f);
  BlockGrid grid(Sizes{10, 10}, Sizes{1, -1});
  auto message = [&](RtnScheme scheme) {
    Result<QuantizedTensor> q = quantizeRtn(x, grid, scheme);
    return q ? std::string("none") : q.error();
  };
  EXPECT_EQ(message({{-32768, 32767}, true}),
            "code range [-32768, 32767] is not valid, expected at "
            "least two codes in [-128, 127] or [0, 255]");
  EXPECT_EQ(message({{3, 3}, false}),
            "code range [3, 3] is not valid, expected at least two codes in "
            "[-128, 127] or [0, 255]");
  EXPECT_EQ(message({{1, 15}, true}),
            "code range [1, 15] is not symmetric, expected it to hold 0 and a positive code");
  EXPECT_EQ(
      message({{0, 15}, true, SymmetricScaleRule::SignedMax}),
      "code range [0, 15] has no negative code, expected one for scales from the lowest code");
  x[17] = std::nanf("");
  x[42] = -std::numeric_limits<float>::infinity();
  EXPECT_EQ(message({}), "found 2 NaN or infinite values, the first at index 17");
  x.pop_back();
  EXPECT_EQ(message({}), "tensor has 99 elements, expected 100");
}

} // namespace
