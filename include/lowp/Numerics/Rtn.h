//===- Rtn.h - round to nearest ---------------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_RTN_H
#define LOWP_NUMERICS_RTN_H

#include "lowp/Numerics/Blocks.h"
#include "lowp/Numerics/QuantParams.h"
#include "lowp/Numerics/Result.h"

namespace lowp {

struct RtnScheme {
  CodeRange range;
  bool symmetric;
};

/// Codes are in the storage of one byte, zero points empty where the scheme is symmetric.
struct QuantizedTensor {
  std::vector<int8_t> codes;
  std::vector<float> scales;
  std::vector<int32_t> zeroPoints;
};

/// q = clip(rne(x / s) + z) with s, z from the range of each block: for given parameters no other
/// code is nearer to x. An unsigned code above 127 is stored modulo 256. NaN or Inf in x is an error
/// that says where the first is and how many there are.
Result<QuantizedTensor> quantizeRtn(std::span<const float> x, const BlockGrid &grid,
                                    RtnScheme scheme);

} // namespace lowp

#endif
