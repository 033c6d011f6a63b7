//===- FuseRows.cpp ------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Buffers.h"
#include "lowp/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_FUSEROWS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

/// One read or write of a loop nest.
struct Access {
  Value memref;
  SmallVector<Value> indices;
  bool isWrite;
};

/// All accesses of a nest; nullopt if something in it touches memory in a way not known here.
std::optional<SmallVector<Access>> accessesOf(scf::ParallelOp loop) {
  SmallVector<Access> accesses;
  auto add = [&](Value memref, ValueRange indices, bool isWrite) {
    accesses.push_back({memref, llvm::to_vector(indices), isWrite});
  };
  WalkResult result = loop.getBody()->walk([&](Operation *op) {
    if (auto load = dyn_cast<memref::LoadOp>(op))
      add(load.getMemref(), load.getIndices(), false);
    else if (auto store = dyn_cast<memref::StoreOp>(op))
      add(store.getMemref(), store.getIndices(), true);
    else if (auto load = dyn_cast<vector::LoadOp>(op))
      add(load.getBase(), load.getIndices(), false);
    else if (auto store = dyn_cast<vector::StoreOp>(op))
      add(store.getBase(), store.getIndices(), true);
    else if (!isa<memref::PrefetchOp>(op) && !isMemoryEffectFree(op) && !op->hasTrait<OpTrait::HasRecursiveMemoryEffects>())
      return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return result.wasInterrupted() ? std::nullopt : std::optional(accesses);
}

/// What a memref is a reshape of, itself first, and how many leading dimensions of each are the memref's.
SmallVector<std::pair<Value, unsigned>> reshapedBuffers(Value memref) {
  unsigned same = cast<MemRefType>(memref.getType()).getRank();
  SmallVector<std::pair<Value, unsigned>> found = {{memref, same}};
  while (Operation *op = memref.getDefiningOp()) {
    SmallVector<ReassociationIndices> groups;
    if (auto collapse = dyn_cast<memref::CollapseShapeOp>(op))
      groups = collapse.getReassociationIndices();
    else if (auto expand = dyn_cast<memref::ExpandShapeOp>(op))
      groups = expand.getReassociationIndices();
    else
      break;
    auto *reshaped = llvm::find_if(groups, [](const ReassociationIndices &group) { return group.size() != 1; });
    same = std::min<unsigned>(same, reshaped - groups.begin());
    memref = op->getOperand(0);
    found.push_back({memref, same});
  }
  return found;
}

/// How many leading dimensions two reshapes of one memref have in common; nullopt if they are of different ones.
std::optional<std::pair<unsigned, unsigned>> sameDims(Value a, Value b) {
  SmallVector<std::pair<Value, unsigned>> ofB = reshapedBuffers(b);
  for (auto [buffer, same] : reshapedBuffers(a)) {
    auto *found = llvm::find_if(ofB, [&, of = buffer](auto &entry) { return entry.first == of; });
    if (found != ofB.end())
      return std::pair(same, found->second);
  }
  return std::nullopt;
}

/// How many of the first `limit` indices are the loop's induction variables, in order.
unsigned matchingPrefix(const Access &access, scf::ParallelOp loop, unsigned limit) {
  unsigned count = 0;
  while (count < access.indices.size() && count < loop.getNumLoops() && count < limit &&
         access.indices[count] == loop.getInductionVars()[count])
    ++count;
  return count;
}

bool isWholeFrom0(scf::ParallelOp loop, unsigned dim) {
  return isConstantIntValue(loop.getLowerBound()[dim], 0) && isConstantIntValue(loop.getStep()[dim], 1);
}

/// How many leading loops both nests share.
unsigned commonLoops(scf::ParallelOp a, scf::ParallelOp b) {
  unsigned count = 0;
  while (count < a.getNumLoops() && count < b.getNumLoops() && isWholeFrom0(a, count) &&
         isWholeFrom0(b, count) &&
         isEqualConstantIntOrValue(a.getUpperBound()[count], b.getUpperBound()[count]))
    ++count;
  return count;
}

/// Over how many leading loops the nests can run as one: what one writes and the other touches must be
/// the same iteration's.
unsigned fusibleLoops(scf::ParallelOp a, scf::ParallelOp b) {
  unsigned loops = commonLoops(a, b);
  if (loops == 0 || a.getNumResults() != 0 || b.getNumResults() != 0)
    return 0;
  auto first = accessesOf(a), second = accessesOf(b);
  if (!first || !second)
    return 0;
  for (const Access &x : *first)
    for (const Access &y : *second) {
      if (!x.isWrite && !y.isWrite)
        continue;
      if (auto same = sameDims(x.memref, y.memref))
        loops = std::min({loops, matchingPrefix(x, a, same->first), matchingPrefix(y, b, same->second)});
      else if (baseBuffer(x.memref) == baseBuffer(y.memref))
        return 0;
    }
  return loops;
}

/// Is there anything to share among threads?
bool isParallel(scf::ParallelOp loop, unsigned loops) {
  for (unsigned d = 0; d < loops; ++d)
    if (!isConstantIntValue(loop.getUpperBound()[d], 1))
      return true;
  return loops == loop.getNumLoops();
}

/// The body of `from` at `b`, its first loops being those of `into`, the others sequential.
void cloneBody(OpBuilder b, scf::ParallelOp from, scf::ParallelOp into) {
  IRMapping mapping;
  unsigned shared = into.getNumLoops();
  for (unsigned d = 0; d < shared; ++d)
    mapping.map(from.getInductionVars()[d], into.getInductionVars()[d]);
  for (unsigned d = shared; d < from.getNumLoops(); ++d) {
    auto loop = scf::ForOp::create(b, from.getLoc(), from.getLowerBound()[d], from.getUpperBound()[d],
                                   from.getStep()[d]);
    mapping.map(from.getInductionVars()[d], loop.getInductionVar());
    b.setInsertionPointToStart(loop.getBody());
  }
  for (Operation &op : from.getBody()->without_terminator())
    b.clone(op, mapping);
}

/// Both nests as one, where the second stands.
scf::ParallelOp fuse(scf::ParallelOp a, scf::ParallelOp b, unsigned loops) {
  OpBuilder builder(b);
  auto fused = scf::ParallelOp::create(builder, b.getLoc(), b.getLowerBound().take_front(loops),
                                       b.getUpperBound().take_front(loops),
                                       b.getStep().take_front(loops));
  builder.setInsertionPoint(fused.getBody()->getTerminator());
  cloneBody(builder, a, fused);
  builder.setInsertionPoint(fused.getBody()->getTerminator());
  cloneBody(builder, b, fused);
  a.erase();
  b.erase();
  return fused;
}

struct FuseRows : impl::FuseRowsBase<FuseRows> {
  void runOnOperation() override {
    if (getOperation().isDeclaration())
      return;
    scf::ParallelOp previous;
    for (Operation &op : llvm::make_early_inc_range(getOperation().getBody().front())) {
      auto loop = dyn_cast<scf::ParallelOp>(op);
      if (!loop) {
        // The first nest moves down to the second: nothing in between may look at memory.
        if (!isMemoryEffectFree(&op) && !isa<memref::AllocOp>(op))
          previous = {};
        continue;
      }
      unsigned loops = previous ? fusibleLoops(previous, loop) : 0;
      previous = loops > 0 && isParallel(loop, loops) && isParallel(previous, loops)
                     ? fuse(previous, loop, loops)
                     : loop;
    }
  }
};

} // namespace
} // namespace lowp::cpu
