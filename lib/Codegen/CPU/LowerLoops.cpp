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

/// Sums of floats may be added in any order: without that no reduction is vectorised.
void allowReordering(linalg::LinalgOp op) {
  if (op.getNumReductionLoops() == 0)
    return;
  op.getBlock()->walk([](Operation *inner) {
    auto flags = arith::FastMathFlags::reassoc;
    if (auto add = dyn_cast<arith::AddFOp>(inner))
      add.setFastmath(add.getFastmath() | flags);
    else if (auto mul = dyn_cast<arith::MulFOp>(inner))
      mul.setFastmath(mul.getFastmath() | flags);
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
