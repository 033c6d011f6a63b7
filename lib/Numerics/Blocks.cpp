//===- Blocks.cpp --------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Blocks.h"

#include <cassert>

namespace lowp {

BlockGrid::BlockGrid(std::span<const int64_t> dims, std::span<const int64_t> sizes)
    : shape(dims.begin(), dims.end()), block(sizes.begin(), sizes.end()) {
  assert(shape.size() == block.size() && "block and tensor differ in rank");
  for (size_t d = 0; d < shape.size(); ++d) {
    if (block[d] < 0)
      block[d] = std::max<int64_t>(shape[d], 1);
    grid.push_back((shape[d] + block[d] - 1) / block[d]);
    elements *= shape[d];
    blocks *= grid[d];
  }
  if (!shape.empty()) {
    rowSize = shape.back();
    runSize = block.back();
  }
}

int64_t BlockGrid::rowBlock(int64_t row) const {
  int64_t result = 0, stride = grid.empty() ? 1 : grid.back();
  for (size_t d = shape.size(); d-- > 1;) {
    result += (row % shape[d - 1]) / block[d - 1] * stride;
    stride *= grid[d - 1];
    row /= shape[d - 1];
  }
  return result;
}

} // namespace lowp
