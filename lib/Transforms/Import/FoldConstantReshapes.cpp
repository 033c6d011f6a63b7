//===- FoldConstantReshapes.cpp ------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Import/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;

namespace lowp::import {
#define GEN_PASS_DEF_FOLDCONSTANTRESHAPES
#include "lowp/Transforms/Import/Passes.h.inc"

namespace {

/// The same elements in another shape; null where the attribute holds none.
TypedAttr reshaped(Attribute value, RankedTensorType type) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  if (auto dense = dyn_cast<DenseElementsAttr>(value))
    return dense.reshape(type);
  return {};
}

struct FoldConstantReshapes : impl::FoldConstantReshapesBase<FoldConstantReshapes> {
  void runOnOperation() override {
    getOperation().walk([](Operation *op) {
      if (!isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op))
        return;
      auto constant = op->getOperand(0).getDefiningOp<arith::ConstantOp>();
      auto type = cast<RankedTensorType>(op->getResult(0).getType());
      TypedAttr value = constant && type.hasStaticShape() ? reshaped(constant.getValue(), type)
                                                          : TypedAttr();
      if (!value)
        return;
      OpBuilder b(constant);
      op->replaceAllUsesWith(arith::ConstantOp::create(b, constant.getLoc(), value));
      op->erase();
      if (constant->use_empty())
        constant->erase();
    });
  }
};

} // namespace
} // namespace lowp::import
