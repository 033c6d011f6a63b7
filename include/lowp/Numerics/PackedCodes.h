//===- PackedCodes.h - codes of less than a byte ----------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_PACKEDCODES_H
#define LOWP_NUMERICS_PACKEDCODES_H

#include "lowp/Numerics/Blocks.h"
#include "lowp/Numerics/LowFloat.h"
#include "lowp/Numerics/Rtn.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lowp {

/// Codes of `bits` (1 to 8) one after the other, the first in the lowest bits: code i occupies bits
/// [i · bits, (i + 1) · bits) of the little-endian bit string. At 4 bits the even element has the
/// low nibble. The last byte is filled with zeros.
std::vector<uint8_t> packCodes(std::span<const int8_t> codes, unsigned bits);

/// The first `count` codes of packCodes, sign-extended where `isSigned`. `bytes` holds at least
/// ⌈count · bits / 8⌉.
std::vector<int8_t> unpackCodes(std::span<const uint8_t> bytes, unsigned bits, int64_t count,
                                bool isSigned);

/// A quantized linear layer as checkpoints hold it, in words of 32 bits. Codes are unsigned, [0, 2^bits);
/// group g is input channels [g · groupSize, (g + 1) · groupSize).
struct CheckpointLayer {
  int64_t outputs = 0, inputs = 0, groupSize = 0;
  unsigned bits = 4;
  std::vector<uint32_t> weights;
  std::vector<uint32_t> zeroPoints; ///< none: all are 2^(bits − 1)
  std::vector<float> scales;
  const LowFloatFormat *scaleFormat = &float16; ///< what scales are stored in; null: f32
};

enum class CheckpointLayout {
  /// weights [inputs · bits / 32, outputs], packCodes down each column; zero points [groups,
  /// outputs · bits / 32], packCodes along each row, each one less than it is (modulo 2^bits);
  /// scales [groups, outputs], f16.
  Gptq,
  GptqV2, ///< the same with zero points as they are
  /// 4 bits: weights [inputs, outputs / 8] and zero points [groups, outputs / 8]; nibbles 0 to 7 of
  /// a word hold columns 0, 2, 4, 6, 1, 3, 5, 7 of its eight; scales [groups, outputs], f16.
  Awq,
  /// "pack-quantized" of compressed-tensors: weights [outputs, ⌈inputs · bits / 32⌉], packCodes
  /// along each row; zero points [⌈outputs · bits / 32⌉, groups], packCodes down each column, none
  /// where the scheme is symmetric; scales [outputs, groups], of f16, bf16 or f32.
  CompressedTensors,
};

/// Exact, or an error: scales that the layout's format does not hold, codes beyond 2^bits after
/// moving the range's lowest code to 0, sizes that do not fill words, blocks that are not groups of
/// a row. CompressedTensors takes the first of f16, bf16 and f32 that holds all scales, moves signed
/// codes by 2^(bits − 1), and leaves zero points out that are all 0 then.
Result<CheckpointLayer> packCheckpoint(const QuantizedTensor &tensor, const BlockGrid &grid,
                                       CodeRange range, unsigned bits, CheckpointLayout layout);

/// Codes in [0, 2^bits) with blocks {1, groupSize}. Refuses sizes that do not belong together.
Result<QuantizedTensor> unpackCheckpoint(const CheckpointLayer &layer, CheckpointLayout layout);

} // namespace lowp

#endif
