//===- WeightLosses.h - what rounding each weight costs ------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_TRANSFORMS_WEIGHTS_WEIGHTLOSSES_H
#define LOWP_LIB_TRANSFORMS_WEIGHTS_WEIGHTLOSSES_H

#include "SiteWeight.h"

#include "lowp/Execution/Calibration.h"

namespace lowp::weights {

/// The weights among `sites` that stand in the function that the samples of `data` fit.
mlir::FailureOr<std::vector<SiteWeight>> weightsThatRun(mlir::ModuleOp module,
                                                        llvm::ArrayRef<QuantizationSite> sites,
                                                        llvm::StringRef data);

/// Ŵ of a weight; a failure has been reported.
using WeightRounding = llvm::function_ref<mlir::FailureOr<std::vector<float>>(const SiteWeight &)>;

/// WeightSensitivity::loss of each weight, rounded alone.
mlir::FailureOr<std::vector<double>> measureLosses(mlir::ModuleOp module, llvm::ArrayRef<SiteWeight> weights,
                                                   WeightRounding rounded, const CalibrationOptions &options);

} // namespace lowp::weights

#endif
