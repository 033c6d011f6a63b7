//===- DemoteF64.cpp -----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Import/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace lowp::import {
#define GEN_PASS_DEF_DEMOTEF64
#include "lowp/Transforms/Import/Passes.h.inc"

namespace {

Type demoted(Type type) {
  if (type.isF64())
    return Float32Type::get(type.getContext());
  if (auto shaped = dyn_cast<ShapedType>(type); shaped && shaped.getElementType().isF64())
    return shaped.clone(Float32Type::get(type.getContext()));
  return type;
}

/// Rounds to f32; what is finite stays finite.
APFloat demoted(APFloat value) {
  bool finite = value.isFinite(), negative = value.isNegative(), losesInfo;
  value.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &losesInfo);
  if (finite && value.isInfinity())
    return APFloat::getLargest(APFloat::IEEEsingle(), negative);
  return value;
}

/// Null if the attribute cannot be rewritten (a resource of f64).
TypedAttr demoted(TypedAttr attr) {
  Type f32 = Float32Type::get(attr.getContext());
  if (auto scalar = dyn_cast<FloatAttr>(attr))
    return FloatAttr::get(f32, demoted(scalar.getValue()));
  if (auto dense = dyn_cast<DenseFPElementsAttr>(attr))
    return dense.mapValues(f32, [](const APFloat &v) { return demoted(v).bitcastToAPInt(); });
  return {};
}

bool usesF64(TypeRange types) {
  return llvm::any_of(types, [](Type type) { return demoted(type) != type; });
}

struct DemoteF64 : impl::DemoteF64Base<DemoteF64> {
  void runOnOperation() override {
    if (!applies())
      return;
    getOperation().walk([](Operation *op) {
      for (Region &region : op->getRegions())
        for (BlockArgument arg : region.getArguments())
          arg.setType(demoted(arg.getType()));
      for (Value result : op->getResults())
        result.setType(demoted(result.getType()));
      if (auto constant = dyn_cast<arith::ConstantOp>(op))
        if (usesF64(constant.getValue().getType()))
          constant.setValueAttr(demoted(constant.getValue()));
    });
    eraseIdentityCasts();
  }

  /// The interface stays as it is, and nothing looks at the bits of an f64.
  bool applies() {
    func::FuncOp func = getOperation();
    if (usesF64(func.getArgumentTypes()) || usesF64(func.getResultTypes()))
      return false;
    return !func.walk([](Operation *op) {
                  bool opaque = isa<arith::BitcastOp, func::CallOp>(op) &&
                                (usesF64(op->getOperandTypes()) || usesF64(op->getResultTypes()));
                  if (auto constant = dyn_cast<arith::ConstantOp>(op))
                    opaque |= usesF64(constant.getType()) && !demoted(constant.getValue());
                  return opaque ? WalkResult::interrupt() : WalkResult::advance();
                }).wasInterrupted();
  }

  void eraseIdentityCasts() {
    getOperation().walk([](Operation *op) {
      if (!isa<arith::ExtFOp, arith::TruncFOp>(op) ||
          op->getOperand(0).getType() != op->getResult(0).getType())
        return;
      op->getResult(0).replaceAllUsesWith(op->getOperand(0));
      op->erase();
    });
  }
};

} // namespace
} // namespace lowp::import
