//===- StagedRun.h - a function over samples, a stage at a time -*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For methods that look at what a site sees behind the sites that were changed already. A stage computes
// some values for every sample from what the stages before it computed, and the function may be rewritten
// between two stages: so an op is run once per sample, as it is when its stage comes.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_STAGEDRUN_H
#define LOWP_EXECUTION_STAGEDRUN_H

#include "lowp/Codegen/CPU/Compile.h"
#include "lowp/Execution/Calibration.h"
#include "lowp/Execution/Dataset.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <memory>

namespace lowp {

class TokenMask;

class StagedRun {
public:
  /// `module` is float or in simulated form. What runs is its only public function, or the first that the
  /// data fits, of one block. Of `options`, data, samples, mask, threads and
  /// products are read.
  static llvm::Expected<std::unique_ptr<StagedRun>> create(mlir::ModuleOp module,
                                                           const CalibrationOptions &options);
  ~StagedRun();

  /// Value `value` of the stage for sample `sample`: its rows of the last dimension that are no padding.
  using Handler = llvm::function_ref<void(int64_t sample, size_t value, std::span<const float> rows)>;

  mlir::func::FuncOp getFunction() const { return function; }
  /// What its products are: f32 where this machine multiplies no bf16.
  FloatProducts getProducts() const { return options.products; }

  /// Computes `values`, tensors of f32 of the function, for every sample. Kept for later stages is what
  /// ops that have not run read: memory is samples × those values.
  llvm::Error advance(llvm::ArrayRef<mlir::Value> values, Handler handle);

private:
  StagedRun(mlir::func::FuncOp function, const CalibrationOptions &options);
  struct Stage;

  Stage cut(llvm::ArrayRef<mlir::Value> values);
  llvm::Error compile(Stage &stage);
  llvm::Error openData(const lowp_entry_info &entry);
  llvm::Error runSamples(const Stage &stage, Handler handle);
  void release(const Stage &stage);
  bool isPending(mlir::Operation *op, const Stage &stage);

  mlir::func::FuncOp function;
  const CalibrationOptions options;
  llvm::DenseSet<mlir::Operation *> done;
  /// By value: one buffer per sample.
  llvm::MapVector<mlir::Value, std::vector<TensorBuffer>> saved;
  ObjectCache objects; ///< equal layers are stages of equal code
  std::unique_ptr<Model> firstModel; ///< the data's columns point to its description
  std::unique_ptr<Dataset> data;
  std::unique_ptr<TokenMask> mask;
};

} // namespace lowp

#endif
