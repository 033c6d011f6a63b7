//===- SkipMasked.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MaskedTail.h"
#include "Target.h"
#include "lowp/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_SKIPMASKED
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

/// What is computed is a multiple of this: whole vectors, and whole panels and steps of most rows of the table.
constexpr int64_t kGranule = 64;

/// The ops that a mask lets run over a beginning of one dimension.
class MaskedPart {
public:
  MaskedPart(const Mask &mask, const CpuTarget &row) : mask(mask), row(row) {
    Value result = mask.op->getResult(0);
    for (OpOperand &use : result.getUses()) {
      Ops chain;
      if (follow(use, Place{mask.dim}, Tail::Masked, chain))
        for (auto &[op, along] : chain)
          ops.insert({op, along});
    }
    while (!ops.empty() && addProducers())
      ;
  }

  bool empty() const { return ops.empty(); }

  void rewrite(func::FuncOp func) {
    OpBuilder b(func.getBody());
    int64_t size = cast<ShapedType>(mask.op->getResult(0).getType()).getDimSize(mask.dim);
    Location loc = mask.op->getLoc();
    auto index = [&](int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); };
    Value granules = arith::CeilDivSIOp::create(b, loc, mask.emitEnd(b), index(kGranule));
    end = arith::MulIOp::create(b, loc, granules, index(kGranule));
    end = arith::MinSIOp::create(b, loc, arith::MaxSIOp::create(b, loc, end, index(1)), index(size));
    SmallVector<Operation *> order;
    for (Operation &op : func.getBody().front())
      if (ops.contains(&op))
        order.push_back(&op);
    for (Operation *op : order)
      shrink(op, ops.find(op)->second);
    for (Operation *op : llvm::reverse(order))
      op->erase();
  }

private:
  using Ops = llvm::MapVector<Operation *, Along>;

  //===--- which ops ---------------------------------------------------------------------------===//

  /// Adds what reads the tail, until it is reduced; false if something must read it.
  bool follow(OpOperand &use, Place place, Tail tail, Ops &chain) {
    Operation *op = use.getOwner();
    std::optional<Along> along = alongOperand(use, place, row);
    if (!along)
      return false;
    Tail next = tailBehind(use, tail);
    if (next == Tail::Unknown)
      return false;
    chain.insert({op, *along});
    return !along->result || llvm::all_of(op->getResult(0).getUses(), [&](OpOperand &reader) {
      return follow(reader, *along->result, next, chain);
    });
  }

  /// Producers of which nothing but the beginning is read any more.
  bool addProducers() {
    Ops producers;
    for (auto &[op, along] : ops)
      for (auto [operand, place] : along.inputs) {
        auto value = dyn_cast<OpResult>(operand->get());
        if (!value || value.getOwner()->getNumResults() != 1 || ops.contains(value.getOwner()) ||
            !llvm::all_of(value.getUses(), [&](OpOperand &use) { return readsBeginning(use, place); }))
          continue;
        if (std::optional<Along> found = alongResult(value, place, row))
          producers.insert({value.getOwner(), *found});
      }
    for (auto &[op, along] : producers)
      ops.insert({op, along});
    return !producers.empty();
  }

  bool readsBeginning(OpOperand &use, Place place) const {
    auto found = ops.find(use.getOwner());
    return found != ops.end() && llvm::is_contained(found->second.inputs, std::pair(&use, place));
  }

  //===--- the ops with fewer iterations -------------------------------------------------------===//

  /// ⌈end/factor⌉
  Value sizeAt(int64_t factor) {
    Value &size = sizes[factor];
    if (size)
      return size;
    OpBuilder b(end.getContext());
    b.setInsertionPointAfterValue(end);
    Location loc = end.getLoc();
    return size = factor == 1 ? end
                              : arith::CeilDivSIOp::create(b, loc, end, arith::ConstantIndexOp::create(b, loc, factor))
                                    .getResult();
  }

  SmallVector<OpFoldResult> sizesOf(OpBuilder &b, Value value, Place place) {
    SmallVector<OpFoldResult> result = tensor::getMixedSizes(b, value.getLoc(), value);
    result[place.dim] = sizeAt(place.factor);
    return result;
  }

  Value beginningOf(OpBuilder &b, Value value, Place place) {
    SmallVector<OpFoldResult> offsets(cast<RankedTensorType>(value.getType()).getRank(), b.getIndexAttr(0));
    SmallVector<OpFoldResult> strides(offsets.size(), b.getIndexAttr(1));
    return tensor::ExtractSliceOp::create(b, value.getLoc(), value, offsets, sizesOf(b, value, place), strides);
  }

  static RankedTensorType shrunkType(Value value, Place place) {
    auto type = cast<RankedTensorType>(value.getType());
    SmallVector<int64_t> shape(type.getShape());
    shape[place.dim] = ShapedType::kDynamic;
    return type.clone(shape);
  }

  void shrink(Operation *op, const Along &along) {
    OpBuilder b(op);
    IRMapping operands;
    for (auto [operand, place] : along.inputs) {
      Value value = operand->get();
      if (!operands.contains(value))
        operands.map(value, beginnings.contains(value) ? beginnings.lookup(value) : beginningOf(b, value, place));
    }
    Value result = op->getResult(0);
    if (!along.result) {
      result.replaceAllUsesWith(b.clone(*op, operands)->getResult(0));
      return;
    }
    beginnings[result] = isa<DestinationStyleOpInterface>(op) ? withInit(b, op, *along.result, operands)
                                                              : reshaped(b, op, *along.result, operands);
  }

  Value withInit(OpBuilder &b, Operation *op, Place place, IRMapping &operands) {
    Value result = op->getResult(0), memory = memoryToReuse(op, operands);
    if (!memory)
      memory = compactMemory(b, op->getLoc(), result, place);
    Operation *copy = b.clone(*op, operands);
    cast<DestinationStyleOpInterface>(copy).setDpsInitOperand(0, memory);
    copy->getResult(0).setType(memory.getType());
    return copy->getResult(0);
  }

  /// Memory of a static size, as what is planned has, of which the beginning is used: rows lie close together.
  Value compactMemory(OpBuilder &b, Location loc, Value result, Place place) {
    RankedTensorType shrunk = shrunkType(result, place);
    int64_t elements = cast<RankedTensorType>(result.getType()).getNumElements();
    Value all = tensor::EmptyOp::create(b, loc, ArrayRef<int64_t>{elements}, shrunk.getElementType());
    Value used = sizeAt(place.factor);
    int64_t others = 1;
    SmallVector<OpFoldResult> shape;
    for (auto [dim, size] : llvm::enumerate(shrunk.getShape())) {
      bool isShrunk = int64_t(dim) == place.dim;
      shape.push_back(isShrunk ? OpFoldResult(used) : b.getIndexAttr(size));
      others *= isShrunk ? 1 : size;
    }
    used = b.createOrFold<arith::MulIOp>(loc, used, arith::ConstantIndexOp::create(b, loc, others));
    SmallVector<OpFoldResult> zero{b.getIndexAttr(0)}, count{used}, one{b.getIndexAttr(1)};
    Value flat = tensor::ExtractSliceOp::create(b, loc, all, zero, count, one);
    if (shrunk.getRank() == 1)
      return flat;
    SmallVector<ReassociationIndices> dims = {llvm::to_vector<2>(llvm::seq<int64_t>(0, shrunk.getRank()))};
    return tensor::ExpandShapeOp::create(b, loc, shrunk, flat, dims, shape);
  }

  /// An input that is read for the last time, element by element where the result is written: that goes in its place.
  Value memoryToReuse(Operation *op, IRMapping &operands) const {
    auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
    if (!linalgOp || linalgOp.getNumReductionLoops() > 0)
      return {};
    for (OpOperand *input : linalgOp.getDpsInputOperands())
      if (beginnings.contains(input->get()) &&
          getElementTypeOrSelf(input->get().getType()) == getElementTypeOrSelf(op->getResult(0).getType()) &&
          linalgOp.getMatchingIndexingMap(input) == linalgOp.getIndexingMapMatchingResult(cast<OpResult>(op->getResult(0))) &&
          isLastReader(input->get(), op))
        return operands.lookup(input->get());
    return {};
  }

  static bool isLastReader(Value value, Operation *op) {
    for (Operation *user : value.getUsers())
      if (user != op && !user->isBeforeInBlock(op))
        return false;
    Operation *source = value.getDefiningOp();
    return !isReshape(source) || (source->getOperand(0).hasOneUse() && isLastReader(source->getOperand(0), source));
  }

  Value reshaped(OpBuilder &b, Operation *op, Place place, IRMapping &operands) {
    Type type = shrunkType(op->getResult(0), place);
    Value source = operands.lookup(op->getOperand(0));
    if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
      return tensor::CollapseShapeOp::create(b, op->getLoc(), type, source, collapse.getReassociationIndices());
    auto expand = cast<tensor::ExpandShapeOp>(op);
    SmallVector<OpFoldResult> shape = expand.getMixedOutputShape();
    shape[place.dim] = sizeAt(place.factor);
    return tensor::ExpandShapeOp::create(b, op->getLoc(), type, source, expand.getReassociationIndices(), shape);
  }

  Mask mask;
  const CpuTarget &row;
  Ops ops;
  Value end; ///< of the dimension
  llvm::DenseMap<int64_t, Value> sizes;
  llvm::DenseMap<Value, Value> beginnings;
};

struct SkipMasked : impl::SkipMaskedBase<SkipMasked> {
  using SkipMaskedBase::SkipMaskedBase;

  void runOnOperation() override {
    const CpuTarget *row = lookupTarget(getOperation(), target);
    if (!row)
      return signalPassFailure();
    if (getOperation().isDeclaration())
      return;
    SmallVector<Mask> masks;
    for (auto op : getOperation().getBody().front().getOps<linalg::GenericOp>())
      if (std::optional<Mask> mask = Mask::get(op); mask && isLong(*mask))
        masks.push_back(*mask);
    for (const Mask &mask : masks)
      if (MaskedPart part(mask, *row); !part.empty())
        part.rewrite(getOperation());
  }

  static bool isLong(const Mask &mask) {
    int64_t size = cast<ShapedType>(mask.op->getResult(0).getType()).getDimSize(mask.dim);
    return !ShapedType::isDynamic(size) && size > kGranule;
  }
};

} // namespace
} // namespace lowp::cpu
