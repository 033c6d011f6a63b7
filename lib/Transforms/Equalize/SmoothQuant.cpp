//===- SmoothQuant.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Equalize/Passes.h"

#include "ChannelScaling.h"

#include "lowp/Analysis/WeightExpression.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Bridge/Schemes.h"
#include "lowp/Bridge/SiteStatistics.h"
#include "lowp/Bridge/Threads.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Numerics/SmoothQuant.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace lowp::equalize {
#define GEN_PASS_DEF_SMOOTHQUANT
#include "lowp/Transforms/Equalize/Passes.h.inc"

namespace {

bool takesPart(const QuantizationSite &site) {
  SiteOp record = lookupRecord(site);
  return record && record.getSchemeAttr() && record.getSchemeAttr().getInput() &&
         !site.isConvolution() && WeightExpression::match(site.weight());
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

/// What the numerics see of a group.
struct GroupData {
  FloatView channelMin, channelMax;
  GroupWeights weights;
  std::span<const int32_t> ties;

  static FailureOr<GroupData> read(const ScalingGroup &group) {
    GroupData data;
    FailureOr<FloatView> min = channelStatistic(group.first(), "channel_min");
    if (failed(min))
      return failure();
    FailureOr<FloatView> max = channelStatistic(group.first(), "channel_max");
    if (failed(max))
      return failure();
    data.channelMin = std::move(*min);
    data.channelMax = std::move(*max);
    data.ties = group.ties();
    FailureOr<GroupWeights> weights = GroupWeights::read(group);
    if (failed(weights))
      return failure();
    data.weights = std::move(*weights);
    return data;
  }

  std::vector<float> scales(float alpha) const {
    std::vector<float> absMax(channelMin.size());
    for (size_t j = 0; j < absMax.size(); ++j)
      absMax[j] = std::max(std::abs(channelMin[j]), std::abs(channelMax[j]));
    return smoothingScales(shareMaxima(std::move(absMax), ties),
                           shareMaxima(weightColumnAbsMax(weights.views), ties), alpha);
  }
};

/// What was kept for the search has served.
void dropSearch(SiteOp record) { editStatistics(record, dropSearchStatistics); }

/// How the numerics describe the group's schemes.
SmoothingSchemes schemesOf(const ScalingGroup &group) {
  SchemeAttr scheme = lookupRecord(group.first()).getSchemeAttr();
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
    std::vector<ScalingGroup> groups = collectScalingGroups(getOperation(), takesPart);
    // One group at a time, so that the memory of a search does not grow with the threads.
    std::vector<std::vector<float>> scales;
    for (auto [i, group] : llvm::enumerate(groups)) {
      const ScalingGroup *earlier = llvm::find_if(ArrayRef(groups).take_front(i), [&](const ScalingGroup &other) {
        return group.statistics && other.statistics == group.statistics && other.choosesAlike(group);
      });
      if (earlier != groups.data() + i) {
        scales.push_back(scales[earlier - groups.data()]);
        continue;
      }
      FailureOr<std::vector<float>> chosen = chooseScales(group);
      if (failed(chosen))
        return signalPassFailure();
      scales.push_back(std::move(*chosen));
      if (llvm::none_of(ArrayRef(groups).drop_front(i + 1), [&](const ScalingGroup &other) {
            return other.statistics == group.statistics && !other.choosesAlike(group);
          }))
        for (const QuantizationSite &site : group.sites)
          dropSearch(lookupRecord(site));
    }
    // All is chosen before anything changes: the order of the groups does not matter.
    for (auto [group, chosen] : llvm::zip_equal(groups, scales))
      if (llvm::any_of(chosen, [](float s) { return s != 1.0f; }))
        scaleChannels(group, std::move(chosen));
    for (SiteOp record : getOperation().getOps<SiteOp>())
      dropSearch(record);
  }

  /// Smoothing under a static range brings each channel to the end of that range. Of channels that few tokens
  /// were seen of the ends are not known: other data clips in all of them instead of a few, which only a large
  /// gain outweighs.
  static bool paysOff(const SmoothingChoice &choice, const ScalingGroup &group) {
    constexpr int64_t kTokensPerChannel = 2;
    constexpr double kLargestRatio = 0.5;
    auto tokens = lookupRecord(group.first()).getStatisticsAttr().getAs<IntegerAttr>("tokens");
    if (tokens && tokens.getInt() >= kTokensPerChannel * group.first().reduction)
      return true;
    auto least = llvm::min_element(choice.candidates, [](const auto &a, const auto &b) {
      return a.error < b.error;
    });
    return least->error <= kLargestRatio * choice.candidates.front().error;
  }

  FailureOr<std::vector<float>> chooseScales(const ScalingGroup &group) {
    FailureOr<GroupData> data = GroupData::read(group);
    if (failed(data))
      return failure();
    if (fixed)
      return data->scales(*fixed);
    for (const QuantizationSite &site : group.sites)
      if (!lookupRecord(site).getSchemeAttr().getWeight())
        return site.op->emitError("site '")
               << site.name() << "': the scheme leaves the weight in float, where alpha=search has "
               << "no error to measure; give alpha a number";
    FailureOr<FloatView> sample = statistic(group.first(), "sample");
    if (failed(sample))
      return failure();
    int64_t k = group.first().reduction, rows = sample->size() / k;
    SmoothingSite site{MatrixView<float>::rowMajor(sample->values(), rows, k),
                       data->channelMin.values(), data->channelMax.values(), data->weights.views, data->ties};
    // A range that the rows helped to make would promise more than it keeps.
    bool heldOut = lookupRecord(group.first()).getStatisticsAttr().contains("search_min");
    FailureOr<FloatView> searchMin, searchMax;
    if (heldOut) {
      if (failed(searchMin = channelStatistic(group.first(), "search_min")) ||
          failed(searchMax = channelStatistic(group.first(), "search_max")))
        return failure();
      site.channelMin = searchMin->values();
      site.channelMax = searchMax->values();
    }
    Executor loops = executorOf(&getContext());
    Result<SmoothingChoice> choice = chooseAlpha(site, schemesOf(group), {}, &loops);
    if (!choice)
      return group.first().op->emitError("site '") << group.first().name()
                                                   << "': " << choice.error();
    if (!heldOut)
      return std::move(choice->scales);
    if (!choice->alpha || !paysOff(*choice, group))
      return std::vector<float>(k, 1.0f);
    return data->scales(*choice->alpha);
  }

  std::optional<float> fixed; ///< α; none: searched
};

} // namespace
} // namespace lowp::equalize
