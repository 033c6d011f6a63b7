//===- Elementwise.h - elementwise ops, made and recognised -----*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_ANALYSIS_ELEMENTWISE_H
#define LOWP_ANALYSIS_ELEMENTWISE_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"

namespace lowp {

/// The element of the result from one element of each input.
using ElementwiseBody =
    llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Location, mlir::ValueRange)>;

/// One `linalg.generic` over the index space of `like`, of which it has the shape, with elements of type
/// `element`; input j is indexed by maps[j].
mlir::Value createElementwise(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value like,
                              mlir::Type element, mlir::ValueRange inputs,
                              llvm::ArrayRef<mlir::AffineMap> maps, ElementwiseBody body);

/// value[…, i, …] ∘ vector[i], i the index along `dim`, of value's type.
mlir::Value combineAlong(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value,
                         mlir::Value vector, int64_t dim, ElementwiseBody body);

/// Is the value a tensor filled with zeros?
bool isZeroFill(mlir::Value value);

} // namespace lowp

#endif
