//===- GgufBlocks.h - weights as GGUF files hold them -----------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_GGUFBLOCKS_H
#define LOWP_NUMERICS_GGUFBLOCKS_H

#include "lowp/Numerics/Blocks.h"
#include "lowp/Numerics/Rtn.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lowp {

/// Blocks of 32 elements along a row, little-endian (ggml):
///
///   Q4_0   f16 d, 16 bytes             x̂ = d (q − 8)   18 bytes
///   Q4_1   f16 d, f16 m, 16 bytes      x̂ = d q + m     20 bytes
///   Q8_0   f16 d, 32 signed bytes      x̂ = d q         34 bytes
///
/// Byte i of the 16 holds element i in its low and element i + 16 in its high nibble.
enum class GgufType { Q4_0, Q4_1, Q8_0 };

inline constexpr int64_t ggufBlockElements = 32;
int64_t ggufBlockBytes(GgufType type);

struct GgufBlocks {
  std::vector<uint8_t> bytes;
  /// max |decoded − s (q − z)|: 0 where f16 holds all scales (and, for Q4_1, the products −s z).
  /// The file then means exactly what the codes mean.
  double largestError = 0;
};

/// Keeps the codes; no weight is rounded anew. Refuses rows that are not whole blocks, blocks that
/// do not share a scale, differences q − z outside of the type's range, and scales beyond f16.
Result<GgufBlocks> encodeGguf(const QuantizedTensor &tensor, const BlockGrid &grid, CodeRange range,
                              GgufType type);

/// The values in f32, as ggml computes them. Refuses a size that is not whole blocks.
Result<std::vector<float>> decodeGguf(std::span<const uint8_t> bytes, GgufType type);

/// Codes and scales of Q4_0 ([-8, 7]) and Q8_0 ([-128, 127]), one block of 32 after the other, zero
/// points 0; decodeGguf is their product. Refuses Q4_1, whose minimum is no multiple of its scale.
Result<QuantizedTensor> readGgufCodes(std::span<const uint8_t> bytes, GgufType type);

} // namespace lowp

#endif
