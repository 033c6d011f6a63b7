//===- LengthExpr.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Analysis/LengthExpr.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

namespace lowp {

void LengthExpr::normalize() {
  while (!coefficients.empty() && coefficients.back() == 0)
    coefficients.pop_back();
}

LengthExpr LengthExpr::length() {
  LengthExpr result;
  result.coefficients = {0, 1};
  return result;
}

std::optional<int64_t> LengthExpr::constant() const {
  if (coefficients.size() > 1)
    return std::nullopt;
  return coefficients.empty() ? 0 : coefficients[0];
}

LengthExpr LengthExpr::operator+(const LengthExpr &other) const {
  LengthExpr result = *this;
  result.coefficients.resize(std::max(coefficients.size(), other.coefficients.size()), 0);
  for (auto [i, c] : llvm::enumerate(other.coefficients))
    result.coefficients[i] += c;
  result.normalize();
  return result;
}

LengthExpr LengthExpr::operator-(const LengthExpr &other) const {
  return *this + other * LengthExpr(-1);
}

LengthExpr LengthExpr::operator*(const LengthExpr &other) const {
  LengthExpr result;
  result.coefficients.assign(coefficients.size() + other.coefficients.size(), 0);
  for (auto [i, a] : llvm::enumerate(coefficients))
    for (auto [j, b] : llvm::enumerate(other.coefficients))
      result.coefficients[i + j] += a * b;
  result.normalize();
  return result;
}

std::optional<LengthExpr> LengthExpr::dividedBy(const LengthExpr &other) const {
  if (llvm::count_if(other.coefficients, [](int64_t c) { return c != 0; }) != 1)
    return std::nullopt;
  size_t power = other.coefficients.size() - 1;
  int64_t divisor = other.coefficients.back();
  LengthExpr result;
  for (auto [i, c] : llvm::enumerate(coefficients)) {
    if (c % divisor != 0 || (i < power && c != 0))
      return std::nullopt;
    if (i >= power)
      result.coefficients.push_back(c / divisor);
  }
  result.normalize();
  return result;
}

static int64_t saturated(bool isNegative) {
  return isNegative ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
}

/// a · b + c, at the end of the range where it lies beyond.
static int64_t multiplyAdd(int64_t a, int64_t b, int64_t c) {
  int64_t product, sum;
  if (llvm::MulOverflow(a, b, product))
    return saturated((a < 0) != (b < 0));
  return llvm::AddOverflow(product, c, sum) ? saturated(c < 0) : sum;
}

int64_t LengthExpr::at(int64_t length) const {
  int64_t result = 0;
  for (int64_t c : llvm::reverse(coefficients))
    result = multiplyAdd(result, length, c);
  return result;
}

std::optional<LengthExpr::Range> LengthExpr::range(int64_t maximum) const {
  if (std::optional<int64_t> value = constant())
    return Range{*value, *value};
  auto rest = llvm::ArrayRef(coefficients).drop_front();
  int64_t first = at(1), last = at(maximum);
  if (llvm::all_of(rest, [](int64_t c) { return c >= 0; }))
    return Range{first, last};
  if (llvm::all_of(rest, [](int64_t c) { return c <= 0; }))
    return Range{last, first};
  return std::nullopt;
}

std::optional<bool> LengthExpr::isLess(const LengthExpr &other, int64_t maximum) const {
  std::optional<Range> difference = (*this - other).range(maximum);
  if (!difference || (difference->low < 0 && difference->high >= 0))
    return std::nullopt;
  return difference->high < 0;
}

std::optional<bool> LengthExpr::isAtMost(const LengthExpr &other, int64_t maximum) const {
  std::optional<bool> isGreater = other.isLess(*this, maximum);
  return isGreater ? std::optional(!*isGreater) : std::nullopt;
}

} // namespace lowp
