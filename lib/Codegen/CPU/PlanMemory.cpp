//===- PlanMemory.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_PLANMEMORY
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

constexpr int64_t kAlignment = 64;

struct Buffer {
  memref::AllocOp alloc;
  int64_t size;
  int64_t first, last; ///< positions of the first and the last op that may touch it
  int64_t offset = -1;

  bool livesWith(const Buffer &other) const { return first <= other.last && other.first <= last; }
};

/// The position of the last op that uses `value` or what may be the same buffer under another name:
/// a view, a selection, the result of a branch.
int64_t lastUse(Value value, const llvm::DenseMap<Operation *, int64_t> &position, Block *body) {
  int64_t last = 0;
  for (Operation *user : value.getUsers()) {
    Operation *top = body->findAncestorOpInBlock(*user);
    last = std::max(last, position.lookup(top));
    for (Value result : top->getResults())
      if (isa<BaseMemRefType>(result.getType()))
        last = std::max(last, lastUse(result, position, body));
  }
  return last;
}

/// The lowest offset at which `buffer` overlaps none of those that live with it.
int64_t firstFit(const Buffer &buffer, ArrayRef<Buffer *> placed) {
  SmallVector<std::pair<int64_t, int64_t>> taken;
  for (const Buffer *other : placed)
    if (buffer.livesWith(*other))
      taken.push_back({other->offset, other->offset + other->size});
  llvm::sort(taken);
  int64_t offset = 0;
  for (auto [begin, end] : taken) {
    if (offset + buffer.size <= begin)
      break;
    offset = std::max(offset, end);
  }
  return offset;
}

struct PlanMemory : impl::PlanMemoryBase<PlanMemory> {
  void runOnOperation() override {
    for (func::FuncOp func : getOperation().getOps<func::FuncOp>())
      if (func.isPublic() && !func.isDeclaration() && failed(plan(func)))
        return signalPassFailure();
  }

  static LogicalResult collect(func::FuncOp func, SmallVectorImpl<Buffer> &buffers) {
    Block *body = &func.getBody().front();
    llvm::DenseMap<Operation *, int64_t> position;
    for (auto [i, op] : llvm::enumerate(*body))
      position[&op] = i;
    for (auto alloc : body->getOps<memref::AllocOp>()) {
      MemRefType type = alloc.getType();
      if (!type.hasStaticShape() || !type.getLayout().isIdentity())
        return alloc.emitError("temporary of type ") << type << ", expected a static shape";
      int64_t bytes = type.getNumElements() * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
      buffers.push_back({alloc, int64_t(llvm::alignTo(std::max<int64_t>(bytes, 1), kAlignment)),
                         position[alloc], lastUse(alloc, position, body)});
    }
    return success();
  }

  static LogicalResult plan(func::FuncOp func) {
    SmallVector<Buffer> buffers;
    if (failed(collect(func, buffers)))
      return failure();
    SmallVector<Buffer *> order = llvm::map_to_vector(buffers, [](Buffer &b) { return &b; });
    llvm::sort(order, [](Buffer *a, Buffer *b) {
      return std::pair(-a->size, a->first) < std::pair(-b->size, b->first);
    });
    SmallVector<Buffer *> placed;
    int64_t total = 0;
    for (Buffer *buffer : order) {
      buffer->offset = firstFit(*buffer, placed);
      placed.push_back(buffer);
      total = std::max(total, buffer->offset + buffer->size);
    }
    return rewrite(func, buffers, total);
  }

  static LogicalResult rewrite(func::FuncOp func, ArrayRef<Buffer> buffers, int64_t total) {
    OpBuilder b(func.getContext());
    auto type = MemRefType::get({total}, b.getI8Type());
    if (failed(func.insertArgument(func.getNumArguments(), type, {}, func.getLoc())))
      return failure();
    func->setAttr("lowp.arena_bytes", b.getI64IntegerAttr(total));
    Value arena = func.getArgument(func.getNumArguments() - 1);
    for (const Buffer &buffer : buffers) {
      memref::AllocOp alloc = buffer.alloc;
      b.setInsertionPoint(alloc);
      Value offset = arith::ConstantIndexOp::create(b, alloc.getLoc(), buffer.offset);
      Value view = memref::ViewOp::create(b, alloc.getLoc(), alloc.getType(), arena, offset,
                                          ValueRange());
      alloc.replaceAllUsesWith(view);
      alloc.erase();
    }
    return success();
  }
};

} // namespace
} // namespace lowp::cpu
