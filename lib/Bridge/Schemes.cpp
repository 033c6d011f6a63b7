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
  return scheme;
}

} // namespace lowp
