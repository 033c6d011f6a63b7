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

LogicalResult insertProbes(ModuleOp module, bool histogram, bool movingAverage) {
  MLIRContext *ctx = module.getContext();
  SmallVector<Attribute> statistics = {StatisticAttr::get(ctx, Statistic::MinMax),
                                       StatisticAttr::get(ctx, Statistic::ChannelAbsMax)};
  if (histogram)
    statistics.push_back(StatisticAttr::get(ctx, Statistic::Histogram));
  if (movingAverage)
    statistics.push_back(StatisticAttr::get(ctx, Statistic::MovingAverage));
  ArrayAttr what = ArrayAttr::get(ctx, statistics);
  for (const QuantizationSite &site : collectSites(module)) {
    if (!lookupRecord(site))
      return site.op->emitError("site without a record; run lowp-name-sites");
    OpBuilder b(site.op);
    for (const ObservedOperand &operand : observedOperands(site))
      ObserveOp::create(b, site.op->getLoc(), operand.value, site.symbol(), what,
                        operand.second ? b.getUnitAttr() : UnitAttr());
  }
  return success();
}

void removeProbes(ModuleOp module) {
  module.walk([](ObserveOp op) { op.erase(); });
}

LogicalResult attachStatistics(ModuleOp module, SiteStatistics statistics) {
  MLIRContext *ctx = module.getContext();
  llvm::DenseMap<Value, Attribute> rows; // one copy, however many sites read the value
  for (const QuantizationSite &site : collectSites(module)) {
    SiteOp record = lookupRecord(site);
    NamedAttrList attrs;
    for (const ObservedOperand &operand : observedOperands(site)) {
      auto entry = statistics.find(site.name() + operand.suffix.str());
      if (!record || entry == statistics.end())
        continue;
      ActivationStatistics &state = *entry->second;
      if (state.channels.numRows() == 0)
        return record.emitError("site '") << site.name() << "' saw no token in calibration";
      appendStatistics(attrs, ctx, site.name(), operand.prefix, state);
      if (operand.second)
        continue;
      if (Attribute &known = rows[operand.value]; !known)
        known = takeSample(ctx, site.name(), state);
      if (Attribute sample = rows[operand.value])
        appendSample(attrs, sample);
      statistics.erase(entry);
    }
    if (!attrs.empty())
      record.setStatisticsAttr(attrs.getDictionary(ctx));
  }
  return success();
}

} // namespace lowp::calibrate
