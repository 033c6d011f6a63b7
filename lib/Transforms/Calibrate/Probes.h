//===- Probes.h - what the passes of this folder share ----------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_TRANSFORMS_CALIBRATE_PROBES_H
#define LOWP_LIB_TRANSFORMS_CALIBRATE_PROBES_H

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Execution/Calibration.h"

namespace lowp::calibrate {

/// An operand of a site that has statistics.
struct ObservedOperand {
  mlir::Value value;
  bool second;          ///< the other operand of a product of two activations
  llvm::StringRef suffix; ///< of the key that probes and files have it under
  llvm::StringRef prefix; ///< of its statistics' names on the record
  int64_t channels;
};

/// Statistics are per channel of the last dimension: an operand of f32 whose channels lie there.
llvm::SmallVector<ObservedOperand, 2> observedOperands(const QuantizationSite &site);

/// What is kept beside the statistics of the channels.
struct ProbeOptions {
  bool histogram = false, movingAverage = false; ///< of each operand
  bool outputs = false;                          ///< observe the sites' results too
};

/// A probe on each observable operand.
mlir::LogicalResult insertProbes(mlir::ModuleOp module, const ProbeOptions &options);
void removeProbes(mlir::ModuleOp module);

/// Every record whose site is named gets its statistics, in the place of what it had.
mlir::LogicalResult attachStatistics(mlir::ModuleOp module, SiteStatistics statistics);

} // namespace lowp::calibrate

#endif
