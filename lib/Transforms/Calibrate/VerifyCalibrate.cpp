//===- VerifyCalibrate.cpp -----------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Calibrate/Passes.h"

#include "Probes.h"

#include "lowp/Analysis/SiteRecords.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

using namespace mlir;

namespace lowp::calibrate {
#define GEN_PASS_DEF_VERIFYCALIBRATE
#include "lowp/Transforms/Calibrate/Passes.h.inc"

namespace {

LogicalResult verifyOperand(const QuantizationSite &site, SiteOp record, const ObservedOperand &operand) {
  for (StringRef name : {"channel_max", "channel_mean", "channel_min"}) {
    DictionaryAttr statistics = record.getStatisticsAttr();
    std::string full = (operand.prefix + name).str();
    std::optional<FloatView> view = FloatView::get(statistics ? statistics.get(full) : Attribute());
    if (!view)
      return site.op->emitError("site '") << site.name() << "' has no statistic " << full
                                          << "; run lowp-calibrate or lowp-attach-statistics";
    if (static_cast<int64_t>(view->size()) != operand.channels)
      return site.op->emitError("site '") << site.name() << "': " << full << " has " << view->size()
                                          << " values, expected " << operand.channels;
  }
  return success();
}

LogicalResult verifySite(const QuantizationSite &site) {
  SiteOp record = lookupRecord(site);
  for (const ObservedOperand &operand : observedOperands(site))
    if (failed(verifyOperand(site, record, operand)))
      return failure();
  return success();
}

struct VerifyCalibrate : impl::VerifyCalibrateBase<VerifyCalibrate> {
  void runOnOperation() override {
    WalkResult probes = getOperation().walk([](ObserveOp op) -> WalkResult {
      return op.emitError("probe of site '") << op.getKey() << "' is left after calibration";
    });
    if (probes.wasInterrupted() || failed(verifySiteRecords(getOperation())))
      return signalPassFailure();
    for (const QuantizationSite &site : collectSites(getOperation()))
      if (failed(verifySite(site)))
        return signalPassFailure();
  }
};

} // namespace
} // namespace lowp::calibrate
