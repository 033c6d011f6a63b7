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

static bool isObservable(RankedTensorType type) {
  return type.getElementType().isF32() && type.getRank() > 0;
}

SmallVector<ObservedOperand, 2> observedOperands(const QuantizationSite &site) {
  SmallVector<ObservedOperand, 2> result;
  RankedTensorType type = site.activationType();
  if (isObservable(type) && site.channelDim() + 1 == type.getRank())
    result.push_back({site.activation(), false, "", "", ObserveOp::channelsOf(type)});
  type = site.weightType();
  if (isObservable(type) && !WeightExpression::match(site.weight()))
    result.push_back({site.weight(), true, ObserveOp::kSecondSuffix, kSecondPrefix,
                      ObserveOp::channelsOf(type)});
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

LogicalResult attachStatistics(ModuleOp module, const SiteStatistics &statistics) {
  for (SiteOp record : module.getOps<SiteOp>()) {
    NamedAttrList attrs;
    for (auto [suffix, prefix] : {std::pair<StringRef, StringRef>("", ""),
                                  std::pair<StringRef, StringRef>(ObserveOp::kSecondSuffix, kSecondPrefix)}) {
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
