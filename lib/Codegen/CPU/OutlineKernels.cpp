//===- OutlineKernels.cpp ------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Buffers.h"
#include "LengthArithmetic.h"
#include "lowp/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_OUTLINEKERNELS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

/// Which of `values` are memrefs whose buffer no other of them looks into.
llvm::BitVector unaliased(ArrayRef<Value> values) {
  llvm::BitVector result(values.size());
  llvm::DenseMap<Value, unsigned> users;
  for (Value value : values)
    if (isa<MemRefType>(value.getType()))
      ++users[baseBuffer(value)];
  for (auto [i, value] : llvm::enumerate(values))
    result[i] = isa<MemRefType>(value.getType()) && users[baseBuffer(value)] == 1;
  return result;
}

bool isOne(Value lower, Value upper) {
  std::optional<int64_t> first = getConstantIntValue(lower), last = getConstantIntValue(upper);
  return first && last && *last - *first == 1;
}

/// What threads share takes them a microsecond or two to begin and end: less than so many bytes are read and written
/// in that time.
constexpr int64_t kSerialBytes = 32 << 10;

/// One kernel in the making.
class Outliner {
public:
  Outliner(scf::ParallelOp loop) : loop(loop) {
    while (shared + 1 < loop.getNumLoops() &&
           isOne(loop.getLowerBound()[shared], loop.getUpperBound()[shared]))
      ++shared; // a loop of one iteration gives threads nothing to share
    SetVector<Value> above;
    getUsedValuesDefinedAbove(loop.getRegion(), above);
    for (Value bound : loop.getOperands())
      above.insert(bound);
    for (Value value : above)
      collect(value);
  }

  /// Threads share [0, count) one by one, a kernel has no results and takes what can be passed.
  bool applies() {
    return loop.getNumResults() == 0 && isConstantIntValue(loop.getLowerBound()[shared], 0) &&
           isConstantIntValue(loop.getStep()[shared], 1) && passable;
  }

  func::FuncOp build(OpBuilder &b) {
    Location loc = loop.getLoc();
    SmallVector<Type> types;
    for (Value value : captures)
      types.push_back(isPassedAsPointer(value)
                          ? MemRefType::get({}, cast<MemRefType>(value.getType()).getElementType())
                          : value.getType());
    types.append(2, b.getIndexType());
    auto kernel = func::FuncOp::create(b, loc, "kernel", b.getFunctionType(types, {}));
    kernel.setPrivate();
    llvm::BitVector restricted = unaliased(captures.getArrayRef());
    for (unsigned i : restricted.set_bits())
      kernel.setArgAttr(i, "llvm.noalias", b.getUnitAttr());
    OpBuilder::InsertionGuard guard(b);
    Block *entry = kernel.addEntryBlock();
    b.setInsertionPointToStart(entry);
    IRMapping mapping;
    for (auto [value, arg] : llvm::zip(captures, entry->getArguments()))
      if (!isPassedAsPointer(value))
        mapping.map(value, arg);
    for (Value constant : constants)
      mapping.map(constant, b.clone(*constant.getDefiningOp())->getResult(0));
    for (auto [value, arg] : llvm::zip(captures, entry->getArguments()))
      if (isPassedAsPointer(value))
        viewPointer(b, value, arg, mapping);
    for (Value value : rebuilt)
      rebuild(b, value, mapping);
    buildLoops(b, mapping, entry->getArgument(captures.size()),
               entry->getArgument(captures.size() + 1));
    b.setInsertionPointToEnd(entry);
    func::ReturnOp::create(b, loc);
    if (isSmall())
      kernel->setAttr(kSerialAttr, b.getUnitAttr());
    // Scratch memory is taken once per call, not once per iteration.
    kernel.walk([&](memref::AllocaOp scratch) { scratch->moveBefore(&entry->front()); });
    return kernel;
  }

  void replaceByCall(func::FuncOp kernel) {
    OpBuilder b(loop);
    SmallVector<Value> args;
    for (Value value : captures)
      args.push_back(isPassedAsPointer(value) ? pointerTo(b, value) : value);
    args.push_back(loop.getLowerBound()[shared]);
    args.push_back(loop.getUpperBound()[shared]);
    func::CallOp::create(b, loop.getLoc(), kernel, args);
    loop.erase();
  }

private:
  /// Are all buffers together smaller than what is worth sharing? How much lies at a pointer is not known.
  bool isSmall() const {
    int64_t bytes = 0;
    if (llvm::any_of(rebuilt, [](Value value) { return value.getDefiningOp<memref::ReinterpretCastOp>(); }))
      return false;
    for (Value value : captures)
      if (auto type = dyn_cast<MemRefType>(value.getType())) {
        if (!type.hasStaticShape())
          return false;
        bytes += type.getNumElements() * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
      }
    return bytes <= kSerialBytes;
  }

  static bool isConstant(Value value) {
    return value.getDefiningOp<arith::ConstantOp>() != nullptr;
  }

  /// How `value` comes into the kernel: as an argument, or made there again.
  void collect(Value value) {
    if (isConstant(value))
      return (void)constants.insert(value);
    auto type = dyn_cast<MemRefType>(value.getType());
    bool isView = type && !isPassable(type) && viewSource(value);
    if (isView || (!isa<BlockArgument>(value) && isLengthArithmetic(value))) {
      for (Value operand : value.getDefiningOp()->getOperands())
        collect(operand);
      return (void)rebuilt.insert(value);
    }
    captures.insert(value);
    if (!isPassedAsPointer(value))
      return;
    auto alloc = value.getDefiningOp<memref::AllocOp>();
    passable &= alloc && type.getLayout().isIdentity() &&
                llvm::all_of(alloc.getDynamicSizes(), isLengthArithmetic);
    if (passable)
      for (Value size : alloc.getDynamicSizes())
        collect(size);
  }

  static bool isPassedAsPointer(Value value) {
    auto type = dyn_cast<MemRefType>(value.getType());
    return type && !isPassable(type);
  }

  /// The allocation in the kernel, from its pointer and its sizes.
  static void viewPointer(OpBuilder &b, Value value, Value pointer, IRMapping &mapping) {
    SmallVector<Value> sizes;
    for (Value size : value.getDefiningOp<memref::AllocOp>().getDynamicSizes())
      sizes.push_back(rebuild(b, size, mapping));
    mapping.map(value, viewOfPointer(b, value.getLoc(), pointer, cast<MemRefType>(value.getType()), sizes));
  }

  static Value pointerTo(OpBuilder &b, Value buffer) {
    auto type = MemRefType::get({}, cast<MemRefType>(buffer.getType()).getElementType());
    return memref::ReinterpretCastOp::create(b, buffer.getLoc(), type, buffer, b.getIndexAttr(0),
                                             ArrayRef<OpFoldResult>(), ArrayRef<OpFoldResult>());
  }

  /// The nest as sequential loops, the shared one over [begin, end).
  void buildLoops(OpBuilder &b, IRMapping &mapping, Value begin, Value end) {
    for (unsigned d = 0; d < loop.getNumLoops(); ++d) {
      Value lower = d == shared ? begin : mapping.lookup(loop.getLowerBound()[d]);
      Value upper = d == shared ? end : mapping.lookup(loop.getUpperBound()[d]);
      auto nest = scf::ForOp::create(b, loop.getLoc(), lower, upper,
                                     mapping.lookup(loop.getStep()[d]));
      mapping.map(loop.getInductionVars()[d], nest.getInductionVar());
      b.setInsertionPointToStart(nest.getBody());
    }
    for (Operation &op : loop.getBody()->without_terminator())
      b.clone(op, mapping);
  }

  scf::ParallelOp loop;
  unsigned shared = 0; ///< the loop whose range is the kernel's
  SetVector<Value> captures, constants;
  SetVector<Value> rebuilt; ///< operands first
  bool passable = true;
};

bool isEqual(func::FuncOp a, func::FuncOp b) {
  return a.getFunctionType() == b.getFunctionType() && a.getArgAttrsAttr() == b.getArgAttrsAttr() &&
         OperationEquivalence::isRegionEquivalentTo(&a.getBody(), &b.getBody(),
                                                    OperationEquivalence::IgnoreLocations);
}

struct OutlineKernels : impl::OutlineKernelsBase<OutlineKernels> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SmallVector<func::FuncOp> kernels;
    SmallVector<func::FuncOp> entries(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp entry : entries)
      if (entry.isPublic() && !entry.isDeclaration())
        outline(entry, kernels, symbols);
  }

  static void outline(func::FuncOp entry, SmallVectorImpl<func::FuncOp> &kernels,
                      SymbolTable &symbols) {
    OpBuilder b(entry.getContext());
    for (auto loop : llvm::make_early_inc_range(entry.getBody().front().getOps<scf::ParallelOp>())) {
      Outliner outliner(loop);
      if (!outliner.applies())
        continue;
      b.setInsertionPoint(entry);
      func::FuncOp kernel = outliner.build(b);
      auto *equal = llvm::find_if(kernels, [&](func::FuncOp k) { return isEqual(k, kernel); });
      if (equal != kernels.end()) {
        kernel.erase();
        kernel = *equal;
      } else {
        symbols.insert(kernel);
        kernels.push_back(kernel);
      }
      outliner.replaceByCall(kernel);
    }
  }
};

} // namespace
} // namespace lowp::cpu
