//===- LengthExpr.h - sizes that follow from one length ---------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_ANALYSIS_LENGTHEXPR_H
#define LOWP_ANALYSIS_LENGTHEXPR_H

#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <limits>
#include <optional>

namespace lowp {

/// A polynomial c0 + c1·L + c2·L² + … of the length L ≥ 1 with integer coefficients.
class LengthExpr {
public:
  static constexpr int64_t kNoMaximum = std::numeric_limits<int64_t>::max();

  LengthExpr(int64_t constant = 0) : coefficients{constant} { normalize(); }
  static LengthExpr length();

  std::optional<int64_t> constant() const;
  bool isLength() const { return *this == length(); }

  LengthExpr operator+(const LengthExpr &other) const;
  LengthExpr operator-(const LengthExpr &other) const;
  LengthExpr operator*(const LengthExpr &other) const;
  bool operator==(const LengthExpr &other) const { return coefficients == other.coefficients; }
  /// The quotient by a single term c·Lᵖ; nullopt unless it is exact for every length.
  std::optional<LengthExpr> dividedBy(const LengthExpr &other) const;

  /// Is this < other (≤ other) for all lengths up to `maximum`, for none of them, or for some?
  std::optional<bool> isLess(const LengthExpr &other, int64_t maximum) const;
  std::optional<bool> isAtMost(const LengthExpr &other, int64_t maximum) const;

private:
  struct Range {
    int64_t low, high;
  };
  /// The values at lengths from 1 to `maximum`; nullopt where coefficients have different signs.
  std::optional<Range> range(int64_t maximum) const;
  int64_t at(int64_t length) const;
  void normalize();

  llvm::SmallVector<int64_t, 3> coefficients; ///< c0, c1, …; the last is not 0
};

} // namespace lowp

#endif
