//===- DepthwiseDots.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DepthwiseDots.h"

#include "ContractEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace lowp::cpu {

bool DepthwiseDots::apply(const DotTile &dot, WindowAttr window) {
  return dot.kBlock == kPixels && dot.block == 1 && dot.lanes % 4 == 0 && dot.lanes <= 16 &&
         window.getDilations().back() == 1;
}

/// Up to four taps lie in one group, which begins with the first of as many results as it holds. More taps lie in
/// several, which then follow each other.
DepthwiseDots::DepthwiseDots(const CpuTarget &row, const DotTile &dot, WindowAttr window)
    : lanes(dot.lanes), kernel(window.getKernel().back()), stride(window.getStrides().back()) {
  // Four vectors of sums of each result; a quarter of the registers is for pixels, a quarter for a group.
  numResults = std::max<int64_t>(row.vectorRegisters / 8, 1);
  groupStep = kPixels;
  if (kernel <= kPixels) {
    int64_t sharing = std::min((kPixels - kernel) / stride + 1, numResults);
    numResults -= numResults % sharing;
    groupStep = sharing * stride;
  }
  for (const Use &use : uses(numResults))
    allShifts.push_back(use.result * stride - groupBegin(use.group));
  llvm::sort(allShifts);
  allShifts.erase(llvm::unique(allShifts), allShifts.end());
}

SmallVector<DepthwiseDots::Use> DepthwiseDots::uses(int64_t count) const {
  SmallVector<Use> result;
  for (int64_t group = 0; groupBegin(group) < pixelsEnd(count); ++group)
    for (int64_t r = 0; r < count; ++r) {
      int64_t shift = r * stride - groupBegin(group);
      bool isIn = kernel <= kPixels ? shift >= 0 && shift < groupStep : shift < kPixels && shift > -kernel;
      if (isIn)
        result.push_back({r, group, llvm::lower_bound(allShifts, shift) - allShifts.begin()});
    }
  return result;
}

SmallVector<int64_t> DepthwiseDots::packedShape(WindowAttr window, int64_t columns) const {
  SmallVector<int64_t> shape = {int64_t(llvm::divideCeil(columns, channels()))};
  llvm::append_range(shape, window.getKernel().drop_back());
  shape.append({int64_t(allShifts.size()), channels() * kPixels});
  return shape;
}

//===----------------------------------------------------------------------===//
// Emitting
//===----------------------------------------------------------------------===//

/// A shuffle of two vectors of bytes that takes turns of `turn` bytes from the lower or the upper halves of their
/// pieces of 16.
static Value interleave(OpBuilder &b, Location loc, Value first, Value second, int64_t turn, bool upper) {
  int64_t size = cast<VectorType>(first.getType()).getNumElements();
  SmallVector<int64_t> order;
  for (int64_t piece = 0; piece < size; piece += 16)
    for (int64_t i = 0; i < 8; i += turn)
      for (int64_t from : {int64_t(0), size})
        for (int64_t j = 0; j < turn; ++j)
          order.push_back(from + piece + (upper ? 8 : 0) + i + j);
  return vector::ShuffleOp::create(b, loc, first, second, order);
}

/// The bytes of four pixels, side by side: four vectors of a quarter of the channels each.
static SmallVector<Value> interleaved(OpBuilder &b, Location loc, ArrayRef<Value> pixels) {
  SmallVector<Value> result;
  for (bool upper : {false, true}) {
    Value left = interleave(b, loc, pixels[0], pixels[1], 1, upper);
    Value right = interleave(b, loc, pixels[2], pixels[3], 1, upper);
    for (bool upperWords : {false, true})
      result.push_back(interleave(b, loc, left, right, 2, upperWords));
  }
  return result;
}

/// Pieces of four lanes, by index into those of `first` and then of `second`.
static Value pieces(OpBuilder &b, Location loc, Value first, Value second, ArrayRef<int64_t> order) {
  SmallVector<int64_t> lanes;
  for (int64_t piece : order)
    for (int64_t i = 0; i < 4; ++i)
      lanes.push_back(piece * 4 + i);
  return vector::ShuffleOp::create(b, loc, first, second, lanes);
}

/// Sums in the order of interleaved bytes, DepthwiseDots::channelOf, in the order of the channels: a transposition
/// of pieces of four lanes.
static SmallVector<Value> inOrder(OpBuilder &b, Location loc, ArrayRef<Value> s, int64_t lanes) {
  auto make = [&](Value first, Value second, ArrayRef<int64_t> order) {
    return pieces(b, loc, first, second, order);
  };
  if (lanes == 4)
    return SmallVector<Value>(s);
  if (lanes == 8)
    return {make(s[0], s[1], {0, 2}), make(s[2], s[3], {0, 2}), make(s[0], s[1], {1, 3}),
            make(s[2], s[3], {1, 3})};
  Value low01 = make(s[0], s[1], {0, 1, 4, 5}), high01 = make(s[0], s[1], {2, 3, 6, 7});
  Value low23 = make(s[2], s[3], {0, 1, 4, 5}), high23 = make(s[2], s[3], {2, 3, 6, 7});
  return {make(low01, low23, {0, 2, 4, 6}), make(low01, low23, {1, 3, 5, 7}),
          make(high01, high23, {0, 2, 4, 6}), make(high01, high23, {1, 3, 5, 7})};
}

/// The reverse.
static SmallVector<Value> inInterleavedOrder(OpBuilder &b, Location loc, ArrayRef<Value> s, int64_t lanes) {
  if (lanes != 8)
    return inOrder(b, loc, s, lanes); // which is its own reverse
  auto make = [&](Value first, Value second, ArrayRef<int64_t> order) { return pieces(b, loc, first, second, order); };
  return {make(s[0], s[2], {0, 2}), make(s[0], s[2], {1, 3}), make(s[1], s[3], {0, 2}), make(s[1], s[3], {1, 3})};
}

/// sums + the products of one row of the window.
ContractEmitter::Values ContractEmitter::emitDepthwiseDots(Value firstRow, int64_t rows, Values sums) {
  auto bytes = VectorType::get({depthwise->channels()}, b.getI8Type());
  Value begin = scaled(firstRow, window.getStrides().back());
  SmallVector<Value> pixels(depthwise->pixelsEnd(rows));
  auto loadPixel = [&](int64_t p) -> Value {
    if (p >= int64_t(pixels.size())) // no result has a tap there
      return arith::ConstantOp::create(b, loc, b.getZeroAttr(bytes));
    if (pixels[p])
      return pixels[p];
    Values at = pixel(firstRow);
    at.back() = offset(begin, p);
    at.push_back(firstColumn);
    return pixels[p] = loadFirst(bytes, lhs, at, panelColumns);
  };
  int64_t group = -1;
  SmallVector<Value> left;
  for (const DepthwiseDots::Use &use : depthwise->uses(rows)) {
    if (use.group != group) {
      group = use.group;
      SmallVector<Value> four;
      for (int64_t i = 0; i < DepthwiseDots::kPixels; ++i)
        four.push_back(loadPixel(depthwise->groupBegin(group) + i));
      left = interleaved(b, loc, four);
    }
    for (int64_t v = 0; v < DepthwiseDots::kPixels; ++v) {
      Values at = {panelIndex};
      at.append(taps);
      at.append({index(use.shift), index(v * depthwise->channels())});
      Value right = vector::LoadOp::create(b, loc, bytes, rhs, at);
      Value &sum = sums[use.result * DepthwiseDots::kPixels + v];
      sum = DotOp::create(b, loc, sum, left[v], right, op.getLhsUnsignedAttr(), op.getRhsUnsignedAttr(),
                          op.getRhsLimitAttr(), b.getI64IntegerAttr(1));
    }
  }
  return sums;
}

/// The sums of each row, in the order of the channels, without vectors that hold none.
ContractEmitter::Values ContractEmitter::rowsOfInterleaved(int64_t rows, Values sums) {
  Values result;
  for (int64_t r = 0; r < rows; ++r) {
    ArrayRef<Value> row = ArrayRef(sums).slice(r * DepthwiseDots::kPixels, DepthwiseDots::kPixels);
    SmallVector<Value> ordered = inOrder(b, loc, row, lanes);
    result.append(ordered.begin(), ordered.begin() + vectorsInPanel());
  }
  return result;
}

/// A whole panel that ends in codes is finished in the order of interleaved sums: packing bytes in pieces of 16 puts them
/// back, where vectors of sums would take a transposition.
bool ContractEmitter::staysInterleaved() {
  if (!depthwise || panelColumns != depthwise->channels() || lastLanes || !narrowAtEnd() || !tail.empty())
    return false;
  for (size_t i = 0; i < epilogue.size(); ++i)
    if (hasColumns(i) && !isOfColumns(i))
      return false;
  return true;
}

/// Once for all rows of a panel.
void ContractEmitter::interleaveOperands() {
  interleavedOperands.clear();
  if (!staysInterleaved())
    return;
  SmallVector<Values> result(epilogue.size());
  loaded.clear();
  for (size_t i = 0; i < epilogue.size(); ++i) {
    if (!isOfColumns(i))
      continue;
    Values ordered;
    for (int64_t v = 0; v < DepthwiseDots::kPixels; ++v)
      ordered.push_back(loadOperand(epilogue[i], maps[i], i, Value(), 0, v));
    result[i] = inInterleavedOrder(b, loc, ordered, lanes);
  }
  interleavedOperands = std::move(result);
}

/// Codes of interleaved sums in the order of the channels.
Value ContractEmitter::codesInOrder(Value codes) {
  SmallVector<int64_t> order(depthwise->channels());
  for (int64_t v = 0; v < DepthwiseDots::kPixels; ++v)
    for (int64_t lane = 0; lane < lanes; ++lane)
      order[DepthwiseDots::channelOf(v, lane)] = v * lanes + lane;
  return vector::ShuffleOp::create(b, loc, codes, codes, order);
}

} // namespace lowp::cpu
