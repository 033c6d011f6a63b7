//===- Recipe.h - which scheme for which site -------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A recipe names what is quantized, at which granularity. It is data: the built-in ones are rows of a
// table. Applied to a site it gives a scheme, or the reason why the site stays in float.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_ANALYSIS_RECIPE_H
#define LOWP_ANALYSIS_RECIPE_H

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "llvm/ADT/ArrayRef.h"

#include <string>
#include <variant>

namespace lowp {

struct Recipe {
  enum class Weights { Float, PerChannel };
  enum class Activations { Float, DynamicPerToken };

  llvm::StringLiteral name;
  llvm::StringLiteral description;
  Weights weights;
  Activations activations;
  bool smoothQuant;

  bool needsCalibration() const { return smoothQuant; }

  static llvm::ArrayRef<Recipe> builtins();
  /// Null if there is none of that name.
  static const Recipe *lookup(llvm::StringRef name);
  /// "float, w8a8, …" for messages.
  static std::string names();

  /// The scheme for `site`, or why it stays in float.
  std::variant<SchemeAttr, std::string> schemeFor(const QuantizationSite &site) const;
};

} // namespace lowp

#endif
