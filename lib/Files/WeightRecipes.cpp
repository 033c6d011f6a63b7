//===- WeightRecipes.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightRecipes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Regex.h"

using namespace llvm;

namespace lowp {

StringRef Recipe::weightOnlyNames() {
  return "w<bits>[a8][-g<group>][-asym|-sym]-<method>: weights of 2 to 8 bits, a scale per output channel or per "
         "group of\n    input channels. a8: int8 activations per token; otherwise activations stay in float. "
         "Methods, each with\n    the settings that are its best: rtn rounds to the nearest, gptq corrects column by "
         "column against\n    calibration data, awq scales input channels by their activations first, awq-gptq does "
         "both (recommended).\n    Zero points: awq and awq-gptq unless -sym, the others with -asym. "
         "For example w4-g64-awq-gptq";
}

StringRef Recipe::cacheNames() {
  return "<recipe>+kv8, +kvf8, +kv4: any recipe with the keys and values that a language model keeps in int8 or f8E4M3FN "
         "per token,\n    or in int4 as KIVI does (groups of 32, the newest 32 tokens in float). For example w8+kv8";
}

ScaleStorage scaleStorage(const LowFloatFormat *format) {
  return !format ? ScaleStorage::F32 : format == &float16 ? ScaleStorage::F16 : ScaleStorage::BF16;
}

const LowFloatFormat *scaleFormat(ScaleStorage storage) {
  return storage == ScaleStorage::F32 ? nullptr : storage == ScaleStorage::F16 ? &float16 : &bfloat16;
}

/// What a method's name stands for. At 3 bits and below order by activation lowers the error of each layer and raises
/// that of the model; the natural order lets scales follow the corrected weights (docs/Accuracy.md).
static WeightMethod methodOf(StringRef name, unsigned bits) {
  WeightMethod method;
  method.awq = name.starts_with("awq");
  method.gptq = name.ends_with("gptq");
  method.searchRange = method.awq || method.gptq;
  method.actOrder = method.staticGroups = bits > 3;
  if (method.gptq)
    method.propagation = 0.5;
  return method;
}

Expected<std::optional<Recipe>> parseWeightOnlyName(StringRef name) {
  static const Regex pattern("^w([0-9]+)(a8)?(-g([0-9]+))?(-asym|-sym)?-(rtn|gptq|awq|awq-gptq)$");
  SmallVector<StringRef> parts;
  if (!pattern.match(name, &parts))
    return std::nullopt;
  Recipe recipe;
  recipe.name = name.str();
  recipe.description = "a weight-only recipe";
  WeightFormat &format = recipe.policy.format;
  if (parts[1].getAsInteger(10, format.bits) || format.bits < 2 || format.bits > 8)
    return createStringError("recipe '" + name + "': found " + parts[1] + " bits, expected 2 to 8");
  if (!parts[4].empty() && (parts[4].getAsInteger(10, format.group) || format.group < 1))
    return createStringError("recipe '" + name + "': found groups of " + parts[4] + ", expected at least 1");
  recipe.method = methodOf(parts[6], format.bits);
  recipe.policy.activations = parts[2].empty() ? Granularity::Float : Granularity::Vector;
  format.symmetric = parts[5].empty() ? !recipe.method.awq : parts[5] == "-sym";
  if (format.symmetric && recipe.needsSamples() && format.bits < 8)
    format.scaleRule = SymmetricScaleRule::HalfStep;
  if (format.group > 0)
    format.scale = &float16;
  return recipe;
}

} // namespace lowp
