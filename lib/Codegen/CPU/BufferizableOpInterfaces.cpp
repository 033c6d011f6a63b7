//===- BufferizableOpInterfaces.cpp --------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Codegen/CPU/Passes.h"

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"

using namespace mlir;
using namespace mlir::bufferization;

namespace lowp::cpu {
namespace {

struct ContractInterface
    : DstBufferizableOpInterfaceExternalModel<ContractInterface, ContractOp> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand, const AnalysisState &) const {
    return operand.getOperandNumber() != cast<ContractOp>(op).getOutMutable().getOperandNumber();
  }

  bool bufferizesToMemoryWrite(Operation *op, OpOperand &operand, const AnalysisState &) const {
    return operand.getOperandNumber() == cast<ContractOp>(op).getOutMutable().getOperandNumber();
  }

  /// A tile is written while other tiles still read: no input may share out's buffer, except those
  /// that are read exactly where they are written.
  bool bufferizesToElementwiseAccess(Operation *, const AnalysisState &,
                                     ArrayRef<OpOperand *>) const {
    return false;
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options, BufferizationState &state) const {
    auto contract = cast<ContractOp>(op);
    SmallVector<Value> buffers;
    for (Value operand : op->getOperands()) {
      if (!isa<TensorType>(operand.getType())) {
        buffers.push_back(operand);
        continue;
      }
      FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
      if (failed(buffer))
        return failure();
      buffers.push_back(*buffer);
    }
    ValueRange epilogue = ValueRange(buffers).drop_front(2).drop_back();
    auto lowered = ContractOp::create(rewriter, op->getLoc(), TypeRange(), buffers[0], buffers[1],
                                      epilogue, buffers.back(), contract.getMaps(),
                                      contract.getPacked(), contract.getLhsUnsigned(),
                                      contract.getRhsUnsigned(), contract.getWindowAttr(),
                                      contract.getDepthwise(), contract.getRhsLimitAttr(),
                                      contract.getGroupsAttr());
    rewriter.inlineRegionBefore(contract.getBody(), lowered.getBody(), lowered.getBody().end());
    replaceOpWithBufferizedValues(rewriter, op, buffers.back());
    return success();
  }
};

} // namespace

void registerBufferizableOpInterfaces(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *ctx, LowpDialect *) {
    ContractOp::attachInterface<ContractInterface>(*ctx);
  });
}

} // namespace lowp::cpu
