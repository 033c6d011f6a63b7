//===- Format.h - integer formats and code ranges ---------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_FORMAT_H
#define LOWP_NUMERICS_FORMAT_H

#include <cstdint>

namespace lowp {

/// The codes in use, both ends included: the storage's range, or a narrower one such as [-127,
/// 127].
struct CodeRange {
  int32_t lo = 0, hi = 0;

  friend bool operator==(const CodeRange &, const CodeRange &) = default;
};

/// Integer storage of 1 to 16 bits, two's complement when signed.
struct IntegerFormat {
  unsigned bits = 8;
  bool isSigned = true;

  int32_t min() const { return isSigned ? -(int32_t(1) << (bits - 1)) : 0; }
  int32_t max() const { return (int32_t(1) << (isSigned ? bits - 1 : bits)) - 1; }
  CodeRange range() const { return {min(), max()}; }
  /// The range without its lowest code, such as [-127, 127]: -q is a code whenever q is.
  CodeRange restrictedRange() const { return {isSigned ? -max() : 1, max()}; }
  bool contains(CodeRange r) const { return min() <= r.lo && r.lo < r.hi && r.hi <= max(); }

  friend bool operator==(const IntegerFormat &, const IntegerFormat &) = default;
};

} // namespace lowp

#endif
