//===- ResultsToDestinations.cpp -----------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Codegen/CPU/Passes.h"

#include "lowp/Dialect/Lowp/IR/EntryAttributes.h"

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

  static MemRefType bufferOf(RankedTensorType type) {
    return MemRefType::get(type.getShape(), type.getElementType());
  }

  /// Arguments that are updated in place become writable buffers; by the result that each is.
  static llvm::DenseMap<int64_t, Value> updateInPlace(func::FuncOp func) {
    llvm::DenseMap<int64_t, Value> updated;
    OpBuilder b(func.getBody());
    for (BlockArgument arg : func.getArguments()) {
      auto result = func.getArgAttrOfType<IntegerAttr>(arg.getArgNumber(), kInPlaceAttr);
      auto type = dyn_cast<RankedTensorType>(arg.getType());
      if (!result || !type)
        continue;
      arg.setType(bufferOf(type));
      auto tensor = bufferization::ToTensorOp::create(b, arg.getLoc(), type, arg, /*restrict=*/true,
                                                      /*writable=*/true);
      arg.replaceAllUsesExcept(tensor, tensor);
      updated[result.getInt()] = arg;
    }
    func.setType(b.getFunctionType(func.getBody().getArgumentTypes(), func.getResultTypes()));
    return updated;
  }

  static LogicalResult rewrite(func::FuncOp func) {
    if (!func.getBody().hasOneBlock())
      return func.emitError("function with ") << func.getBody().getBlocks().size()
                                              << " blocks, expected one";
    llvm::DenseMap<int64_t, Value> updated = updateInPlace(func);
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
      Value destination = updated.lookup(i);
      if (!destination) {
        if (failed(func.insertArgument(func.getNumArguments(), bufferOf(type), {}, func.getLoc())))
          return failure();
        destination = func.getArguments().back();
      }
      bufferization::MaterializeInDestinationOp::create(builder, result.getLoc(), /*result=*/Type(),
                                                        result, destination, /*restrict=*/true,
                                                        /*writable=*/true);
    }
    ret->setOperands({});
    llvm::BitVector erased(func.getNumResults(), true);
    return func.eraseResults(erased);
  }
};

} // namespace
} // namespace lowp::cpu
