//===- CacheFormatTest.cpp -----------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/CacheFormat.h"

#include "gtest/gtest.h"

using namespace lowp;

namespace {

TEST(CacheFormat, NamesAreReadAsWritten) {
  for (auto codes : {CacheCodes::Float, CacheCodes::Int8, CacheCodes::Float8E4M3FN, CacheCodes::Float8E5M2,
                     CacheCodes::Int4})
    EXPECT_EQ(parseCacheCodes(cacheCodesName(codes)), codes);
  EXPECT_FALSE(parseCacheCodes("int5"));
}

TEST(CacheFormat, BytesOfOneLayer) {
  // SmolLM2: 3 heads of 64 channels, 512 tokens.
  EXPECT_EQ(cacheBytes({}, 3, 64, 512), 3 * 64 * 512 * 4);
  EXPECT_EQ(cacheBytes({CacheCodes::Int8}, 3, 64, 512), 3 * 64 * 512 + 3 * 512 * 4);
  EXPECT_EQ(cacheBytes({CacheCodes::Float8E4M3FN}, 3, 64, 512), 3 * 64 * 512 + 3 * 512 * 4);
  // 5 bits per number in groups of 32, and 32 tokens of f32.
  EXPECT_EQ(cacheBytes({CacheCodes::Int4}, 3, 64, 512), 3 * 64 * 512 * 5 / 8 + 3 * 64 * 32 * 4);
}

TEST(CacheFormat, FormThatIsNone) {
  EXPECT_TRUE(bool(checkCacheFormat({CacheCodes::Int4, 32, 128})));
  EXPECT_EQ(checkCacheFormat({CacheCodes::Int4, 0, 32}).error(), "groups of 0, expected at least 1");
  EXPECT_EQ(checkCacheFormat({CacheCodes::Int4, 32, 48}).error(),
            "48 tokens in float, expected a multiple of the group of 32");
  EXPECT_EQ(checkCacheFormat({CacheCodes::Int4, 32, 0}).error(),
            "0 tokens in float, expected a multiple of the group of 32");
}

TEST(CacheFormat, CachesThatItDoesNotFit) {
  EXPECT_TRUE(bool(checkCacheFits({CacheCodes::Int8}, 7, 9)));
  EXPECT_TRUE(bool(checkCacheFits({CacheCodes::Int4}, 64, 512)));
  EXPECT_EQ(checkCacheFits({CacheCodes::Int4}, 48, 512).error(),
            "heads of 48 channels, expected an even multiple of the group of 32");
  EXPECT_EQ(checkCacheFits({CacheCodes::Int4, 1, 1}, 7, 512).error(),
            "heads of 7 channels, expected an even multiple of the group of 1");
  EXPECT_EQ(checkCacheFits({CacheCodes::Int4, 32, 64}, 64, 480).error(),
            "room for 480 tokens, expected a multiple of the 64 that stay in float");
}

} // namespace
