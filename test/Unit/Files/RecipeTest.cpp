//===- RecipeTest.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Files/Recipe.h"

#include "llvm/Support/FileSystem.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <fstream>

using namespace lowp;
using testing::HasSubstr;

namespace {

/// Loads a recipe from the text of a file.
llvm::Expected<Recipe> load(const std::string &text) {
  llvm::SmallString<128> path;
  EXPECT_FALSE(llvm::sys::fs::createTemporaryFile("recipe", "yaml", path));
  std::ofstream(path.c_str()) << text;
  auto recipe = Recipe::load(path);
  llvm::sys::fs::remove(path);
  return recipe;
}

std::string errorOf(const std::string &text) {
  auto recipe = load(text);
  return recipe ? "" : llvm::toString(recipe.takeError());
}

TEST(Recipe, BuiltinsAreFoundByName) {
  for (const Recipe &recipe : Recipe::builtins()) {
    auto found = Recipe::load(recipe.name);
    ASSERT_TRUE(bool(found));
    EXPECT_EQ(found->name, recipe.name);
    EXPECT_FALSE(found->description.empty());
  }
}

TEST(Recipe, UnknownNameListsTheOthers) {
  auto recipe = Recipe::load("w9");
  ASSERT_FALSE(bool(recipe));
  EXPECT_THAT(llvm::toString(recipe.takeError()), HasSubstr("unknown recipe 'w9', expected a .yaml "
                                                            "file or one of float, w8, w8a8"));
}

TEST(Recipe, CacheIsASuffixOfAnyName) {
  EXPECT_TRUE(Recipe::load("w8")->cache.isFloat());
  EXPECT_EQ(Recipe::load("float+kv8")->cache.codes, CacheCodes::Int8);
  EXPECT_EQ(Recipe::load("w8a8-dynamic+kvf8")->cache.codes, CacheCodes::Float8E4M3FN);
  auto recipe = Recipe::load("w4-g64-rtn+kv4");
  ASSERT_TRUE(bool(recipe)) << llvm::toString(recipe.takeError());
  EXPECT_EQ(recipe->name, "w4-g64-rtn+kv4");
  EXPECT_EQ(recipe->policy.format.bits, 4u);
  EXPECT_EQ(recipe->cache, (CacheFormat{CacheCodes::Int4, 32, 32}));
  auto unknown = Recipe::load("w8+kv5");
  ASSERT_FALSE(bool(unknown));
  EXPECT_THAT(llvm::toString(unknown.takeError()), HasSubstr("unknown recipe 'w8+kv5'"));
}

TEST(Recipe, CacheOfAFile) {
  auto recipe = load("weights: float\nactivations: float\ncache: int4\ncache-group: 16\ncache-residual: 64\n");
  ASSERT_TRUE(bool(recipe)) << llvm::toString(recipe.takeError());
  EXPECT_EQ(recipe->cache, (CacheFormat{CacheCodes::Int4, 16, 64}));
  EXPECT_EQ(load("cache: f8E5M2\n")->cache.codes, CacheCodes::Float8E5M2);
  EXPECT_THAT(errorOf("cache: int5\n"), HasSubstr("unknown enumerated scalar"));
  EXPECT_THAT(errorOf("cache: int8\ncache-group: 16\n"), HasSubstr("cache-group and cache-residual need cache: int4"));
  EXPECT_THAT(errorOf("cache: int4\ncache-residual: 40\n"),
              HasSubstr("cache: 40 tokens in float, expected a multiple of the group of 32"));
}

TEST(Recipe, FileIsRead) {
  auto recipe = load("weights: tensor\nactivations: tensor\nrange: static\nsmooth-quant: 0.25\n"
                     "sites:\n  - match: '*head*'\n    weights: float\n    activations: float\n");
  ASSERT_TRUE(bool(recipe)) << llvm::toString(recipe.takeError());
  EXPECT_EQ(recipe->policy.weights, Granularity::Tensor);
  EXPECT_TRUE(recipe->policy.staticRange);
  EXPECT_TRUE(recipe->smoothQuant);
  EXPECT_EQ(recipe->alpha, 0.25);
  EXPECT_TRUE(recipe->needsCalibration());
  EXPECT_EQ(recipe->policyFor("lm_head").weights, Granularity::Float);
  EXPECT_EQ(recipe->policyFor("query").weights, Granularity::Tensor);
}

TEST(Recipe, LastMatchCounts) {
  auto recipe = load("sites:\n  - match: '*'\n    weights: float\n    activations: float\n"
                     "  - match: 'a*'\n    weights: tensor\n");
  ASSERT_TRUE(bool(recipe)) << llvm::toString(recipe.takeError());
  EXPECT_EQ(recipe->policyFor("ab").weights, Granularity::Tensor);
  EXPECT_EQ(recipe->policyFor("b").weights, Granularity::Float);
}

TEST(Recipe, QuantizedActivationsAreSeen) {
  EXPECT_TRUE(Recipe::load("w8a8")->quantizesActivations());
  EXPECT_FALSE(Recipe::load("w8")->quantizesActivations());
  auto ruled = load("activations: float\nsites:\n  - match: '*up*'\n    activations: token\n");
  ASSERT_TRUE(bool(ruled)) << llvm::toString(ruled.takeError());
  EXPECT_TRUE(ruled->quantizesActivations()); // of one site
}

TEST(Recipe, IdleRuleIsFound) {
  auto recipe = load("sites:\n  - match: 'x*'\n    weights: tensor\n");
  ASSERT_TRUE(bool(recipe)) << llvm::toString(recipe.takeError());
  EXPECT_EQ(recipe->findIdleRule({"xa"}), nullptr);
  ASSERT_NE(recipe->findIdleRule({"a", "b"}), nullptr);
  EXPECT_EQ(recipe->findIdleRule({"a"})->match, "x*");
}

TEST(Recipe, MistakesAreNamed) {
  EXPECT_THAT(errorOf("weights: row\n"), HasSubstr("line 1"));
  EXPECT_THAT(errorOf("weigths: tensor\n"), HasSubstr("unknown key 'weigths'"));
  EXPECT_THAT(errorOf("smooth-quant: 2\n"), HasSubstr("expected none, search or a number in [0, 1]"));
  EXPECT_THAT(errorOf("symmetric: true\n"), HasSubstr("symmetric: true needs range: static"));
  EXPECT_THAT(errorOf("activations: token\nrange: static\n"),
              HasSubstr("range: static needs activations: tensor"));
  EXPECT_THAT(errorOf("weights: float\n"), HasSubstr("activations are quantized but weights are float"));
  EXPECT_THAT(errorOf("sites:\n  - match: '[a'\n"), HasSubstr("match"));
  EXPECT_NE(errorOf("sites: [\n"), "");
  EXPECT_THAT(errorOf(""), HasSubstr("holds no recipe"));
  EXPECT_THAT(errorOf("---\n# weights: tensor\n\n"), HasSubstr("holds no recipe"));
}

TEST(Recipe, WeightOnlyNames) {
  auto recipe = Recipe::load("w4-g64-awq-gptq");
  ASSERT_TRUE(bool(recipe)) << llvm::toString(recipe.takeError());
  EXPECT_EQ(recipe->policy.activations, Granularity::Float);
  const WeightFormat &format = recipe->policy.format;
  EXPECT_EQ(format.bits, 4u);
  EXPECT_EQ(format.group, 64);
  EXPECT_FALSE(format.symmetric);
  EXPECT_EQ(format.scale, &float16);
  EXPECT_TRUE(recipe->method.awq && recipe->method.gptq && recipe->method.searchRange);
  EXPECT_TRUE(recipe->needsSamples());
  EXPECT_FALSE(recipe->needsCalibration());
  EXPECT_TRUE(recipe->method.actOrder);
  auto three = Recipe::load("w3-g64-awq-gptq");
  ASSERT_TRUE(bool(three)) << llvm::toString(three.takeError());
  EXPECT_FALSE(three->method.actOrder);
  EXPECT_FALSE(three->method.staticGroups);

  auto nearest = Recipe::load("w3a8-rtn");
  ASSERT_TRUE(bool(nearest)) << llvm::toString(nearest.takeError());
  EXPECT_EQ(nearest->policy.activations, Granularity::Vector);
  EXPECT_EQ(nearest->policy.format.group, 0);
  EXPECT_TRUE(nearest->policy.format.symmetric);
  EXPECT_EQ(nearest->policy.format.scaleRule, SymmetricScaleRule::Restricted);
  EXPECT_EQ(nearest->policy.format.scale, nullptr);
  EXPECT_FALSE(nearest->needsSamples());

  auto symmetric = Recipe::load("w4-g128-sym-awq-gptq"), affine = Recipe::load("w4-g128-asym-rtn");
  ASSERT_TRUE(symmetric && affine);
  EXPECT_EQ(symmetric->policy.format.scaleRule, SymmetricScaleRule::HalfStep);
  EXPECT_FALSE(affine->policy.format.symmetric);
}

TEST(Recipe, WeightOnlyNamesOutOfRange) {
  auto bits = Recipe::load("w9-rtn"), group = Recipe::load("w4-g0-rtn");
  ASSERT_FALSE(bool(bits));
  EXPECT_EQ(llvm::toString(bits.takeError()), "recipe 'w9-rtn': found 9 bits, expected 2 to 8");
  ASSERT_FALSE(bool(group));
  EXPECT_EQ(llvm::toString(group.takeError()), "recipe 'w4-g0-rtn': found groups of 0, expected at least 1");
}

TEST(Recipe, WeightFormatsAreRead) {
  auto recipe = load("weight-bits: 3\nweight-group: 16x32\nweight-scale: bf16\nscale-rule: signed-max\n"
                     "activations: float\nweight-method: gptq\nweight-range: search\nact-order: false\nstatic-groups: false\n"
                     "damping: 0.05\npropagation: 0.25\nawq: true\n");
  ASSERT_TRUE(bool(recipe)) << llvm::toString(recipe.takeError());
  const WeightFormat &format = recipe->policy.format;
  EXPECT_EQ(format.bits, 3u);
  EXPECT_EQ(format.group, 32);
  EXPECT_EQ(format.groupRows, 16);
  EXPECT_EQ(format.scale, &bfloat16);
  EXPECT_EQ(format.scaleRule, SymmetricScaleRule::SignedMax);
  const WeightMethod &method = recipe->method;
  EXPECT_TRUE(method.gptq && method.searchRange && method.awq && !method.actOrder && !method.staticGroups);
  EXPECT_EQ(method.damping, 0.05);
  EXPECT_EQ(method.propagation, 0.25);
}

TEST(Recipe, WeightFormatsThatCannotBe) {
  EXPECT_THAT(errorOf("weight-bits: 1\n"), HasSubstr("weight-bits is 1, expected 2 to 8"));
  EXPECT_THAT(errorOf("weight-group: 0\n"), HasSubstr("expected whole, a number of input channels, or OUTPUTSxINPUTS"));
  EXPECT_THAT(errorOf("weights: tensor\nweight-group: 32\n"), HasSubstr("weight-group needs weights: channel"));
  EXPECT_THAT(errorOf("weight-symmetric: false\nscale-rule: half-step\n"),
              HasSubstr("a scale-rule needs weight-symmetric: true"));
  EXPECT_THAT(errorOf("propagation: 0.5\n"), HasSubstr("propagation needs weight-method: gptq"));
  EXPECT_THAT(errorOf("weight-method: gptq\nstatic-groups: false\n"),
              HasSubstr("static-groups: false needs act-order: false"));
  EXPECT_THAT(errorOf("weight-method: gptq\ndamping: 0\n"), HasSubstr("damping is not a number in (0, 1]"));
}

} // namespace
