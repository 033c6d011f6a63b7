//===- Runnable.h - a model file, ready to run ------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_PIPELINES_RUNNABLE_H
#define LOWP_PIPELINES_RUNNABLE_H

#include "lowp/Execution/Model.h"

#include "llvm/Support/Error.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <memory>

namespace lowp {

/// The row of the CPU table that `--target` names; `host` is the best one for this machine.
llvm::Expected<const CpuTarget *> parseTarget(llvm::StringRef name);

/// A context with everything registered.
std::unique_ptr<mlir::MLIRContext> createContext();

/// A model of any phase after import, lowered (import, legalize, codegen) and loaded.
class Runnable {
public:
  /// A `.so` is opened, everything else is read as IR and compiled in memory.
  static llvm::Expected<Runnable> open(llvm::StringRef path, const CpuTarget &target, bool reference);

  const Model &model() const { return *code; }

private:
  std::unique_ptr<mlir::MLIRContext> context; // owns the weights' bytes
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::unique_ptr<Model> code;
};

/// Brings a module of any phase to what code generation takes.
llvm::Error lowerForCodegen(mlir::ModuleOp module);

} // namespace lowp

#endif
