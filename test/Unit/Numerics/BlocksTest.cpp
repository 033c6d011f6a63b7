//===- BlocksTest.cpp - block walks against index arithmetic --------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Blocks.h"

#include "gtest/gtest.h"
#include <array>

using namespace lowp;

namespace {

using Sizes = std::vector<int64_t>;

/// The block of an element, dimension by dimension.
int64_t oracleBlock(int64_t element, const Sizes &shape, const Sizes &block) {
  int64_t result = 0, stride = 1;
  for (size_t d = shape.size(); d-- > 0;) {
    int64_t size = block[d] == -1 ? shape[d] : block[d];
    result += element % shape[d] / size * stride;
    stride *= (shape[d] + size - 1) / size;
    element /= shape[d];
  }
  return result;
}

struct Case {
  Sizes shape, block, grid;
};

const Case cases[] = {
    {{6, 10}, {-1, -1}, {1, 1}},
    {{6, 10}, {1, -1}, {6, 1}},
    {{6, 10}, {-1, 1}, {1, 10}},
    {{6, 10}, {1, 1}, {6, 10}},
    {{6, 10}, {1, 4}, {6, 3}},
    {{6, 10}, {4, 3}, {2, 4}},
    {{6, 10}, {4, -1}, {2, 1}},
    {{6, 10}, {100, 100}, {1, 1}},
    {{1, 10}, {1, 4}, {1, 3}},
    {{10, 1}, {4, 1}, {3, 1}},
    {{5, 3, 2, 2}, {1, -1, -1, -1}, {5, 1, 1, 1}},
    {{5, 3, 2, 2}, {-1, 1, -1, -1}, {1, 3, 1, 1}},
    {{5, 3, 2, 2}, {2, 2, 1, 2}, {3, 2, 2, 1}},
    {{3, 1, 4}, {1, 1, 1}, {3, 1, 4}},
    {{7}, {3}, {3}},
    {{}, {}, {}},
};

class BlockGridTest : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Granularities, BlockGridTest, testing::ValuesIn(cases));

TEST_P(BlockGridTest, ShapeAndBlockOf) {
  const auto &[shape, block, expected] = GetParam();
  Result<BlockGrid> grid = BlockGrid::get(shape, block);
  ASSERT_TRUE(grid);
  EXPECT_EQ(Sizes(grid->gridShape().begin(), grid->gridShape().end()), expected);
  for (int64_t e = 0; e < grid->numElements(); ++e)
    EXPECT_EQ(grid->blockOf(e), oracleBlock(e, shape, block)) << e;
}

TEST_P(BlockGridTest, EveryWalkVisitsEachElementOnceInItsBlock) {
  const auto &[shape, block, expected] = GetParam();
  BlockGrid grid(shape, block);
  Sizes byBlock(grid.numElements(), -1), byRun = byBlock, bySlab = byBlock;
  auto set = [](Sizes &owner, int64_t element, int64_t b) {
    EXPECT_EQ(owner[element], -1) << element << " is visited twice";
    owner[element] = b;
  };
  int64_t elements = 0;
  grid.forEachBlock([&](int64_t b, const BlockGrid::Elements &block) {
    block.forEach([&](int64_t e) { set(byBlock, e, b); });
    elements += block.size();
  });
  EXPECT_EQ(elements, grid.numElements());
  int64_t last = 0;
  grid.forEachRun([&](int64_t b, int64_t begin, int64_t end) {
    EXPECT_EQ(begin, last) << "not in memory order";
    for (last = begin; last < end; ++last)
      set(byRun, last, b);
  });
  for (int64_t slab = 0; slab < grid.numSlabs(); ++slab)
    grid.forEachRow(slab, slab + 1,
                    [&](int64_t begin, int64_t length, int64_t first, int64_t inner) {
                      auto [b0, b1] = grid.blocksOfSlabs(slab, slab + 1);
                      for (int64_t j = 0; j < length; ++j) {
                        set(bySlab, begin + j, first + j / inner);
                        EXPECT_TRUE(b0 <= first + j / inner && first + j / inner < b1);
                      }
                    });
  for (int64_t e = 0; e < grid.numElements(); ++e) {
    EXPECT_EQ(byBlock[e], oracleBlock(e, shape, block));
    EXPECT_EQ(byRun[e], byBlock[e]);
    EXPECT_EQ(bySlab[e], byBlock[e]);
  }
}

TEST(BlockGrid, EmptyTensor) {
  BlockGrid grid(Sizes{4, 0}, Sizes{1, -1});
  EXPECT_EQ(grid.numElements(), 0);
  EXPECT_EQ(grid.numBlocks(), 0);
  EXPECT_EQ(grid.numSlabs(), 0);
  grid.forEachRun([](int64_t, int64_t, int64_t) { FAIL() << "there is no element"; });
}

TEST(BlockGrid, Errors) {
  auto message = [](Sizes shape, Sizes block) {
    Result<BlockGrid> grid = BlockGrid::get(shape, block);
    return grid ? std::string("none") : grid.error();
  };
  EXPECT_EQ(message({2, 3}, {1}), "block [1] has rank 1, expected the tensor's rank 2");
  EXPECT_EQ(message({2, 3}, {1, 0}),
            "block [1, 0] has a size of 0, expected -1 (the whole dimension) or a positive size");
  EXPECT_EQ(message({2, -1}, {1, 1}),
            "tensor shape [2, -1] is not valid, expected dimensions of at "
            "least 0 and at most 2^62 elements");
  EXPECT_NE(message({int64_t(1) << 40, int64_t(1) << 40}, {1, 1}), "none");
}

} // namespace
