//===- WeightRecipes.h - recipes for weights alone -----------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_FILES_WEIGHTRECIPES_H
#define LOWP_LIB_FILES_WEIGHTRECIPES_H

#include "lowp/Files/Recipe.h"

namespace lowp {

inline constexpr llvm::StringLiteral kWeightOnlyPattern =
    "w<bits>[a8][-g<group>][-asym|-sym]-<rtn|gptq|awq|awq-gptq>";

/// The recipe of a name of that pattern; none where it is not one. Fails where a number in it is out of range.
llvm::Expected<std::optional<Recipe>> parseWeightOnlyName(llvm::StringRef name);

/// The values of a recipe file's keys.
enum class ScaleStorage { F32, F16, BF16 };
enum class RoundingMethod { Nearest, Gptq };
enum class WeightRange { MinMax, Search };
struct GroupShape {
  int64_t rows = 1, columns = 0;
};

ScaleStorage scaleStorage(const LowFloatFormat *format);
const LowFloatFormat *scaleFormat(ScaleStorage storage);

} // namespace lowp

#endif
