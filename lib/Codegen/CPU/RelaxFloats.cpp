//===- RelaxFloats.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RelaxFloats.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace lowp::cpu {
namespace {

template <typename... Ops> void addFlags(Operation *op, arith::FastMathFlags flags) {
  auto add = [&](auto typed) {
    if (typed)
      typed.setFastmath(typed.getFastmath() | flags);
  };
  (add(dyn_cast<Ops>(op)), ...);
}

/// A contraction of floats adds its products in order, with fused multiply-adds where lowp.dot has them: the
/// plain lowering gives the bits of the optimised one. False if it is none.
bool keepOrder(linalg::LinalgOp op, bool fused) {
  if (op.hasIndexSemantics())
    return true; // what asks where it is in a sum depends on the order
  if (op.getNumDpsInputs() != 2 || op.getNumReductionLoops() == 0)
    return false;
  Block &body = *op.getBlock();
  auto add = body.getTerminator()->getOperand(0).getDefiningOp<arith::AddFOp>();
  BlockArgument sum = body.getArguments().back();
  if (!add || (add.getLhs() != sum && add.getRhs() != sum))
    return false;
  auto product = (add.getLhs() == sum ? add.getRhs() : add.getLhs()).getDefiningOp<arith::MulFOp>();
  if (!product || !product->hasOneUse() || !isa<BlockArgument>(product.getLhs()) ||
      !isa<BlockArgument>(product.getRhs()))
    return false;
  if (!fused)
    return true;
  OpBuilder b(add);
  Value sumOfProduct = math::FmaOp::create(b, add.getLoc(), product.getLhs(), product.getRhs(), sum);
  add.replaceAllUsesWith(sumOfProduct);
  add.erase();
  product.erase();
  return true;
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

/// x / s where s is the same along the innermost loop, as in a softmax, may become x · (1/s), 1/s taken once. Not
/// what is rounded to a code next: that division is the definition.
void allowReciprocals(linalg::LinalgOp op) {
  if (op.getNumLoops() == 0)
    return;
  unsigned innermost = op.getNumLoops() - 1;
  for (auto division : op.getBlock()->getOps<arith::DivFOp>()) {
    auto divisor = dyn_cast<BlockArgument>(division.getRhs());
    if (!divisor || divisor.getOwner() != op.getBlock())
      continue;
    bool isInvariant =
        !op.getMatchingIndexingMap(&op->getOpOperand(divisor.getArgNumber())).isFunctionOfDim(innermost);
    bool isRounded = llvm::any_of(division->getUsers(), [](Operation *user) { return isa<math::RoundEvenOp>(user); });
    if (isInvariant && !isRounded)
      addFlags<arith::DivFOp>(division, arith::FastMathFlags::arcp);
  }
}

} // namespace

void relaxFloats(linalg::LinalgOp op, bool fused) {
  if (keepOrder(op, fused))
    return;
  allowReordering(op);
  allowReciprocals(op);
}

} // namespace lowp::cpu
