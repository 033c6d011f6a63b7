//===- LowerProbes.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Codegen/CPU/Passes.h"

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
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
      auto type = cast<RankedTensorType>(probe.getInput().getType());
      if (!type.hasStaticShape()) {
        probe.emitError("probe of ") << type << ", expected a static shape";
        return signalPassFailure();
      }
      if (seen.insert(probe.getInput()).second)
        lower(probe, type, seen.size() - 1);
      probe.erase();
    }
  }

  void lower(ObserveOp probe, RankedTensorType type, int64_t id) {
    OpBuilder b(probe);
    Location loc = probe.getLoc();
    auto memref = MemRefType::get(type.getShape(), type.getElementType());
    Value buffer = bufferization::ToBufferOp::create(b, loc, memref, probe.getInput(),
                                                     /*read_only=*/true);
    Value number = arith::ConstantIntOp::create(b, loc, id, 64);
    Value count = arith::ConstantIntOp::create(b, loc, type.getNumElements(), 64);
    func::CallOp::create(b, loc, declaration(memref), ValueRange{number, buffer, count});
  }

  /// One declaration per type of buffer; lowp-parallelize-kernels makes them one function.
  func::FuncOp declaration(MemRefType type) {
    std::string name = "lowp_probe.";
    for (int64_t size : type.getShape())
      name += std::to_string(size) + "x";
    if (auto existing = getOperation().lookupSymbol<func::FuncOp>(name))
      return existing;
    OpBuilder b = OpBuilder::atBlockBegin(getOperation().getBody());
    auto func = func::FuncOp::create(
        b, getOperation().getLoc(), name,
        b.getFunctionType({b.getI64Type(), type, b.getI64Type()}, {}));
    func.setPrivate();
    return func;
  }
};

} // namespace
} // namespace lowp::cpu
