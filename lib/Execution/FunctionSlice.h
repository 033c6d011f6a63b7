//===- FunctionSlice.h - a part of a function on its own --------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_EXECUTION_FUNCTIONSLICE_H
#define LOWP_LIB_EXECUTION_FUNCTIONSLICE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>

namespace lowp {

/// What `op` reads, the values its regions capture included.
llvm::SmallVector<mlir::Value> readBy(mlir::Operation *op);

/// Appends to `module` a public function `name` of `inputs` that gives `outputs` by clones of `ops`, each
/// of which comes after what it reads.
mlir::func::FuncOp appendFunction(mlir::ModuleOp module, const std::string &name, mlir::ValueRange inputs,
                                  llvm::ArrayRef<mlir::Operation *> ops, mlir::ValueRange outputs);

} // namespace lowp

#endif
