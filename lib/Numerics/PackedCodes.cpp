//===- PackedCodes.cpp - codes of less than a byte ------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/PackedCodes.h"

#include <algorithm>
#include <array>

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
/// eight. A line begins with a word.
struct WordLines {
  unsigned bits;
  std::array<int64_t, 8> order = naturalColumns;

  int64_t wordsOf(int64_t length) const { return (length * bits + 31) / 32; }

  void pack(std::span<const int8_t> line, uint32_t *words, int64_t stride) const {
    std::vector<int8_t> ordered(line.size());
    for (size_t i = 0; i < line.size(); ++i)
      ordered[i] = line[i / 8 * 8 + order[i % 8]];
    std::vector<uint8_t> bytes = packCodes(ordered, bits);
    for (size_t i = 0; i < bytes.size(); ++i)
      words[int64_t(i / 4) * stride] |= uint32_t(bytes[i]) << (i % 4 * 8);
  }

  std::vector<int8_t> unpack(const uint32_t *words, int64_t stride, int64_t length) const {
    std::vector<uint8_t> bytes((length * bits + 7) / 8);
    for (size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = uint8_t(words[int64_t(i / 4) * stride] >> (i % 4 * 8));
    std::vector<int8_t> ordered = unpackCodes(bytes, bits, length, false), line(length);
    for (int64_t i = 0; i < length; ++i)
      line[i / 8 * 8 + order[i % 8]] = ordered[i];
    return line;
  }
};

/// Where the lines of a layout lie. `length` codes each, `stride` words between those of a line.
struct CodeMatrix {
  WordLines lines;
  int64_t count, length;
  bool downColumns; ///< line i begins at word i; otherwise lines lie one after the other

  int64_t words() const { return count * lines.wordsOf(length); }
  int64_t begin(int64_t line) const { return downColumns ? line : line * lines.wordsOf(length); }
  int64_t stride() const { return downColumns ? count : 1; }
  void pack(int64_t line, std::span<const int8_t> codes, std::vector<uint32_t> &words) const {
    lines.pack(codes, &words[begin(line)], stride());
  }
  std::vector<int8_t> unpack(int64_t line, const std::vector<uint32_t> &words) const {
    return lines.unpack(&words[begin(line)], stride(), length);
  }
};

/// How a layer of these sizes lies in a layout.
struct LayerLayout {
  CheckpointLayout layout;
  int64_t outputs, inputs, groups;
  unsigned bits;

  bool isAwq() const { return layout == CheckpointLayout::Awq; }
  bool isCompressedTensors() const { return layout == CheckpointLayout::CompressedTensors; }
  WordLines lines() const { return {bits, isAwq() ? awqColumns : naturalColumns}; }

  /// A line for each output channel; AWQ: for each input channel.
  CodeMatrix weights() const {
    return isAwq() ? CodeMatrix{lines(), inputs, outputs, false}
                   : CodeMatrix{lines(), outputs, inputs, !isCompressedTensors()};
  }
  /// A line for each group.
  CodeMatrix zeroPoints() const { return {lines(), groups, outputs, isCompressedTensors()}; }
  int64_t scaleIndex(int64_t output, int64_t group) const {
    return isCompressedTensors() ? output * groups + group : group * outputs + output;
  }
  /// What a stored zero point is less than the real one.
  int32_t zeroOffset() const { return layout == CheckpointLayout::Gptq ? 1 : 0; }
  /// The code that is stored as 0.
  int32_t lowestCode(CodeRange range) const {
    return !isCompressedTensors() ? range.lo : range.lo < 0 ? -(1 << (bits - 1)) : 0;
  }
  Status check(int64_t groupSize) const;
};

Status LayerLayout::check(int64_t groupSize) const {
  bool widthFits = isAwq()                 ? bits == 4
                   : isCompressedTensors() ? bits >= 2 && bits <= 8
                                           : bits == 2 || bits == 3 || bits == 4 || bits == 8;
  if (!widthFits)
    return Failure{"found " + std::to_string(bits) + " bits, expected " +
                   (isAwq() ? "4" : isCompressedTensors() ? "2 to 8" : "2, 3, 4 or 8")};
  int64_t multiple = isCompressedTensors() ? 1 : 32;
  if (outputs < 1 || inputs < 1 || groupSize < 1 || outputs % multiple != 0 || inputs % multiple != 0)
    return Failure{"found " + std::to_string(outputs) + " outputs and " + std::to_string(inputs) +
                   " inputs in groups of " + std::to_string(groupSize) + ", expected multiples of " +
                   std::to_string(multiple) + " and a positive group size"};
  return Success{};
}

bool holds(const LowFloatFormat &format, float value) {
  return decode(encode(value, format, Overflow::NonFinite), format) == value;
}

/// The first format that holds all scales; of others than compressed-tensors f16 or an error.
Result<const LowFloatFormat *> chooseScaleFormat(const QuantizedTensor &tensor, const LayerLayout &layout) {
  auto isHeld = [&](const LowFloatFormat &format) {
    return std::all_of(tensor.scales.begin(), tensor.scales.end(), [&](float s) { return holds(format, s); });
  };
  if (isHeld(float16))
    return &float16;
  if (layout.isCompressedTensors())
    return isHeld(bfloat16) ? &bfloat16 : nullptr;
  int64_t block = 0;
  while (holds(float16, tensor.scales[block]))
    ++block;
  return Failure{"scale " + std::to_string(tensor.scales[block]) + " of output " +
                 std::to_string(block / layout.groups) + ", group " + std::to_string(block % layout.groups) +
                 " is not an f16 value"};
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
  LayerLayout lies{layout, outputs, inputs, groups, bits};
  if (Status fits = lies.check(layer.groupSize); !fits)
    return Failure{fits.error()};
  int32_t lowest = lies.lowestCode(range);
  if (range.hi - lowest >= 1 << bits)
    return Failure{"found codes in [" + std::to_string(range.lo) + ", " + std::to_string(range.hi) +
                   "], expected at most 2^" + std::to_string(bits)};
  Result<const LowFloatFormat *> format = chooseScaleFormat(tensor, lies);
  if (!format)
    return Failure{format.error()};
  layer.scaleFormat = *format;

  // As bytes, the difference is exact modulo 256.
  std::vector<int8_t> codes(tensor.codes.size());
  for (size_t i = 0; i < codes.size(); ++i)
    codes[i] = int8_t(uint8_t(tensor.codes[i]) - uint8_t(lowest));
  CodeMatrix weights = lies.weights();
  layer.weights.resize(weights.words());
  for (int64_t i = 0; i < weights.count; ++i)
    weights.pack(i, lies.isAwq() ? columnOf(codes, i, inputs)
                                 : std::vector<int8_t>(&codes[i * inputs], &codes[i * inputs] + inputs),
                 layer.weights);

  layer.scales.resize(groups * outputs);
  for (int64_t n = 0; n < outputs; ++n)
    for (int64_t g = 0; g < groups; ++g)
      layer.scales[lies.scaleIndex(n, g)] = tensor.scales[n * groups + g];
  bool isSymmetric = range.lo < 0 && std::all_of(tensor.zeroPoints.begin(), tensor.zeroPoints.end(),
                                                 [](int32_t zero) { return zero == 0; });
  if (lies.isCompressedTensors() && isSymmetric)
    return layer;
  CodeMatrix zeroPoints = lies.zeroPoints();
  layer.zeroPoints.resize(zeroPoints.words());
  for (int64_t g = 0; g < groups; ++g) {
    std::vector<int8_t> zeros(outputs);
    for (int64_t n = 0; n < outputs; ++n)
      zeros[n] = int8_t(tensor.zeroPoints[n * groups + g] - lowest - lies.zeroOffset());
    zeroPoints.pack(g, zeros, layer.zeroPoints);
  }
  return layer;
}

Result<QuantizedTensor> lowp::unpackCheckpoint(const CheckpointLayer &layer,
                                               CheckpointLayout layout) {
  int64_t outputs = layer.outputs, inputs = layer.inputs;
  int64_t groups = layer.groupSize > 0 ? (inputs - 1) / layer.groupSize + 1 : 0;
  LayerLayout lies{layout, outputs, inputs, groups, layer.bits};
  if (Status fits = lies.check(layer.groupSize); !fits)
    return Failure{fits.error()};
  CodeMatrix weights = lies.weights(), zeroPoints = lies.zeroPoints();
  bool hasZeroPoints = !lies.isCompressedTensors() || !layer.zeroPoints.empty();
  int64_t zeroWords = hasZeroPoints ? zeroPoints.words() : 0;
  if (int64_t(layer.weights.size()) != weights.words() ||
      int64_t(layer.zeroPoints.size()) != zeroWords || int64_t(layer.scales.size()) != groups * outputs)
    return Failure{"found " + std::to_string(layer.weights.size()) + " words of weights, " +
                   std::to_string(layer.zeroPoints.size()) + " of zero points and " +
                   std::to_string(layer.scales.size()) + " scales, expected " +
                   std::to_string(weights.words()) + ", " + std::to_string(zeroWords) + " and " +
                   std::to_string(groups * outputs)};

  QuantizedTensor tensor{std::vector<int8_t>(outputs * inputs),
                         std::vector<float>(outputs * groups),
                         std::vector<int32_t>(outputs * groups, 1 << (layer.bits - 1))};
  for (int64_t i = 0; i < weights.count; ++i) {
    std::vector<int8_t> line = weights.unpack(i, layer.weights);
    for (int64_t j = 0; j < weights.length; ++j)
      tensor.codes[lies.isAwq() ? j * inputs + i : i * inputs + j] = line[j];
  }
  int32_t mask = (1 << layer.bits) - 1;
  for (int64_t g = 0; g < groups; ++g) {
    std::vector<int8_t> zeros = hasZeroPoints ? zeroPoints.unpack(g, layer.zeroPoints) : std::vector<int8_t>();
    for (int64_t n = 0; n < outputs; ++n) {
      if (hasZeroPoints)
        tensor.zeroPoints[n * groups + g] = (zeros[n] + lies.zeroOffset()) & mask;
      tensor.scales[n * groups + g] = layer.scales[lies.scaleIndex(n, g)];
    }
  }
  return tensor;
}
