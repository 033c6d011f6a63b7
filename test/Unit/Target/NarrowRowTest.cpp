//===- NarrowRowTest.cpp --------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Target/CpuTarget.h"

#include "gtest/gtest.h"

using namespace lowp;

namespace {

TEST(NarrowRow, EachFillsTheVectorsOfItsIsa) {
  for (const NarrowRow &row : NarrowRow::all()) {
    const CpuTarget *target = CpuTarget::lookup(row.isa);
    ASSERT_TRUE(target) << row.isa;
    EXPECT_EQ(row.lanes * 32, target->vectorBits) << row.isa;
  }
}

TEST(NarrowRow, IsFoundByLanesAndInBases) {
  const CpuTarget &vnni = *CpuTarget::lookup("avx512-vnni");
  ASSERT_TRUE(vnni.narrow(16));
  EXPECT_EQ(vnni.narrow(16)->isa, "avx512bw");
  EXPECT_FALSE(vnni.narrow(8));
  EXPECT_EQ(CpuTarget::lookup("avx-vnni")->narrow(8)->isa, "avx2");
  EXPECT_FALSE(CpuTarget::lookup("neon")->narrow(4));
}

} // namespace
