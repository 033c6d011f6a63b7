//===- SchemeAssignment.cpp ----------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Analysis/SchemeAssignment.h"

#include "lowp/Analysis/WeightExpression.h"

using namespace mlir;

namespace lowp {

static SmallVector<int64_t> blockOf(ArrayRef<DimRole> roles, Granularity granularity) {
  if (granularity == Granularity::Vector)
    return QuantizationSite::vectorBlock(roles);
  return SmallVector<int64_t>(roles.size(), SpecAttr::kWhole);
}

static SpecAttr symmetricSpec(MLIRContext *ctx, ArrayRef<DimRole> roles, Granularity granularity,
                              bool reciprocal) {
  return SpecAttr::get(ctx, IntegerType::get(ctx, 8), blockOf(roles, granularity),
                       /*symmetric=*/true, /*lo=*/-127, /*hi=*/127, reciprocal);
}

static SpecAttr affineSpec(MLIRContext *ctx, ArrayRef<DimRole> roles, Granularity granularity) {
  return SpecAttr::get(ctx, IntegerType::get(ctx, 8, IntegerType::Unsigned),
                       blockOf(roles, granularity), /*symmetric=*/false, /*lo=*/0, /*hi=*/255,
                       /*reciprocal=*/true);
}

/// Activations are multiplied by the reciprocal of the scale: a product per element at run time, not a division.
static SpecAttr activationSpec(MLIRContext *ctx, ArrayRef<DimRole> roles, SitePolicy policy) {
  if (policy.activations == Granularity::Float)
    return {};
  bool affine = policy.staticRange && !policy.symmetric;
  return affine ? affineSpec(ctx, roles, policy.activations)
                : symmetricSpec(ctx, roles, policy.activations, /*reciprocal=*/true);
}

/// Both operands are activations: symmetric, so that no sum depends on a zero point.
static SchemeAttr productScheme(const QuantizationSite &site, SitePolicy policy) {
  MLIRContext *ctx = site.op->getContext();
  return SchemeAttr::get(
      ctx, symmetricSpec(ctx, site.weightRoles, policy.activations, /*reciprocal=*/true),
      symmetricSpec(ctx, site.activationRoles, policy.activations, /*reciprocal=*/true),
      /*output=*/SpecAttr(), /*inputDynamic=*/!policy.staticRange);
}

/// The scheme of a site that came in simulated form; null for all others.
static SchemeAttr existingScheme(const QuantizationSite &site) {
  auto weight = site.weight().getDefiningOp<DequantizeOp>();
  auto activation = site.activation().getDefiningOp<DequantizeOp>();
  if (!weight || !activation)
    return {};
  bool dynamic = activation.getScale().getDefiningOp<ChooseQParamsOp>() != nullptr;
  return SchemeAttr::get(weight.getContext(), weight.getSpec(), activation.getSpec(),
                         /*output=*/SpecAttr(), dynamic);
}

std::variant<SchemeAttr, std::string> schemeFor(const QuantizationSite &site, SitePolicy policy) {
  if (SchemeAttr existing = existingScheme(site))
    return existing;
  if (policy.weights == Granularity::Float)
    return std::string("the recipe keeps it in float");
  if (!getElementTypeOrSelf(site.weight().getType()).isF32())
    return std::string("the weight is not f32");
  if (!WeightExpression::match(site.weight())) {
    if (!policy.products)
      return std::string("both operands are computed and the recipe keeps such products in float");
    return productScheme(site, policy);
  }
  MLIRContext *ctx = site.op->getContext();
  SpecAttr weight = symmetricSpec(ctx, site.weightRoles, policy.weights, /*reciprocal=*/false);
  SpecAttr input = activationSpec(ctx, site.activationRoles, policy);
  return SchemeAttr::get(ctx, weight, input, /*output=*/SpecAttr(), input && !policy.staticRange);
}

} // namespace lowp
