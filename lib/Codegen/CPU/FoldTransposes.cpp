//===- FoldTransposes.cpp ------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Buffers.h"
#include "lowp/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/Dominance.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_FOLDTRANSPOSES
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

/// The ops that touch a buffer, under whatever view of it; nullopt if it goes where we cannot follow.
std::optional<SmallVector<Operation *>> toucherOf(Value buffer, Block *block) {
  SmallVector<Operation *> result;
  for (Operation *user : buffer.getUsers()) {
    if (user->getBlock() != block)
      return std::nullopt;
    if (isa<ViewLikeOpInterface>(user)) {
      auto inner = toucherOf(user->getResult(0), block);
      if (!inner)
        return std::nullopt;
      llvm::append_range(result, *inner);
      continue;
    }
    bool known = llvm::none_of(user->getResultTypes(), [](Type t) { return isa<MemRefType>(t); }) &&
                 isa<MemoryEffectOpInterface>(user);
    if (!known)
      return std::nullopt;
    result.push_back(user);
  }
  return result;
}

/// May `op` write to the buffer it touches?
bool writes(Operation *op, Value base) {
  auto effects = cast<MemoryEffectOpInterface>(op);
  SmallVector<MemoryEffects::EffectInstance> instances;
  effects.getEffects(instances);
  return llvm::any_of(instances, [&](const MemoryEffects::EffectInstance &effect) {
    if (!isa<MemoryEffects::Write>(effect.getEffect()) || !effect.getValue())
      return isa<MemoryEffects::Write>(effect.getEffect());
    return baseBuffer(effect.getValue()) == base;
  });
}

bool keepsInnermost(ArrayRef<int64_t> permutation) {
  return permutation.back() == static_cast<int64_t>(permutation.size()) - 1;
}

/// `buffer` as transposed by `permutation`, where the builder stands.
Value transposedView(OpBuilder &b, Location loc, Value buffer, ArrayRef<int64_t> permutation) {
  return memref::TransposeOp::create(
      b, loc, buffer,
      AffineMapAttr::get(AffineMap::getPermutationMap(permutation, b.getContext())));
}

/// The views of `value` again, on `replacement`; false, with nothing changed, where a view does not exist
/// on its layout.
bool rebuildViews(OpBuilder &b, Value value, Value replacement, IRMapping &mapping,
                  SmallVectorImpl<Operation *> &created) {
  mapping.map(value, replacement);
  for (Operation *user : value.getUsers()) {
    if (!isa<ViewLikeOpInterface>(user))
      continue;
    Value view;
    auto type = cast<MemRefType>(replacement.getType());
    b.setInsertionPoint(user);
    if (auto collapse = dyn_cast<memref::CollapseShapeOp>(user)) {
      if (!memref::CollapseShapeOp::isGuaranteedCollapsible(type, collapse.getReassociationIndices()))
        return false;
      view = memref::CollapseShapeOp::create(b, user->getLoc(), replacement,
                                             collapse.getReassociationIndices());
    } else if (auto expand = dyn_cast<memref::ExpandShapeOp>(user)) {
      ArrayRef<int64_t> shape = cast<MemRefType>(expand.getResult().getType()).getShape();
      FailureOr<MemRefType> expanded = memref::ExpandShapeOp::computeExpandedType(
          type, shape, expand.getReassociationIndices());
      if (failed(expanded))
        return false;
      view = memref::ExpandShapeOp::create(b, user->getLoc(), *expanded, replacement,
                                           expand.getReassociationIndices(), expand.getMixedOutputShape());
    } else {
      return false;
    }
    created.push_back(view.getDefiningOp());
    if (!rebuildViews(b, user->getResult(0), view, mapping, created))
      return false;
  }
  return true;
}

/// Gives all touchers of `value` the same views of `replacement`, and erases the old ones.
bool replaceBuffer(OpBuilder &b, Value value, Value replacement, Operation *except) {
  IRMapping mapping;
  SmallVector<Operation *> created;
  if (!rebuildViews(b, value, replacement, mapping, created)) {
    for (Operation *op : llvm::reverse(created))
      op->erase();
    return false;
  }
  SmallVector<Value> old;
  for (auto [from, to] : mapping.getValueMap())
    old.push_back(from);
  for (Value from : old)
    from.replaceUsesWithIf(mapping.lookup(from), [&](OpOperand &use) {
      return use.getOwner() != except && !isa<ViewLikeOpInterface>(use.getOwner());
    });
  return true;
}

struct FoldTransposes : impl::FoldTransposesBase<FoldTransposes> {
  void runOnOperation() override {
    if (getOperation().isDeclaration())
      return;
    SmallVector<linalg::TransposeOp> ops(getOperation().getBody().front().getOps<linalg::TransposeOp>());
    for (linalg::TransposeOp op : ops)
      if (op.hasPureBufferSemantics() && keepsInnermost(op.getPermutation()) &&
          (readThrough(op) || writeThrough(op)))
        op.erase();
  }

  /// What reads the copy reads the original through a view: nobody writes to either meanwhile.
  static bool readThrough(linalg::TransposeOp op) {
    Value source = op.getInput(), copy = op.getInit();
    Block *block = op->getBlock();
    Value base = baseBuffer(source);
    auto readers = toucherOf(copy, block), others = toucherOf(base, block);
    if (!copy.getDefiningOp<memref::AllocOp>() || !readers || !others)
      return false;
    Operation *last = op;
    for (Operation *reader : *readers) {
      if (reader != op && (writes(reader, copy) || reader->isBeforeInBlock(op)))
        return false;
      if (last->isBeforeInBlock(reader))
        last = reader;
    }
    for (Operation *other : *others)
      if (op->isBeforeInBlock(other) && other->isBeforeInBlock(last) && writes(other, base))
        return false;
    OpBuilder b(op);
    Value view = transposedView(b, op.getLoc(), source, op.getPermutation());
    if (replaceBuffer(b, copy, view, op))
      return true;
    view.getDefiningOp()->erase();
    return false;
  }

  /// What writes the original writes the copy through a view: nobody else looks at the original.
  static bool writeThrough(linalg::TransposeOp op) {
    Value source = op.getInput(), copy = op.getInit();
    Block *block = op->getBlock();
    auto alloc = baseBuffer(source).getDefiningOp<memref::AllocOp>();
    auto target = copy.getDefiningOp<memref::AllocOp>();
    if (!alloc || !target)
      return false;
    auto touchers = toucherOf(alloc, block);
    if (!touchers || touchers->size() != 2)
      return false;
    Operation *writer = (*touchers)[0] == op ? (*touchers)[1] : (*touchers)[0];
    if (writer == op || !writer->isBeforeInBlock(op))
      return false;
    auto earlier = toucherOf(copy, block);
    if (!earlier || llvm::any_of(*earlier, [&](Operation *o) { return o->isBeforeInBlock(op); }))
      return false;
    if (source != alloc.getResult() && !isReshapeOf(source, alloc))
      return false;
    DominanceInfo dominance;
    if (!llvm::all_of(target.getDynamicSizes(), [&](Value size) { return dominance.dominates(size, alloc); }))
      return false;
    OpBuilder b(alloc);
    target->moveBefore(alloc);
    Value view = transposedView(b, op.getLoc(), target,
                                invertPermutationVector(op.getPermutation()));
    if (source != alloc.getResult())
      view = reshapedBack(b, view, source, alloc);
    if (view && replaceBuffer(b, alloc, view, op))
      return true;
    return false;
  }

  /// Is `source` one expand_shape of the allocation?
  static bool isReshapeOf(Value source, memref::AllocOp alloc) {
    auto expand = source.getDefiningOp<memref::ExpandShapeOp>();
    return expand && expand.getSrc() == alloc.getResult();
  }

  /// `view`, which lies as `source`, as the allocation lies; null if that layout has no such view.
  static Value reshapedBack(OpBuilder &b, Value view, Value source, memref::AllocOp alloc) {
    auto expand = source.getDefiningOp<memref::ExpandShapeOp>();
    auto type = cast<MemRefType>(view.getType());
    if (!memref::CollapseShapeOp::isGuaranteedCollapsible(type, expand.getReassociationIndices()))
      return {};
    return memref::CollapseShapeOp::create(b, view.getLoc(), view, expand.getReassociationIndices());
  }
};

} // namespace
} // namespace lowp::cpu
