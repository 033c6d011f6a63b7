//===- GgufBlocksTest.cpp - GGUF blocks against the gguf package ----------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/GgufBlocks.h"
#include "Random.h"

#include "gtest/gtest.h"
#include <cmath>

using namespace lowp;
using lowp::test::Random;

namespace {

std::vector<uint8_t> fromHex(std::string_view text) {
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i < text.size(); i += 2)
    bytes.push_back(uint8_t(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  return bytes;
}

// Written and read back by `gguf.quants` of the gguf package 0.17: the first values of each block.
struct Reference {
  GgufType type;
  const char *bytes;
  std::vector<float> firstValues, from16; ///< elements 0 to 5 and 16 to 19
};

const Reference references[] = {
    {GgufType::Q4_0,
     "f0b1f8d38031051b6fbffdf8d38031051b6f",
     {-0.0f, 0.927734375f, 1.484375f, 1.298828125f, 0.556640625f, -0.556640625f},
     {-1.298828125f, -0.927734375f, -0.0f, 0.927734375f}},
    {GgufType::Q4_1,
     "4d32e0bd073c8fdefae5a15013083c8fdefae5a1",
     {-0.0904541015625f, 0.89404296875f, 1.4847412109375f, 1.287841796875f, 0.500244140625f,
      -0.4842529296875f},
     {-1.46875f, -0.8780517578125f, 0.1064453125f, 1.0909423828125f}},
    {GgufType::Q8_0,
     "fc2100537f6f2bd39082ae03547f6e29d19082b104567f6c27cf8e82b207577f6b25",
     {0.0f, 0.970123291015625f, 1.484405517578125f, 1.297393798828125f, 0.502593994140625f,
      -0.525970458984375f},
     {-1.47271728515625f, -0.923370361328125f, 0.0467529296875f, 1.00518798828125f}},
};

TEST(GgufBlocks, ReadsWhatGgmlWrites) {
  for (const Reference &reference : references) {
    Result<std::vector<float>> values = decodeGguf(fromHex(reference.bytes), reference.type);
    ASSERT_TRUE(values);
    ASSERT_EQ(values->size(), 32u);
    for (size_t i = 0; i < reference.firstValues.size(); ++i)
      EXPECT_EQ((*values)[i], reference.firstValues[i]) << i;
    // Q4_0 and Q4_1 are listed from element 16, Q8_0 too.
    for (size_t i = 0; i < reference.from16.size(); ++i)
      EXPECT_EQ((*values)[16 + i], reference.from16[i]) << 16 + i;
  }
}

TEST(GgufBlocks, RewritesTheSameBytes) {
  BlockGrid grid(std::array<int64_t, 2>{1, 32}, std::array<int64_t, 2>{1, 32});
  for (const Reference &reference : references) {
    if (reference.type == GgufType::Q4_1)
      continue;
    std::vector<uint8_t> bytes = fromHex(reference.bytes);
    QuantizedTensor tensor = *readGgufCodes(bytes, reference.type);
    CodeRange range = reference.type == GgufType::Q8_0 ? CodeRange{-128, 127} : CodeRange{-8, 7};
    Result<GgufBlocks> again = encodeGguf(tensor, grid, range, reference.type);
    ASSERT_TRUE(again) << again.error();
    EXPECT_EQ(again->bytes, bytes);
    EXPECT_EQ(again->largestError, 0);
  }
}

TEST(GgufBlocks, ReportsTheLargestError) {
  struct Case {
    GgufType type;
    RtnScheme scheme;
  };
  for (int64_t group : {32, 64})
    for (auto [type, scheme] :
         {Case{GgufType::Q4_0, {.range = {-8, 7}, .scaleRule = SymmetricScaleRule::SignedMax}},
          Case{GgufType::Q4_1, {.range = {0, 15}, .symmetric = false}},
          Case{GgufType::Q8_0, {.range = {-127, 127}}}})
      for (bool half : {false, true}) {
        scheme.scaleFormat = half ? &float16 : nullptr;
        BlockGrid grid(std::array<int64_t, 2>{5, 128}, std::array<int64_t, 2>{1, group});
        std::vector<float> weight = Random(1).normals(5 * 128);
        QuantizedTensor tensor = *quantizeRtn(weight, grid, scheme);
        std::vector<float> meant = dequantizeBlocks(tensor, grid, scheme.range);
        Result<GgufBlocks> blocks = encodeGguf(tensor, grid, scheme.range, type);
        ASSERT_TRUE(blocks) << blocks.error();
        EXPECT_EQ(int64_t(blocks->bytes.size()), 20 * ggufBlockBytes(type));
        std::vector<float> stored = *decodeGguf(blocks->bytes, type);
        double largest = 0;
        for (size_t i = 0; i < stored.size(); ++i)
          largest = std::max(largest, std::fabs(double(stored[i]) - double(meant[i])));
        EXPECT_EQ(blocks->largestError, largest);
        EXPECT_LT(largest, 0.005); // f16 has 11 bits, values reach 3
        if (half && type != GgufType::Q4_1)
          EXPECT_EQ(largest, 0);
      }
}

TEST(GgufBlocks, Errors) {
  RtnScheme scheme{.range = {-8, 7}};
  std::vector<float> weight = Random(2).normals(2 * 64);
  BlockGrid odd(std::array<int64_t, 2>{2, 60}, std::array<int64_t, 2>{1, -1});
  EXPECT_EQ(encodeGguf({}, odd, {-8, 7}, GgufType::Q4_0).error(),
            "expected rows of a multiple of 32 elements");
  BlockGrid small(std::array<int64_t, 2>{2, 64}, std::array<int64_t, 2>{1, 16});
  EXPECT_EQ(encodeGguf(*quantizeRtn(weight, small, scheme), small, {-8, 7}, GgufType::Q4_0).error(),
            "the 32 elements from 0 on do not share a scale");
  BlockGrid grid(std::array<int64_t, 2>{2, 64}, std::array<int64_t, 2>{1, 32});
  QuantizedTensor wide = *quantizeRtn(weight, grid, {.range = {-127, 127}});
  EXPECT_FALSE(encodeGguf(wide, grid, {-127, 127}, GgufType::Q4_0));
  QuantizedTensor huge = *quantizeRtn(weight, grid, scheme);
  huge.scales[1] = 1e6f;
  EXPECT_EQ(encodeGguf(huge, grid, {-8, 7}, GgufType::Q4_0).error(),
            "a scale or minimum of the elements from 32 on exceeds the largest f16 value");
  std::vector<uint8_t> cut(19);
  EXPECT_EQ(decodeGguf(cut, GgufType::Q4_0).error(), "found 19 bytes, expected a multiple of 18");
  EXPECT_FALSE(readGgufCodes(fromHex(references[1].bytes), GgufType::Q4_1));
}

} // namespace
