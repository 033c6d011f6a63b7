//===- RowTail.cpp -------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowTail.h"

#include "Buffers.h"
#include "ContractEmitter.h"
#include "RelaxFloats.h"
#include "Target.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace lowp::cpu {

//===----------------------------------------------------------------------===//
// Which ops
//===----------------------------------------------------------------------===//

/// Sums of a tile stay in registers beside what the tail needs: so much of them is left to the sums.
static int64_t rowsOfTail(RegisterTile tile, int64_t vectors) {
  return tile.rows * tile.vectors * 2 / 3 / vectors;
}

/// The op that joins elements of a row, and how vectors are joined; nullopt where the body is no such reduction.
static std::optional<std::pair<Operation *, vector::CombiningKind>> rowReduction(linalg::GenericOp op) {
  Block &body = *op.getBlock();
  Value sum = body.getArguments().back();
  Operation *join = body.getTerminator()->getOperand(0).getDefiningOp();
  if (!join || !sum.hasOneUse() || *sum.user_begin() != join)
    return std::nullopt;
  if (isa<arith::AddFOp>(join))
    return std::pair(join, vector::CombiningKind::ADD);
  if (isa<arith::MaximumFOp>(join))
    return std::pair(join, vector::CombiningKind::MAXIMUMF);
  return std::nullopt;
}

namespace {

/// Collects the ops. Buffers that hold rows of the contraction's index space are known by their rank.
class TailFinder {
public:
  explicit TailFinder(ContractOp op) : contract(op), rank(op.getOutType().getRank()) {
    for (Value operand : op->getOperands())
      if (isa<MemRefType>(operand.getType()) && operand != op.getOut())
        outside.insert(baseBuffer(operand));
    known.insert(op.getOut());
  }

  SmallVector<Operation *> find() {
    SmallVector<memref::AllocOp> allocs;
    size_t whole = 0; // ops up to the last that is not a mere fill or copy for others
    bool reduces = false;
    for (Operation *op = contract->getNextNode(); op; op = op->getNextNode()) {
      if (auto alloc = dyn_cast<memref::AllocOp>(op); alloc && alloc->getNumOperands() == 0) {
        allocs.push_back(alloc);
        continue;
      }
      if (isMemoryEffectFree(op) && op->getNumRegions() == 0)
        continue;
      if (!takes(op))
        break;
      ops.push_back(op);
      if (auto generic = dyn_cast<linalg::GenericOp>(op)) {
        whole = ops.size();
        reduces |= generic.getNumReductionLoops() > 0;
      }
    }
    if (!reduces)
      return {};
    ops.resize(whole);
    for (memref::AllocOp alloc : allocs)
      alloc->moveBefore(contract);
    return ops;
  }

private:
  bool takes(Operation *op) {
    if (auto fill = dyn_cast<linalg::FillOp>(op))
      return fill.hasPureBufferSemantics() && isBefore(fill.getInputs()[0]) && writes(fill.getOutputs()[0]);
    if (auto copy = dyn_cast<memref::CopyOp>(op))
      return cast<MemRefType>(copy.getSource().getType()).getRank() == rank - 1 &&
             reads(copy.getSource(), rowMap()) && writes(copy.getTarget());
    auto generic = dyn_cast<linalg::GenericOp>(op);
    return generic && takes(generic);
  }

  bool takes(linalg::GenericOp op) {
    int64_t loops = op.getNumLoops();
    if (!op.hasPureBufferSemantics() || op.hasIndexSemantics() || op.getNumDpsInits() != 1 ||
        (loops != rank && loops != rank - 1))
      return false;
    for (Operation &inner : op.getBlock()->without_terminator())
      if (inner.getNumRegions() > 0 || !isMemoryEffectFree(&inner) || inner.getNumResults() != 1)
        return false;
    unsigned reductions = op.getNumReductionLoops();
    bool overRow = reductions == 1 && loops == rank &&
                   op.getIteratorTypesArray().back() == utils::IteratorType::reduction && rowReduction(op);
    if (reductions > 0 && !overRow)
      return false;
    for (OpOperand *input : op.getDpsInputOperands())
      if (!reads(input->get(), op.getMatchingIndexingMap(input)))
        return false;
    OpOperand *init = op.getDpsInitOperand(0);
    AffineMap map = op.getMatchingIndexingMap(init);
    bool isRead = !op.getBlock()->getArguments().back().use_empty();
    if (map != (overRow ? rowMap() : identity(loops)) || (isRead && !known.contains(init->get())))
      return false;
    return writes(init->get());
  }

  AffineMap identity(unsigned dims) {
    return AffineMap::getMultiDimIdentityMap(dims, contract.getContext());
  }
  /// All dimensions but the columns.
  AffineMap rowMap() { return identity(rank).dropResult(rank - 1); }

  bool isBefore(Value value) {
    Operation *op = value.getDefiningOp();
    return !op || op->getBlock() != contract->getBlock() || op->isBeforeInBlock(contract) ||
           isa<arith::ConstantOp>(op);
  }

  /// A row of a known buffer, or something that is there before the contraction and stays.
  bool reads(Value value, AffineMap map) {
    auto type = dyn_cast<MemRefType>(value.getType());
    if (!type)
      return isBefore(value);
    if (known.contains(value))
      return map == identity(map.getNumDims()) || (type.getRank() == rank - 1 && map == rowMap());
    if (!isBefore(value) || written.contains(baseBuffer(value)) || baseBuffer(value) == contract.getOut())
      return false;
    outside.insert(baseBuffer(value));
    return llvm::all_of(map.getResults(), [](AffineExpr e) { return isa<AffineDimExpr, AffineConstantExpr>(e); });
  }

  /// A buffer of its own, of rows or of whole results.
  bool writes(Value buffer) {
    auto type = cast<MemRefType>(buffer.getType());
    ArrayRef<int64_t> shape = contract.getOutType().getShape();
    bool isResult = type.getShape() == shape, isRow = type.getShape() == shape.drop_back();
    bool isOwn = buffer == contract.getOut() || buffer.getDefiningOp<memref::AllocOp>();
    if (!(isResult || isRow) || !isOwn || outside.contains(buffer))
      return false;
    known.insert(buffer);
    written.insert(buffer);
    return true;
  }

  ContractOp contract;
  int64_t rank;
  SmallVector<Operation *> ops;
  llvm::SmallPtrSet<Value, 8> known, written, outside;
};

} // namespace

RowTail takeRowTail(ContractOp op, const CpuTarget &row) {
  RowTail tail;
  ArrayRef<int64_t> shape = op.getOutType().getShape();
  const DotTile *dot = lookupDot(op, row);
  bool isProduct = op.getPacked() && !op.getDepthwise() && !op.getWindowAttr() && !op.getGroupsAttr() &&
                   dot->block == 1 && op.getOutType().hasStaticShape() && isLargeBatch(op);
  if (!isProduct || shape.back() % dot->lanes != 0)
    return tail;
  tail.vectors = shape.back() / dot->lanes;
  tail.rows = rowsOfTail(tileFor(row, *dot, shape.back()), tail.vectors);
  if (tail.rows > 0)
    tail.ops = TailFinder(op).find();
  for (Operation *inner : tail.ops)
    if (auto generic = dyn_cast<linalg::GenericOp>(inner))
      relaxFloats(generic, /*fused=*/true);
  return tail;
}

//===----------------------------------------------------------------------===//
// A row of them, in registers
//===----------------------------------------------------------------------===//

/// May anything but the contraction and its tail look at the buffer?
static bool isReadElsewhere(Value buffer, Operation *contract, ArrayRef<Operation *> tail) {
  return !buffer.getDefiningOp<memref::AllocOp>() || llvm::any_of(buffer.getUsers(), [&](Operation *user) {
    return user != contract && !llvm::is_contained(tail, user);
  });
}

void ContractEmitter::emitTail(Value row, int64_t r, Values results) {
  llvm::MapVector<Value, RowValue> values;
  values[op.getOut()] = {Value(), std::move(results)};
  for (auto [i, inner] : llvm::enumerate(tail.ops)) {
    size_t key = epilogue.size() + i * kMostOperands;
    if (auto fill = dyn_cast<linalg::FillOp>(inner)) {
      Value buffer = fill.getOutputs()[0], scalar = fill.getInputs()[0];
      values[buffer] = isOfRow(buffer) ? RowValue{scalar, {}} : RowValue{Value(), Values(tail.vectors, splatOf(scalar))};
    } else if (auto copy = dyn_cast<memref::CopyOp>(inner)) {
      values[copy.getTarget()] = rowOf(copy.getSource(), values, row);
    } else {
      auto generic = cast<linalg::GenericOp>(inner);
      values[generic.getOutputs()[0]] = emitTailOp(generic, values, key, row, r);
    }
  }
  for (auto &[buffer, value] : values)
    if (isReadElsewhere(buffer, op, tail.ops))
      storeRow(buffer, value, row);
}

bool ContractEmitter::isOfRow(Value buffer) const {
  return cast<MemRefType>(buffer.getType()).getRank() < cast<MemRefType>(out.getType()).getRank();
}

Value ContractEmitter::splatOf(Value scalar) {
  return vector::BroadcastOp::create(b, loc, vectorOf(scalar.getType()), scalar);
}

/// One number per row, from a buffer that is known or was there before.
ContractEmitter::RowValue ContractEmitter::rowOf(Value buffer, const RowValues &values, Value row) {
  if (auto it = values.find(buffer); it != values.end())
    return it->second;
  Values at(outer);
  at.push_back(row);
  return {memref::LoadOp::create(b, loc, buffer, at), {}};
}

/// The vector, or the number where the op is one of rows, that operand i of the op is.
Value ContractEmitter::tailOperand(linalg::GenericOp generic, size_t i, const RowValues &values, size_t key, Value row,
                                   int64_t r, int64_t v) {
  OpOperand *operand = generic.getDpsInputOperand(i);
  bool overColumns = generic.getNumLoops() == outerRank() + 2;
  auto known = values.find(operand->get());
  Value value;
  if (known == values.end())
    value = overColumns ? loadOperand(operand->get(), generic.getMatchingIndexingMap(operand), key + i, row, r, v)
                        : loadOfRow(operand->get(), generic.getMatchingIndexingMap(operand), row);
  else
    value = known->second.scalar ? known->second.scalar : known->second.vectors[v];
  return overColumns && !isa<VectorType>(value.getType()) ? splatOf(value) : value;
}

Value ContractEmitter::loadOfRow(Value operand, AffineMap map, Value row) {
  if (!isa<MemRefType>(operand.getType()))
    return operand;
  Values at;
  for (AffineExpr expr : map.getResults()) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    at.push_back(!dim                              ? index(cast<AffineConstantExpr>(expr).getValue())
                 : dim.getPosition() == outerRank() ? row
                                                    : outer[dim.getPosition()]);
  }
  return memref::LoadOp::create(b, loc, operand, at);
}

/// What an elementwise op, or a reduction over the row, makes of a row.
ContractEmitter::RowValue ContractEmitter::emitTailOp(linalg::GenericOp generic, const RowValues &values, size_t key,
                                                      Value row, int64_t r) {
  Block &body = *generic.getBlock();
  bool overColumns = generic.getNumLoops() == outerRank() + 2;
  auto reduction = generic.getNumReductionLoops() > 0 ? rowReduction(generic) : std::nullopt;
  BlockArgument last = body.getArguments().back();
  RowValue result, before;
  if (!last.use_empty())
    before = values.lookup(generic.getOutputs()[0]);
  Value sum;
  for (int64_t v = 0; v < (overColumns ? tail.vectors : 1); ++v) {
    IRMapping mapping;
    for (size_t i = 0; i + 1 < body.getNumArguments(); ++i)
      mapping.map(body.getArgument(i), tailOperand(generic, i, values, key, row, r, v));
    if (!last.use_empty() && !reduction)
      mapping.map(last, overColumns ? before.vectors[v] : before.scalar);
    for (Operation &inner : body.without_terminator())
      if (reduction && &inner == reduction->first)
        sum = joined(&inner, last, sum, mapping);
      else if (overColumns)
        cloneOnVectors(inner, mapping);
      else
        b.clone(inner, mapping);
    Value yielded = body.getTerminator()->getOperand(0);
    if (overColumns && !reduction)
      result.vectors.push_back(lookup(mapping, yielded));
    else if (!reduction)
      result.scalar = mapping.lookupOrDefault(yielded);
  }
  if (reduction)
    result.scalar = vector::ReductionOp::create(
        b, loc, reduction->second, sum, before.scalar,
        cast<arith::ArithFastMathInterface>(reduction->first).getFastMathFlagsAttr().getValue());
  return result;
}

/// The vector of a reduction so far (null: none) and one more, whose elements `join` joins to `accumulator`.
Value ContractEmitter::joined(Operation *join, Value accumulator, Value sum, IRMapping &mapping) {
  Value element = join->getOperand(join->getOperand(0) == accumulator ? 1 : 0);
  Value term = lookup(mapping, element);
  if (!sum)
    return term;
  Operation *clone = b.clone(*join);
  clone->setOperands({sum, term});
  clone->getResult(0).setType(term.getType());
  return clone->getResult(0);
}

void ContractEmitter::storeRow(Value buffer, const RowValue &value, Value row) {
  Values at(outer);
  at.push_back(row);
  if (value.scalar) {
    memref::StoreOp::create(b, loc, value.scalar, buffer, at);
    return;
  }
  at.push_back(Value());
  for (int64_t v = 0; v < tail.vectors; ++v) {
    at.back() = columnAt(v);
    vector::StoreOp::create(b, loc, value.vectors[v], buffer, at);
  }
}

} // namespace lowp::cpu
