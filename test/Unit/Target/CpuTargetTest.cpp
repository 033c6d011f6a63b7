//===- CpuTargetTest.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Target/CpuTarget.h"

#include "gtest/gtest.h"

using namespace lowp;

namespace {

TEST(CpuTarget, RowsAreFoundByName) {
  for (const CpuTarget &target : CpuTarget::all())
    EXPECT_EQ(CpuTarget::lookup(target.name), &target);
  EXPECT_EQ(CpuTarget::lookup("z80"), nullptr);
}

TEST(CpuTarget, BestIsTheFirstWhoseFeaturesArePresent) {
  EXPECT_EQ(CpuTarget::best([](std::string_view) { return true; }).name, CpuTarget::all().front().name);
  EXPECT_EQ(CpuTarget::best([](std::string_view f) { return f == "avx2" || f == "fma"; }).name, "avx2");
  EXPECT_EQ(CpuTarget::best([](std::string_view f) { return f.starts_with("avx512") && f != "avx512bf16"; }).name,
            "avx512-vnni");
  EXPECT_EQ(CpuTarget::best([](std::string_view) { return false; }).name, "generic");
}

TEST(CpuTarget, BestIsOneThatIsAllowed) {
  auto has = [](std::string_view) { return true; };
  auto named = [](std::string_view name) {
    return [name](const CpuTarget &target) { return target.name == name; };
  };
  EXPECT_EQ(CpuTarget::best(has, named("avx2"))->name, "avx2");
  EXPECT_EQ(CpuTarget::best([](std::string_view) { return false; }, named("avx2")), nullptr);
}

TEST(CpuTarget, IsSupportedWhereEveryFeatureIs) {
  auto onlyAvx2 = [](std::string_view f) { return f == "avx2" || f == "fma"; };
  EXPECT_TRUE(CpuTarget::lookup("avx2")->isSupported(onlyAvx2));
  EXPECT_TRUE(CpuTarget::lookup("generic")->isSupported(onlyAvx2));
  EXPECT_FALSE(CpuTarget::lookup("avx512-vnni")->isSupported(onlyAvx2));
}

TEST(CpuTarget, EachBaseIsARow) {
  for (const CpuTarget &target : CpuTarget::all())
    EXPECT_TRUE(target.base.empty() || CpuTarget::lookup(target.base)) << target.name;
}

} // namespace
