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
      if (dot.form == DotForm::Tiles) {
        int64_t rows = tile.rows / dot.block;
        EXPECT_LE(rows * tile.vectors + rows + tile.vectors, 8); // tile registers
        continue;
      }
      EXPECT_EQ(tile.rows % dot.block, 0);
      // Accumulators, a row of the right operand, one broadcast of the left.
      EXPECT_LE(tile.rows * tile.vectors + tile.vectors * dot.block + 1 + dot.scratch(),
                target(dot.isa).vectorRegisters)
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
  EXPECT_EQ(vnni->leftShift({S8, S8}), 128);
  EXPECT_EQ(vnni->leftShift({U8, S8}), 0);
  EXPECT_FALSE(vnni->takes({S8, U8}));
  EXPECT_EQ(target("avx2").dot({S8, S8})->leftShift({S8, S8}), 0);
  EXPECT_EQ(target("avx-vnni-int8").dot({S8, S8})->intrinsic, "llvm.x86.avx2.vpdpbssd.256");
}

TEST(DotTile, UnsignedCodesAreShiftedWhereNoRowTakesThem) {
  const DotTile *sdot = target("dotprod").dot({U8, S8});
  ASSERT_NE(sdot, nullptr);
  EXPECT_EQ(sdot->intrinsic, "llvm.aarch64.neon.sdot.v4i32.v16i8");
  EXPECT_EQ(sdot->leftShift({U8, S8}), -128);
  EXPECT_EQ(target("i8mm").dot({U8, S8})->intrinsic, "llvm.aarch64.neon.usmmla.v4i32.v16i8");
}

TEST(DotTile, SaturatingPairsNeedSmallWeights) {
  EXPECT_EQ(target("avx2").dot({U8, S8, 64})->form, DotForm::SaturatedPairs);
  EXPECT_EQ(target("avx2").dot({U8, S8, 65})->form, DotForm::WidenedPairs);
  EXPECT_EQ(target("avx512-vnni").dot({U8, S8, 64})->form, DotForm::Call);
}

TEST(DotTile, FewRowsAreNotForBlocks) {
  DotOperands one{U8, S8};
  one.rows = 1;
  EXPECT_EQ(target("i8mm").dot(one)->intrinsic, "llvm.aarch64.neon.usdot.v4i32.v16i8");
  one.rows = 15;
  EXPECT_EQ(target("amx").dot(one)->intrinsic, "llvm.x86.avx512.vpdpbusd.512");
  one.rows = 16;
  EXPECT_EQ(target("amx").dot(one)->intrinsic, "llvm.x86.tdpbusd.internal");
}

TEST(DotTile, TilesNeedWholeGroupsOfTheReduction) {
  DotOperands operands{U8, S8};
  operands.reduction = 63;
  EXPECT_EQ(target("amx").dot(operands)->form, DotForm::Call);
  operands.reduction = 60;
  EXPECT_EQ(target("amx").dot(operands)->form, DotForm::Tiles);
}

TEST(DotTile, AStepIsFoundByItsShape) {
  EXPECT_NE(target("avx512-vnni").dot({U8, S8}, {16, 64, 1}), nullptr);
  EXPECT_EQ(target("avx512-vnni").dot({U8, S8}, {8, 32, 1}), nullptr);
  EXPECT_EQ(target("avx512-vnni").dot({S8, S8}, {16, 64, 1}), nullptr); // the step itself does not shift
  EXPECT_EQ(target("i8mm").dot({S8, S8}, {4, 16, 2})->intrinsic, "llvm.aarch64.neon.smmla.v4i32.v16i8");
  EXPECT_EQ(target("i8mm").dot({S8, S8}, {4, 16, 1})->intrinsic, "llvm.aarch64.neon.sdot.v4i32.v16i8");
}

} // namespace
