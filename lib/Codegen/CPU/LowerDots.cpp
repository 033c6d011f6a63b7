//===- LowerDots.cpp -----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Target.h"
#include "lowp/Codegen/CPU/Passes.h"

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

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

/// The number of i8 lanes and products that the row's instruction takes.
bool hasShape(DotOp op, const CpuTarget &row) {
  int64_t lanes = cast<VectorType>(op.getAcc().getType()).getNumElements();
  int64_t elements = cast<VectorType>(op.getA().getType()).getNumElements();
  return lanes == row.lanes() && elements == lanes * row.kBlock(/*isInteger=*/true);
}

/// acc + Σ of 4 products, the first operand unsigned, the second signed.
Value lowerVpdpbusd(OpBuilder &b, DotOp op) {
  return callIntrinsic(b, op.getLoc(), op.getType(), "llvm.x86.avx512.vpdpbusd.512",
                       {op.getAcc(), op.getA(), op.getB()});
}

/// Bytes to i16, then pairs of exact products to i32.
Value lowerVpmaddwd(OpBuilder &b, DotOp op) {
  Location loc = op.getLoc();
  auto bytes = cast<VectorType>(op.getA().getType());
  auto words = bytes.clone(b.getI16Type());
  auto extend = [&](Value v, bool isUnsigned) -> Value {
    if (isUnsigned)
      return arith::ExtUIOp::create(b, loc, words, v);
    return arith::ExtSIOp::create(b, loc, words, v);
  };
  Value sums = callIntrinsic(b, loc, op.getType(), "llvm.x86.avx2.pmadd.wd",
                             {extend(op.getA(), op.getAUnsigned()),
                              extend(op.getB(), op.getBUnsigned())});
  return arith::AddIOp::create(b, loc, op.getAcc(), sums);
}

Value lowerFloat(OpBuilder &b, DotOp op) {
  // Not vector.fma: that becomes llvm.fmuladd, which without contraction is a product and a sum.
  return math::FmaOp::create(b, op.getLoc(), op.getA(), op.getB(), op.getAcc());
}

Value lower(OpBuilder &b, DotOp op, const CpuTarget &row) {
  auto operand = cast<VectorType>(op.getA().getType());
  if (operand.getElementType().isF32() && operand == op.getAcc().getType())
    return lowerFloat(b, op);
  if (!operand.getElementType().isInteger(8) || !hasShape(op, row))
    return {};
  if (row.dot == DotKind::Vpdpbusd && op.getAUnsigned() && !op.getBUnsigned())
    return lowerVpdpbusd(b, op);
  if (row.dot == DotKind::Vpmaddwd)
    return lowerVpmaddwd(b, op);
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
      Value result = lower(b, op, *row);
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
