//===- Buffers.h - which buffer a memref looks into -------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_CODEGEN_CPU_BUFFERS_H
#define LOWP_LIB_CODEGEN_CPU_BUFFERS_H

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace lowp::cpu {

/// On a kernel that is done before other threads have heard of it.
inline constexpr llvm::StringLiteral kSerialAttr = "lowp.serial";

/// What `value` is a view of; null if it is none. (memref.transpose has no ViewLikeOpInterface.)
inline mlir::Value viewSource(mlir::Value value) {
  if (auto view = value.getDefiningOp<mlir::ViewLikeOpInterface>())
    return view.getViewSource();
  if (auto transpose = value.getDefiningOp<mlir::memref::TransposeOp>())
    return transpose.getIn();
  return {};
}

/// The buffer that `value` is a view of, or itself.
inline mlir::Value baseBuffer(mlir::Value value) {
  while (mlir::Value source = viewSource(value))
    value = source;
  return value;
}

/// Functions pass bare pointers: what they pass has a type that says everything else.
inline bool isPassable(mlir::MemRefType type) {
  int64_t offset;
  llvm::SmallVector<int64_t> strides;
  return type.hasStaticShape() && succeeded(type.getStridesAndOffset(strides, offset)) &&
         !mlir::ShapedType::isDynamic(offset) &&
         !llvm::is_contained(strides, mlir::ShapedType::kDynamic);
}

/// What lies at the pointer, a memref of rank 0, as a row-major buffer of `type`, whose dynamic sizes are
/// `sizes`.
mlir::Value viewOfPointer(mlir::OpBuilder &b, mlir::Location loc, mlir::Value pointer, mlir::MemRefType type,
                          mlir::ValueRange sizes);

} // namespace lowp::cpu

#endif
