//===- BoundGathers.cpp --------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Import/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace lowp::import {
#define GEN_PASS_DEF_BOUNDGATHERS
#include "lowp/Transforms/Import/Passes.h.inc"

namespace {

/// An index that the loop nest or a constant gives is in range by construction.
bool isComputed(Value index) {
  Operation *def = index.getDefiningOp();
  return !def || !isa<linalg::IndexOp, arith::ConstantOp>(def);
}

Value clamp(OpBuilder &b, Location loc, Value index, Value size) {
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  Value last = arith::SubIOp::create(b, loc, size, one);
  index = arith::MaxSIOp::create(b, loc, index, zero);
  return arith::MinSIOp::create(b, loc, index, last);
}

struct BoundGathers : impl::BoundGathersBase<BoundGathers> {
  void runOnOperation() override {
    getOperation().walk([](linalg::GenericOp op) {
      SmallVector<cf::AssertOp> asserts(op.getBody()->getOps<cf::AssertOp>());
      if (asserts.empty())
        return;
      for (cf::AssertOp assertion : asserts)
        assertion.erase();
      op.getBody()->walk([](tensor::ExtractOp extract) { bound(extract); });
    });
  }

  static void bound(tensor::ExtractOp extract) {
    OpBuilder b(extract);
    Location loc = extract.getLoc();
    for (auto [dim, operand] : llvm::enumerate(extract.getIndicesMutable())) {
      if (!isComputed(operand.get()))
        continue;
      Value size = b.createOrFold<tensor::DimOp>(loc, extract.getTensor(), dim);
      operand.set(clamp(b, loc, operand.get(), size));
    }
  }
};

} // namespace
} // namespace lowp::import
