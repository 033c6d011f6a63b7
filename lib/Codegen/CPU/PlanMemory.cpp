//===- PlanMemory.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Buffers.h"
#include "LengthArithmetic.h"
#include "lowp/Codegen/CPU/Passes.h"

#include "lowp/Analysis/LengthAnalysis.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_PLANMEMORY
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

constexpr int64_t kAlignment = 64;

/// The length that a dynamic plan is made for, where the function allows it.
constexpr int64_t kPlannedLength = 128;

struct Buffer {
  memref::AllocOp alloc;
  int64_t size; ///< of a dynamic one: at the planned length
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

int64_t elementBytes(MemRefType type) { return llvm::divideCeil(type.getElementTypeBitWidth(), 8); }

int64_t aligned(int64_t bytes) { return llvm::alignTo(std::max<int64_t>(bytes, 1), kAlignment); }

/// Offsets at run time. Each buffer lies at the end of what it lies above in the plan and lives with.
class DynamicOffsets {
public:
  DynamicOffsets(OpBuilder &b, Location loc, ArrayRef<Buffer> buffers, IRMapping length)
      : b(b), loc(loc), mapping(std::move(length)) {
    SmallVector<const Buffer *> order = llvm::map_to_vector(buffers, [](const Buffer &b) { return &b; });
    llvm::sort(order, [](const Buffer *a, const Buffer *b) {
      return std::pair(a->offset, a->first) < std::pair(b->offset, b->first);
    });
    total = index(0);
    for (const Buffer *buffer : order)
      place(*buffer, ArrayRef(order).take_front(ends.size()));
  }

  Value offsetOf(const Buffer &buffer) const { return offsets.lookup(&buffer); }
  Value end() const { return total; }

private:
  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }

  Value larger(Value x, Value y) {
    return x == y ? x : b.createOrFold<arith::MaxUIOp>(loc, x, y);
  }

  void place(const Buffer &buffer, ArrayRef<const Buffer *> below) {
    Value offset = index(0);
    for (const Buffer *other : below)
      if (buffer.livesWith(*other))
        offset = larger(offset, ends.lookup(other));
    offsets[&buffer] = offset;
    ends[&buffer] = b.createOrFold<arith::AddIOp>(loc, offset, sizeOf(buffer.alloc));
    total = larger(total, ends[&buffer]);
  }

  /// Bytes, rounded up to the alignment.
  Value sizeOf(memref::AllocOp alloc) {
    int64_t known = elementBytes(alloc.getType());
    for (int64_t size : alloc.getType().getShape())
      known *= ShapedType::isDynamic(size) ? 1 : size;
    if (alloc.getDynamicSizes().empty())
      return index(aligned(known));
    Value bytes = index(known);
    for (Value size : alloc.getDynamicSizes())
      bytes = b.createOrFold<arith::MulIOp>(loc, bytes, rebuild(b, size, mapping));
    bytes = arith::AddIOp::create(b, loc, bytes, index(kAlignment - 1));
    Value units = arith::DivUIOp::create(b, loc, bytes, index(kAlignment));
    return arith::MulIOp::create(b, loc, units, index(kAlignment));
  }

  OpBuilder &b;
  Location loc;
  IRMapping mapping;
  llvm::DenseMap<const Buffer *, Value> offsets, ends;
  Value total;
};

struct PlanMemory : impl::PlanMemoryBase<PlanMemory> {
  void runOnOperation() override {
    for (func::FuncOp func : llvm::to_vector(getOperation().getOps<func::FuncOp>()))
      if (func.isPublic() && !func.isDeclaration() && failed(plan(func)))
        return signalPassFailure();
  }

  static int64_t plannedLength(func::FuncOp func) {
    auto maximum = func->getAttrOfType<IntegerAttr>(kMaxLengthAttr);
    return maximum ? std::min(maximum.getInt(), kPlannedLength) : kPlannedLength;
  }

  static LogicalResult collect(func::FuncOp func, SmallVectorImpl<Buffer> &buffers) {
    Block *body = &func.getBody().front();
    int64_t length = plannedLength(func);
    llvm::DenseMap<Operation *, int64_t> position;
    for (auto [i, op] : llvm::enumerate(*body))
      position[&op] = i;
    for (auto alloc : body->getOps<memref::AllocOp>()) {
      MemRefType type = alloc.getType();
      if (!type.getLayout().isIdentity() || !llvm::all_of(alloc.getDynamicSizes(), isLengthArithmetic))
        return alloc.emitError("temporary of type ")
               << type << ", expected a static shape or one that follows from the function's length";
      int64_t bytes = elementBytes(type);
      for (int64_t size : type.getShape())
        bytes *= ShapedType::isDynamic(size) ? 1 : size;
      for (Value size : alloc.getDynamicSizes())
        bytes *= evaluateAt(size, length);
      buffers.push_back({alloc, aligned(bytes), position[alloc], lastUse(alloc, position, body)});
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
    return lengthArgument(func) ? rewriteDynamic(func, buffers) : rewrite(func, buffers, total);
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
      replaceByView(b, alloc, arena, offset);
    }
    return success();
  }

  static void replaceByView(OpBuilder &b, memref::AllocOp alloc, Value arena, Value offset) {
    Value view = memref::ViewOp::create(b, alloc.getLoc(), alloc.getType(), arena, offset,
                                        alloc.getDynamicSizes());
    alloc.replaceAllUsesWith(view);
    alloc.erase();
  }

  static LogicalResult rewriteDynamic(func::FuncOp func, ArrayRef<Buffer> buffers) {
    createSizeFunction(func, buffers);
    OpBuilder b(func.getBody());
    auto pointer = MemRefType::get({}, b.getI8Type());
    if (failed(func.insertArgument(func.getNumArguments(), pointer, {}, func.getLoc())))
      return failure();
    func->setAttr("lowp.arena_bytes", FlatSymbolRefAttr::get(func.getContext(), sizeFunction(func)));
    IRMapping mapping;
    mapping.map(lengthArgument(func), lengthArgument(func));
    DynamicOffsets offsets(b, func.getLoc(), buffers, std::move(mapping));
    Value arena = viewOfPointer(b, func.getLoc(), func.getArgument(func.getNumArguments() - 1),
                                MemRefType::get({ShapedType::kDynamic}, b.getI8Type()), offsets.end());
    for (const Buffer &buffer : buffers) {
      b.setInsertionPoint(buffer.alloc);
      replaceByView(b, buffer.alloc, arena, offsets.offsetOf(buffer));
    }
    return success();
  }

  static std::string sizeFunction(func::FuncOp entry) { return (entry.getName() + ".arena_bytes").str(); }

  /// <entry>.arena_bytes(length)
  static void createSizeFunction(func::FuncOp entry, ArrayRef<Buffer> buffers) {
    OpBuilder b(entry);
    Location loc = entry.getLoc();
    auto size = func::FuncOp::create(b, loc, sizeFunction(entry),
                                     b.getFunctionType(b.getIndexType(), b.getIndexType()));
    size.setPrivate();
    Block *body = size.addEntryBlock();
    b.setInsertionPointToStart(body);
    IRMapping mapping;
    mapping.map(lengthArgument(entry), body->getArgument(0));
    Value total = DynamicOffsets(b, loc, buffers, std::move(mapping)).end();
    func::ReturnOp::create(b, loc, total);
  }
};

} // namespace
} // namespace lowp::cpu
