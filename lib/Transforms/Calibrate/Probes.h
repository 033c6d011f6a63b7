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

/// Statistics are per channel of the last dimension; a site that has its channels elsewhere has none.
bool isObservable(const QuantizationSite &site);
/// The same for the other operand of a product of two activations.
bool isSecondObservable(const QuantizationSite &site);

/// A probe on each observable operand, which keeps the statistics of its channels and what else is asked for.
mlir::LogicalResult insertProbes(mlir::ModuleOp module, bool histogram, bool movingAverage);
void removeProbes(mlir::ModuleOp module);

/// Every record whose site is named gets its statistics, in the place of what it had.
mlir::LogicalResult attachStatistics(mlir::ModuleOp module, const SiteStatistics &statistics);

} // namespace lowp::calibrate

#endif
