//===- Schemes.cpp -------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Bridge/Schemes.h"

namespace lowp {

RtnScheme rtnScheme(SpecAttr spec) {
  RtnScheme scheme;
  scheme.range = {static_cast<int32_t>(spec.getLo()), static_cast<int32_t>(spec.getHi())};
  scheme.symmetric = spec.getSymmetric();
  scheme.reciprocal = spec.getReciprocal();
  scheme.scaleRule = spec.getScaleRule() == ScaleRule::HalfStep    ? SymmetricScaleRule::HalfStep
                     : spec.getScaleRule() == ScaleRule::SignedMax ? SymmetricScaleRule::SignedMax
                                                                   : SymmetricScaleRule::Restricted;
  scheme.scaleFormat = spec.getScaleType().isF16()    ? &float16
                       : spec.getScaleType().isBF16() ? &bfloat16
                                                      : nullptr;
  return scheme;
}

// The kinds have the same numbers on both sides.
static_assert(static_cast<int>(ObserverKind::Mse) == static_cast<int>(Observer::Kind::Mse));

Observer observerOf(ObserverAttr attr) {
  Observer observer;
  if (!attr)
    return observer;
  observer.kind = static_cast<Observer::Kind>(attr.getKind());
  if (attr.getPercentile())
    observer.percentile = attr.getPercentile().getValueAsDouble();
  return observer;
}

ObserverAttr observerAttr(mlir::MLIRContext *context, const Observer &observer) {
  if (observer.kind == Observer::Kind::MinMax)
    return {};
  mlir::FloatAttr percentile;
  if (observer.kind == Observer::Kind::Percentile)
    percentile = mlir::FloatAttr::get(mlir::Float64Type::get(context), observer.percentile);
  return ObserverAttr::get(context, static_cast<ObserverKind>(observer.kind), percentile);
}

} // namespace lowp
