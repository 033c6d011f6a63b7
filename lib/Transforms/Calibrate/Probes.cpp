//===- Probes.cpp --------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Probes.h"

#include "lowp/Analysis/WeightExpression.h"
#include "lowp/Bridge/SiteStatistics.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

using namespace mlir;

namespace lowp::calibrate {

static bool hasStaticChannels(RankedTensorType type) {
  return type.getElementType().isF32() && type.getRank() > 0 && !type.isDynamicDim(type.getRank() - 1);
}

SmallVector<ObservedOperand, 2> observedOperands(const QuantizationSite &site) {
  SmallVector<ObservedOperand, 2> result;
  RankedTensorType type = site.activationType();
  if (hasStaticChannels(type) && site.channelDim() + 1 == type.getRank())
    result.push_back({site.activation(), false, "", "", type.getShape().back()});
  type = site.weightType();
  if (hasStaticChannels(type) && !WeightExpression::match(site.weight()))
    result.push_back({site.weight(), true, ObserveOp::kSecondSuffix, kSecondPrefix,
                      type.getShape().back()});
  return result;
}

static SmallVector<Attribute> channelStatistics(MLIRContext *ctx) {
  return {StatisticAttr::get(ctx, Statistic::MinMax), StatisticAttr::get(ctx, Statistic::ChannelAbsMax)};
}

void observeOutput(const QuantizationSite &site) {
  Value result = site.op->getResult(0);
  if (!hasStaticChannels(cast<RankedTensorType>(result.getType())))
    return;
  OpBuilder b(site.op->getContext());
  b.setInsertionPointAfterValue(result);
  ArrayAttr what = b.getArrayAttr(channelStatistics(b.getContext()));
  ObserveOp::create(b, site.op->getLoc(), result, site.symbol(), what, UnitAttr(), b.getUnitAttr());
}

LogicalResult insertProbes(ModuleOp module, const ProbeOptions &options) {
  MLIRContext *ctx = module.getContext();
  SmallVector<Attribute> statistics = channelStatistics(ctx);
  if (options.histogram)
    statistics.push_back(StatisticAttr::get(ctx, Statistic::Histogram));
  if (options.movingAverage)
    statistics.push_back(StatisticAttr::get(ctx, Statistic::MovingAverage));
  ArrayAttr what = ArrayAttr::get(ctx, statistics);
  for (const QuantizationSite &site : collectSites(module)) {
    if (!lookupRecord(site))
      return site.op->emitError("site without a record; run lowp-name-sites");
    OpBuilder b(site.op);
    for (const ObservedOperand &operand : observedOperands(site))
      ObserveOp::create(b, site.op->getLoc(), operand.value, site.symbol(), what,
                        operand.second ? b.getUnitAttr() : UnitAttr(), UnitAttr());
    if (options.outputs)
      observeOutput(site);
  }
  return success();
}

void removeProbes(ModuleOp module) {
  module.walk([](ObserveOp op) { op.erase(); });
}

LogicalResult attachStatistics(ModuleOp module, const SiteStatistics &statistics) {
  for (SiteOp record : module.getOps<SiteOp>()) {
    NamedAttrList attrs;
    for (auto [suffix, prefix] : {std::pair<StringRef, StringRef>("", ""),
                                  std::pair<StringRef, StringRef>(ObserveOp::kSecondSuffix, kSecondPrefix),
                                  std::pair<StringRef, StringRef>(ObserveOp::kOutputSuffix, kOutputPrefix)}) {
      auto state = statistics.find((record.getSymName() + suffix).str());
      if (state == statistics.end())
        continue;
      if (state->second.channels.numRows() == 0)
        return record.emitError("site '") << record.getSymName() << "' saw no token in calibration";
      appendStatistics(attrs, record.getContext(), record.getSymName(), prefix, state->second);
    }
    if (!attrs.empty())
      record.setStatisticsAttr(attrs.getDictionary(record.getContext()));
  }
  return success();
}

} // namespace lowp::calibrate
