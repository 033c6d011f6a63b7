//===- DryRun.h - what compiling would do -----------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_PIPELINES_DRYRUN_H
#define LOWP_PIPELINES_DRYRUN_H

#include "lowp/Pipelines/Report.h"

namespace lowp {

/// What compiling takes, as far as the model tells before anything runs.
struct CompileEstimate {
  int64_t distinctLayers = 0; ///< sites that differ in op, shape or scheme: each is compiled once
  int64_t searches = 0;       ///< sites that search for a setting
  int64_t searchBytes = 0; ///< rows of activations, collected and attached, and the largest outputs
  double searchSeconds = 0;
  int64_t peakBytes = 0; ///< the compiler, its libraries and the mapped model
  double seconds = 0;    ///< runs of the calibration samples aside
};

/// `keptRows`: how many rows of each activation the calibration keeps.
CompileEstimate estimateCompile(const Report &report, int64_t keptRows);

void printDryRun(const Report &report, const CompileEstimate &estimate, llvm::raw_ostream &os);

} // namespace lowp

#endif
