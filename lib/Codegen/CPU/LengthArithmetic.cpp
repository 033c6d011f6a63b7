//===- LengthArithmetic.cpp ----------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LengthArithmetic.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace lowp::cpu {

BlockArgument lengthArgument(func::FuncOp func) {
  for (unsigned i = 0; i < func.getNumArguments(); ++i)
    if (func.getArgAttr(i, kLengthAttr))
      return func.getArgument(i);
  return {};
}

bool isLengthArithmetic(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    auto func = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
    return func && argument == lengthArgument(func);
  }
  Operation *op = value.getDefiningOp();
  if (matchPattern(value, m_Constant()))
    return isa<IntegerType, IndexType>(value.getType());
  return isa<arith::AddIOp, arith::SubIOp, arith::MulIOp, arith::DivUIOp, arith::DivSIOp, arith::RemUIOp,
             arith::MaxUIOp, arith::MinUIOp, arith::IndexCastOp, affine::AffineApplyOp>(op) &&
         llvm::all_of(op->getOperands(), isLengthArithmetic);
}

Value rebuild(OpBuilder &b, Value value, IRMapping &mapping) {
  if (Value known = mapping.lookupOrNull(value))
    return known;
  Operation *op = value.getDefiningOp();
  for (Value operand : op->getOperands())
    rebuild(b, operand, mapping);
  return b.clone(*op, mapping)->getResult(cast<OpResult>(value).getResultNumber());
}

int64_t evaluateAt(Value value, int64_t length) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return length;
  APInt number;
  if (matchPattern(value, m_ConstantInt(&number)))
    return number.getSExtValue();
  SmallVector<int64_t> in =
      llvm::map_to_vector(op->getOperands(), [&](Value operand) { return evaluateAt(operand, length); });
  return llvm::TypeSwitch<Operation *, int64_t>(op)
      .Case([&](arith::AddIOp) { return in[0] + in[1]; })
      .Case([&](arith::SubIOp) { return in[0] - in[1]; })
      .Case([&](arith::MulIOp) { return in[0] * in[1]; })
      .Case<arith::DivUIOp, arith::DivSIOp>([&](Operation *) { return in[0] / in[1]; })
      .Case([&](arith::RemUIOp) { return in[0] % in[1]; })
      .Case([&](arith::MaxUIOp) { return std::max(in[0], in[1]); })
      .Case([&](arith::MinUIOp) { return std::min(in[0], in[1]); })
      .Case([&](affine::AffineApplyOp apply) {
        Builder b(apply.getContext());
        SmallVector<Attribute> operands =
            llvm::map_to_vector(in, [&](int64_t v) -> Attribute { return b.getIndexAttr(v); });
        SmallVector<Attribute> result;
        (void)apply.getAffineMap().constantFold(operands, result); // fails only where it divides by 0
        return result.empty() ? 0 : cast<IntegerAttr>(result[0]).getInt();
      })
      .Default([&](Operation *) { return in[0]; }); // a cast
}

} // namespace lowp::cpu
