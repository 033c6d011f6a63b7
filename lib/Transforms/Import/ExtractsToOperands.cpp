//===- ExtractsToOperands.cpp --------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Import/Passes.h"

#include "lowp/Analysis/LengthAnalysis.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace lowp::import {
#define GEN_PASS_DEF_EXTRACTSTOOPERANDS
#include "lowp/Transforms/Import/Passes.h.inc"

namespace {

/// How the loops of `op` index the extracted tensor; null where an index is computed, or a loop runs over
/// less than the dimension.
AffineMap mapOf(linalg::GenericOp op, tensor::ExtractOp extract, LengthAnalysis &lengths) {
  MLIRContext *ctx = op.getContext();
  SmallVector<AffineExpr> at;
  for (auto [d, index] : llvm::enumerate(extract.getIndices())) {
    std::optional<LengthExpr> size = lengths.dimension(extract.getTensor(), d);
    auto loop = index.getDefiningOp<linalg::IndexOp>();
    if (size == LengthExpr(1) && matchPattern(index, m_Zero()))
      at.push_back(getAffineConstantExpr(0, ctx));
    else if (size && loop && loop->getParentOp() == op && size == lengths.loop(op, loop.getDim()))
      at.push_back(getAffineDimExpr(loop.getDim(), ctx));
    else
      return {};
  }
  return AffineMap::get(op.getNumLoops(), 0, at, ctx);
}

struct ExtractsToOperands : impl::ExtractsToOperandsBase<ExtractsToOperands> {
  void runOnOperation() override {
    LengthAnalysis lengths(getOperation());
    SmallVector<linalg::GenericOp> ops;
    getOperation().walk([&](linalg::GenericOp op) { ops.push_back(op); });
    for (linalg::GenericOp op : ops)
      rewrite(op, lengths);
  }

  static void rewrite(linalg::GenericOp op, LengthAnalysis &lengths) {
    SmallVector<tensor::ExtractOp> extracts;
    SmallVector<Value> inputs(op.getInputs());
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    for (auto extract : op.getBody()->getOps<tensor::ExtractOp>())
      if (AffineMap map = mapOf(op, extract, lengths)) {
        maps.insert(maps.begin() + inputs.size(), map);
        inputs.push_back(extract.getTensor());
        extracts.push_back(extract);
      }
    if (extracts.empty())
      return;
    OpBuilder b(op);
    for (auto [i, extract] : llvm::enumerate(extracts)) {
      unsigned place = op.getNumDpsInputs() + i;
      extract.replaceAllUsesWith(
          op.getBody()->insertArgument(place, extract.getType(), extract.getLoc()));
      extract.erase();
    }
    auto result = linalg::GenericOp::create(b, op.getLoc(), op.getResultTypes(), inputs, op.getOutputs(),
                                            maps, op.getIteratorTypesArray());
    result->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    result.getRegion().takeBody(op.getRegion());
    op.replaceAllUsesWith(result.getResults());
    op.erase();
  }
};

} // namespace
} // namespace lowp::import
