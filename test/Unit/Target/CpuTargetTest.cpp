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
  EXPECT_EQ(CpuTarget::best([](std::string_view) { return true; }).name, "avx512-vnni");
  EXPECT_EQ(CpuTarget::best([](std::string_view f) { return f == "avx2" || f == "fma"; }).name, "avx2");
  EXPECT_EQ(CpuTarget::best([](std::string_view f) { return f != "avx512vnni" && f != "fma"; }).name,
            "generic");
  EXPECT_EQ(CpuTarget::best([](std::string_view) { return false; }).name, "generic");
}

TEST(CpuTarget, IsSupportedWhereEveryFeatureIs) {
  auto onlyAvx2 = [](std::string_view f) { return f == "avx2" || f == "fma"; };
  EXPECT_TRUE(CpuTarget::lookup("avx2")->isSupported(onlyAvx2));
  EXPECT_TRUE(CpuTarget::lookup("generic")->isSupported(onlyAvx2));
  EXPECT_FALSE(CpuTarget::lookup("avx512-vnni")->isSupported(onlyAvx2));
}

TEST(CpuTarget, TilesFitTheRegisters) {
  for (const CpuTarget &target : CpuTarget::all()) {
    if (target.dot == DotKind::None)
      continue;
    for (int64_t columns = 1; columns <= 4096; columns = columns * 3 / 2 + 1) {
      RegisterTile tile = chooseTile(target, columns);
      EXPECT_GE(tile.rows, 1);
      // Accumulators, a row of the right operand, one broadcast of the left.
      EXPECT_LE(tile.rows * tile.vectors + tile.vectors + 1, target.vectorRegisters);
    }
  }
}

TEST(CpuTarget, WideResultsGetTheWideTile) {
  RegisterTile vnni = chooseTile(*CpuTarget::lookup("avx512-vnni"), 1024);
  EXPECT_EQ(vnni.rows, 6);
  EXPECT_EQ(vnni.vectors, 4);
  RegisterTile avx2 = chooseTile(*CpuTarget::lookup("avx2"), 1024);
  EXPECT_EQ(avx2.rows, 6);
  EXPECT_EQ(avx2.vectors, 2);
}

} // namespace
