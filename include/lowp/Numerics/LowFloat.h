//===- LowFloat.h - floating-point formats up to 16 bits --------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_LOWFLOAT_H
#define LOWP_NUMERICS_LOWFLOAT_H

#include <bit>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

namespace lowp {

/// What the codes with all exponent bits set mean.
enum class SpecialValues {
  None,    ///< finite values (OCP FP4 and FP6)
  NanOnly, ///< finite values, but NaN where the mantissa is all ones too (E4M3FN)
  Ieee,    ///< infinity where the mantissa is zero, otherwise NaN
};

/// A sign, `exponentBits`, `mantissaBits`: ±2^(e − bias) · 1.m, subnormal where e = 0.
struct LowFloatFormat {
  std::string_view name; ///< as in MLIR
  unsigned exponentBits, mantissaBits;
  int32_t bias;
  SpecialValues specials;

  constexpr unsigned bits() const { return 1 + exponentBits + mantissaBits; }
  /// The largest finite value: 448 for E4M3FN, 57344 for E5M2, 6 for E2M1.
  float largest() const;
  float smallestNormal() const { return std::ldexp(1.0f, 1 - bias); }
};

inline constexpr LowFloatFormat float16{"f16", 5, 10, 15, SpecialValues::Ieee};
inline constexpr LowFloatFormat bfloat16{"bf16", 8, 7, 127, SpecialValues::Ieee};
inline constexpr LowFloatFormat float8E4M3FN{"f8E4M3FN", 4, 3, 7, SpecialValues::NanOnly};
inline constexpr LowFloatFormat float8E5M2{"f8E5M2", 5, 2, 15, SpecialValues::Ieee};
inline constexpr LowFloatFormat float6E3M2FN{"f6E3M2FN", 3, 2, 3, SpecialValues::None};
inline constexpr LowFloatFormat float6E2M3FN{"f6E2M3FN", 2, 3, 1, SpecialValues::None};
inline constexpr LowFloatFormat float4E2M1FN{"f4E2M1FN", 2, 1, 1, SpecialValues::None};

/// What becomes of values beyond the largest finite one, infinities included.
enum class Overflow {
  Saturate,  ///< ±largest. The default: constant folding and hardware then agree.
  NonFinite, ///< ±infinity, or NaN without infinities; saturates in formats that have neither
};

/// The code of the nearest value, ties to even, in the low bits. NaN stays NaN; in a format without
/// NaN it becomes 0, and callers refuse it beforehand.
uint16_t encode(float x, const LowFloatFormat &format, Overflow overflow = Overflow::Saturate);

/// encode(x, bfloat16, Overflow::NonFinite), of a NaN perhaps another one, without branches: loops of it are vectors.
inline uint16_t encodeBFloat16(float x) {
  uint32_t bits = std::bit_cast<uint32_t>(x);
  bool isNan = (bits & 0x7fffffff) > 0x7f800000;
  uint32_t rounded = bits + 0x7fff + (bits >> 16 & 1);
  return uint16_t((isNan ? bits | 0x400000 : rounded) >> 16);
}

/// The value of a code; exact.
float decode(uint16_t code, const LowFloatFormat &format);

/// decode(encode(x, format, Overflow::NonFinite), format).
float roundTo(float x, const LowFloatFormat &format);

/// The values of all codes, for formats of at most 8 bits.
std::vector<float> decodeTable(const LowFloatFormat &format);

} // namespace lowp

#endif
