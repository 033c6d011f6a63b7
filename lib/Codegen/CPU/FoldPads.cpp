//===- FoldPads.cpp ------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_FOLDPADS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

/// A copy of a value into the middle of a buffer that was filled, and who made the value.
struct Pad {
  memref::CopyOp copy;
  memref::AllocOp value, padded;
  memref::SubViewOp middle;
  Operation *writer, *fill;
  Value filler;
  memref::CollapseShapeOp view; ///< of the value, which the copy reads; null: itself
};

/// What the op fills its one buffer with; null if it does something else.
Value filledWith(Operation *op) {
  if (auto fill = dyn_cast<linalg::FillOp>(op))
    return fill.getInputs()[0];
  auto map = dyn_cast<linalg::MapOp>(op);
  if (!map || map.getNumDpsInputs() != 0)
    return {};
  Value yielded = map.getMapper().front().getTerminator()->getOperand(0);
  return yielded.getParentBlock() == op->getBlock() ? yielded : Value();
}

bool hasStaticMiddle(memref::SubViewOp op) {
  auto isKnown = [](ArrayRef<int64_t> values) { return !ShapedType::isDynamicShape(values); };
  return isKnown(op.getStaticOffsets()) && isKnown(op.getStaticSizes()) && op.getType().hasStaticShape() &&
         op.getType().getRank() == op.getSourceType().getRank() &&
         llvm::all_of(op.getStaticStrides(), [](int64_t stride) { return stride == 1; });
}

/// The middle in the shape of the value; null where that layout has no such view.
MemRefType expandedType(Pad pad) {
  FailureOr<MemRefType> type = memref::ExpandShapeOp::computeExpandedType(
      pad.middle.getType(), pad.value.getType().getShape(), pad.view.getReassociationIndices());
  return succeeded(type) ? *type : MemRefType();
}

/// The pad that a copy ends, if nobody else looks at the value, nor at the padded buffer before the copy.
std::optional<Pad> matchPad(memref::CopyOp copy) {
  Pad pad{copy, {}, {}, copy.getTarget().getDefiningOp<memref::SubViewOp>(), nullptr, nullptr, {},
          copy.getSource().getDefiningOp<memref::CollapseShapeOp>()};
  if (pad.view && !pad.view->hasOneUse())
    return std::nullopt;
  pad.value = (pad.view ? pad.view.getSrc() : copy.getSource()).getDefiningOp<memref::AllocOp>();
  if (!pad.value || !pad.middle || !pad.middle->hasOneUse() || !hasStaticMiddle(pad.middle))
    return std::nullopt;
  pad.padded = pad.middle.getSource().getDefiningOp<memref::AllocOp>();
  auto users = llvm::to_vector(pad.value->getUsers());
  Block *block = copy->getBlock();
  if (!pad.padded || pad.padded->getNumOperands() != 0 || users.size() != 2)
    return std::nullopt;
  Operation *reader = pad.view ? pad.view.getOperation() : copy.getOperation();
  pad.writer = users[0] == reader ? users[1] : users[0];
  if (pad.writer == reader || pad.writer->getBlock() != block || !pad.writer->isBeforeInBlock(copy) ||
      !isa<DestinationStyleOpInterface>(pad.writer))
    return std::nullopt;
  for (Operation *user : pad.padded->getUsers()) {
    if (user->getBlock() != block)
      return std::nullopt;
    if (user == pad.middle || copy->isBeforeInBlock(user))
      continue;
    if (pad.fill || !(pad.filler = filledWith(user)))
      return std::nullopt;
    pad.fill = user;
  }
  Operation *made = pad.filler ? pad.filler.getDefiningOp() : nullptr;
  bool isThere = !made || made->getBlock() != block || made->isBeforeInBlock(pad.writer) || made->hasTrait<OpTrait::ConstantLike>();
  return pad.fill && isThere && (!pad.view || expandedType(pad)) ? std::optional(pad) : std::nullopt;
}

/// Fills what lies around the middle, each element once.
void fillBorder(OpBuilder &b, Pad pad) {
  Location loc = pad.fill->getLoc();
  SmallVector<int64_t> offsets(pad.middle.getStaticOffsets()), sizes(pad.middle.getStaticSizes());
  ArrayRef<int64_t> whole = pad.padded.getType().getShape();
  SmallVector<int64_t> from(whole.size(), 0), extent(whole), strides(whole.size(), 1);
  auto fill = [&](size_t d, int64_t begin, int64_t count) {
    if (count == 0)
      return;
    from[d] = begin;
    extent[d] = count;
    auto side = memref::SubViewOp::create(b, loc, pad.padded, from, extent, strides);
    linalg::FillOp::create(b, loc, pad.filler, side.getResult());
  };
  for (size_t d = 0; d < whole.size(); ++d) {
    int64_t end = offsets[d] + sizes[d];
    fill(d, 0, offsets[d]);
    fill(d, end, whole[d] - end);
    from[d] = offsets[d];
    extent[d] = sizes[d];
  }
}

struct FoldPads : impl::FoldPadsBase<FoldPads> {
  void runOnOperation() override {
    if (getOperation().isDeclaration())
      return;
    SmallVector<memref::CopyOp> copies(getOperation().getBody().front().getOps<memref::CopyOp>());
    for (memref::CopyOp copy : copies)
      if (std::optional<Pad> pad = matchPad(copy))
        fold(*pad);
  }

  static void fold(Pad pad) {
    pad.padded->moveBefore(pad.writer);
    if (Operation *made = pad.filler.getDefiningOp(); made && made->getBlock() == pad.writer->getBlock() &&
                                                      pad.writer->isBeforeInBlock(made))
      made->moveBefore(pad.padded);
    OpBuilder b(pad.writer);
    fillBorder(b, pad);
    pad.middle->moveBefore(pad.writer);
    Value target = pad.middle;
    if (pad.view)
      target = memref::ExpandShapeOp::create(b, pad.view.getLoc(), expandedType(pad), target,
                                             pad.view.getReassociationIndices());
    pad.writer->replaceUsesOfWith(pad.value, target);
    pad.copy.erase();
    if (pad.view)
      pad.view.erase();
    pad.fill->erase();
    pad.value.erase();
  }
};

} // namespace
} // namespace lowp::cpu
