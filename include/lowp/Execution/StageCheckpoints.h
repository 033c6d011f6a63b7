//===- StageCheckpoints.h - what a killed run had found out -----*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A folder with a safetensors file for each stage of a method that runs a model over samples. The next run of the
// same method on the same model and data takes the results of the stages that are there and computes the others:
// it ends with the bits that an uninterrupted one has.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_STAGECHECKPOINTS_H
#define LOWP_EXECUTION_STAGECHECKPOINTS_H

#include "lowp/Execution/Calibration.h"
#include "lowp/Numerics/Rtn.h"

#include "mlir/IR/BuiltinOps.h"

#include <optional>

namespace lowp {

class StageCheckpoints {
public:
  /// Of `directory`, which is made if it is not there; none are kept where that is empty. `settings` names the
  /// method and all that its results depend on but the module, the samples and products of `options`, and our version.
  static llvm::Expected<StageCheckpoints> open(llvm::StringRef directory, mlir::ModuleOp module,
                                               const CalibrationOptions &options, llvm::StringRef settings);

  /// What save() was given; nullopt where there is none yet. Fails where the file is of another run, or holds
  /// another number of tensors.
  llvm::Expected<std::optional<std::vector<QuantizedTensor>>> load(size_t stage, size_t count) const;
  llvm::Error save(size_t stage, llvm::ArrayRef<QuantizedTensor> tensors) const;

private:
  std::string pathOf(size_t stage) const;

  std::string directory, fingerprint;
};

} // namespace lowp

#endif
