//===- LowerLoops.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_LOWERLOOPS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

template <typename... Ops> void addFlags(Operation *op, arith::FastMathFlags flags) {
  auto add = [&](auto typed) {
    if (typed)
      typed.setFastmath(typed.getFastmath() | flags);
  };
  (add(dyn_cast<Ops>(op)), ...);
}

/// Sums of floats may be added in any order, and maxima are taken of numbers: without that no reduction
/// is vectorised well.
void allowReordering(linalg::LinalgOp op) {
  if (op.getNumReductionLoops() == 0)
    return;
  op.getBlock()->walk([](Operation *inner) {
    addFlags<arith::AddFOp, arith::MulFOp>(inner, arith::FastMathFlags::reassoc);
    addFlags<arith::MaximumFOp, arith::MinimumFOp>(
        inner, arith::FastMathFlags::reassoc | arith::FastMathFlags::nnan | arith::FastMathFlags::nsz);
  });
}

struct LowerLoops : impl::LowerLoopsBase<LowerLoops> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation().walk([&](memref::CopyOp copy) {
      rewriter.setInsertionPoint(copy);
      rewriter.replaceOpWithNewOp<linalg::CopyOp>(copy, copy.getSource(), copy.getTarget());
    });
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    for (linalg::LinalgOp op : ops) {
      allowReordering(op);
      rewriter.setInsertionPoint(op);
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
