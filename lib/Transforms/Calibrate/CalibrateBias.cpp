//===- CalibrateBias.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Calibrate/Passes.h"

#include "lowp/Analysis/OutputBias.h"
#include "lowp/Analysis/SiteRecords.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Bridge/SiteStatistics.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Execution/StagedRun.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace lowp::calibrate {
#define GEN_PASS_DEF_CALIBRATEBIAS
#include "lowp/Transforms/Calibrate/Passes.h.inc"

namespace {

/// A site of codes with a constant weight, whose output channels are the last dimension of its result.
bool takesPart(const QuantizationSite &site) {
  auto weight = site.weight().getDefiningOp<DequantizeOp>();
  return weight && weight.getCodes().getDefiningOp<arith::ConstantOp>() && outputChannelDim(site);
}

/// E[y] of each output channel in the float module.
FailureOr<FloatView> floatMean(const QuantizationSite &site) {
  SiteOp record = lookupRecord(site);
  DictionaryAttr statistics = record ? record.getStatisticsAttr() : DictionaryAttr();
  std::string name = (kOutputPrefix + "channel_mean").str();
  std::optional<FloatView> mean = FloatView::get(statistics ? statistics.get(name) : Attribute());
  int64_t channels = cast<ShapedType>(site.op->getResult(0).getType()).getShape().back();
  if (!mean || static_cast<int64_t>(mean->size()) != channels)
    return site.op->emitError("site '") << site.name() << "' has no mean of its " << channels
                                        << " output channels; run lowp-calibrate{outputs}";
  return std::move(*mean);
}

struct CalibrateBias : impl::CalibrateBiasBase<CalibrateBias> {
  using CalibrateBiasBase::CalibrateBiasBase;

  void runOnOperation() override {
    CalibrationOptions options;
    options.data = data;
    options.samples = samples;
    options.mask = mask;
    options.threads = static_cast<int>(threads);
    options.products = products;
    auto run = StagedRun::create(getOperation(), options);
    if (!run) {
      getOperation().emitError() << llvm::toString(run.takeError());
      return signalPassFailure();
    }
    llvm::StringMap<SmallVector<QuantizationSite>> others; // of functions that do not run
    for (QuantizationSite &site : collectSites(getOperation()))
      if (!(*run)->getFunction()->isAncestor(site.op))
        others[sharedName(site.name())].push_back(std::move(site));
    for (const QuantizationSite &site : collectSites((*run)->getFunction()))
      if (takesPart(site) && failed(correct(site, others.lookup(sharedName(site.name())), **run)))
        return signalPassFailure();
  }

  /// Corrects a site by what it computes, and likewise those that share its weight.
  static LogicalResult correct(const QuantizationSite &site, ArrayRef<QuantizationSite> others,
                               StagedRun &run) {
    FailureOr<FloatView> expected = floatMean(site);
    if (failed(expected))
      return failure();
    Value output = site.op->getResult(0);
    ActivationStatistics seen(expected->size(), {});
    int64_t last = 0;
    llvm::Error error =
        run.advance(output, [&](int64_t sample, size_t, std::span<const float> rows) {
          if (sample != last)
            seen.endSample();
          last = sample;
          seen.add(sample, rows);
        });
    if (error)
      return site.op->emitError("site '") << site.name() << "': " << llvm::toString(std::move(error));
    seen.endSample();
    std::vector<float> correction = seen.channels.mean();
    for (auto [c, mean] : llvm::zip(correction, expected->values()))
      c = mean - c;
    addToOutput(site, correction);
    for (const QuantizationSite &other : others)
      if (takesPart(other))
        addToOutput(other, correction);
    return success();
  }
};

} // namespace
} // namespace lowp::calibrate
