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

bool isObservable(const QuantizationSite &site) {
  int64_t channels = site.channelDim();
  RankedTensorType type = site.activationType();
  return type.getElementType().isF32() && channels + 1 == type.getRank() &&
         !type.isDynamicDim(channels);
}

bool isSecondObservable(const QuantizationSite &site) {
  RankedTensorType type = site.weightType();
  return !WeightExpression::match(site.weight()) && type.getElementType().isF32() &&
         type.getRank() > 0 && !type.isDynamicDim(type.getRank() - 1);
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
