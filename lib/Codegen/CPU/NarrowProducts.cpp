//===- NarrowProducts.cpp ------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ContractMatch.h"
#include "Target.h"
#include "lowp/Codegen/CPU/Passes.h"

#include "lowp/Analysis/Elementwise.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_NARROWPRODUCTS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

/// With fewer rows the right operand is read too seldom to be worth its packing.
constexpr int64_t kLeastRows = 16;

Value truncated(OpBuilder &b, Location loc, Value value) {
  AffineMap identity = b.getMultiDimIdentityMap(cast<RankedTensorType>(value.getType()).getRank());
  return createElementwise(b, loc, value, b.getBF16Type(), value, identity,
                           [](OpBuilder &b, Location loc, ValueRange args) -> Value {
                             return arith::TruncFOp::create(b, loc, b.getBF16Type(), args[0]);
                           });
}

/// The value in bf16: rounded where it is computed, in front of reshapes and transposes that
/// nothing else reads, so that the rounding joins an epilogue and less memory is moved.
Value narrowed(OpBuilder &b, Value value) {
  Operation *op = value.getDefiningOp();
  OpBuilder::InsertionGuard guard(b);
  if (!op || !value.hasOneUse() ||
      !isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp, linalg::TransposeOp>(op)) {
    b.setInsertionPointAfterValue(value);
    return truncated(b, value.getLoc(), value);
  }
  Value source = narrowed(b, op->getOperand(0));
  b.setInsertionPoint(op);
  Location loc = op->getLoc();
  auto type = cast<RankedTensorType>(value.getType()).clone(b.getBF16Type());
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
    return tensor::CollapseShapeOp::create(b, loc, type, source,
                                           collapse.getReassociationIndices());
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return tensor::ExpandShapeOp::create(b, loc, type, source, expand.getReassociationIndices(),
                                         expand.getMixedOutputShape());
  auto transpose = cast<linalg::TransposeOp>(op);
  Value empty = tensor::EmptyOp::create(b, loc, tensor::getMixedSizes(b, loc, transpose.getInit()),
                                        b.getBF16Type());
  return linalg::TransposeOp::create(b, loc, source, empty, transpose.getPermutation())
      ->getResult(0);
}

struct NarrowProducts : impl::NarrowProductsBase<NarrowProducts> {
  using NarrowProductsBase::NarrowProductsBase;

  void runOnOperation() override {
    const CpuTarget *row = lookupTarget(getOperation(), target);
    if (!row)
      return signalPassFailure();
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    for (linalg::LinalgOp op : ops) {
      std::optional<ContractMatch> match = ContractMatch::get(op);
      if (match && applies(*match, *row))
        narrow(*match);
    }
  }

  /// A product of two computed matrices of floats, of enough rows, and the row has a dot of bf16
  /// for it.
  static bool applies(const ContractMatch &match, const CpuTarget &row) {
    if (match.integer || match.bf16 || match.window || match.depthwise || match.weight() ||
        match.lhs() == match.rhs())
      return false;
    DotOperands operands{DotOperand::BF16, DotOperand::BF16};
    operands.rows = dotRows(match.type());
    operands.reduction = dotReduction(match.reduction);
    return operands.rows >= kLeastRows && row.dot(operands);
  }

  static void narrow(const ContractMatch &match) {
    linalg::LinalgOp op = match.op;
    OpBuilder b(op);
    Value operands[] = {narrowed(b, match.lhs()), narrowed(b, match.rhs())};
    auto product = linalg::GenericOp::create(
        b, op.getLoc(), match.type(), operands, match.init(), op.getIndexingMapsArray(),
        op.getIteratorTypesArray(), [](OpBuilder &b, Location loc, ValueRange args) {
          auto wide = [&](Value v) { return arith::ExtFOp::create(b, loc, b.getF32Type(), v); };
          Value term = arith::MulFOp::create(b, loc, wide(args[0]), wide(args[1]));
          linalg::YieldOp::create(b, loc, arith::AddFOp::create(b, loc, args[2], term).getResult());
        });
    op->replaceAllUsesWith(product);
    op->erase();
  }
};

} // namespace
} // namespace lowp::cpu
