//===- DepthwisePairs.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DepthwisePairs.h"

#include "ContractEmitter.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace lowp::cpu {

/// sums + the products of one tap, [row][vector of pixels][even, odd].
ContractEmitter::Values ContractEmitter::emitDepthwisePairs(Value firstRow, int64_t rows, Values sums) {
  int64_t width = 2 * lanes, vectors = llvm::divideCeil(panelColumns, width);
  auto type = VectorType::get({width}, b.getBF16Type());
  Values right, result;
  for (int64_t i = 0; i < 2 * vectors; ++i) {
    Values at = {panelIndex};
    at.append(taps);
    at.push_back(index(i * width));
    right.push_back(vector::LoadOp::create(b, loc, type, rhs, at));
  }
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t v = 0; v < vectors; ++v) {
      Values at = pixel(offset(firstRow, r));
      at.push_back(offset(firstColumn, v * width));
      Value left = loadFirst(type, lhs, at, std::min(width, panelColumns - v * width));
      for (Value weights : {right[2 * v], right[2 * v + 1]})
        result.push_back(DotOp::create(b, loc, sums[result.size()], left, weights, UnitAttr(), UnitAttr(), IntegerAttr(),
                                       b.getI64IntegerAttr(1)));
    }
  return result;
}

/// The sums of each row, in the order of the channels.
ContractEmitter::Values ContractEmitter::rowsOfPairs(int64_t rows, Values sums) {
  Values result;
  int64_t vectors = llvm::divideCeil(panelColumns, 2 * lanes);
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t v = 0; v < vectorsInPanel(); ++v) {
      SmallVector<int64_t> order;
      for (int64_t i = 0; i < lanes; ++i)
        order.push_back(v % 2 * lanes / 2 + i / 2 + i % 2 * lanes);
      size_t even = 2 * (r * vectors + v / 2);
      result.push_back(vector::ShuffleOp::create(b, loc, sums[even], sums[even + 1], order));
    }
  return result;
}

} // namespace lowp::cpu
