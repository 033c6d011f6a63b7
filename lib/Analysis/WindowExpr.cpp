//===- WindowExpr.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Analysis/WindowExpr.h"

using namespace mlir;

namespace lowp {

/// (loop, factor) of d or d · c.
static std::optional<std::pair<unsigned, int64_t>> parseTerm(AffineExpr expr) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return std::pair(dim.getPosition(), int64_t(1));
  auto product = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!product || product.getKind() != AffineExprKind::Mul)
    return std::nullopt;
  auto dim = dyn_cast<AffineDimExpr>(product.getLHS());
  auto factor = dyn_cast<AffineConstantExpr>(product.getRHS());
  if (!dim || !factor)
    return std::nullopt;
  return std::pair(dim.getPosition(), factor.getValue());
}

std::optional<WindowExpr> WindowExpr::parse(AffineExpr expr,
                                            ArrayRef<utils::IteratorType> iterators) {
  auto sum = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!sum || sum.getKind() != AffineExprKind::Add)
    return std::nullopt;
  auto image = parseTerm(sum.getLHS()), tap = parseTerm(sum.getRHS());
  if (!image || !tap)
    return std::nullopt;
  auto isReduction = [&](auto &term) {
    return iterators[term->first] == utils::IteratorType::reduction;
  };
  if (isReduction(image))
    std::swap(image, tap);
  if (isReduction(image) || !isReduction(tap))
    return std::nullopt;
  return WindowExpr{image->first, tap->first, image->second, tap->second};
}

} // namespace lowp
