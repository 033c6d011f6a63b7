//===- LowerDots.cpp -----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Target.h"
#include "lowp/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_LOWERDOTS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

Value callIntrinsic(OpBuilder &b, Location loc, Type type, StringRef name, ValueRange args) {
  return LLVM::CallIntrinsicOp::create(b, loc, type, b.getStringAttr(name), args)->getResult(0);
}

/// acc + Σ of two products per lane, of operands extended to i16.
Value widenedPairs(OpBuilder &b, DotOp op, StringRef intrinsic) {
  Location loc = op.getLoc();
  auto words = cast<VectorType>(op.getA().getType()).clone(b.getI16Type());
  auto extend = [&](Value v, bool isUnsigned) -> Value {
    if (isUnsigned)
      return arith::ExtUIOp::create(b, loc, words, v);
    return arith::ExtSIOp::create(b, loc, words, v);
  };
  Value sums = callIntrinsic(
      b, loc, op.getType(), intrinsic,
      {extend(op.getA(), op.getAUnsigned()), extend(op.getB(), op.getBUnsigned())});
  return arith::AddIOp::create(b, loc, op.getAcc(), sums);
}

/// acc + Σ of four products per lane: pairs in i16, which the limit keeps from saturating, then pairs
/// of those.
Value saturatedPairs(OpBuilder &b, DotOp op, StringRef intrinsic) {
  Location loc = op.getLoc();
  auto acc = cast<VectorType>(op.getType());
  auto words = VectorType::get({acc.getNumElements() * 2}, b.getI16Type());
  Value pairs = callIntrinsic(b, loc, words, intrinsic, {op.getA(), op.getB()});
  Value ones = arith::ConstantOp::create(b, loc, DenseElementsAttr::get(words, b.getI16IntegerAttr(1)));
  StringRef add = acc.getNumElements() == 8 ? "llvm.x86.avx2.pmadd.wd" : "llvm.x86.avx512.pmaddw.d.512";
  Value sums = callIntrinsic(b, loc, acc, add, {pairs, ones});
  return arith::AddIOp::create(b, loc, op.getAcc(), sums);
}

/// The row of the table with the op's operands and shape; null if there is none.
const DotTile *lookupDot(DotOp op, const CpuTarget &row) {
  auto operand = cast<VectorType>(op.getA().getType());
  int64_t lanes = cast<VectorType>(op.getAcc().getType()).getNumElements();
  return row.dot({dotOperand(operand.getElementType(), op.getAUnsigned()),
                  dotOperand(operand.getElementType(), op.getBUnsigned()),
                  int64_t(op.getBLimit().value_or(DotOperands().rightLimit))},
                 {lanes, operand.getNumElements(), int64_t(op.getBlock())});
}

Value lower(OpBuilder &b, DotOp op, const DotTile &dot) {
  StringRef intrinsic(dot.intrinsic.data(), dot.intrinsic.size());
  switch (dot.form) {
  case DotForm::Fma:
    // Not vector.fma: that becomes llvm.fmuladd, which without contraction is a product and a sum.
    return math::FmaOp::create(b, op.getLoc(), op.getA(), op.getB(), op.getAcc());
  case DotForm::Call:
    return callIntrinsic(b, op.getLoc(), op.getType(), intrinsic,
                         {op.getAcc(), op.getA(), op.getB()});
  case DotForm::WidenedPairs:
    return widenedPairs(b, op, intrinsic);
  case DotForm::SaturatedPairs:
    return saturatedPairs(b, op, intrinsic);
  case DotForm::Tiles:
    break; // no vectors: lowp-lower-contracts makes them
  }
  return {};
}

struct LowerDots : impl::LowerDotsBase<LowerDots> {
  using LowerDotsBase::LowerDotsBase;

  void runOnOperation() override {
    const CpuTarget *row = lookupTarget(getOperation(), target);
    if (!row)
      return signalPassFailure();
    SmallVector<DotOp> ops;
    getOperation().walk([&](DotOp op) { ops.push_back(op); });
    for (DotOp op : ops) {
      OpBuilder b(op);
      const DotTile *dot = lookupDot(op, *row);
      Value result = dot ? lower(b, op, *dot) : Value();
      if (!result) {
        op.emitOpError("has no instruction on target '") << row->name << "'";
        return signalPassFailure();
      }
      op.getResult().replaceAllUsesWith(result);
      op.erase();
    }
  }
};

} // namespace
} // namespace lowp::cpu
