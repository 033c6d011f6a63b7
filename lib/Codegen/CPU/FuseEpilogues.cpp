//===- FuseEpilogues.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Codegen/CPU/Passes.h"

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_FUSEEPILOGUES
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

/// Can the body run on vectors along the columns, lane by lane?
bool isVectorizable(linalg::GenericOp op) {
  Block &body = *op.getBody();
  if (!body.getArguments().back().use_empty())
    return false; // reads the init
  return llvm::all_of(body.without_terminator(), [](Operation &inner) {
    return isa<arith::ConstantOp>(inner) || OpTrait::hasElementwiseMappableTraits(&inner);
  });
}

/// Read along the columns (the last result is the column dimension, no other one is, but for dimensions of
/// size 1 behind it) or not at all.
bool isColumnwise(AffineMap map, Type operand) {
  unsigned columns = map.getNumDims() - 1;
  auto shaped = dyn_cast<ShapedType>(operand);
  bool seen = false;
  for (auto [i, expr] : llvm::enumerate(map.getResults())) {
    bool isUnit = isa<AffineConstantExpr>(expr) && shaped && shaped.getDimSize(i) == 1;
    if (!isa<AffineDimExpr, AffineConstantExpr>(expr) || (seen && !isUnit))
      return false;
    seen |= expr.isFunctionOfDim(columns);
  }
  return true;
}

/// An epilogue operand whose map reads a dimension of size 1 at 0, as scales do, without that dimension.
/// The last dimension is then the columns'.
void dropUnitDims(OpBuilder &b, Value &operand, AffineMap &map) {
  auto type = dyn_cast<RankedTensorType>(operand.getType());
  if (!type)
    return;
  SmallVector<AffineExpr> kept;
  SmallVector<ReassociationIndices> groups;
  ReassociationIndices leading;
  for (auto [i, expr] : llvm::enumerate(map.getResults())) {
    bool isUnit = isa<AffineConstantExpr>(expr) && type.getDimSize(i) == 1;
    if (!isUnit) {
      kept.push_back(expr);
      groups.push_back(std::exchange(leading, {}));
    }
    (groups.empty() ? leading : groups.back()).push_back(i);
  }
  if (kept.size() == map.getNumResults() || kept.empty())
    return;
  operand = tensor::CollapseShapeOp::create(b, operand.getLoc(), operand, groups);
  map = AffineMap::get(map.getNumDims(), 0, kept, b.getContext());
}

struct FuseEpilogue : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp consumer, PatternRewriter &b) const override {
    if (consumer.getNumDpsInits() != 1 || consumer.getNumParallelLoops() != consumer.getNumLoops() ||
        !consumer.hasPureTensorSemantics())
      return b.notifyMatchFailure(consumer, "not elementwise");
    std::optional<unsigned> operand = contractOperand(consumer);
    if (!operand)
      return b.notifyMatchFailure(consumer, "no contraction that only this op reads");
    SmallVector<AffineMap> maps = consumer.getIndexingMapsArray();
    if (!maps.back().isIdentity() || !isVectorizable(consumer))
      return b.notifyMatchFailure(consumer, "not vectorizable");
    for (auto [input, map] : llvm::zip(consumer.getInputs(), maps))
      if (!isColumnwise(map, input.getType()))
        return b.notifyMatchFailure(consumer, "not columnwise");
    fuse(consumer, *operand, b);
    return success();
  }

  /// The input that is a contraction's result, read by identity and by nothing else.
  static std::optional<unsigned> contractOperand(linalg::GenericOp consumer) {
    for (auto [i, input] : llvm::enumerate(consumer.getInputs()))
      if (input.getDefiningOp<ContractOp>() && input.hasOneUse() &&
          consumer.getIndexingMapsArray()[i].isIdentity())
        return i;
    return std::nullopt;
  }

  static void fuse(linalg::GenericOp consumer, unsigned operand, PatternRewriter &b) {
    auto producer = consumer.getInputs()[operand].getDefiningOp<ContractOp>();
    SmallVector<Value> epilogue(producer.getEpilogue());
    SmallVector<AffineMap> maps =
        llvm::to_vector(producer.getMaps().getAsValueRange<AffineMapAttr>());
    for (auto [i, input] : llvm::enumerate(consumer.getInputs()))
      if (i != operand) {
        epilogue.push_back(input);
        maps.push_back(consumer.getIndexingMapsArray()[i]);
        dropUnitDims(b, epilogue.back(), maps.back());
      }
    auto fused = ContractOp::create(b, consumer.getLoc(), consumer.getResult(0).getType(),
                                    producer.getLhs(), producer.getRhs(), epilogue,
                                    consumer.getOutputs()[0], b.getAffineMapArrayAttr(maps),
                                    producer.getPackedAttr(), producer.getLhsUnsignedAttr(),
                                    producer.getRhsUnsignedAttr(), producer.getWindowAttr(),
                                    producer.getDepthwiseAttr(), producer.getRhsLimitAttr(),
                                    producer.getGroupsAttr());
    b.inlineRegionBefore(producer.getBody(), fused.getBody(), fused.getBody().end());
    appendBody(fused.getBody().front(), consumer, operand, b);
    b.replaceOp(consumer, fused.getResult());
    b.eraseOp(producer);
  }

  /// Continues the epilogue with the consumer's body.
  static void appendBody(Block &body, linalg::GenericOp consumer, unsigned operand,
                         PatternRewriter &b) {
    Operation *yield = body.getTerminator();
    IRMapping mapping;
    Block &tail = *consumer.getBody();
    for (auto [i, input] : llvm::enumerate(consumer.getInputs())) {
      BlockArgument arg = tail.getArgument(i);
      mapping.map(arg, i == operand ? yield->getOperand(0)
                                    : Value(body.addArgument(arg.getType(), arg.getLoc())));
    }
    b.setInsertionPoint(yield);
    for (Operation &op : tail.without_terminator())
      b.clone(op, mapping);
    Value result = mapping.lookupOrDefault(tail.getTerminator()->getOperand(0));
    b.replaceOpWithNewOp<YieldOp>(yield, result);
  }
};

struct FuseEpilogues : impl::FuseEpiloguesBase<FuseEpilogues> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FuseEpilogue>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace lowp::cpu
