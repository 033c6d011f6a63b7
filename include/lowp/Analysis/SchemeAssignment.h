//===- SchemeAssignment.h - recipe to scheme --------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_ANALYSIS_SCHEMEASSIGNMENT_H
#define LOWP_ANALYSIS_SCHEMEASSIGNMENT_H

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Files/Recipe.h"

#include <string>
#include <variant>

namespace lowp {

/// The scheme for `site`, or why it stays in float. Weights have the policy's format: by default symmetric over
/// [-127, 127]; so are dynamic activations; static activations are affine u8 or, where the policy says so, symmetric.
/// All activations multiply by the reciprocal of their scale. Both operands of a product of activations are
/// symmetric. A site whose operands
/// are codes already has the scheme that they say, whatever the policy.
std::variant<SchemeAttr, std::string> schemeFor(const QuantizationSite &site, SitePolicy policy);

} // namespace lowp

#endif
