//===- FittingFunction.h - the entry point that samples are for -*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_FITTINGFUNCTION_H
#define LOWP_EXECUTION_FITTINGFUNCTION_H

#include "llvm/Support/Error.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace lowp {

/// The only public function of a module on tensors; of several, the first whose arguments are in the file
/// of samples `data`.
llvm::Expected<mlir::func::FuncOp> findFittingFunction(mlir::ModuleOp module, llvm::StringRef data);

/// Erases all public functions but that one, and the records of their sites.
llvm::Error keepFittingFunction(mlir::ModuleOp module, llvm::StringRef data);

} // namespace lowp

#endif
