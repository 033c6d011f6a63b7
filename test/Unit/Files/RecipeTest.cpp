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

} // namespace
