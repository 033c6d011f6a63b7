//===- ResultsToDestinations.cpp -----------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_RESULTSTODESTINATIONS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

struct ResultsToDestinations : impl::ResultsToDestinationsBase<ResultsToDestinations> {
  void runOnOperation() override {
    for (func::FuncOp func : getOperation().getOps<func::FuncOp>())
      if (func.isPublic() && !func.isDeclaration() && failed(rewrite(func)))
        return signalPassFailure();
  }

  static LogicalResult rewrite(func::FuncOp func) {
    if (!func.getBody().hasOneBlock())
      return func.emitError("function with ") << func.getBody().getBlocks().size()
                                              << " blocks, expected one";
    Builder b(func.getContext());
    for (unsigned i = 0; i < func.getNumArguments(); ++i)
      if (isa<TensorType>(func.getArgument(i).getType()))
        func.setArgAttr(i, "bufferization.writable", b.getBoolAttr(false));
    auto ret = cast<func::ReturnOp>(func.getBody().front().getTerminator());
    OpBuilder builder(ret);
    for (auto [i, result] : llvm::enumerate(ret.getOperands())) {
      auto type = dyn_cast<RankedTensorType>(result.getType());
      if (!type)
        return func.emitError("result ") << i << " is " << result.getType()
                                         << ", expected a tensor";
      auto buffer = MemRefType::get(type.getShape(), type.getElementType());
      if (failed(func.insertArgument(func.getNumArguments(), buffer, {}, func.getLoc())))
        return failure();
      bufferization::MaterializeInDestinationOp::create(
          builder, result.getLoc(), /*result=*/Type(), result,
          func.getArgument(func.getNumArguments() - 1), /*restrict=*/true, /*writable=*/true);
    }
    ret->setOperands({});
    llvm::BitVector erased(func.getNumResults(), true);
    return func.eraseResults(erased);
  }
};

} // namespace
} // namespace lowp::cpu
