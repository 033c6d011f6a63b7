//===- BoundGathers.cpp --------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Import/Passes.h"

#include "lowp/Bridge/Constants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;

namespace lowp::import {
#define GEN_PASS_DEF_BOUNDGATHERS
#include "lowp/Transforms/Import/Passes.h.inc"

namespace {

/// An index that the loop nest or a constant gives is in range by construction.
bool isComputed(Value index) {
  Operation *def = index.getDefiningOp();
  return !def || !isa<linalg::IndexOp, arith::ConstantOp>(def);
}

Value clamp(OpBuilder &b, Location loc, Value index, Value size) {
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  Value last = arith::SubIOp::create(b, loc, size, one);
  index = arith::MaxSIOp::create(b, loc, index, zero);
  return arith::MinSIOp::create(b, loc, index, last);
}

//===----------------------------------------------------------------------===//
// The largest index of a gather
//===----------------------------------------------------------------------===//

/// What an index in the body of a loop nest is computed from.
class IndexSlice {
public:
  IndexSlice(linalg::GenericOp op, Value index) : op(op), index(index), dims(op.getNumLoops()) {
    add(index);
    if (!isBounded())
      addOperand(op.getDpsInitOperand(0)); // gives the sizes of all loops of a gather
  }

  /// Is the size of each loop that the index depends on given by an operand?
  bool isBounded() const {
    return llvm::all_of(dims.set_bits(), [&](unsigned d) {
      return llvm::any_of(operands, [&](OpOperand *operand) {
        return op.getMatchingIndexingMap(operand).getResultPosition(
            getAffineDimExpr(d, op.getContext())).has_value();
      });
    });
  }

  /// The maximum over those loops, as i64 read as unsigned: a negative index is a large one.
  Value largest(OpBuilder &b) const {
    Location loc = op.getLoc();
    auto type = RankedTensorType::get({}, b.getI64Type());
    Value zero = arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, int64_t(0)));
    SmallVector<Value> inputs;
    SmallVector<AffineMap> maps;
    for (OpOperand *operand : operands) {
      inputs.push_back(operand->get());
      maps.push_back(compressed(op.getMatchingIndexingMap(operand)));
    }
    maps.push_back(AffineMap::get(dims.count(), 0, b.getContext()));
    SmallVector<utils::IteratorType> iterators(dims.count(), utils::IteratorType::reduction);
    auto max = linalg::GenericOp::create(
        b, loc, type, inputs, zero, maps, iterators,
        [&](OpBuilder &inner, Location loc, ValueRange args) {
          Value found = clone(inner, args.drop_back());
          found = arith::IndexCastOp::create(inner, loc, inner.getI64Type(), found);
          linalg::YieldOp::create(inner, loc,
                                  arith::MaxUIOp::create(inner, loc, found, args.back()).getResult());
        });
    return tensor::ExtractOp::create(b, loc, max.getResult(0), ValueRange());
  }

private:
  void add(Value value) {
    if (auto arg = dyn_cast<BlockArgument>(value)) {
      if (arg.getOwner() == op.getBody())
        addOperand(op.getMatchingOpOperand(arg));
      return;
    }
    Operation *def = value.getDefiningOp();
    if (def->getBlock() != op.getBody() || ops.contains(def))
      return;
    for (Value operand : def->getOperands())
      add(operand);
    ops.insert(def);
    if (auto loop = dyn_cast<linalg::IndexOp>(def))
      dims.set(loop.getDim());
  }

  void addOperand(OpOperand *operand) {
    operands.insert(operand);
    AffineMap map = op.getMatchingIndexingMap(operand);
    for (unsigned d = 0; d < map.getNumDims(); ++d)
      if (map.isFunctionOfDim(d))
        dims.set(d);
  }

  /// The map over the loops in `dims` alone.
  AffineMap compressed(AffineMap map) const {
    SmallVector<AffineExpr> renumbered(map.getNumDims(), getAffineConstantExpr(0, map.getContext()));
    for (auto [i, d] : llvm::enumerate(dims.set_bits()))
      renumbered[d] = getAffineDimExpr(i, map.getContext());
    return map.replaceDimsAndSymbols(renumbered, {}, dims.count(), 0);
  }

  Value clone(OpBuilder &b, ValueRange args) const {
    IRMapping mapping;
    for (auto [operand, arg] : llvm::zip_equal(operands, args))
      mapping.map(op.getMatchingBlockArgument(operand), arg);
    for (Operation *inner : ops) {
      auto loop = dyn_cast<linalg::IndexOp>(b.clone(*inner, mapping));
      if (loop)
        loop.setDim(llvm::count_if(dims.set_bits(), [&](unsigned d) { return d < loop.getDim(); }));
    }
    return mapping.lookupOrDefault(index);
  }

  mutable linalg::GenericOp op; // handles of MLIR are not const-correct
  Value index;
  SetVector<OpOperand *> operands;
  SetVector<Operation *> ops; ///< in an order in which each follows what it reads
  llvm::SmallBitVector dims;  ///< loops that the index depends on
};

/// "'NAME'" where the table has a name.
std::string describe(Value table) {
  StringRef name;
  if (auto constant = table.getDefiningOp<arith::ConstantOp>())
    name = constantName(constant);
  else if (auto arg = dyn_cast<BlockArgument>(table))
    if (auto func = dyn_cast<func::FuncOp>(arg.getOwner()->getParentOp()))
      if (auto attr = func.getArgAttrOfType<StringAttr>(arg.getArgNumber(), "lowp.name"))
        name = attr;
  return name.empty() ? "a table" : ("'" + name + "'").str();
}

struct BoundGathers : impl::BoundGathersBase<BoundGathers> {
  void runOnOperation() override {
    getOperation().walk([](linalg::GenericOp op) {
      SmallVector<cf::AssertOp> asserts(op.getBody()->getOps<cf::AssertOp>());
      if (asserts.empty())
        return;
      for (cf::AssertOp assertion : asserts)
        assertion.erase();
      op.getBody()->walk([&](tensor::ExtractOp extract) { bound(op, extract); });
    });
  }

  static void bound(linalg::GenericOp op, tensor::ExtractOp extract) {
    for (auto [dim, operand] : llvm::enumerate(extract.getIndicesMutable())) {
      if (!isComputed(operand.get()))
        continue;
      assertInFront(op, extract, dim, operand.get());
      OpBuilder b(extract);
      Location loc = extract.getLoc();
      Value size = b.createOrFold<tensor::DimOp>(loc, extract.getTensor(), dim);
      operand.set(clamp(b, loc, operand.get(), size));
    }
  }

  /// One assertion in front of the nest: the largest index, unsigned, is below the size.
  static void assertInFront(linalg::GenericOp op, tensor::ExtractOp extract, int64_t dim, Value index) {
    IndexSlice slice(op, index);
    if (!slice.isBounded())
      return;
    OpBuilder b(op);
    Location loc = extract.getLoc();
    Value largest = slice.largest(b);
    Value size = b.createOrFold<tensor::DimOp>(loc, extract.getTensor(), dim);
    size = b.createOrFold<arith::IndexCastOp>(loc, b.getI64Type(), size);
    Value inRange = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, largest, size);
    cf::AssertOp::create(b, loc, inRange, "index of " + describe(extract.getTensor()) + " out of range");
  }
};

} // namespace
} // namespace lowp::import
