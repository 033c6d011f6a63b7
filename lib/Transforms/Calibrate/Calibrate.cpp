//===- Calibrate.cpp -----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Calibrate/Passes.h"

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Analysis/WeightExpression.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Bridge/ModelFile.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Execution/Calibration.h"

#include "llvm/Support/Process.h"

using namespace mlir;

namespace lowp::calibrate {
#define GEN_PASS_DEF_INSERTPROBES
#define GEN_PASS_DEF_ATTACHSTATISTICS
#define GEN_PASS_DEF_CALIBRATE
#include "lowp/Transforms/Calibrate/Passes.h.inc"

namespace {

//===----------------------------------------------------------------------===//
// The three steps
//===----------------------------------------------------------------------===//

/// Statistics are per channel of the last dimension; a site that has its channels elsewhere has none.
bool isObservable(const QuantizationSite &site) {
  int64_t channels = site.channelDim();
  RankedTensorType type = site.activationType();
  return type.getElementType().isF32() && channels + 1 == type.getRank() &&
         !type.isDynamicDim(channels);
}

/// The other operand of a product of two activations.
bool isSecondObservable(const QuantizationSite &site) {
  RankedTensorType type = site.weightType();
  return !WeightExpression::match(site.weight()) && type.getElementType().isF32() &&
         type.getRank() > 0 && !type.isDynamicDim(type.getRank() - 1);
}

LogicalResult insertProbes(ModuleOp module) {
  MLIRContext *ctx = module.getContext();
  ArrayAttr what = ArrayAttr::get(ctx, {StatisticAttr::get(ctx, Statistic::MinMax),
                                        StatisticAttr::get(ctx, Statistic::ChannelAbsMax)});
  for (const QuantizationSite &site : collectSites(module)) {
    if (!lookupRecord(site))
      return site.op->emitError("site without a record; run lowp-name-sites");
    OpBuilder b(site.op);
    if (isObservable(site))
      ObserveOp::create(b, site.op->getLoc(), site.activation(), site.symbol(), what, UnitAttr());
    if (isSecondObservable(site))
      ObserveOp::create(b, site.op->getLoc(), site.weight(), site.symbol(), what, b.getUnitAttr());
  }
  return success();
}

void removeProbes(ModuleOp module) {
  module.walk([](ObserveOp op) { op.erase(); });
}

Attribute tensorAttr(OpBuilder &b, ArrayRef<int64_t> shape, const Twine &name,
                     std::vector<float> values) {
  return createTensorAttr(RankedTensorType::get(shape, b.getF32Type()), name.str(),
                          std::move(values));
}

Attribute vectorAttr(OpBuilder &b, const Twine &name, std::vector<float> values) {
  return tensorAttr(b, {static_cast<int64_t>(values.size())}, name, std::move(values));
}

/// The statistics of one operand, their names beginning with `prefix`.
void append(NamedAttrList &attrs, OpBuilder &b, StringRef site, StringRef prefix,
            const ActivationStatistics &state) {
  auto add = [&](StringRef statistic, Attribute value) {
    attrs.append((prefix + statistic).str(), value);
  };
  auto name = [&](StringRef statistic) { return (site + "." + prefix + statistic).str(); };
  add("channel_max", vectorAttr(b, name("channel_max"), state.max));
  add("channel_mean", vectorAttr(b, name("channel_mean"), state.mean));
  add("channel_min", vectorAttr(b, name("channel_min"), state.min));
  add("tokens", b.getI64IntegerAttr(state.tokens));
  int64_t channels = state.min.size();
  if (!state.searchMin.empty() && prefix.empty()) {
    add("search_max", vectorAttr(b, name("search_max"), state.searchMax));
    add("search_min", vectorAttr(b, name("search_min"), state.searchMin));
  }
  if (!state.sample.empty() && prefix.empty())
    add("sample", tensorAttr(b, {static_cast<int64_t>(state.sample.size()) / channels, channels},
                             name("sample"), state.sample));
}

/// A file may hold less than the module needs, or other shapes.
LogicalResult checkStatistics(ModuleOp module, const SiteStatistics &statistics, StringRef file) {
  for (const QuantizationSite &site : collectSites(module)) {
    if (!lookupRecord(site) || !isObservable(site))
      continue;
    auto state = statistics.find(site.name());
    if (state == statistics.end())
      return site.op->emitError("site '") << site.name() << "' has no statistics in '" << file << "'";
    int64_t channels = site.activationType().getDimSize(site.channelDim());
    if (static_cast<int64_t>(state->second.min.size()) != channels)
      return site.op->emitError("site '")
             << site.name() << "' has statistics of " << state->second.min.size()
             << " channels in '" << file << "', expected " << channels;
  }
  return success();
}

/// Every record whose site is named gets its statistics.
LogicalResult attachAll(ModuleOp module, const SiteStatistics &statistics) {
  for (SiteOp record : module.getOps<SiteOp>()) {
    OpBuilder b(record);
    NamedAttrList attrs;
    for (auto [suffix, prefix] : {std::pair<StringRef, StringRef>("", ""),
                                  std::pair<StringRef, StringRef>(ObserveOp::kSecondSuffix, "second_")}) {
      auto state = statistics.find((record.getSymName() + suffix).str());
      if (state == statistics.end())
        continue;
      if (state->second.tokens == 0)
        return record.emitError("site '") << record.getSymName() << "' saw no token in calibration";
      append(attrs, b, record.getSymName(), prefix, state->second);
    }
    if (!attrs.empty())
      record.setStatisticsAttr(attrs.getDictionary(record.getContext()));
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Progress
//===----------------------------------------------------------------------===//

using Progress = std::function<void(int64_t, int64_t)>;

void printBar(int64_t done, int64_t total) {
  constexpr int64_t kWidth = 40;
  int64_t filled = kWidth * done / total;
  llvm::errs() << "\rcalibrating [" << std::string(filled, '#') << std::string(kWidth - filled, ' ')
               << "] " << done << "/" << total << (done == total ? "\n" : "");
}

FailureOr<Progress> progressNamed(StringRef name, Operation *op) {
  if (name == "none")
    return Progress();
  if (name == "bar")
    return Progress(printBar);
  if (name == "lines")
    return Progress([](int64_t done, int64_t total) {
      if (done == total || done % 16 == 0)
        llvm::errs() << "calibrating: " << done << " of " << total << " samples\n";
    });
  if (name == "json")
    return Progress([](int64_t done, int64_t total) {
      llvm::errs() << "{\"phase\":\"calibrate\",\"done\":" << done << ",\"total\":" << total << "}\n";
    });
  return op->emitError("unknown progress '") << name << "', expected none, bar, lines or json";
}

//===----------------------------------------------------------------------===//
// Passes
//===----------------------------------------------------------------------===//

struct InsertProbes : impl::InsertProbesBase<InsertProbes> {
  void runOnOperation() override {
    if (failed(insertProbes(getOperation())))
      signalPassFailure();
  }
};

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
    if (failed(checkStatistics(module, *statistics, file)) ||
        failed(attachAll(module, *statistics)))
      signalPassFailure();
  }
};

struct Calibrate : impl::CalibrateBase<Calibrate> {
  using CalibrateBase::CalibrateBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<Progress> report = progressNamed(progress, module);
    if (failed(report) || failed(insertProbes(module)))
      return signalPassFailure();
    CalibrationOptions options;
    options.data = data;
    options.samples = samples;
    options.mask = mask;
    options.threads = static_cast<int>(threads);
    options.sampleRows = sampleRows;
    options.heldOut = heldOut;
    options.progress = *report;
    auto statistics = runProbes(module, options);
    removeProbes(module);
    if (!statistics) {
      module.emitError() << llvm::toString(statistics.takeError());
      return signalPassFailure();
    }
    if (failed(attachAll(module, *statistics)))
      signalPassFailure();
  }
};

} // namespace
} // namespace lowp::calibrate
