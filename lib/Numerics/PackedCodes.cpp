//===- PackedCodes.cpp - codes of less than a byte ------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/PackedCodes.h"

#include <array>
#include <tuple>

using namespace lowp;

std::vector<uint8_t> lowp::packCodes(std::span<const int8_t> codes, unsigned bits) {
  assert(bits >= 1 && bits <= 8 && "codes fit a byte");
  std::vector<uint8_t> bytes((codes.size() * bits + 7) / 8);
  for (size_t i = 0; i < codes.size(); ++i) {
    size_t at = i * bits;
    unsigned value = unsigned(uint8_t(codes[i])) & ((1u << bits) - 1);
    value <<= at % 8;
    bytes[at / 8] |= uint8_t(value);
    if (value > 0xff)
      bytes[at / 8 + 1] |= uint8_t(value >> 8);
  }
  return bytes;
}

std::vector<int8_t> lowp::unpackCodes(std::span<const uint8_t> bytes, unsigned bits, int64_t count,
                                      bool isSigned) {
  assert(bits >= 1 && bits <= 8 && int64_t(bytes.size()) >= (count * int64_t(bits) + 7) / 8);
  std::vector<int8_t> codes(count);
  for (int64_t i = 0; i < count; ++i) {
    int64_t at = i * bits;
    unsigned value = bytes[at / 8];
    if (at % 8 + bits > 8)
      value |= unsigned(bytes[at / 8 + 1]) << 8;
    value = value >> (at % 8) & ((1u << bits) - 1);
    unsigned sign = isSigned ? 1u << (bits - 1) : 0;
    codes[i] = int8_t(int(value ^ sign) - int(sign));
  }
  return codes;
}

namespace {

constexpr std::array<int64_t, 8> naturalColumns{0, 1, 2, 3, 4, 5, 6, 7};
constexpr std::array<int64_t, 8> awqColumns{0, 2, 4, 6, 1, 3, 5, 7};

/// A matrix of codes in words: line after line of `length` codes, perhaps in another order within
/// eight. A line fills whole words.
struct WordLines {
  unsigned bits;
  std::array<int64_t, 8> order = naturalColumns;

  int64_t wordsOf(int64_t length) const { return length * bits / 32; }

  void pack(std::span<const int8_t> line, uint32_t *words, int64_t stride) const {
    std::vector<int8_t> ordered(line.size());
    for (size_t i = 0; i < line.size(); ++i)
      ordered[i] = line[i / 8 * 8 + order[i % 8]];
    std::vector<uint8_t> bytes = packCodes(ordered, bits);
    for (size_t i = 0; i < bytes.size(); ++i)
      words[int64_t(i / 4) * stride] |= uint32_t(bytes[i]) << (i % 4 * 8);
  }

  std::vector<int8_t> unpack(const uint32_t *words, int64_t stride, int64_t length) const {
    std::vector<uint8_t> bytes(length * bits / 8);
    for (size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = uint8_t(words[int64_t(i / 4) * stride] >> (i % 4 * 8));
    std::vector<int8_t> ordered = unpackCodes(bytes, bits, length, false), line(length);
    for (int64_t i = 0; i < length; ++i)
      line[i / 8 * 8 + order[i % 8]] = ordered[i];
    return line;
  }
};

bool isAwq(CheckpointLayout layout) { return layout == CheckpointLayout::Awq; }

/// What a stored zero point is less than the real one.
int32_t zeroOffset(CheckpointLayout layout) { return layout == CheckpointLayout::Gptq ? 1 : 0; }

WordLines linesOf(unsigned bits, CheckpointLayout layout) {
  return {bits, isAwq(layout) ? awqColumns : naturalColumns};
}

Status checkSizes(int64_t outputs, int64_t inputs, int64_t groupSize, unsigned bits,
                  CheckpointLayout layout) {
  bool widthFits = isAwq(layout) ? bits == 4 : bits == 2 || bits == 3 || bits == 4 || bits == 8;
  if (!widthFits)
    return Failure{"found " + std::to_string(bits) + " bits, expected " +
                   (isAwq(layout) ? "4" : "2, 3, 4 or 8")};
  if (outputs < 1 || inputs < 1 || groupSize < 1 || outputs % 32 != 0 || inputs % 32 != 0)
    return Failure{"found " + std::to_string(outputs) + " outputs and " + std::to_string(inputs) +
                   " inputs in groups of " + std::to_string(groupSize) +
                   ", expected multiples of 32 and a positive group size"};
  return Success{};
}

std::vector<int8_t> columnOf(std::span<const int8_t> codes, int64_t column, int64_t stride) {
  std::vector<int8_t> values;
  for (size_t i = column; i < codes.size(); i += stride)
    values.push_back(codes[i]);
  return values;
}

} // namespace

Result<CheckpointLayer> lowp::packCheckpoint(const QuantizedTensor &tensor, const BlockGrid &grid,
                                             CodeRange range, unsigned bits,
                                             CheckpointLayout layout) {
  if (grid.shape().size() != 2 || grid.blockShape()[0] != 1)
    return Failure{
        "checkpoints hold matrices with scales for groups of a row, found another block"};
  int64_t outputs = grid.shape()[0], inputs = grid.shape()[1], groups = grid.gridShape()[1];
  CheckpointLayer layer{outputs, inputs, grid.blockShape()[1], bits, {}, {}, {}};
  if (Status fits = checkSizes(outputs, inputs, layer.groupSize, bits, layout); !fits)
    return Failure{fits.error()};
  if (range.hi - range.lo >= 1 << bits)
    return Failure{"found codes in [" + std::to_string(range.lo) + ", " + std::to_string(range.hi) +
                   "], expected at most 2^" + std::to_string(bits)};

  // As bytes, the difference is exact modulo 256.
  std::vector<int8_t> codes(tensor.codes.size());
  for (size_t i = 0; i < codes.size(); ++i)
    codes[i] = int8_t(uint8_t(tensor.codes[i]) - uint8_t(range.lo));
  WordLines lines = linesOf(bits, layout);
  layer.weights.resize(lines.wordsOf(outputs * inputs));
  if (isAwq(layout))
    for (int64_t k = 0; k < inputs; ++k)
      lines.pack(columnOf(codes, k, inputs), &layer.weights[k * lines.wordsOf(outputs)], 1);
  else
    for (int64_t n = 0; n < outputs; ++n)
      lines.pack(std::span(codes).subspan(n * inputs, inputs), &layer.weights[n], outputs);

  layer.zeroPoints.resize(groups * lines.wordsOf(outputs));
  layer.scales.resize(groups * outputs);
  for (int64_t g = 0; g < groups; ++g) {
    std::vector<int8_t> zeros(outputs);
    for (int64_t n = 0; n < outputs; ++n) {
      int64_t block = n * groups + g;
      zeros[n] = int8_t(tensor.zeroPoints[block] - range.lo - zeroOffset(layout));
      uint16_t scale = encode(tensor.scales[block], float16, Overflow::NonFinite);
      if (decode(scale, float16) != tensor.scales[block])
        return Failure{"scale " + std::to_string(tensor.scales[block]) + " of output " +
                       std::to_string(n) + ", group " + std::to_string(g) + " is not an f16 value"};
      layer.scales[g * outputs + n] = scale;
    }
    lines.pack(zeros, &layer.zeroPoints[g * lines.wordsOf(outputs)], 1);
  }
  return layer;
}

Result<QuantizedTensor> lowp::unpackCheckpoint(const CheckpointLayer &layer,
                                               CheckpointLayout layout) {
  auto [outputs, inputs, groupSize, bits] =
      std::tuple(layer.outputs, layer.inputs, layer.groupSize, layer.bits);
  if (Status fits = checkSizes(outputs, inputs, groupSize, bits, layout); !fits)
    return Failure{fits.error()};
  WordLines lines = linesOf(bits, layout);
  int64_t groups = (inputs - 1) / groupSize + 1;
  if (int64_t(layer.weights.size()) != lines.wordsOf(outputs * inputs) ||
      int64_t(layer.zeroPoints.size()) != groups * lines.wordsOf(outputs) ||
      int64_t(layer.scales.size()) != groups * outputs)
    return Failure{"found " + std::to_string(layer.weights.size()) + " words of weights, " +
                   std::to_string(layer.zeroPoints.size()) + " of zero points and " +
                   std::to_string(layer.scales.size()) + " scales, expected " +
                   std::to_string(lines.wordsOf(outputs * inputs)) + ", " +
                   std::to_string(groups * lines.wordsOf(outputs)) + " and " +
                   std::to_string(groups * outputs)};

  QuantizedTensor tensor{std::vector<int8_t>(outputs * inputs),
                         std::vector<float>(outputs * groups),
                         std::vector<int32_t>(outputs * groups)};
  if (isAwq(layout))
    for (int64_t k = 0; k < inputs; ++k) {
      std::vector<int8_t> column =
          lines.unpack(&layer.weights[k * lines.wordsOf(outputs)], 1, outputs);
      for (int64_t n = 0; n < outputs; ++n)
        tensor.codes[n * inputs + k] = column[n];
    }
  else
    for (int64_t n = 0; n < outputs; ++n) {
      std::vector<int8_t> row = lines.unpack(&layer.weights[n], outputs, inputs);
      std::copy(row.begin(), row.end(), tensor.codes.begin() + n * inputs);
    }
  int32_t mask = (1 << bits) - 1;
  for (int64_t g = 0; g < groups; ++g) {
    std::vector<int8_t> zeros =
        lines.unpack(&layer.zeroPoints[g * lines.wordsOf(outputs)], 1, outputs);
    for (int64_t n = 0; n < outputs; ++n) {
      tensor.zeroPoints[n * groups + g] = (zeros[n] + zeroOffset(layout)) & mask;
      tensor.scales[n * groups + g] = decode(layer.scales[g * outputs + n], float16);
    }
  }
  return tensor;
}
