//===- DotTileTest.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Target/CpuTarget.h"

#include "gtest/gtest.h"

using namespace lowp;

namespace {

using enum DotOperand;

const CpuTarget &target(std::string_view name) { return *CpuTarget::lookup(name); }

TEST(DotTile, EachBelongsToARow) {
  for (const DotTile &dot : DotTile::all())
    EXPECT_TRUE(CpuTarget::lookup(dot.isa)) << dot.isa;
}

TEST(DotTile, EachTileIsWhole) {
  for (const DotTile &dot : DotTile::all()) {
    EXPECT_EQ(dot.columns % dot.lanes, 0) << dot.isa << " " << dot.intrinsic;
    EXPECT_GE(dot.rows, 1);
    EXPECT_GE(dot.kBlock, 1);
  }
}

TEST(DotTile, TilesFitTheRegisters) {
  for (const DotTile &dot : DotTile::all())
    for (int64_t columns = 1; columns <= 4096; columns = columns * 3 / 2 + 1) {
      RegisterTile tile = chooseTile(target(dot.isa), dot, columns);
      EXPECT_GE(tile.rows, 1);
      // Accumulators, a row of the right operand, one broadcast of the left.
      EXPECT_LE(tile.rows * tile.vectors + tile.vectors + 1, target(dot.isa).vectorRegisters)
          << dot.isa << " " << dot.intrinsic << " " << columns;
    }
}

TEST(DotTile, WideResultsGetTheTileOfTheRow) {
  for (const DotTile &dot : DotTile::all()) {
    RegisterTile tile = chooseTile(target(dot.isa), dot, 1024);
    EXPECT_EQ(tile.rows, dot.rows);
    EXPECT_EQ(tile.vectors * dot.lanes, dot.columns);
  }
}

TEST(DotTile, TheFirstRowThatTakesTheOperandsIsUsed) {
  EXPECT_EQ(target("avx512-vnni").dot({U8, S8})->intrinsic, "llvm.x86.avx512.vpdpbusd.512");
  EXPECT_EQ(target("avx2").dot({S8, U8})->intrinsic, "llvm.x86.avx2.pmadd.wd");
  EXPECT_EQ(target("avx2").dot(DotOperands::f32())->form, DotForm::Fma);
  EXPECT_EQ(target("generic").dot({U8, S8}), nullptr);
}

TEST(DotTile, SignedCodesAreShiftedForUnsignedOperandsAlone) {
  const DotTile *vnni = target("avx512-vnni").dot({S8, S8});
  ASSERT_NE(vnni, nullptr);
  EXPECT_TRUE(vnni->shiftsLeft({S8, S8}));
  EXPECT_FALSE(vnni->shiftsLeft({U8, S8}));
  EXPECT_FALSE(vnni->takes({S8, U8}));
  EXPECT_FALSE(target("avx2").dot({S8, S8})->shiftsLeft({S8, S8}));
}

TEST(DotTile, AStepIsFoundByItsShape) {
  EXPECT_NE(target("avx512-vnni").dot({U8, S8}, {16, 4}), nullptr);
  EXPECT_EQ(target("avx512-vnni").dot({U8, S8}, {8, 4}), nullptr);
  EXPECT_EQ(target("avx512-vnni").dot({S8, S8}, {16, 4}), nullptr); // the step itself does not shift
}

} // namespace
