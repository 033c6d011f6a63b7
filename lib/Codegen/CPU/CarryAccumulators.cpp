//===- CarryAccumulators.cpp ---------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Buffers.h"
#include "lowp/Codegen/CPU/Passes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_CARRYACCUMULATORS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

/// The one store of a loop body and the one load of what it stores to; no other effects.
struct Accumulator {
  memref::LoadOp load;
  memref::StoreOp store;
};

bool isSameElement(memref::LoadOp load, memref::StoreOp store) {
  return load.getMemref() == store.getMemref() && llvm::equal(load.getIndices(), store.getIndices());
}

std::optional<Accumulator> findAccumulator(scf::ForOp loop) {
  Accumulator found;
  SmallVector<memref::LoadOp> loads;
  for (Operation &op : loop.getBody()->without_terminator()) {
    if (auto store = dyn_cast<memref::StoreOp>(op)) {
      if (std::exchange(found.store, store))
        return std::nullopt;
    } else if (auto load = dyn_cast<memref::LoadOp>(op)) {
      loads.push_back(load);
    } else if (!isMemoryEffectFree(&op)) {
      return std::nullopt;
    }
  }
  auto isInvariant = [&](Value v) { return loop.isDefinedOutsideOfLoop(v); };
  if (!found.store || !isInvariant(found.store.getMemref()) ||
      !llvm::all_of(found.store.getIndices(), isInvariant))
    return std::nullopt;
  for (memref::LoadOp load : loads) {
    if (baseBuffer(load.getMemref()) != baseBuffer(found.store.getMemref()))
      continue;
    if (found.load || !isSameElement(load, found.store))
      return std::nullopt;
    found.load = load;
  }
  return found.load ? std::optional(found) : std::nullopt;
}

struct CarryAccumulators : impl::CarryAccumulatorsBase<CarryAccumulators> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<scf::ForOp> loops;
    getOperation().walk([&](scf::ForOp loop) {
      if (loop.getNumResults() == 0)
        loops.push_back(loop);
    });
    for (scf::ForOp loop : loops)
      if (std::optional<Accumulator> accumulator = findAccumulator(loop))
        carry(loop, *accumulator, rewriter);
  }

  static void carry(scf::ForOp loop, Accumulator accumulator, IRRewriter &rewriter) {
    auto [load, store] = accumulator;
    rewriter.setInsertionPoint(loop);
    Value first = memref::LoadOp::create(rewriter, load.getLoc(), store.getMemref(), store.getIndices());
    Value last = store.getValueToStore();
    auto carried = cast<scf::ForOp>(*loop.replaceWithAdditionalYields(
        rewriter, first, /*replaceInitOperandUsesInLoop=*/false,
        [&](OpBuilder &, Location, ArrayRef<BlockArgument>) { return SmallVector<Value>{last}; }));
    rewriter.replaceOp(load, carried.getRegionIterArgs().back());
    rewriter.setInsertionPointAfter(carried);
    memref::StoreOp::create(rewriter, store.getLoc(), carried.getResults().back(), store.getMemref(),
                            store.getIndices());
    rewriter.eraseOp(store);
  }
};

} // namespace
} // namespace lowp::cpu
