//===- Rtn.h - round to nearest ---------------------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_RTN_H
#define LOWP_NUMERICS_RTN_H

#include "lowp/Numerics/Blocks.h"
#include "lowp/Numerics/Executor.h"
#include "lowp/Numerics/LowFloat.h"
#include "lowp/Numerics/QuantParams.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lowp {

/// How the blocks of a tensor become integer codes.
struct RtnScheme {
  CodeRange range{-127, 127};
  bool symmetric = true;
  SymmetricScaleRule scaleRule = SymmetricScaleRule::Restricted; ///< where symmetric
  bool reciprocal = false; ///< codes by quantizeByReciprocal instead of quantize
  /// What scales are stored in, f32 if null. Codes follow from the stored scale.
  const LowFloatFormat *scaleFormat = nullptr;
};

/// Codes and the parameters of each block.
struct QuantizedTensor {
  /// One byte per element, row-major: two's complement where the range has negative codes,
  /// otherwise the unsigned code's bits. Sub-byte codes are not packed.
  std::vector<int8_t> codes;
  std::vector<float> scales;       ///< one per block
  std::vector<int32_t> zeroPoints; ///< one per block
};

/// Refuses a range that a byte does not hold, a symmetric one without 0 or without positive codes,
/// and FullRange and SignedMax without negative
/// codes.
Status checkScheme(const RtnScheme &scheme);

/// Scale and zero point for values in [lo, hi], 0 included. A scale is rounded to its format and
/// kept at or above the format's smallest normal value; it is infinite or NaN where it exceeds the
/// largest.
QuantParams chooseParams(float lo, float hi, const RtnScheme &scheme);

/// Refuses a scale that its format does not hold.
Status checkStoredScale(float scale, const RtnScheme &scheme);

/// The smallest and largest value of each block, each range extended to contain 0.
struct BlockRanges {
  std::vector<float> lo, hi;
};
BlockRanges computeBlockRanges(std::span<const float> x, const BlockGrid &grid,
                               const Executor *executor = nullptr);

/// Round to nearest: each block's scale and zero point from its minimum and maximum, each code the
/// nearest to its value. The baseline of all weight methods; needs no data.
///
///   q = clip(rne(x / s_b) + z_b, lo, hi),   s_b, z_b from chooseSymmetric or chooseAffine
///
/// Refuses NaN and infinite values, with index and count, a tensor of another size than the grid, a
/// scheme that checkScheme refuses and a scale that its format does not hold.
Result<QuantizedTensor> quantizeRtn(std::span<const float> x, const BlockGrid &grid,
                                    const RtnScheme &scheme, const Executor *executor = nullptr);

/// The codes of `x` for given parameters: what quantizeRtn does after choosing them. For scales
/// that were rounded to a storage format or searched.
std::vector<int8_t> quantizeBlocks(std::span<const float> x, const BlockGrid &grid,
                                   std::span<const float> scales,
                                   std::span<const int32_t> zeroPoints, CodeRange range,
                                   bool reciprocal = false, const Executor *executor = nullptr);

/// scale · (code − zeroPoint), element by element.
std::vector<float> dequantizeBlocks(const QuantizedTensor &tensor, const BlockGrid &grid,
                                    CodeRange range, const Executor *executor = nullptr);

} // namespace lowp

#endif
