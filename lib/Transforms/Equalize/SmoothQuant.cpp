//===- SmoothQuant.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Equalize/Passes.h"

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Analysis/WeightExpression.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Bridge/Schemes.h"
#include "lowp/Bridge/SiteStatistics.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Numerics/SmoothQuant.h"

#include "llvm/ADT/MapVector.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Threading.h"

using namespace mlir;

namespace lowp::equalize {
#define GEN_PASS_DEF_SMOOTHQUANT
#include "lowp/Transforms/Equalize/Passes.h.inc"

namespace {

/// The sites that read one activation along one dimension: they share their scales.
using Group = SmallVector<QuantizationSite>;

bool takesPart(const QuantizationSite &site) {
  SiteOp record = lookupRecord(site);
  return record && record.getSchemeAttr() && record.getSchemeAttr().getInput() &&
         !site.isConvolution() && WeightExpression::match(site.weight());
}

SmallVector<Group> groupByActivation(ModuleOp module) {
  llvm::MapVector<std::pair<Value, int64_t>, Group> groups;
  for (QuantizationSite &site : collectSites(module))
    if (takesPart(site)) {
      int64_t k = QuantizationSite::dimOf(site.activationRoles, DimRole::Reduction);
      groups[{site.activation(), k}].push_back(site);
    }
  return llvm::to_vector(llvm::make_second_range(groups));
}

FailureOr<FloatView> statistic(const QuantizationSite &site, StringRef name) {
  DictionaryAttr statistics = lookupRecord(site).getStatisticsAttr();
  std::optional<FloatView> view = FloatView::get(statistics ? statistics.get(name) : Attribute());
  if (!view)
    return site.op->emitError("site '")
           << site.name() << "' has no statistic " << name << "; run lowp-calibrate first";
  if (static_cast<int64_t>(view->size()) % site.reduction != 0 || view->size() == 0)
    return site.op->emitError("site '") << site.name() << "': " << name << " has " << view->size()
                                        << " values, expected " << site.reduction << " per row";
  return std::move(*view);
}

/// A statistic with one value for each input channel.
FailureOr<FloatView> channelStatistic(const QuantizationSite &site, StringRef name) {
  FailureOr<FloatView> view = statistic(site, name);
  if (succeeded(view) && static_cast<int64_t>(view->size()) != site.reduction)
    return site.op->emitError("site '") << site.name() << "': " << name << " has " << view->size()
                                        << " values, expected " << site.reduction;
  return view;
}

/// What the numerics see of a group: the weights as out × in.
struct GroupData {
  FloatView channelMin, channelMax;
  std::vector<std::vector<float>> weights;
  std::vector<MatrixView<float>> views;

  static FailureOr<GroupData> read(const Group &group) {
    GroupData data;
    FailureOr<FloatView> min = channelStatistic(group.front(), "channel_min");
    if (failed(min))
      return failure();
    FailureOr<FloatView> max = channelStatistic(group.front(), "channel_max");
    if (failed(max))
      return failure();
    data.channelMin = std::move(*min);
    data.channelMax = std::move(*max);
    for (const QuantizationSite &site : group) {
      std::optional<std::vector<float>> weight = WeightExpression::match(site.weight())->evaluate();
      if (!weight || site.weightType().getRank() != 2)
        return site.op->emitError("site '")
               << site.name() << "': the weight's bytes are missing or it is no matrix";
      data.weights.push_back(std::move(*weight));
      auto rows = site.weightType().getDimSize(0), cols = site.weightType().getDimSize(1);
      auto view = MatrixView<float>::rowMajor(data.weights.back(), rows, cols);
      bool columnsFirst = site.weightRoles.front() == DimRole::Columns;
      data.views.push_back(columnsFirst ? view : view.transposed());
    }
    return data;
  }

  std::vector<float> absMax() const {
    std::vector<float> result(channelMin.size());
    for (size_t j = 0; j < result.size(); ++j)
      result[j] = std::max(std::abs(channelMin[j]), std::abs(channelMax[j]));
    return result;
  }
};

Value vectorConstant(OpBuilder &b, Location loc, StringRef name, std::vector<float> data) {
  auto type = RankedTensorType::get({static_cast<int64_t>(data.size())}, b.getF32Type());
  return createConstant(b, loc, type, name, std::move(data));
}

/// The statistics of X · (1/s). What was counted over the whole tensor holds for X alone.
void rescaleStatistics(const QuantizationSite &site, std::span<const float> reciprocals) {
  SiteOp record = lookupRecord(site);
  NamedAttrList statistics(record.getStatisticsAttr());
  dropTensorStatistics(statistics);
  for (StringRef name : {"channel_min", "channel_max", "channel_mean"}) {
    std::optional<FloatView> view = FloatView::get(statistics.get(name));
    if (!view)
      continue;
    std::vector<float> scaled(view->values().begin(), view->values().end());
    for (auto [value, r] : llvm::zip(scaled, reciprocals))
      value *= r;
    auto type = RankedTensorType::get({static_cast<int64_t>(scaled.size())},
                                      Float32Type::get(record.getContext()));
    statistics.set(name, createTensorAttr(type, (record.getSymName() + "." + name).str(),
                                          std::move(scaled)));
  }
  record.setStatisticsAttr(statistics.getDictionary(record.getContext()));
}

/// X · (1/s) in front of the group, W · s behind each weight.
void smooth(const Group &group, std::vector<float> scales) {
  const QuantizationSite &first = group.front();
  if (llvm::all_of(scales, [](float s) { return s == 1.0f; }))
    return;
  OpBuilder b(first.op);
  Location loc = first.op->getLoc();
  std::vector<float> reciprocals(scales.size());
  llvm::transform(scales, reciprocals.begin(), [](float s) { return 1.0f / s; });
  Value divisor = vectorConstant(b, loc, first.name() + ".smoothing_reciprocal", reciprocals);
  Value multiplier = vectorConstant(b, loc, first.name() + ".smoothing", std::move(scales));
  int64_t k = QuantizationSite::dimOf(first.activationRoles, DimRole::Reduction);
  Value smoothed = scaleAlong(b, loc, first.activation(), divisor, k);
  for (const QuantizationSite &site : group) {
    rescaleStatistics(site, reciprocals);
    b.setInsertionPoint(site.op);
    int64_t weightK = QuantizationSite::dimOf(site.weightRoles, DimRole::Reduction);
    Value weight = scaleAlong(b, site.op->getLoc(), site.weight(), multiplier, weightK);
    site.op->setOperand(site.activationOperand, smoothed);
    site.op->setOperand(site.weightOperand, weight);
  }
}

/// What was kept for the search has served.
void dropSearch(SiteOp record) {
  if (!record.getStatisticsAttr())
    return;
  NamedAttrList statistics(record.getStatisticsAttr());
  dropSearchStatistics(statistics);
  record.setStatisticsAttr(statistics.getDictionary(record.getContext()));
}

/// How the numerics describe the group's schemes.
SmoothingSchemes schemesOf(const Group &group) {
  SchemeAttr scheme = lookupRecord(group.front()).getSchemeAttr();
  auto isPerTensor = [](SpecAttr spec) {
    return llvm::all_of(spec.getBlock(), [](int64_t size) { return size == SpecAttr::kWhole; });
  };
  using A = SmoothingSchemes::Activation;
  SmoothingSchemes schemes;
  schemes.activation = !scheme.getInputDynamic()         ? A::PerTensorStatic
                       : isPerTensor(scheme.getInput()) ? A::PerTensorDynamic
                                                         : A::PerTokenDynamic;
  schemes.activationScheme = rtnScheme(scheme.getInput());
  schemes.weightPerTensor = isPerTensor(scheme.getWeight());
  schemes.weightScheme = rtnScheme(scheme.getWeight());
  return schemes;
}

struct SmoothQuant : impl::SmoothQuantBase<SmoothQuant> {
  using SmoothQuantBase::SmoothQuantBase;

  void runOnOperation() override {
    if (alpha != "search") {
      double value;
      if (StringRef(alpha).getAsDouble(value) || !(value >= 0 && value <= 1)) {
        getOperation().emitError("lowp-smooth-quant: alpha is ")
            << alpha << ", expected a number in [0, 1] or search";
        return signalPassFailure();
      }
      fixed = static_cast<float>(value);
    }
    SmallVector<Group> groups = groupByActivation(getOperation());
    std::vector<FailureOr<std::vector<float>>> scales(groups.size(), failure());
    auto choose = [&](size_t i) {
      scales[i] = chooseScales(groups[i]);
      return success(succeeded(scales[i]));
    };
    if (failed(failableParallelForEachN(&getContext(), 0, groups.size(), choose)))
      return signalPassFailure();
    for (auto [i, group] : llvm::enumerate(groups))
      smooth(group, std::move(*scales[i]));
    for (SiteOp record : getOperation().getOps<SiteOp>())
      dropSearch(record);
  }

  /// Smoothing under a static range brings each channel to the end of that range, as far as the
  /// calibration data goes: other data clips in every channel instead of a few. Worth it where outliers
  /// drown the rest, not for a gain of a few percent.
  static bool paysOff(const SmoothingChoice &choice) {
    constexpr double kLargestRatio = 0.5;
    auto least = llvm::min_element(choice.candidates, [](const auto &a, const auto &b) {
      return a.error < b.error;
    });
    return least->error <= kLargestRatio * choice.candidates.front().error;
  }

  FailureOr<std::vector<float>> chooseScales(const Group &group) {
    FailureOr<GroupData> data = GroupData::read(group);
    if (failed(data))
      return failure();
    if (fixed)
      return smoothingScales(data->absMax(), weightColumnAbsMax(data->views), *fixed);
    for (const QuantizationSite &site : group)
      if (!lookupRecord(site).getSchemeAttr().getWeight())
        return site.op->emitError("site '")
               << site.name() << "': the scheme leaves the weight in float, where alpha=search has "
               << "no error to measure; give alpha a number";
    FailureOr<FloatView> sample = statistic(group.front(), "sample");
    if (failed(sample))
      return failure();
    int64_t k = group.front().reduction, rows = sample->size() / k;
    SmoothingSite site{MatrixView<float>::rowMajor(sample->values(), rows, k),
                       data->channelMin.values(), data->channelMax.values(), data->views};
    // A range that the rows helped to make would promise more than it keeps.
    bool heldOut = lookupRecord(group.front()).getStatisticsAttr().contains("search_min");
    FailureOr<FloatView> searchMin, searchMax;
    if (heldOut) {
      if (failed(searchMin = channelStatistic(group.front(), "search_min")) ||
          failed(searchMax = channelStatistic(group.front(), "search_max")))
        return failure();
      site.channelMin = searchMin->values();
      site.channelMax = searchMax->values();
    }
    Result<SmoothingChoice> choice = chooseAlpha(site, schemesOf(group));
    if (!choice)
      return group.front().op->emitError("site '") << group.front().name()
                                                   << "': " << choice.error();
    if (!heldOut)
      return std::move(choice->scales);
    if (!choice->alpha || !paysOff(*choice))
      return std::vector<float>(k, 1.0f);
    return smoothingScales(data->absMax(), weightColumnAbsMax(data->views), *choice->alpha);
  }

  std::optional<float> fixed; ///< α; none: searched
};

} // namespace
} // namespace lowp::equalize
