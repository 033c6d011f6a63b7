//===- Blocks.h - which elements share a scale ------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_BLOCKS_H
#define LOWP_NUMERICS_BLOCKS_H

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace lowp {

/// The blocks of a row-major tensor. Block size -1 is the whole dimension; the last block of a
/// dimension may be short. Per tensor = {-1, -1}, per row = {1, -1}, groups of 32 in a row = {1, 32}.
class BlockGrid {
public:
  BlockGrid(std::span<const int64_t> shape, std::span<const int64_t> block);

  /// ⌈dim / block⌉ for each dimension: the shape of scales and zero points.
  const std::vector<int64_t> &gridShape() const { return grid; }
  int64_t numBlocks() const { return blocks; }
  int64_t numElements() const { return elements; }

  /// Calls fn(block, begin, end) for runs [begin, end) of consecutive elements of one block, in order
  /// of the elements. Both block and elements are numbered row-major.
  template <typename Fn> void forEachRun(Fn &&fn) const {
    for (int64_t outer = 0; outer < elements; outer += rowSize) {
      int64_t base = rowBlock(outer / rowSize);
      for (int64_t i = 0, b = base; i < rowSize; i += runSize, ++b)
        fn(b, outer + i, outer + std::min(i + runSize, rowSize));
    }
  }

private:
  /// The first block of row `row` of the innermost dimension.
  int64_t rowBlock(int64_t row) const;

  std::vector<int64_t> shape, block, grid;
  int64_t elements = 1, blocks = 1;
  int64_t rowSize = 1; ///< size of the innermost dimension
  int64_t runSize = 1; ///< block size in the innermost dimension
};

} // namespace lowp

#endif
