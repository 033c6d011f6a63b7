//===- AttachStatistics.cpp ----------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Calibrate/Passes.h"

#include "Probes.h"

#include "lowp/Bridge/ModelFile.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Execution/StatisticsFile.h"

using namespace mlir;

namespace lowp::calibrate {
#define GEN_PASS_DEF_ATTACHSTATISTICS
#include "lowp/Transforms/Calibrate/Passes.h.inc"

namespace {

/// A file may hold less than the module needs, or other shapes.
LogicalResult checkOperand(const QuantizationSite &site, const ObservedOperand &operand,
                           const SiteStatistics &statistics, StringRef file) {
  std::string key = site.name() + operand.suffix.str();
  auto state = statistics.find(key);
  if (state == statistics.end())
    return site.op->emitError("site '") << key << "' has no statistics in '" << file << "'";
  if (int64_t found = state->second->channels.numChannels(); found != operand.channels)
    return site.op->emitError("site '") << key << "' has statistics of " << found << " channels in '"
                                        << file << "', expected " << operand.channels;
  return success();
}

LogicalResult checkSite(const QuantizationSite &site, const SiteStatistics &statistics, StringRef file) {
  if (!lookupRecord(site))
    return site.op->emitError("site without a record; run lowp-name-sites");
  for (const ObservedOperand &operand : observedOperands(site))
    if (failed(checkOperand(site, operand, statistics, file)))
      return failure();
  return success();
}

struct AttachStatistics : impl::AttachStatisticsBase<AttachStatistics> {
  using AttachStatisticsBase::AttachStatisticsBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto statistics = loadStatistics(file, moduleHash(module));
    if (!statistics) {
      module.emitError() << llvm::toString(statistics.takeError());
      return signalPassFailure();
    }
    removeProbes(module);
    for (const QuantizationSite &site : collectSites(module))
      if (failed(checkSite(site, statistics->sites, file)))
        return signalPassFailure();
    if (failed(attachStatistics(module, std::move(statistics->sites))))
      signalPassFailure();
  }
};

} // namespace
} // namespace lowp::calibrate
