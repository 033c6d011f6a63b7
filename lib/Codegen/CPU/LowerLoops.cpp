//===- LowerLoops.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RelaxFloats.h"
#include "lowp/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_LOWERLOOPS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

/// Of an elementwise op on contiguous buffers of three dimensions and more, as of an image, the same op with all
/// dimensions but the first as one: few channels are too short a loop for vectors. Null if it is none.
linalg::GenericOp withLongRows(IRRewriter &b, linalg::LinalgOp op) {
  auto generic = dyn_cast<linalg::GenericOp>(op.getOperation());
  unsigned rank = op.getNumLoops();
  if (!generic || rank < 3 || op.getNumReductionLoops() > 0 || op.hasIndexSemantics() || op.getNumDpsInits() != 1)
    return {};
  SmallVector<ReassociationIndices> groups{{0}, llvm::to_vector(llvm::seq<int64_t>(1, rank))};
  SmallVector<AffineMap> maps;
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    bool isContiguous = type && type.getLayout().isIdentity() && type.hasStaticShape();
    if (type && !(isContiguous && op.getMatchingIndexingMap(&operand).isIdentity()))
      return {};
    maps.push_back(type ? b.getMultiDimIdentityMap(2) : AffineMap::get(2, 0, b.getContext()));
  }
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    operands.push_back(!isa<MemRefType>(operand.getType())
                           ? operand
                           : memref::CollapseShapeOp::create(b, op.getLoc(), operand, groups).getResult());
  Value out = operands.pop_back_val();
  SmallVector<utils::IteratorType> parallel(2, utils::IteratorType::parallel);
  auto result = linalg::GenericOp::create(b, op.getLoc(), operands, out, maps, parallel);
  b.inlineRegionBefore(generic.getRegion(), result.getRegion(), result.getRegion().end());
  return result;
}

struct LowerLoops : impl::LowerLoopsBase<LowerLoops> {
  using LowerLoopsBase::LowerLoopsBase;

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation().walk([&](memref::CopyOp copy) {
      rewriter.setInsertionPoint(copy);
      rewriter.replaceOpWithNewOp<linalg::CopyOp>(copy, copy.getSource(), copy.getTarget());
    });
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    for (linalg::LinalgOp op : ops) {
      relaxFloats(op, fused);
      rewriter.setInsertionPoint(op);
      if (op.hasPureBufferSemantics())
        if (linalg::GenericOp flat = withLongRows(rewriter, op)) {
          rewriter.eraseOp(op);
          op = flat;
        }
      if (!op.hasPureBufferSemantics() || failed(linalg::linalgOpToParallelLoops(rewriter, op))) {
        op.emitError("cannot be lowered to loops: expected buffers");
        return signalPassFailure();
      }
      rewriter.eraseOp(op);
    }
  }
};

} // namespace
} // namespace lowp::cpu
