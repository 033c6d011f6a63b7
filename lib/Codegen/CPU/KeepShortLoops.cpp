//===- KeepShortLoops.cpp ------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KeepShortLoops.h"
#include "lowp/Codegen/CPU/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_KEEPSHORTLOOPS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

/// From one vector to where LLVM does not unroll a loop as a whole anyway.
constexpr int64_t kVector = 16, kLongest = 64;

bool isShort(scf::ForOp loop) {
  std::optional<int64_t> end = getConstantIntValue(loop.getUpperBound());
  return isConstantIntValue(loop.getLowerBound(), 0) && isConstantIntValue(loop.getStep(), 1) && end &&
         *end >= kVector && *end <= kLongest && *end % kVector == 0 && loop.getNumResults() == 0;
}

/// Is the loop's index nowhere, or the last one?
bool isContiguous(ValueRange indices, Value index) {
  return indices.empty() || !llvm::is_contained(indices.drop_back(), index);
}

/// Reads and writes single numbers, one after the other or the same one, and converts some.
bool isForVectors(scf::ForOp loop) {
  bool converts = false;
  for (Operation &op : loop.getBody()->without_terminator()) {
    converts |= isa<arith::ExtFOp, arith::SIToFPOp, arith::UIToFPOp>(op);
    if (auto load = dyn_cast<memref::LoadOp>(op)) {
      if (!isContiguous(load.getIndices(), loop.getInductionVar()))
        return false;
    } else if (auto store = dyn_cast<memref::StoreOp>(op)) {
      if (!isContiguous(store.getIndices(), loop.getInductionVar()))
        return false;
    } else if (op.getNumRegions() > 0 || !isMemoryEffectFree(&op) || llvm::any_of(op.getResultTypes(), llvm::IsaPred<VectorType>)) {
      return false;
    }
  }
  return converts;
}

} // namespace

void keepLoop(scf::ForOp loop) {
  MLIRContext *ctx = loop.getContext();
  auto unroll = LLVM::LoopUnrollAttr::get(ctx, BoolAttr::get(ctx, true), {}, {}, {}, {}, {}, {});
  loop->setAttr("loop_annotation",
                LLVM::LoopAnnotationAttr::get(ctx, {}, {}, {}, unroll, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}));
}

namespace {

struct KeepShortLoops : impl::KeepShortLoopsBase<KeepShortLoops> {
  void runOnOperation() override {
    getOperation().walk([&](scf::ForOp loop) {
      if (isShort(loop) && isForVectors(loop))
        keepLoop(loop);
    });
  }
};

} // namespace
} // namespace lowp::cpu
