//===- TwinRun.h - a model being quantized beside its float self *- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_TWINRUN_H
#define LOWP_EXECUTION_TWINRUN_H

#include "lowp/Execution/StagedRun.h"

#include "mlir/IR/IRMapping.h"

namespace lowp {

/// A staged run of a module that is rewritten between the stages and, beside it, of the module as it was: for
/// methods that compare what a site sees with what it would see in the float model.
class TwinRun {
public:
  /// The float run costs as much again; without `withFloat` there is none. Conditions of StagedRun::create. While
  /// it lives the module holds a copy of its function, in a module of its own.
  static llvm::Expected<std::unique_ptr<TwinRun>> create(mlir::ModuleOp module,
                                                         const CalibrationOptions &options, bool withFloat);
  ~TwinRun();

  /// What runs.
  mlir::func::FuncOp getFunction() const { return run->getFunction(); }
  FloatProducts getProducts() const { return run->getProducts(); }

  /// Rows of the module as it is and, at the same place, of the float model: empty without it.
  using Handler = llvm::function_ref<void(int64_t sample, std::span<const float> rows,
                                          std::span<const float> floatRows)>;

  /// Computes `value`, a tensor of f32 of the module's function, for every sample.
  llvm::Error advance(mlir::Value value, Handler handle);

private:
  TwinRun() = default;

  std::unique_ptr<StagedRun> run, floatRun;
  mlir::ModuleOp twin;
  mlir::IRMapping toTwin;
};

} // namespace lowp

#endif
