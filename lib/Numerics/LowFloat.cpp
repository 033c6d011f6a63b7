//===- LowFloat.cpp - floating-point formats up to 16 bits ----------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/LowFloat.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>

using namespace lowp;

static uint16_t exponentMask(const LowFloatFormat &format) {
  return uint16_t(((1u << format.exponentBits) - 1) << format.mantissaBits);
}

static uint16_t mantissaMask(const LowFloatFormat &format) {
  return uint16_t((1u << format.mantissaBits) - 1);
}

/// The largest finite code without its sign.
static uint16_t largestCode(const LowFloatFormat &format) {
  uint16_t exponent = exponentMask(format), mantissa = mantissaMask(format);
  switch (format.specials) {
  case SpecialValues::None:
    return exponent | mantissa;
  case SpecialValues::NanOnly:
    return (exponent | mantissa) - 1;
  case SpecialValues::Ieee:
    return exponent - 1;
  }
  __builtin_unreachable();
}

static uint16_t nanCode(const LowFloatFormat &format) {
  switch (format.specials) {
  case SpecialValues::None:
    return 0;
  case SpecialValues::NanOnly:
    return exponentMask(format) | mantissaMask(format);
  case SpecialValues::Ieee: // quiet
    return exponentMask(format) | uint16_t(1u << (format.mantissaBits - 1));
  }
  __builtin_unreachable();
}

static uint16_t overflowCode(const LowFloatFormat &format, Overflow overflow) {
  if (overflow == Overflow::Saturate || format.specials == SpecialValues::None)
    return largestCode(format);
  return format.specials == SpecialValues::Ieee ? exponentMask(format) : nanCode(format);
}

float LowFloatFormat::largest() const { return decode(largestCode(*this), *this); }

/// The code of a magnitude; beyond the largest code where the value overflows.
static uint32_t encodeMagnitude(double magnitude, const LowFloatFormat &format) {
  int32_t lowest = 1 - format.bias;
  int32_t exponent = magnitude == 0 ? lowest : std::max(std::ilogb(magnitude), lowest);
  // In units of the last place. Rounding up to the next power of two carries into the exponent, and
  // the implicit leading one adds the first step of it.
  double units = std::rint(std::ldexp(magnitude, int(format.mantissaBits) - exponent));
  return uint32_t(units) + (uint32_t(exponent - lowest) << format.mantissaBits);
}

uint16_t lowp::encode(float x, const LowFloatFormat &format, Overflow overflow) {
  uint16_t sign = std::signbit(x) ? uint16_t(1u << (format.bits() - 1)) : 0;
  if (std::isnan(x))
    return format.specials == SpecialValues::None ? 0 : sign | nanCode(format);
  if (std::isinf(x))
    return sign | overflowCode(format, overflow);
  uint32_t code = encodeMagnitude(std::fabs(double(x)), format);
  return sign | (code > largestCode(format) ? overflowCode(format, overflow) : uint16_t(code));
}

float lowp::decode(uint16_t code, const LowFloatFormat &format) {
  uint16_t magnitude = code & (exponentMask(format) | mantissaMask(format));
  float value;
  if (magnitude > largestCode(format)) {
    bool infinite = format.specials == SpecialValues::Ieee && magnitude == exponentMask(format);
    value =
        infinite ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
  } else {
    int32_t exponent = magnitude >> format.mantissaBits;
    int32_t units = magnitude & mantissaMask(format);
    if (exponent > 0)
      units += 1 << format.mantissaBits;
    value = std::ldexp(float(units),
                       std::max(exponent, 1) - format.bias - int32_t(format.mantissaBits));
  }
  return code >> (format.bits() - 1) & 1 ? -value : value;
}

float lowp::roundTo(float x, const LowFloatFormat &format) {
  // Where the result is a normal number of the format, f32 has the same exponents and more fraction bits: those
  // beyond the format's are rounded away, a carry goes into the exponent.
  int32_t bias = 127, exponent = int32_t(std::bit_cast<uint32_t>(x) >> 23 & 0xff) - bias;
  int32_t largest = (1 << format.exponentBits) - 2 - format.bias; // the one above may be special values
  if (exponent < 1 - format.bias || exponent >= largest)
    return decode(encode(x, format, Overflow::NonFinite), format);
  unsigned excess = 23 - format.mantissaBits;
  uint32_t bits = std::bit_cast<uint32_t>(x), last = bits >> excess & 1;
  bits += (1u << (excess - 1)) - 1 + last;
  return std::bit_cast<float>(bits >> excess << excess);
}

std::vector<float> lowp::decodeTable(const LowFloatFormat &format) {
  assert(format.bits() <= 8 && "a table of 2^16 values is not worth its memory");
  std::vector<float> table(size_t(1) << format.bits());
  for (size_t code = 0; code < table.size(); ++code)
    table[code] = decode(uint16_t(code), format);
  return table;
}
