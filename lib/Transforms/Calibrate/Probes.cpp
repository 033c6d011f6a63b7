//===- Probes.cpp --------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Probes.h"

#include "lowp/Analysis/SiteRecords.h"
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

/// Are statistics of the last dimension of what the site computes those of its output channels?
static bool hasObservableResult(const QuantizationSite &site) {
  auto type = cast<RankedTensorType>(site.op->getResult(0).getType());
  return isObservable(type) && !type.isDynamicDim(type.getRank() - 1);
}

/// What is kept of each observed value.
static SmallVector<Attribute> channelStatistics(MLIRContext *ctx) {
  return {StatisticAttr::get(ctx, Statistic::MinMax), StatisticAttr::get(ctx, Statistic::ChannelAbsMax)};
}

static void observeResult(const QuantizationSite &site) {
  Value result = site.op->getResult(0);
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
    if (options.outputs && hasObservableResult(site))
      observeResult(site);
  }
  return success();
}

void removeProbes(ModuleOp module) {
  module.walk([](ObserveOp op) { op.erase(); });
}

/// Puts what was seen of one value on the record; with the rows that searches look at where `rows` is given:
/// one copy of them, however many sites read the value.
static LogicalResult attach(const QuantizationSite &site, NamedAttrList &attrs, StringRef prefix,
                            ActivationStatistics &state, Attribute *rows) {
  MLIRContext *ctx = site.op->getContext();
  if (state.channels.numRows() == 0)
    return site.op->emitError("site '") << site.name() << "' saw no token in calibration";
  appendStatistics(attrs, ctx, site.name(), prefix, state);
  if (!rows)
    return success();
  if (!*rows)
    *rows = takeSample(ctx, site.name(), state);
  if (*rows)
    appendSample(attrs, *rows);
  return success();
}

/// Sites of functions that did not run get the statistics of the site that shares their weight or place.
static void shareStatistics(ModuleOp module, const llvm::DenseSet<SiteOp> &measured) {
  llvm::StringMap<DictionaryAttr> shared;
  for (SiteOp record : measured)
    shared.try_emplace(sharedName(record.getSymName()), record.getStatisticsAttr());
  for (SiteOp record : module.getOps<SiteOp>())
    if (DictionaryAttr found = shared.lookup(sharedName(record.getSymName()));
        found && !measured.contains(record))
      record.setStatisticsAttr(found);
}

LogicalResult attachStatistics(ModuleOp module, SiteStatistics statistics) {
  llvm::DenseSet<SiteOp> measured;
  llvm::DenseMap<Value, Attribute> rows;
  for (const QuantizationSite &site : collectSites(module)) {
    SiteOp record = lookupRecord(site);
    NamedAttrList attrs;
    auto attachAs = [&](StringRef suffix, StringRef prefix, Attribute *rows) {
      auto entry = statistics.find((site.name() + suffix).str());
      if (!record || entry == statistics.end())
        return success();
      LogicalResult result = attach(site, attrs, prefix, *entry->second, rows);
      statistics.erase(entry);
      return result;
    };
    for (const ObservedOperand &operand : observedOperands(site))
      if (failed(attachAs(operand.suffix, operand.prefix, operand.second ? nullptr : &rows[operand.value])))
        return failure();
    if (failed(attachAs(ObserveOp::kOutputSuffix, kOutputPrefix, nullptr)))
      return failure();
    if (attrs.empty())
      continue;
    record.setStatisticsAttr(attrs.getDictionary(module.getContext()));
    measured.insert(record);
  }
  shareStatistics(module, measured);
  return success();
}

} // namespace lowp::calibrate
