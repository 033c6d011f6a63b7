//===- LengthArithmetic.h - sizes of one length -----------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A function with a dynamic dimension has its length as an argument (lowp-pass-length), and every size in
// it is arithmetic on that. Sizes are small: whoever needs one elsewhere computes it again.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_CODEGEN_CPU_LENGTHARITHMETIC_H
#define LOWP_LIB_CODEGEN_CPU_LENGTHARITHMETIC_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

#include <optional>

namespace lowp::cpu {

/// On the argument that is the length.
inline constexpr llvm::StringLiteral kLengthAttr = "lowp.length";

/// The length argument of a function; null if all its shapes are static.
mlir::BlockArgument lengthArgument(mlir::func::FuncOp func);

/// Is `value` computed from constants and its function's length alone?
bool isLengthArithmetic(mlir::Value value);

/// Such a value again at `b`, with what `mapping` holds in place of the length.
mlir::Value rebuild(mlir::OpBuilder &b, mlir::Value value, mlir::IRMapping &mapping);

/// Such a value for one length.
int64_t evaluateAt(mlir::Value value, int64_t length);

} // namespace lowp::cpu

#endif
