//===- LowFloatTest.cpp - low floats against APFloat ----------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/LowFloat.h"
#include "Random.h"
#include "lowp/Numerics/Rtn.h"

#include "llvm/ADT/APFloat.h"
#include "gtest/gtest.h"
#include <array>
#include <bit>
#include <cmath>
#include <limits>

using namespace lowp;
using llvm::APFloat;
using lowp::test::Random;

namespace {

struct Case {
  LowFloatFormat format;
  const llvm::fltSemantics &semantics;
  float largest;
};

const Case cases[] = {
    {float16, APFloat::IEEEhalf(), 65504},        {bfloat16, APFloat::BFloat(), 0x1.fep127f},
    {float8E4M3FN, APFloat::Float8E4M3FN(), 448}, {float8E5M2, APFloat::Float8E5M2(), 57344},
    {float6E3M2FN, APFloat::Float6E3M2FN(), 28},  {float6E2M3FN, APFloat::Float6E2M3FN(), 7.5f},
    {float4E2M1FN, APFloat::Float4E2M1FN(), 6}};

class LowFloatTest : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Formats, LowFloatTest, testing::ValuesIn(cases),
                         [](const auto &info) { return std::string(info.param.format.name); });

float oracleDecode(uint32_t code, const Case &c) {
  APFloat value(c.semantics, llvm::APInt(c.format.bits(), code));
  bool losesInfo;
  value.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &losesInfo);
  return value.convertToFloat();
}

uint32_t oracleEncode(float x, const Case &c) {
  APFloat value(x);
  bool losesInfo;
  value.convert(c.semantics, APFloat::rmNearestTiesToEven, &losesInfo);
  return uint32_t(value.bitcastToAPInt().getZExtValue());
}

// F1
TEST_P(LowFloatTest, DecodesEveryCode) {
  for (uint32_t code = 0; code < 1u << GetParam().format.bits(); ++code) {
    float value = decode(uint16_t(code), GetParam().format);
    float expected = oracleDecode(code, GetParam());
    if (std::isnan(expected))
      EXPECT_TRUE(std::isnan(value)) << code;
    else
      EXPECT_EQ(std::bit_cast<uint32_t>(value), std::bit_cast<uint32_t>(expected)) << code;
  }
  EXPECT_EQ(GetParam().format.largest(), GetParam().largest);
}

TEST_P(LowFloatTest, EncodeUndoesDecode) {
  const LowFloatFormat &format = GetParam().format;
  for (uint32_t code = 0; code < 1u << format.bits(); ++code)
    if (float value = decode(uint16_t(code), format); std::isfinite(value))
      EXPECT_EQ(encode(value, format), code);
}

// F1: each value, the middle to the next, and the neighbours of both.
TEST_P(LowFloatTest, RoundsTiesToEven) {
  const LowFloatFormat &format = GetParam().format;
  for (uint32_t code = 0; code + 1 < 1u << (format.bits() - 1); ++code) {
    float low = decode(uint16_t(code), format), high = decode(uint16_t(code + 1), format);
    if (!std::isfinite(high))
      break;
    float middle = low + (high - low) / 2;
    for (float x : {low, middle})
      for (float near : {std::nextafter(x, -INFINITY), x, std::nextafter(x, INFINITY)})
        for (float value : {near, -near})
          ASSERT_EQ(encode(value, format), oracleEncode(value, GetParam())) << value;
  }
}

TEST_P(LowFloatTest, RandomValues) {
  Random random(1);
  for (int i = 0; i < 100000; ++i) {
    float x = std::ldexp(random.normal(), int(random.integer(-30, 30)));
    if (std::fabs(x) <= GetParam().largest) {
      ASSERT_EQ(encode(x, GetParam().format), oracleEncode(x, GetParam())) << x;
    }
  }
}

TEST_P(LowFloatTest, RoundToIsEncodeAndDecode) {
  const LowFloatFormat &format = GetParam().format;
  auto check = [&](float x) {
    float expected = decode(encode(x, format, Overflow::NonFinite), format), found = roundTo(x, format);
    if (std::isnan(expected))
      EXPECT_TRUE(std::isnan(found)) << x;
    else
      EXPECT_EQ(std::bit_cast<uint32_t>(found), std::bit_cast<uint32_t>(expected)) << x;
  };
  // Every exponent with the fractions around ties and carries.
  for (uint32_t exponent = 0; exponent < 256; ++exponent)
    for (uint32_t fraction : {0u, 1u, 0x0fffu, 0x1000u, 0x1001u, 0x3000u, 0x7fffu, 0x8000u, 0x18000u, 0x7ff000u, 0x7fffffu})
      for (uint32_t sign : {0u, 1u})
        check(std::bit_cast<float>(sign << 31 | exponent << 23 | fraction));
}

TEST_P(LowFloatTest, OverflowSaturatesOrNot) {
  const auto &[format, semantics, largest] = GetParam();
  float inf = std::numeric_limits<float>::infinity();
  for (float x : {largest, inf, std::numeric_limits<float>::max()}) {
    EXPECT_EQ(decode(encode(x, format), format), largest);
    EXPECT_EQ(decode(encode(-x, format), format), -largest);
  }
  float beyond = decode(encode(inf, format, Overflow::NonFinite), format);
  if (format.specials == SpecialValues::None)
    EXPECT_EQ(beyond, largest);
  else if (format.specials == SpecialValues::Ieee)
    EXPECT_EQ(beyond, inf);
  else
    EXPECT_TRUE(std::isnan(beyond));
  EXPECT_EQ(std::isnan(decode(encode(std::nanf(""), format), format)),
            format.specials != SpecialValues::None);
}

TEST(LowFloat, TheEdgeOfE4M3) {
  EXPECT_EQ(encode(464, float8E4M3FN, Overflow::NonFinite), 0x7e); // a tie, to even: 448
  EXPECT_EQ(encode(std::nextafter(464.0f, 500.0f), float8E4M3FN, Overflow::NonFinite), 0x7f);
  EXPECT_EQ(encode(61440, float8E5M2, Overflow::NonFinite), 0x7c);
  EXPECT_EQ(encode(61440, float8E5M2), 0x7b);
  EXPECT_EQ(encode(0x1p-10f, float8E4M3FN), 0); // a tie, to even: 0
}

// Every upper half, with the lower halves around a tie and at its ends.
TEST(LowFloat, BF16WithoutBranches) {
  for (uint32_t upper = 0; upper < 0x10000; ++upper)
    for (uint32_t lower : {0u, 1u, 0x7fffu, 0x8000u, 0x8001u, 0xffffu}) {
      float x = std::bit_cast<float>(upper << 16 | lower);
      if (std::isnan(x))
        ASSERT_TRUE(std::isnan(decode(encodeBFloat16(x), bfloat16)));
      else
        ASSERT_EQ(encodeBFloat16(x), encode(x, bfloat16, Overflow::NonFinite)) << x;
    }
}

TEST(LowFloat, Table) {
  EXPECT_EQ(decodeTable(float4E2M1FN), (std::vector<float>{0, .5f, 1, 1.5f, 2, 3, 4, 6, -0.0f, -.5f,
                                                           -1, -1.5f, -2, -3, -4, -6}));
}

// Q1 and the rule for stored scales: codes follow from the scale as it is stored.
TEST(ScaleFormat, CodesFollowFromTheStoredScale) {
  std::vector<float> x = Random(2).normals(64 * 32);
  BlockGrid grid(std::array<int64_t, 2>{64, 32}, std::array<int64_t, 2>{1, 16});
  for (const LowFloatFormat *format : {&float16, &bfloat16})
    for (RtnScheme scheme : {RtnScheme{{-7, 7}, true}, RtnScheme{{0, 15}, false}}) {
      scheme.scaleFormat = format;
      Result<QuantizedTensor> q = quantizeRtn(x, grid, scheme);
      ASSERT_TRUE(q);
      for (int64_t i = 0; i < grid.numElements(); ++i) {
        QuantParams p{q->scales[grid.blockOf(i)], q->zeroPoints[grid.blockOf(i)]};
        ASSERT_EQ(decode(encode(p.scale, *format), *format), p.scale);
        ASSERT_EQ(int32_t(q->codes[i]), quantize(x[i], p, scheme.range));
        ASSERT_EQ(quantize(dequantize(q->codes[i], p), p, scheme.range), q->codes[i]);
        ASSERT_EQ(dequantize(quantize(0, p, scheme.range), p), 0);
      }
    }
}

TEST(ScaleFormat, TinyScalesStayNormalAndLargeOnesAreRefused) {
  BlockGrid grid(std::array<int64_t, 1>{2}, std::array<int64_t, 1>{-1});
  RtnScheme scheme;
  scheme.scaleFormat = &float16;
  EXPECT_EQ(quantizeRtn(std::vector<float>{1e-20f, 0}, grid, scheme)->scales.front(), 0x1p-14f);
  EXPECT_EQ(quantizeRtn(std::vector<float>{1e20f, 0}, grid, scheme).error(),
            "a scale exceeds 65504.000000, the largest value of its storage f16");
}

} // namespace
