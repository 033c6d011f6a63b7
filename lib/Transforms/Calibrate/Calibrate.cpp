//===- Calibrate.cpp -----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Calibrate/Passes.h"

#include "Probes.h"

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

using namespace mlir;

namespace lowp::calibrate {
#define GEN_PASS_DEF_CALIBRATE
#include "lowp/Transforms/Calibrate/Passes.h.inc"

namespace {

struct Calibrate : impl::CalibrateBase<Calibrate> {
  using CalibrateBase::CalibrateBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    llvm::Expected<Progress> report = progressNamed(progress, calibrationProgress);
    if (!report) {
      module.emitError() << llvm::toString(report.takeError());
      return signalPassFailure();
    }
    if (failed(insertProbes(module, {histogram, movingAverage, outputs})))
      return signalPassFailure();
    CalibrationOptions options;
    options.data = data;
    options.samples = samples;
    options.mask = mask;
    options.threads = static_cast<int>(threads);
    options.products = products;
    options.sampleRows = sampleRows;
    options.heldOut = heldOut;
    options.progress = *report;
    auto statistics = runProbes(module, options);
    removeProbes(module);
    if (!statistics) {
      module.emitError() << llvm::toString(statistics.takeError());
      return signalPassFailure();
    }
    if (failed(attachStatistics(module, std::move(statistics->sites))))
      signalPassFailure();
  }
};

} // namespace
} // namespace lowp::calibrate
