//===- PackedCodesTest.cpp - packed codes and checkpoint layouts ----------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/PackedCodes.h"
#include "Random.h"

#include "gtest/gtest.h"

using namespace lowp;
using lowp::test::Random;

namespace {

TEST(PackedCodes, BitsFollowTheDocumentedOrder) {
  std::vector<int8_t> codes{1, -2, 3, -4, 5};
  EXPECT_EQ(packCodes(codes, 4), (std::vector<uint8_t>{0xe1, 0xc3, 0x05}));
  // 001 110 011 100 101 from the right: 101'100'011'110'001
  EXPECT_EQ(packCodes(codes, 3), (std::vector<uint8_t>{0b11110001, 0b01011000}));
  EXPECT_EQ(packCodes(codes, 8), (std::vector<uint8_t>{1, 0xfe, 3, 0xfc, 5}));
}

TEST(PackedCodes, RoundTrip) {
  for (unsigned bits = 1; bits <= 8; ++bits)
    for (bool isSigned : {false, true})
      for (int64_t count : {0, 1, 7, 8, 63, 100}) {
        int64_t lo = isSigned ? -(int64_t(1) << (bits - 1)) : 0;
        std::vector<int8_t> codes = Random(bits).bytes(count, lo, lo + (int64_t(1) << bits) - 1);
        std::vector<uint8_t> bytes = packCodes(codes, bits);
        EXPECT_EQ(int64_t(bytes.size()), (count * bits + 7) / 8);
        EXPECT_EQ(unpackCodes(bytes, bits, count, isSigned), codes);
      }
}

struct Case {
  CheckpointLayout layout;
  unsigned bits;
};

class CheckpointTest : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(
    Layouts, CheckpointTest,
    testing::Values(Case{CheckpointLayout::Gptq, 2}, Case{CheckpointLayout::Gptq, 3},
                    Case{CheckpointLayout::Gptq, 4}, Case{CheckpointLayout::Gptq, 8},
                    Case{CheckpointLayout::GptqV2, 4}, Case{CheckpointLayout::Awq, 4},
                    Case{CheckpointLayout::CompressedTensors, 3}, Case{CheckpointLayout::CompressedTensors, 4},
                    Case{CheckpointLayout::CompressedTensors, 5}, Case{CheckpointLayout::CompressedTensors, 8}));

// The layouts, word by word, as the tools that write them have them.
TEST_P(CheckpointTest, HoldsEachCodeInItsPlace) {
  auto [layout, bits] = GetParam();
  constexpr int64_t outputs = 32, inputs = 96, group = 64;
  BlockGrid grid(std::array{outputs, inputs}, std::array<int64_t, 2>{1, group});
  RtnScheme scheme{.range = {0, (1 << bits) - 1}, .symmetric = false, .scaleFormat = &float16};
  std::vector<float> weight = Random(1).normals(outputs * inputs);
  QuantizedTensor tensor = *quantizeRtn(weight, grid, scheme);
  Result<CheckpointLayer> layer = packCheckpoint(tensor, grid, scheme.range, bits, layout);
  ASSERT_TRUE(layer) << layer.error();
  bool awq = layout == CheckpointLayout::Awq, rows = layout == CheckpointLayout::CompressedTensors;
  constexpr int64_t awqPlace[] = {0, 4, 1, 5, 2, 6, 3, 7}; // of column c in its eight

  auto bitsAt = [&](std::span<const uint32_t> words, int64_t stride, int64_t first) {
    unsigned value = 0;
    for (unsigned b = 0; b < bits; ++b) {
      int64_t at = first + b;
      value |= (words[at / 32 * stride] >> (at % 32) & 1) << b;
    }
    return int32_t(value);
  };
  for (int64_t n = 0; n < outputs; ++n)
    for (int64_t k = 0; k < inputs; ++k) {
      std::span<const uint32_t> words = layer->weights;
      int32_t stored =
          awq    ? bitsAt(words.subspan(k * outputs / 8), 1, (n / 8 * 8 + awqPlace[n % 8]) * 4)
          : rows ? bitsAt(words.subspan(n * inputs * bits / 32), 1, k * bits)
                 : bitsAt(words.subspan(n), outputs, k * bits);
      ASSERT_EQ(stored, uint8_t(tensor.codes[n * inputs + k]));
    }
  for (int64_t n = 0; n < outputs; ++n)
    for (int64_t g = 0; g < 2; ++g) {
      auto words = std::span<const uint32_t>(layer->zeroPoints).subspan(rows ? g : g * outputs * bits / 32);
      int32_t stored = bitsAt(words, rows ? 2 : 1, awq ? (n / 8 * 8 + awqPlace[n % 8]) * 4 : n * bits);
      int32_t offset = layout == CheckpointLayout::Gptq ? 1 : 0;
      ASSERT_EQ(stored, (tensor.zeroPoints[n * 2 + g] - offset) & ((1 << bits) - 1));
      ASSERT_EQ(layer->scales[rows ? n * 2 + g : g * outputs + n], tensor.scales[n * 2 + g]);
    }

  Result<QuantizedTensor> back = unpackCheckpoint(*layer, layout);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->codes, tensor.codes);
  EXPECT_EQ(back->scales, tensor.scales);
  EXPECT_EQ(back->zeroPoints, tensor.zeroPoints);
}

// Signed codes are moved, and their zero with them.
TEST(Checkpoint, SymmetricCodesMeanTheSameWeights) {
  BlockGrid grid(std::array<int64_t, 2>{32, 32}, std::array<int64_t, 2>{1, 32});
  RtnScheme scheme{.range = {-8, 7}, .scaleFormat = &float16};
  std::vector<float> weight = Random(2).normals(32 * 32);
  QuantizedTensor tensor = *quantizeRtn(weight, grid, scheme);
  CheckpointLayer layer = *packCheckpoint(tensor, grid, scheme.range, 4, CheckpointLayout::Gptq);
  EXPECT_EQ(layer.zeroPoints[0], 0x77777777u);
  EXPECT_EQ(dequantizeBlocks(*unpackCheckpoint(layer, CheckpointLayout::Gptq), grid, {0, 15}),
            dequantizeBlocks(tensor, grid, scheme.range));
}

// Zero points that follow from the width are left out, rows need not fill words, and the format of the scales follows
// from them.
TEST(Checkpoint, CompressedTensorsOfSymmetricCodes) {
  constexpr int64_t outputs = 5, inputs = 13;
  constexpr CheckpointLayout layout = CheckpointLayout::CompressedTensors;
  BlockGrid grid(std::array{outputs, inputs}, std::array<int64_t, 2>{1, 8});
  for (const LowFloatFormat *format : {&float16, &bfloat16, static_cast<const LowFloatFormat *>(nullptr)}) {
    std::vector<float> weight = Random(4).normals(outputs * inputs);
    for (float &w : weight)
      w *= format == &bfloat16 ? 1e-8f : 1.0f; // beyond f16
    RtnScheme scheme{.range = {-7, 7}, .scaleFormat = format};
    QuantizedTensor tensor = *quantizeRtn(weight, grid, scheme);
    CheckpointLayer layer = *packCheckpoint(tensor, grid, scheme.range, 4, layout);
    EXPECT_EQ(layer.scaleFormat, format);
    EXPECT_TRUE(layer.zeroPoints.empty());
    EXPECT_EQ(layer.weights.size(), outputs * 2u);
    EXPECT_EQ(int32_t(layer.weights[0] & 15), tensor.codes[0] + 8);
    EXPECT_EQ(dequantizeBlocks(*unpackCheckpoint(layer, layout), grid, {0, 15}),
              dequantizeBlocks(tensor, grid, scheme.range));
  }
}

TEST(Checkpoint, Errors) {
  BlockGrid grid(std::array<int64_t, 2>{32, 32}, std::array<int64_t, 2>{1, 32});
  RtnScheme scheme{.range = {-8, 7}};
  std::vector<float> weight = Random(3).normals(32 * 32);
  QuantizedTensor tensor = *quantizeRtn(weight, grid, scheme);
  auto message = [&](const BlockGrid &blocks, CodeRange range, unsigned bits,
                     CheckpointLayout layout) {
    Result<CheckpointLayer> layer = packCheckpoint(tensor, blocks, range, bits, layout);
    return layer ? std::string("none") : layer.error();
  };
  EXPECT_EQ(message(grid, {-8, 7}, 3, CheckpointLayout::Gptq),
            "found codes in [-8, 7], expected at most 2^3");
  EXPECT_EQ(message(grid, {-8, 7}, 8, CheckpointLayout::Awq), "found 8 bits, expected 4");
  EXPECT_NE(message(grid, {-8, 7}, 4, CheckpointLayout::Awq).find("is not an f16 value"),
            std::string::npos);
  BlockGrid tiles(std::array<int64_t, 2>{32, 32}, std::array<int64_t, 2>{2, 32});
  EXPECT_EQ(message(tiles, {-8, 7}, 4, CheckpointLayout::Awq),
            "checkpoints hold matrices with scales for groups of a row, found another block");
  CheckpointLayer broken{32, 32, 32, 4, {1, 2}, {}, {}};
  EXPECT_EQ(unpackCheckpoint(broken, CheckpointLayout::Awq).error(),
            "found 2 words of weights, 0 of zero points and 0 scales, expected 128, 4 and 32");
  broken.inputs = 33;
  EXPECT_EQ(unpackCheckpoint(broken, CheckpointLayout::Awq).error(),
            "found 32 outputs and 33 inputs in groups of 32, expected multiples of 32 and a "
            "positive group size");
}

} // namespace
