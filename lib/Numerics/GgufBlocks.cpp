//===- GgufBlocks.cpp - weights as GGUF files hold them -------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/GgufBlocks.h"

#include <array>
#include <cmath>

using namespace lowp;

static bool hasMinimum(GgufType type) { return type == GgufType::Q4_1; }
static bool hasNibbles(GgufType type) { return type != GgufType::Q8_0; }
static int64_t headerBytes(GgufType type) { return hasMinimum(type) ? 4 : 2; }

int64_t lowp::ggufBlockBytes(GgufType type) {
  return headerBytes(type) + (hasNibbles(type) ? 16 : 32);
}

namespace {

/// One block: x̂ = scale · code + minimum, the code's offset taken out.
struct Block {
  float scale = 0, minimum = 0;
  std::array<int32_t, ggufBlockElements> codes{};

  float value(int64_t i) const { return scale * float(codes[i]) + minimum; }
};

/// What is added to a code before it is stored.
int32_t offsetOf(GgufType type) { return type == GgufType::Q4_0 ? 8 : 0; }

CodeRange codesOf(GgufType type) {
  if (type == GgufType::Q8_0)
    return {-128, 127};
  return type == GgufType::Q4_0 ? CodeRange{-8, 7} : CodeRange{0, 15};
}

void putHalf(float value, uint8_t *bytes) {
  uint16_t code = encode(value, float16, Overflow::NonFinite);
  bytes[0] = uint8_t(code);
  bytes[1] = uint8_t(code >> 8);
}

float getHalf(const uint8_t *bytes) { return decode(uint16_t(bytes[0] | bytes[1] << 8), float16); }

void write(const Block &block, GgufType type, uint8_t *bytes) {
  putHalf(block.scale, bytes);
  if (hasMinimum(type))
    putHalf(block.minimum, bytes + 2);
  bytes += headerBytes(type);
  for (int64_t i = 0; i < ggufBlockElements; ++i) {
    uint8_t code = uint8_t(block.codes[i] + offsetOf(type));
    if (hasNibbles(type))
      bytes[i % 16] |= uint8_t(code << (i / 16 * 4));
    else
      bytes[i] = code;
  }
}

Block read(const uint8_t *bytes, GgufType type) {
  Block block;
  block.scale = getHalf(bytes);
  if (hasMinimum(type))
    block.minimum = getHalf(bytes + 2);
  bytes += headerBytes(type);
  for (int64_t i = 0; i < ggufBlockElements; ++i)
    block.codes[i] =
        hasNibbles(type) ? (bytes[i % 16] >> (i / 16 * 4) & 15) - offsetOf(type) : int8_t(bytes[i]);
  return block;
}

Status checkBytes(std::span<const uint8_t> bytes, GgufType type) {
  if (bytes.size() % ggufBlockBytes(type) == 0)
    return Success{};
  return Failure{"found " + std::to_string(bytes.size()) + " bytes, expected a multiple of " +
                 std::to_string(ggufBlockBytes(type))};
}

} // namespace

Result<GgufBlocks> lowp::encodeGguf(const QuantizedTensor &tensor, const BlockGrid &grid,
                                    CodeRange range, GgufType type) {
  if (grid.shape().empty() || grid.shape().back() % ggufBlockElements != 0)
    return Failure{"expected rows of a multiple of 32 elements"};
  GgufBlocks result;
  int64_t numBlocks = grid.numElements() / ggufBlockElements;
  result.bytes.resize(numBlocks * ggufBlockBytes(type));
  int32_t mask = range.lo < 0 ? -1 : 0xff;
  CodeRange allowed = codesOf(type);
  for (int64_t b = 0; b < numBlocks; ++b) {
    int64_t begin = b * ggufBlockElements, index = grid.blockOf(begin);
    QuantParams params{tensor.scales[index], tensor.zeroPoints[index]};
    // The code that Q4_1 stores as 0.
    int32_t lowest = hasMinimum(type) ? range.lo : params.zeroPoint;
    Block block{params.scale, hasMinimum(type) ? dequantize(lowest, params) : 0.0f, {}};
    for (int64_t i = 0; i < ggufBlockElements; ++i) {
      if (grid.blockOf(begin + i) != index)
        return Failure{"the 32 elements from " + std::to_string(begin) +
                       " on do not share a scale"};
      block.codes[i] = (tensor.codes[begin + i] & mask) - lowest;
      if (block.codes[i] < allowed.lo || block.codes[i] > allowed.hi)
        return Failure{"found code " + std::to_string(block.codes[i]) + " at element " +
                       std::to_string(begin + i) + ", expected " + std::to_string(allowed.lo) +
                       " to " + std::to_string(allowed.hi)};
    }
    if (std::fmax(std::fabs(block.scale), std::fabs(block.minimum)) > float16.largest())
      return Failure{"a scale or minimum of the elements from " + std::to_string(begin) +
                     " on exceeds the largest f16 value"};
    uint8_t *bytes = &result.bytes[b * ggufBlockBytes(type)];
    write(block, type, bytes);
    Block stored = read(bytes, type);
    for (int64_t i = 0; i < ggufBlockElements; ++i) {
      double meant = double(params.scale) * ((tensor.codes[begin + i] & mask) - params.zeroPoint);
      result.largestError =
          std::fmax(result.largestError, std::fabs(double(stored.value(i)) - double(float(meant))));
    }
  }
  return result;
}

Result<std::vector<float>> lowp::decodeGguf(std::span<const uint8_t> bytes, GgufType type) {
  if (Status fits = checkBytes(bytes, type); !fits)
    return Failure{fits.error()};
  std::vector<float> values;
  for (size_t at = 0; at < bytes.size(); at += ggufBlockBytes(type)) {
    Block block = read(&bytes[at], type);
    for (int64_t i = 0; i < ggufBlockElements; ++i)
      values.push_back(block.value(i));
  }
  return values;
}

Result<QuantizedTensor> lowp::readGgufCodes(std::span<const uint8_t> bytes, GgufType type) {
  if (hasMinimum(type))
    return Failure{"Q4_1 blocks have a float minimum, expected a type with codes around 0"};
  if (Status fits = checkBytes(bytes, type); !fits)
    return Failure{fits.error()};
  QuantizedTensor tensor;
  for (size_t at = 0; at < bytes.size(); at += ggufBlockBytes(type)) {
    Block block = read(&bytes[at], type);
    tensor.scales.push_back(block.scale);
    tensor.zeroPoints.push_back(0);
    for (int32_t code : block.codes)
      tensor.codes.push_back(int8_t(code));
  }
  return tensor;
}
