//===- Blocks.h - the block of elements that share a scale ------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_BLOCKS_H
#define LOWP_NUMERICS_BLOCKS_H

#include "lowp/Numerics/Result.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace lowp {

/// A row-major tensor cut into blocks, one scale for each:
///
///   granularity    tensor      block       scales
///   per tensor     [N, K]      [-1, -1]    [1, 1]
///   per channel    [N, K]      [1, -1]     [N, 1]
///   per group      [N, K]      [1, g]      [N, ⌈K/g⌉]
///   2-D block      [N, K]      [a, b]      [⌈N/a⌉, ⌈K/b⌉]
///
/// -1 is the whole dimension; the last block of a dimension may be short. Blocks are numbered
/// row-major over the grid of scales. After torchao's `quantize_affine`: granularity is data.
class BlockGrid {
public:
  /// For a shape and block that are known to be valid; `get` checks.
  BlockGrid(std::span<const int64_t> shape, std::span<const int64_t> block);

  /// Refuses a block of another rank than the shape, block sizes other than -1 and positive ones,
  /// negative dimensions and more than 2^62 elements.
  static Result<BlockGrid> get(std::span<const int64_t> shape, std::span<const int64_t> block);

  std::span<const int64_t> shape() const { return tensorSizes; }
  /// The block's size in each dimension, -1 replaced by the dimension.
  std::span<const int64_t> blockShape() const { return blockSizes; }
  /// ⌈dim / block⌉ in each dimension: the shape of scales and zero points.
  std::span<const int64_t> gridShape() const { return gridSizes; }
  int64_t numElements() const { return elementCount; }
  int64_t numBlocks() const { return blockCount; }

  /// The block of an element, given by its row-major index.
  int64_t blockOf(int64_t element) const;

  /// The elements of one block, as contiguous runs in row-major order.
  class Elements {
  public:
    /// Calls fn(begin, length) for each run of row-major element indices.
    template <typename Fn> void forEachRun(Fn &&fn) const;
    /// Calls fn(index) for each element.
    template <typename Fn> void forEach(Fn &&fn) const {
      forEachRun([&](int64_t begin, int64_t length) {
        for (int64_t i = begin; i < begin + length; ++i)
          fn(i);
      });
    }
    int64_t size() const;

  private:
    friend class BlockGrid;
    struct Extent {
      int64_t begin, length, stride;
    };
    std::vector<Extent> extents; // outermost first; the last one has stride 1
  };

  /// The elements of one block.
  Elements elementsOf(int64_t blockIndex) const;

  /// Calls fn(blockIndex, const Elements &) for each block. For work on whole blocks; where blocks
  /// are columns, forEachRow is faster because it walks memory in order.
  template <typename Fn> void forEachBlock(Fn &&fn) const {
    for (int64_t b = 0; b < blockCount; ++b)
      fn(b, elementsOf(b));
  }

  /// Slabs are ranges of the tensor that share no block: what may run at the same time.
  int64_t numSlabs() const { return elementCount == 0 ? 0 : dims.front().numBlocks; }

  /// Walks slabs [slabBegin, slabEnd) in memory order. Calls fn(begin, length, firstBlock,
  /// innerBlock) for contiguous rows: element begin + j belongs to block firstBlock + j /
  /// innerBlock.
  template <typename Fn> void forEachRow(int64_t slabBegin, int64_t slabEnd, Fn &&fn) const;

  /// Calls fn(blockIndex, begin, end) for runs [begin, end) of consecutive elements of one block,
  /// in memory order.
  template <typename Fn> void forEachRun(Fn &&fn) const {
    forEachRow(0, numSlabs(), [&](int64_t begin, int64_t length, int64_t block, int64_t inner) {
      for (int64_t j = 0; j < length; j += inner, ++block)
        fn(block, begin + j, begin + std::min(j + inner, length));
    });
  }

  /// The blocks that the slabs [slabBegin, slabEnd) own: [first, last).
  std::pair<int64_t, int64_t> blocksOfSlabs(int64_t slabBegin, int64_t slabEnd) const {
    int64_t perSlab = dims.front().gridStride;
    return {slabBegin * perSlab, slabEnd * perSlab};
  }

private:
  /// One dimension after coalescing: neighbours are merged where the inner one is a single block,
  /// so that a per-channel convolution filter is as fast as a per-channel matrix.
  struct Dim {
    int64_t size, block, numBlocks;
    int64_t stride = 1, gridStride = 1;
  };

  void coalesce();
  void computeStrides();

  std::vector<int64_t> tensorSizes, blockSizes, gridSizes;
  int64_t elementCount = 1, blockCount = 1;
  std::vector<Dim> dims; // never empty
};

template <typename Fn> void BlockGrid::Elements::forEachRun(Fn &&fn) const {
  const Extent &inner = extents.back();
  int64_t numRuns = 1;
  for (size_t d = 0; d + 1 < extents.size(); ++d)
    numRuns *= extents[d].length;
  for (int64_t run = 0; run < numRuns; ++run) {
    int64_t offset = inner.begin, rest = run;
    for (size_t d = extents.size() - 1; d-- > 0;) {
      offset += (extents[d].begin + rest % extents[d].length) * extents[d].stride;
      rest /= extents[d].length;
    }
    fn(offset, inner.length);
  }
}

template <typename Fn>
void BlockGrid::forEachRow(int64_t slabBegin, int64_t slabEnd, Fn &&fn) const {
  const Dim &outer = dims.front(), &inner = dims.back();
  int64_t begin = slabBegin * outer.block, end = std::min(slabEnd * outer.block, outer.size);
  if (begin >= end || elementCount == 0)
    return;
  if (dims.size() == 1)
    return fn(begin, end - begin, slabBegin, inner.block);
  int64_t rowsPerOuter = outer.stride / inner.size;
  for (int64_t row = begin * rowsPerOuter; row < end * rowsPerOuter; ++row) {
    int64_t firstBlock = 0, rest = row;
    for (size_t d = dims.size() - 1; d-- > 0;) {
      firstBlock += rest % dims[d].size / dims[d].block * dims[d].gridStride;
      rest /= dims[d].size;
    }
    fn(row * inner.size, inner.size, firstBlock, inner.block);
  }
}

} // namespace lowp

#endif
