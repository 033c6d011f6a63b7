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
#include <vector>

namespace lowp {

/// What `--target` names: `host`, a row of the CPU table, or a processor by LLVM's name, of which the best row is
/// taken that it has and `isas` admits. `isas` are names of rows, separated by commas; empty: all.
llvm::Expected<TargetChoice> parseTarget(llvm::StringRef name, llvm::StringRef isas = "");

/// Several of them, separated by commas, for one library: the first that the processor has is taken at run time. An error
/// where one can never be taken.
llvm::Expected<std::vector<TargetChoice>> parseTargets(llvm::StringRef names, llvm::StringRef isas = "");

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
