//===- VerifyCodegen.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Codegen/CPU/Passes.h"

#include "lowp/Bridge/Constants.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_VERIFYCODEGEN
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

/// Booleans take a byte each; what is narrower than a byte otherwise is read packed by vector code and
/// unpacked by scalar code.
bool isPartOfByte(Type type) {
  auto buffer = dyn_cast<MemRefType>(type);
  auto integer = buffer ? dyn_cast<IntegerType>(buffer.getElementType()) : IntegerType();
  return integer && integer.getWidth() > 1 && integer.getWidth() < 8;
}

LogicalResult verifyFunction(func::FuncOp func) {
  if (!func.isPublic() || func.isDeclaration())
    return success();
  if (func.getNumResults() != 0)
    return func.emitOpError("returns values, expected results in buffers of the caller; run "
                            "lowp-results-to-destinations");
  if (!func->hasAttr("lowp.arena_bytes"))
    return func.emitOpError("has no arena; run lowp-plan-memory");
  return success();
}

LogicalResult verifyGlobal(memref::GlobalOp global) {
  auto value = dyn_cast_if_present<ElementsAttr>(global.getInitialValueAttr());
  if (!value || value.isSplat() || byteSize(value.getShapedType()) <= kMaxInlineBytes)
    return success();
  return global.emitOpError("holds ") << byteSize(value.getShapedType()) << " bytes; above "
                                      << kMaxInlineBytes
                                      << " bytes a constant must be an external symbol";
}

LogicalResult verifyOp(Operation *op) {
  if (isa<SiteOp>(op))
    return success();
  if (isa_and_present<LowpDialect, linalg::LinalgDialect>(op->getDialect()) && !isa<DotOp, NarrowOp>(op))
    return op->emitOpError("is left after codegen");
  for (Type type : llvm::concat<const Type>(op->getOperandTypes(), op->getResultTypes())) {
    if (isa<TensorType>(type))
      return op->emitOpError("works on ") << type << " after codegen, expected buffers";
    if (isPartOfByte(type))
      return op->emitOpError("works on ") << type << ", expected elements of whole bytes";
  }
  auto func = op->getParentOfType<func::FuncOp>();
  if (isa<memref::AllocOp, memref::AllocaOp>(op) && func && func.isPublic())
    return op->emitOpError("allocates in a public function; run lowp-plan-memory");
  if (auto global = dyn_cast<memref::GlobalOp>(op))
    return verifyGlobal(global);
  auto function = dyn_cast<func::FuncOp>(op);
  return function ? verifyFunction(function) : success();
}

struct VerifyCodegen : impl::VerifyCodegenBase<VerifyCodegen> {
  void runOnOperation() override {
    WalkResult result = getOperation().walk<WalkOrder::PreOrder>(
        [](Operation *op) -> WalkResult { return verifyOp(op); });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
} // namespace lowp::cpu
