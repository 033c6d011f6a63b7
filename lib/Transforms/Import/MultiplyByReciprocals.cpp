//===- MultiplyByReciprocals.cpp -----------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Import/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace lowp::import {
#define GEN_PASS_DEF_MULTIPLYBYRECIPROCALS
#include "lowp/Transforms/Import/Passes.h.inc"

namespace {

/// 1/c where it is a normal number; nullopt otherwise.
std::optional<APFloat> reciprocal(Value divisor) {
  APFloat value(0.0f);
  if (!divisor.getType().isF32() || !matchPattern(divisor, m_ConstantFloat(&value)) ||
      !value.isNormal())
    return std::nullopt;
  APFloat result(1.0f);
  result.divide(value, APFloat::rmNearestTiesToEven);
  return result.isNormal() ? std::optional(result) : std::nullopt;
}

struct MultiplyByReciprocals : impl::MultiplyByReciprocalsBase<MultiplyByReciprocals> {
  void runOnOperation() override {
    getOperation().walk([](arith::DivFOp op) {
      std::optional<APFloat> factor = reciprocal(op.getRhs());
      if (!factor || !op->getParentOfType<linalg::LinalgOp>())
        return;
      OpBuilder b(op);
      Value constant = arith::ConstantOp::create(b, op.getLoc(), b.getFloatAttr(op.getType(), *factor));
      op.replaceAllUsesWith(arith::MulFOp::create(b, op.getLoc(), op.getLhs(), constant).getResult());
      op.erase();
    });
  }
};

} // namespace
} // namespace lowp::import
