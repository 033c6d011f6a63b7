//===- PassLength.cpp ----------------------------------------------------===//
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
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_PASSLENGTH
#define GEN_PASS_DEF_PASSPOINTERS
#define GEN_PASS_DEF_RESOLVEDIMS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

bool isEntry(func::FuncOp func) { return func.isPublic() && !func.isDeclaration(); }

//===----------------------------------------------------------------------===//
// The length becomes an argument
//===----------------------------------------------------------------------===//

struct PassLength : impl::PassLengthBase<PassLength> {
  void runOnOperation() override {
    for (func::FuncOp func : getOperation().getOps<func::FuncOp>())
      if (isEntry(func) && failed(rewrite(func)))
        return signalPassFailure();
  }

  static LogicalResult rewrite(func::FuncOp func) {
    LengthAnalysis lengths(func);
    if (lengths.dynamicDims().empty())
      return success();
    Builder b(func.getContext());
    SmallVector<tensor::DimOp> ops;
    func.walk([&](tensor::DimOp op) {
      if (std::optional<LengthExpr> size = lengths.value(op); size && size->isLength())
        ops.push_back(op);
    });
    unsigned place = func.getNumArguments();
    auto mark = b.getDictionaryAttr(b.getNamedAttr(kLengthAttr, b.getUnitAttr()));
    if (failed(func.insertArgument(place, b.getIndexType(), mark, func.getLoc())))
      return failure();
    for (tensor::DimOp op : ops) {
      op.replaceAllUsesWith(Value(func.getArgument(place)));
      op.erase();
    }
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Dynamic buffers become pointers
//===----------------------------------------------------------------------===//

struct PassPointers : impl::PassPointersBase<PassPointers> {
  void runOnOperation() override {
    for (func::FuncOp func : getOperation().getOps<func::FuncOp>()) {
      if (!isEntry(func))
        continue;
      for (BlockArgument argument : func.getArguments())
        if (auto type = dyn_cast<MemRefType>(argument.getType()); type && !type.hasStaticShape())
          if (failed(rewrite(func, argument, type)))
            return signalPassFailure();
      func.setType(FunctionType::get(&getContext(), func.getBody().front().getArgumentTypes(),
                                     func.getResultTypes()));
    }
  }

  static LogicalResult rewrite(func::FuncOp func, BlockArgument argument, MemRefType type) {
    BlockArgument length = lengthArgument(func);
    if (!length || !type.getLayout().isIdentity())
      return func.emitError("argument ") << argument.getArgNumber() << " is " << type
                                         << ", expected a static shape or a length; run lowp-pass-length";
    OpBuilder b(func.getBody());
    argument.setType(MemRefType::get({}, type.getElementType()));
    SmallVector<Value> sizes(type.getNumDynamicDims(), length);
    Value buffer = viewOfPointer(b, func.getLoc(), argument, type, sizes);
    argument.replaceAllUsesExcept(buffer, buffer.getDefiningOp());
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Sizes of buffers
//===----------------------------------------------------------------------===//

/// The size of a dimension from how the buffer was made; null if that does not show.
OpFoldResult sizeOf(OpBuilder &b, Location loc, Value buffer, int64_t dim) {
  auto type = cast<MemRefType>(buffer.getType());
  if (!type.isDynamicDim(dim))
    return b.getIndexAttr(type.getDimSize(dim));
  Operation *op = buffer.getDefiningOp();
  if (!op)
    return {};
  if (isa<memref::AllocOp, memref::ViewOp>(op)) {
    unsigned place = type.getDynamicDimIndex(dim);
    return isa<memref::AllocOp>(op) ? cast<memref::AllocOp>(op).getDynamicSizes()[place]
                                    : cast<memref::ViewOp>(op).getSizes()[place];
  }
  if (auto view = dyn_cast<memref::ReinterpretCastOp>(op))
    return view.getMixedSizes()[dim];
  if (auto expand = dyn_cast<memref::ExpandShapeOp>(op))
    return expand.getMixedOutputShape()[dim];
  if (auto transpose = dyn_cast<memref::TransposeOp>(op))
    return sizeOf(b, loc, transpose.getIn(), transpose.getPermutation().getDimPosition(dim));
  if (auto cast = dyn_cast<memref::CastOp>(op))
    return isa<MemRefType>(cast.getSource().getType()) ? sizeOf(b, loc, cast.getSource(), dim)
                                                       : OpFoldResult();
  if (auto slice = dyn_cast<memref::SubViewOp>(op)) {
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    for (auto [i, size] : llvm::enumerate(slice.getMixedSizes()))
      if (!dropped[i] && dim-- == 0)
        return size;
  }
  auto collapse = dyn_cast<memref::CollapseShapeOp>(op);
  if (!collapse)
    return {};
  Value product = arith::ConstantIndexOp::create(b, loc, 1);
  ReassociationIndices group = collapse.getReassociationIndices()[dim];
  for (int64_t inner : group) {
    OpFoldResult size = sizeOf(b, loc, collapse.getSrc(), inner);
    if (!size)
      return {};
    product = b.createOrFold<arith::MulIOp>(loc, product, getValueOrCreateConstantIndexOp(b, loc, size));
  }
  return product;
}

struct ResolveDims : impl::ResolveDimsBase<ResolveDims> {
  void runOnOperation() override {
    SmallVector<memref::DimOp> ops;
    getOperation().walk([&](memref::DimOp op) { ops.push_back(op); });
    for (memref::DimOp op : ops) {
      std::optional<int64_t> dim = op.getConstantIndex();
      if (!dim || !isa<MemRefType>(op.getSource().getType()))
        continue;
      OpBuilder b(op);
      OpFoldResult size = sizeOf(b, op.getLoc(), op.getSource(), *dim);
      if (!size)
        continue;
      op.replaceAllUsesWith(getValueOrCreateConstantIndexOp(b, op.getLoc(), size));
      op.erase();
    }
  }
};

} // namespace

Value viewOfPointer(OpBuilder &b, Location loc, Value pointer, MemRefType type, ValueRange sizes) {
  SmallVector<OpFoldResult> shape, strides(type.getRank());
  for (int64_t size : type.getShape())
    if (ShapedType::isDynamic(size)) {
      shape.push_back(sizes.front());
      sizes = sizes.drop_front();
    } else {
      shape.push_back(b.getIndexAttr(size));
    }
  OpFoldResult stride = b.getIndexAttr(1);
  for (int64_t d = type.getRank() - 1; d >= 0; --d) {
    strides[d] = stride;
    auto known = getConstantIntValue(stride), size = getConstantIntValue(shape[d]);
    if (known && size)
      stride = b.getIndexAttr(*known * *size);
    else if (d > 0)
      stride = b.createOrFold<arith::MulIOp>(loc, getValueOrCreateConstantIndexOp(b, loc, stride),
                                             getValueOrCreateConstantIndexOp(b, loc, shape[d]));
  }
  return memref::ReinterpretCastOp::create(b, loc, type, pointer, b.getIndexAttr(0), shape, strides);
}

} // namespace lowp::cpu
