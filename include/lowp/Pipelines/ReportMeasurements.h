//===- ReportMeasurements.h - what a report has to run for ------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What cannot be measured leaves its reason in the report.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_PIPELINES_REPORTMEASUREMENTS_H
#define LOWP_PIPELINES_REPORTMEASUREMENTS_H

#include "lowp/Pipelines/Driver.h"
#include "lowp/Pipelines/Report.h"

namespace lowp {

/// The error that each site of `quantized` adds alone, on the first samples of the calibration
/// data. The float weights are read from the model's file again: quantization has dropped them.
void measureErrors(Report &report, mlir::ModuleOp quantized, const CpuTarget &target,
                   const DriverOptions &options);

/// Size, latency on one thread and scratch memory of the library that was written.
void measureLibrary(Report &report, const CpuTarget &target, const DriverOptions &options);

} // namespace lowp

#endif
