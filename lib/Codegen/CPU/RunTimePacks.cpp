//===- RunTimePacks.cpp --------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RunTimePacks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <numeric>

using namespace mlir;

namespace lowp::cpu {
namespace {

/// dim `block` · size + dim `within`, both of the packing.
bool isBlocked(AffineExpr expr, unsigned block, unsigned within, int64_t size) {
  MLIRContext *ctx = expr.getContext();
  return expr == getAffineDimExpr(block, ctx) * size + getAffineDimExpr(within, ctx);
}

class Pack {
public:
  Pack(linalg::GenericOp op, const CpuTarget &row)
      : op(op), b(op), loc(op.getLoc()), source(op.getInputs()[0]), target(op.getOutputs()[0]),
        bits(cast<MemRefType>(target.getType()).getElementTypeBitWidth()), vectorBits(row.vectorBits) {}

  bool emit() {
    auto type = cast<MemRefType>(target.getType());
    outerRank = type.getRank() - 4;
    if (outerRank < 0 || !type.hasStaticShape() || !type.getLayout().isIdentity() || !isCopy())
      return false;
    ArrayRef<int64_t> shape = type.getShape().take_back(4);
    panels = shape[0], steps = shape[1], width = shape[2], block = shape[3];
    AffineMap map = op.getMatchingIndexingMap(op.getDpsInputOperand(0));
    if (int64_t(map.getNumResults()) != outerRank + 2)
      return false;
    for (int64_t d = 0; d < outerRank; ++d)
      if (map.getResult(d) != b.getAffineDimExpr(d))
        return false;
    AffineExpr first = map.getResult(outerRank), second = map.getResult(outerRank + 1);
    auto isColumn = [&](AffineExpr e) { return isBlocked(e, outerRank, outerRank + 2, width); };
    auto isReduction = [&](AffineExpr e) { return isBlocked(e, outerRank + 1, outerRank + 3, block); };
    int64_t lanes = vectorBits / 32;
    if (isColumn(first) && isReduction(second) && block * bits == 32 && steps % lanes == 0 && width % lanes == 0)
      emitNest([&](Value panel) { transposeWords(panel, lanes); });
    else if (isReduction(first) && isColumn(second) && (block == 2 || block == 4) && chunk() > 1)
      emitNest([&](Value panel) { interleaveRows(panel); });
    else
      return false;
    op.erase();
    return true;
  }

private:
  using Values = SmallVector<Value>;

  bool isCopy() {
    auto sourceType = cast<MemRefType>(source.getType());
    SmallVector<int64_t> strides;
    int64_t offset;
    return op.getBlock()->getTerminator()->getOperand(0) == op.getBlock()->getArgument(0) &&
           op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity() &&
           succeeded(sourceType.getStridesAndOffset(strides, offset)) && strides.back() == 1;
  }

  /// Elements of a row that are interleaved at once.
  int64_t chunk() const { return std::gcd(width, vectorBits / bits); }

  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }

  Value sum(Value value, int64_t factor, Value other, int64_t distance) {
    Value product = b.createOrFold<arith::MulIOp>(loc, value, index(factor));
    Value result = other ? b.createOrFold<arith::AddIOp>(loc, product, other) : product;
    return b.createOrFold<arith::AddIOp>(loc, result, index(distance));
  }

  /// Outer indices and panels are the iterations; a step's columns lie as one row of the target.
  void emitNest(function_ref<void(Value)> body) {
    Values begin(outerRank + 1, index(0)), step(outerRank + 1, index(1)), end;
    for (int64_t size : cast<MemRefType>(target.getType()).getShape().take_front(outerRank + 1))
      end.push_back(index(size));
    SmallVector<ReassociationIndices> groups;
    for (int64_t d = 0; d < outerRank + 3; ++d)
      groups.push_back({d});
    groups.back().push_back(outerRank + 3);
    packed = memref::CollapseShapeOp::create(b, loc, target, groups);
    auto loop = scf::ParallelOp::create(b, loc, begin, end, step);
    b.setInsertionPointToStart(loop.getBody());
    outer = Values(loop.getInductionVars());
    body(outer.pop_back_val());
  }

  Value loop(int64_t count, int64_t step) {
    auto loop = scf::ForOp::create(b, loc, index(0), index(count), index(step));
    b.setInsertionPointToStart(loop.getBody());
    return loop.getInductionVar();
  }

  Value load(Value first, Value second, int64_t count) {
    Values at(outer);
    at.append({first, second});
    Type element = cast<MemRefType>(source.getType()).getElementType();
    return vector::LoadOp::create(b, loc, VectorType::get({count}, element), source, at);
  }

  void store(Value vector, Value panel, Value step, Value column) {
    Values at(outer);
    at.append({panel, step, b.createOrFold<arith::MulIOp>(loc, column, index(block))});
    vector::StoreOp::create(b, loc, vector, packed, at);
  }

  /// Columns of the source are contiguous: lanes columns of lanes words become lanes steps of lanes columns.
  void transposeWords(Value panel, int64_t lanes) {
    Value column = loop(width, lanes), step = loop(steps, lanes);
    auto words = VectorType::get({lanes}, b.getI32Type());
    Values rows;
    for (int64_t i = 0; i < lanes; ++i) {
      Value elements = load(sum(panel, width, column, i), sum(step, block, Value(), 0), lanes * block);
      rows.push_back(vector::BitCastOp::create(b, loc, words, elements));
    }
    for (int64_t distance = 1; distance < lanes; distance *= 2)
      exchange(rows, distance);
    auto elements = VectorType::get({lanes * block}, cast<MemRefType>(target.getType()).getElementType());
    for (int64_t i = 0; i < lanes; ++i)
      store(vector::BitCastOp::create(b, loc, elements, rows[i]), panel, sum(step, 1, Value(), i), column);
  }

  /// Between rows i and i + distance, what lies across the diagonal of their blocks.
  void exchange(Values &rows, int64_t distance) {
    int64_t lanes = rows.size();
    for (int64_t i = 0; i < lanes; ++i) {
      if (i & distance)
        continue;
      SmallVector<int64_t> upper, lower;
      for (int64_t l = 0; l < lanes; ++l) {
        upper.push_back(l & distance ? lanes + l - distance : l);
        lower.push_back(l & distance ? lanes + l : l + distance);
      }
      Value a = rows[i], c = rows[i + distance];
      rows[i] = vector::ShuffleOp::create(b, loc, a, c, upper);
      rows[i + distance] = vector::ShuffleOp::create(b, loc, a, c, lower);
    }
  }

  /// Rows of the source are contiguous: KB of them become the words of a step.
  void interleaveRows(Value panel) {
    int64_t count = chunk();
    Value step = loop(steps, 1), column = loop(width, count);
    Values rows;
    for (int64_t i = 0; i < block; ++i)
      rows.push_back(load(sum(step, block, Value(), i), sum(panel, width, column, 0), count));
    while (rows.size() > 1) {
      Values next;
      for (size_t i = 0; i < rows.size() / 2; ++i)
        next.push_back(vector::InterleaveOp::create(b, loc, rows[i], rows[i + rows.size() / 2]));
      rows = next;
    }
    store(rows[0], panel, step, column);
  }

  linalg::GenericOp op;
  OpBuilder b;
  Location loc;
  Value source, target, packed;
  int64_t bits, vectorBits, outerRank = 0, panels = 0, steps = 0, width = 0, block = 0;
  Values outer;
};

} // namespace

bool emitPack(linalg::GenericOp op, const CpuTarget &row) {
  bool isUnary = op.hasPureBufferSemantics() && op.getNumDpsInputs() == 1 && op.getNumDpsInits() == 1 &&
                 op.getNumReductionLoops() == 0 && isa<MemRefType>(op.getInputs()[0].getType());
  return isUnary && row.vectorBits > 0 && Pack(op, row).emit();
}

} // namespace lowp::cpu
