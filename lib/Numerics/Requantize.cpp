//===- Requantize.cpp - from accumulators to codes ------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Requantize.h"

using namespace lowp;

Result<FixedPointMultiplier> lowp::getFixedPointMultiplier(double ratio) {
  if (!(ratio > 0 && ratio < 0x1p29))
    return Failure{"ratio of scales is " + std::to_string(ratio) +
                   ", expected it to be positive and less than 2^29"};
  int exponent = 0;
  std::frexp(ratio, &exponent); // ratio < 2^exponent
  int shift = std::min(31 - exponent, 62);
  double multiplier = std::rint(std::ldexp(ratio, shift));
  if (multiplier == 0x1p31) { // rounded up to the next power of two
    multiplier /= 2;
    --shift;
  }
  if (shift < 2)
    return Failure{"ratio of scales is " + std::to_string(ratio) + ", expected less than 2^29"};
  return FixedPointMultiplier{int32_t(multiplier), shift};
}
