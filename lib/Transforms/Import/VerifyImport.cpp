//===- VerifyImport.cpp --------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Import/Passes.h"

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Analysis/SiteRecords.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"

using namespace mlir;

namespace lowp::import {
#define GEN_PASS_DEF_VERIFYIMPORT
#include "lowp/Transforms/Import/Passes.h.inc"

namespace {

LogicalResult verifyConstant(arith::ConstantOp constant) {
  auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
  if (!dense || dense.isSplat() || byteSize(dense.getType()) <= kMaxInlineBytes)
    return success();
  return constant.emitError("inline constant of ")
         << byteSize(dense.getType()) << " bytes; above " << kMaxInlineBytes
         << " bytes a constant must be a resource";
}

struct VerifyImport : impl::VerifyImportBase<VerifyImport> {
  void runOnOperation() override {
    if (failed(verifySiteRecords(getOperation())))
      return signalPassFailure();
    WalkResult result = getOperation().walk([](Operation *op) -> WalkResult {
      if (auto constant = dyn_cast<arith::ConstantOp>(op))
        return verifyConstant(constant);
      if (isa<cf::AssertOp>(op) && op->getParentOfType<linalg::LinalgOp>())
        return op->emitError("assertion in the body of a loop nest; run lowp-bound-gathers");
      return success();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
} // namespace lowp::import
