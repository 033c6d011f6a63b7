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

static ScaleRule ruleOf(SymmetricScaleRule rule) {
  return rule == SymmetricScaleRule::HalfStep    ? ScaleRule::HalfStep
         : rule == SymmetricScaleRule::SignedMax ? ScaleRule::SignedMax
                                                 : ScaleRule::Restricted;
}

static Type scaleTypeOf(MLIRContext *ctx, const LowFloatFormat *format) {
  if (!format)
    return Float32Type::get(ctx);
  return format == &float16 ? Type(Float16Type::get(ctx)) : Type(BFloat16Type::get(ctx));
}

/// The weight's block: what the granularity says, with groups along the input channels.
static SmallVector<int64_t> weightBlock(const QuantizationSite &site, const SitePolicy &policy) {
  SmallVector<int64_t> block = blockOf(site.weightRoles, policy.weights);
  if (policy.format.group == 0)
    return block;
  for (auto [role, size] : llvm::zip(site.weightRoles, block)) {
    if (role == DimRole::Reduction)
      size = policy.format.group;
    else if (role == DimRole::Columns)
      size = policy.format.groupRows;
  }
  return block;
}

/// Why groups cannot be made of the site's weight; nothing if they can.
static std::optional<std::string> refuseGroups(const QuantizationSite &site, const WeightFormat &format) {
  if (format.group == 0)
    return std::nullopt;
  int64_t k = QuantizationSite::dimOf(site.weightRoles, DimRole::Reduction);
  int64_t channels = k < 0 ? 1 : site.weightType().getDimSize(k);
  if (format.group > channels)
    return "groups of " + std::to_string(format.group) + " are larger than its " + std::to_string(channels) +
           " input channels";
  return std::nullopt;
}

static SpecAttr weightSpec(const QuantizationSite &site, const SitePolicy &policy) {
  const WeightFormat &format = policy.format;
  MLIRContext *ctx = site.op->getContext();
  auto storage = IntegerType::get(ctx, format.bits,
                                  format.symmetric ? IntegerType::Signless : IntegerType::Unsigned);
  auto [lo, hi] = SpecAttr::storageRange(storage);
  if (format.symmetric && format.scaleRule == SymmetricScaleRule::Restricted)
    lo = -hi; // the lowest code is out of reach
  return SpecAttr::get(ctx, storage, weightBlock(site, policy), format.symmetric, lo, hi, /*reciprocal=*/false,
                       scaleTypeOf(ctx, format.scale), /*floatZero=*/false, ruleOf(format.scaleRule));
}

/// Both operands are activations: symmetric, so that no sum depends on a zero point.
static SchemeAttr productScheme(const QuantizationSite &site, SitePolicy policy) {
  MLIRContext *ctx = site.op->getContext();
  return SchemeAttr::get(
      ctx, symmetricSpec(ctx, site.weightRoles, policy.activations, /*reciprocal=*/true),
      symmetricSpec(ctx, site.activationRoles, policy.activations, /*reciprocal=*/true),
      /*output=*/SpecAttr(), /*inputDynamic=*/!policy.staticRange);
}

/// The scheme of a site that came in simulated form, or with a weight of codes; null for all others.
static SchemeAttr existingScheme(const QuantizationSite &site) {
  auto weight = site.weight().getDefiningOp<DequantizeOp>();
  auto activation = site.activation().getDefiningOp<DequantizeOp>();
  bool isConstant = weight && weight.getCodes().getDefiningOp<arith::ConstantOp>();
  if (!weight || (!activation && !isConstant))
    return {};
  SpecAttr input = activation ? activation.getSpec() : SpecAttr();
  bool dynamic = activation && activation.getScale().getDefiningOp<ChooseQParamsOp>();
  return SchemeAttr::get(weight.getContext(), weight.getSpec(), input, /*output=*/SpecAttr(), dynamic);
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
  if (std::optional<std::string> reason = refuseGroups(site, policy.format))
    return *reason;
  MLIRContext *ctx = site.op->getContext();
  SpecAttr weight = weightSpec(site, policy);
  SpecAttr input = activationSpec(ctx, site.activationRoles, policy);
  return SchemeAttr::get(ctx, weight, input, /*output=*/SpecAttr(), input && !policy.staticRange);
}

} // namespace lowp
