//===- LowerContracts.cpp ------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ContractEmitter.h"
#include "RunTimePacks.h"
#include "Target.h"
#include "lowp/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_LOWERCONTRACTS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

/// What the right operand must be for the row; empty if it is that.
StringRef unmetPacking(ContractOp op, const CpuTarget &row, int64_t columns, int64_t reduction) {
  ArrayRef<int64_t> found = op.getRhsType().getShape();
  SmallVector<int64_t> expected;
  WindowAttr window = op.getWindowAttr();
  if (op.getDepthwise() && op.getPacked()) {
    const DotTile *dot = lookupDot(op, row);
    if (dot && !op.isInteger() && DepthwisePairs::apply(*dot))
      return found == ArrayRef(DepthwisePairs(row, *dot, columns).packedShape(window))
                 ? ""
                 : "the right operand in the row's packing";
    if (!dot || !DepthwiseDots::apply(*dot, window))
      return "operands and a window that a dot of four products of the row takes";
    return found == ArrayRef(DepthwiseDots(row, *dot, window).packedShape(window, columns))
               ? ""
               : "the right operand in the row's packing";
  }
  if (op.getDepthwise()) {
    llvm::append_range(expected, window.getKernel());
    expected.push_back(columns);
    return found == ArrayRef(expected) ? "" : "a right operand of taps x columns";
  }
  const DotTile *dot = lookupDot(op, row);
  if (!dot)
    return "operands that a dot of the row takes";
  if (GroupsAttr groups = op.getGroupsAttr()) {
    int64_t panel = tileFor(row, *dot, columns).vectors * dot->lanes;
    int64_t panels = ShapedType::isDynamic(columns) ? -1 : int64_t(llvm::divideCeil(columns, panel));
    bool fits = found == ArrayRef({panels, groups.getPanelBytes(reduction, panel)}) &&
                (!op.isInteger() || groups.getStep() == dot->kBlock);
    return fits ? "" : "the groups in the row's packing";
  }
  if (!op.getPacked())
    return dot->kBlock == 1 && !window ? "" : "a packed right operand";
  auto blocksIn = [](int64_t size, int64_t block) {
    return ShapedType::isDynamic(size) ? size : int64_t(llvm::divideCeil(size, block));
  };
  int64_t panel = tileFor(row, *dot, columns).vectors * dot->lanes;
  expected.push_back(blocksIn(columns, panel));
  if (window)
    llvm::append_range(expected, window.getKernel());
  expected.append({blocksIn(reduction, dot->kBlock), panel, dot->kBlock});
  return found.take_back(expected.size()) == ArrayRef(expected)
             ? ""
             : "the right operand in the row's packing";
}

/// What the emitter expects and does not find; empty if nothing.
StringRef unmetExpectation(ContractOp op, const CpuTarget &row) {
  if (!row.hasDots() || !isa<MemRefType>(op.getOut().getType()))
    return "buffers and a row with dot instructions";
  int64_t columns = op.getOutType().getShape().back();
  int64_t reduction = op.getLhsType().getShape().back();
  if (op.getWindowAttr() && (ShapedType::isDynamic(columns) || ShapedType::isDynamic(reduction)))
    return "static columns and a static reduction";
  return unmetPacking(op, row, columns, reduction);
}

struct LowerContracts : impl::LowerContractsBase<LowerContracts> {
  using LowerContractsBase::LowerContractsBase;

  void runOnOperation() override {
    const CpuTarget *row = lookupTarget(getOperation(), target);
    if (!row)
      return signalPassFailure();
    SmallVector<linalg::GenericOp> generics;
    getOperation().walk([&](linalg::GenericOp op) { generics.push_back(op); });
    for (linalg::GenericOp op : generics)
      emitPack(op, *row);
    SmallVector<ContractOp> ops;
    getOperation().walk([&](ContractOp op) { ops.push_back(op); });
    for (ContractOp op : ops) {
      if (StringRef expected = unmetExpectation(op, *row); !expected.empty()) {
        op.emitOpError("cannot be lowered for target '") << row->name << "': expected " << expected;
        return signalPassFailure();
      }
      RowTail tail = takeRowTail(op, *row);
      ContractEmitter(op, *row, tail).emit();
      for (Operation *follower : llvm::reverse(tail.ops))
        follower->erase();
      op.erase();
    }
  }
};

} // namespace
} // namespace lowp::cpu
