//===- LowerProbes.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Codegen/CPU/Passes.h"

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_LOWERPROBES
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

struct LowerProbes : impl::LowerProbesBase<LowerProbes> {
  void runOnOperation() override {
    SmallVector<ObserveOp> probes;
    getOperation().walk([&](ObserveOp op) { probes.push_back(op); });
    llvm::DenseSet<Value> seen;
    for (ObserveOp probe : probes) {
      if (seen.insert(probe.getInput()).second)
        lower(probe, seen.size() - 1);
      probe.erase();
    }
  }

  void lower(ObserveOp probe, int64_t id) {
    OpBuilder b(probe);
    Location loc = probe.getLoc();
    auto type = cast<RankedTensorType>(probe.getInput().getType());
    auto memref = MemRefType::get(type.getShape(), type.getElementType());
    Value buffer = bufferization::ToBufferOp::create(b, loc, memref, probe.getInput(),
                                                     /*read_only=*/true);
    auto pointer = MemRefType::get({}, type.getElementType());
    buffer = memref::ReinterpretCastOp::create(b, loc, pointer, buffer, b.getIndexAttr(0),
                                               ArrayRef<OpFoldResult>(), ArrayRef<OpFoldResult>());
    Value number = arith::ConstantIntOp::create(b, loc, id, 64);
    func::CallOp::create(b, loc, declaration(pointer), ValueRange{number, buffer, count(b, probe)});
  }

  static Value count(OpBuilder &b, ObserveOp probe) {
    Location loc = probe.getLoc();
    Value product = arith::ConstantIndexOp::create(b, loc, 1);
    for (OpFoldResult size : tensor::getMixedSizes(b, loc, probe.getInput()))
      product = b.createOrFold<arith::MulIOp>(loc, product, getValueOrCreateConstantIndexOp(b, loc, size));
    return arith::IndexCastOp::create(b, loc, b.getI64Type(), product);
  }

  /// lowp-parallelize-kernels gives it the context.
  func::FuncOp declaration(MemRefType pointer) {
    StringRef name = "lowp_probe.";
    if (auto existing = getOperation().lookupSymbol<func::FuncOp>(name))
      return existing;
    OpBuilder b = OpBuilder::atBlockBegin(getOperation().getBody());
    auto func = func::FuncOp::create(
        b, getOperation().getLoc(), name,
        b.getFunctionType({b.getI64Type(), pointer, b.getI64Type()}, {}));
    func.setPrivate();
    return func;
  }
};

} // namespace
} // namespace lowp::cpu
