//===- Blocks.cpp - the block of elements that share a scale --------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Blocks.h"

#include <optional>

using namespace lowp;

static std::string describe(std::span<const int64_t> sizes) {
  std::string text = "[";
  for (size_t i = 0; i < sizes.size(); ++i)
    text += (i ? ", " : "") + std::to_string(sizes[i]);
  return text + "]";
}

static std::optional<Failure> checkBlock(std::span<const int64_t> shape,
                                         std::span<const int64_t> block) {
  if (shape.size() != block.size())
    return Failure{"block " + describe(block) + " has rank " + std::to_string(block.size()) +
                   ", expected the tensor's rank " + std::to_string(shape.size())};
  for (int64_t size : block)
    if (size != -1 && size < 1)
      return Failure{"block " + describe(block) + " has a size of " + std::to_string(size) +
                     ", expected -1 (the whole dimension) or a positive size"};
  int64_t numElements = 1;
  for (int64_t dim : shape)
    if (dim < 0 || __builtin_mul_overflow(numElements, std::max<int64_t>(dim, 1), &numElements) ||
        numElements > int64_t(1) << 62)
      return Failure{"tensor shape " + describe(shape) +
                     " is not valid, expected dimensions of at least 0 and at most 2^62 elements"};
  return std::nullopt;
}

Result<BlockGrid> BlockGrid::get(std::span<const int64_t> shape, std::span<const int64_t> block) {
  if (std::optional<Failure> error = checkBlock(shape, block))
    return *error;
  return BlockGrid(shape, block);
}

BlockGrid::BlockGrid(std::span<const int64_t> shape, std::span<const int64_t> block)
    : tensorSizes(shape.begin(), shape.end()) {
  assert(!checkBlock(shape, block) && "block does not fit the tensor");
  for (size_t d = 0; d < shape.size(); ++d) {
    int64_t whole = std::max<int64_t>(shape[d], 1);
    int64_t size = block[d] == -1 ? whole : block[d];
    // A block larger than its dimension is one short block.
    int64_t count = shape[d] == 0 ? 0 : 1 + (shape[d] - 1) / size;
    blockSizes.push_back(size);
    gridSizes.push_back(count);
    elementCount *= shape[d];
    blockCount *= count;
    dims.push_back({shape[d], std::min(size, whole), count});
  }
  if (dims.empty())
    dims.push_back({1, 1, 1});
  coalesce();
  computeStrides();
}

void BlockGrid::coalesce() {
  std::vector<Dim> merged{dims.front()};
  for (const Dim &inner : std::span(dims).subspan(1)) {
    Dim &outer = merged.back();
    if (inner.numBlocks == 1)
      outer = {outer.size * inner.size, outer.block * inner.size, outer.numBlocks};
    else if (outer.size == 1)
      outer = inner;
    else
      merged.push_back(inner);
  }
  dims = std::move(merged);
}

void BlockGrid::computeStrides() {
  for (size_t d = dims.size() - 1; d-- > 0;) {
    dims[d].stride = dims[d + 1].stride * dims[d + 1].size;
    dims[d].gridStride = dims[d + 1].gridStride * dims[d + 1].numBlocks;
  }
}

int64_t BlockGrid::blockOf(int64_t element) const {
  int64_t blockIndex = 0;
  for (const Dim &dim : dims)
    blockIndex += element / dim.stride % dim.size / dim.block * dim.gridStride;
  return blockIndex;
}

BlockGrid::Elements BlockGrid::elementsOf(int64_t blockIndex) const {
  Elements elements;
  for (const Dim &dim : dims) {
    int64_t begin = blockIndex / dim.gridStride % dim.numBlocks * dim.block;
    elements.extents.push_back({begin, std::min(dim.block, dim.size - begin), dim.stride});
  }
  return elements;
}

int64_t BlockGrid::Elements::size() const {
  int64_t size = 1;
  for (const Extent &extent : extents)
    size *= extent.length;
  return size;
}
