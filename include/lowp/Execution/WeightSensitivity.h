//===- WeightSensitivity.h - what a weight means to the results -*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The model is compiled once, with weights as arguments. Each can then be exchanged alone, for the price of a run.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_WEIGHTSENSITIVITY_H
#define LOWP_EXECUTION_WEIGHTSENSITIVITY_H

#include "lowp/Bridge/Constants.h"
#include "lowp/Execution/Calibration.h"
#include "lowp/Execution/Dataset.h"
#include "lowp/Execution/Model.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Value.h"

#include <memory>
#include <span>

namespace lowp {

class WeightSensitivity {
public:
  /// `weights` are f32 tensors of the public function of `module` that the data fits, `originals` their numbers, row-major, which
  /// are copied. Runs the model once on each sample of `options` (data, samples, threads).
  static llvm::Expected<std::unique_ptr<WeightSensitivity>>
  create(mlir::ModuleOp module, llvm::ArrayRef<mlir::Value> weights,
         llvm::ArrayRef<std::span<const float>> originals, const CalibrationOptions &options);

  /// What replacing weight `index` by `numbers` does to the results, as a mean over the samples: of a model of
  /// tokens, whose arguments are integers alone, KL(original ‖ found) over the last dimension in nats; of others
  /// ‖found − original‖² / ‖original‖². Not negative; results are f32.
  llvm::Expected<double> loss(size_t index, std::span<const float> numbers);

private:
  WeightSensitivity() = default;
  llvm::Error open(const CalibrationOptions &options, llvm::ArrayRef<std::span<const float>> originals);
  llvm::Expected<std::vector<TensorBuffer>> run(int64_t sample);
  double difference(const std::vector<TensorBuffer> &found, const std::vector<TensorBuffer> &original) const;

  std::unique_ptr<ResourceScope> scope; ///< of what compiling adds; ends after the model
  std::unique_ptr<Model> model;
  const lowp_entry_info *entry = nullptr;
  std::unique_ptr<Context> context;
  std::unique_ptr<Dataset> data;
  std::vector<TensorBuffer> weights;
  std::vector<std::vector<TensorBuffer>> references; ///< results by sample
  bool ofTokens = false;
};

} // namespace lowp

#endif
