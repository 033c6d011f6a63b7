//===- Recipe.cpp --------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Analysis/Recipe.h"

#include "lowp/Analysis/WeightExpression.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace lowp {

ArrayRef<Recipe> Recipe::builtins() {
  using W = Weights;
  using A = Activations;
  static constexpr Recipe kRecipes[] = {
      {"float", "nothing is quantized: the model as it was trained", W::Float, A::Float, false},
      {"w8a8", "int8 weights per channel, int8 activations per token, SmoothQuant (recommended)",
       W::PerChannel, A::DynamicPerToken, true},
      {"w8a8-dynamic", "int8 weights per channel, int8 activations per token, no calibration",
       W::PerChannel, A::DynamicPerToken, false},
  };
  return kRecipes;
}

const Recipe *Recipe::lookup(StringRef name) {
  const Recipe *it = llvm::find_if(builtins(), [&](const Recipe &r) { return r.name == name; });
  return it == builtins().end() ? nullptr : it;
}

std::string Recipe::names() {
  return llvm::join(llvm::map_range(builtins(), [](const Recipe &r) { return r.name.str(); }),
                    ", ");
}

/// Symmetric int8 over [-127, 127], one scale per vector along the reduction.
static SpecAttr vectorSpec(MLIRContext *ctx, ArrayRef<DimRole> roles, bool reciprocal) {
  return SpecAttr::get(ctx, IntegerType::get(ctx, 8), QuantizationSite::vectorBlock(roles),
                       /*symmetric=*/true, /*lo=*/-127, /*hi=*/127, reciprocal);
}

std::variant<SchemeAttr, std::string> Recipe::schemeFor(const QuantizationSite &site) const {
  if (weights == Weights::Float)
    return std::string("the recipe keeps every site in float");
  if (!WeightExpression::match(site.weight()))
    return std::string("both operands are computed and the recipe keeps such products in float");
  if (!getElementTypeOrSelf(site.weight().getType()).isF32())
    return std::string("the weight is not f32");
  MLIRContext *ctx = site.op->getContext();
  SpecAttr weight = vectorSpec(ctx, site.weightRoles, /*reciprocal=*/false);
  bool dynamic = activations == Activations::DynamicPerToken;
  SpecAttr input = dynamic ? vectorSpec(ctx, site.activationRoles, /*reciprocal=*/true) : SpecAttr();
  return SchemeAttr::get(ctx, weight, input, /*output=*/SpecAttr(), dynamic);
}

} // namespace lowp
