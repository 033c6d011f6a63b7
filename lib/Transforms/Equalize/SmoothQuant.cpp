//===- SmoothQuant.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Equalize/Passes.h"

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Analysis/ScaleCommuting.h"
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
struct Group {
  SmallVector<QuantizationSite> sites;
  std::optional<ScaleFold> fold; ///< where 1/s may go
  DictionaryAttr statistics;     ///< of the first, before any change

  const QuantizationSite &first() const { return sites.front(); }
  int64_t channelDim() const {
    return QuantizationSite::dimOf(first().activationRoles, DimRole::Reduction);
  }
  std::span<const int32_t> ties() const { return fold ? fold->ties : std::span<const int32_t>(); }

  /// Do two groups have the same weights, schemes, statistics and ties? So it is where functions share weights.
  bool choosesAlike(const Group &other) const {
    return statistics && statistics == other.statistics &&
           llvm::equal(sites, other.sites, weighsAlike) && llvm::equal(ties(), other.ties());
  }

private:
  static bool weighsAlike(const QuantizationSite &a, const QuantizationSite &b) {
    auto x = WeightExpression::match(a.weight()), y = WeightExpression::match(b.weight());
    return x->scales.empty() && y->scales.empty() && x->constant.getValue() == y->constant.getValue() &&
           lookupRecord(a).getSchemeAttr() == lookupRecord(b).getSchemeAttr();
  }
};

bool takesPart(const QuantizationSite &site) {
  SiteOp record = lookupRecord(site);
  return record && record.getSchemeAttr() && record.getSchemeAttr().getInput() &&
         !site.isConvolution() && WeightExpression::match(site.weight());
}

std::vector<Group> groupByActivation(ModuleOp module) {
  llvm::MapVector<std::pair<Value, int64_t>, Group> groups;
  for (QuantizationSite &site : collectSites(module))
    if (takesPart(site)) {
      int64_t k = QuantizationSite::dimOf(site.activationRoles, DimRole::Reduction);
      groups[{site.activation(), k}].sites.push_back(site);
    }
  std::vector<Group> result;
  for (Group &group : llvm::make_second_range(groups)) {
    SmallVector<OpOperand *> readers = llvm::map_to_vector(group.sites, [](const QuantizationSite &site) {
      linalg::LinalgOp op = site.op;
      return &op->getOpOperand(site.activationOperand);
    });
    group.statistics = lookupRecord(group.first()).getStatisticsAttr();
    group.fold = ScaleFold::find(group.first().activation(), group.channelDim(), readers);
    result.push_back(std::move(group));
  }
  return result;
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
  std::span<const int32_t> ties;

  static FailureOr<GroupData> read(const Group &group) {
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
    for (const QuantizationSite &site : group.sites) {
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

  std::vector<float> scales(float alpha) const {
    std::vector<float> absMax(channelMin.size());
    for (size_t j = 0; j < absMax.size(); ++j)
      absMax[j] = std::max(std::abs(channelMin[j]), std::abs(channelMax[j]));
    return smoothingScales(shareMaxima(std::move(absMax), ties),
                           shareMaxima(weightColumnAbsMax(views), ties), alpha);
  }
};

Value vectorConstant(OpBuilder &b, Location loc, StringRef name, std::vector<float> data) {
  auto type = RankedTensorType::get({static_cast<int64_t>(data.size())}, b.getF32Type());
  return createConstant(b, loc, type, name, std::move(data));
}

void editStatistics(SiteOp record, llvm::function_ref<void(NamedAttrList &)> edit) {
  if (!record.getStatisticsAttr())
    return;
  NamedAttrList statistics(record.getStatisticsAttr());
  edit(statistics);
  record.setStatisticsAttr(statistics.getDictionary(record.getContext()));
}

/// The factors of the last dimension's channels; nullopt where they differ along other dimensions too.
std::optional<std::vector<float>> factorsOfLastDim(Value value, const ChannelLayout &layout,
                                                   std::span<const float> factors) {
  std::vector<float> all = layout.gather(factors);
  if (layout.dims.back() + 1 != cast<RankedTensorType>(value.getType()).getRank())
    return std::nullopt;
  size_t period = layout.sizes.back();
  for (size_t i = period; i < all.size(); ++i)
    if (all[i] != all[i - period])
      return std::nullopt;
  all.resize(period);
  return all;
}

/// The statistics of a value at a site that 1/s goes through: those of channels that got one factor each are
/// scaled, others do not hold any more.
void rescaleObserved(const QuantizationSite &site, StringRef prefix, Value value, const ChannelLayout &layout,
                     std::span<const float> reciprocals) {
  std::optional<std::vector<float>> factors = factorsOfLastDim(value, layout, reciprocals);
  editStatistics(lookupRecord(site), [&](NamedAttrList &statistics) {
    if (factors)
      scaleStatistics(statistics, site.name(), prefix, *factors);
    else
      dropOperandStatistics(statistics, prefix);
  });
}

void rescaleObserved(const ScaleFold &fold, std::span<const float> reciprocals) {
  for (const ScaledOperand &operand : fold.observed) {
    QuantizationSite site = *QuantizationSite::get(operand.use->getOwner());
    bool isSecond = operand.use->getOperandNumber() == site.weightOperand;
    rescaleObserved(site, isSecond ? StringRef(kSecondPrefix) : "", operand.use->get(), operand.layout,
                    reciprocals);
  }
  for (const ScaledResult &scaled : fold.observedResults)
    rescaleObserved(*QuantizationSite::get(scaled.result.getOwner()), kOutputPrefix, scaled.result,
                    scaled.layout, reciprocals);
}

/// X · (1/s) in front of the group, for want of anything above that takes it.
Value insertDivision(const Group &group, std::span<const float> reciprocals) {
  const QuantizationSite &first = group.first();
  OpBuilder b(first.op);
  Location loc = first.op->getLoc();
  Value divisor = vectorConstant(b, loc, first.name() + ".smoothing_reciprocal",
                                 std::vector<float>(reciprocals.begin(), reciprocals.end()));
  return scaleAlong(b, loc, first.activation(), divisor, group.channelDim());
}

/// X · (1/s) above or in front of the group, W · s behind each weight.
void smooth(const Group &group, std::vector<float> scales) {
  std::vector<float> reciprocals(scales.size());
  llvm::transform(scales, reciprocals.begin(), [](float s) { return 1.0f / s; });
  OpBuilder b(group.first().op);
  Value multiplier = vectorConstant(b, group.first().op->getLoc(), group.first().name() + ".smoothing",
                                    std::move(scales));
  Value smoothed = group.first().activation();
  if (group.fold) {
    group.fold->apply(reciprocals);
    rescaleObserved(*group.fold, reciprocals);
  } else {
    smoothed = insertDivision(group, reciprocals);
  }
  for (const QuantizationSite &site : group.sites) {
    editStatistics(lookupRecord(site), [&](NamedAttrList &statistics) {
      scaleStatistics(statistics, site.name(), "", reciprocals);
    });
    b.setInsertionPoint(site.op);
    int64_t weightK = QuantizationSite::dimOf(site.weightRoles, DimRole::Reduction);
    Value weight = scaleAlong(b, site.op->getLoc(), site.weight(), multiplier, weightK);
    site.op->setOperand(site.activationOperand, smoothed);
    site.op->setOperand(site.weightOperand, weight);
  }
}

/// What was kept for the search has served.
void dropSearch(SiteOp record) { editStatistics(record, dropSearchStatistics); }

/// How the numerics describe the group's schemes.
SmoothingSchemes schemesOf(const Group &group) {
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
    std::vector<Group> groups = groupByActivation(getOperation());
    // One group at a time, so that the memory of a search does not grow with the threads.
    std::vector<std::vector<float>> scales;
    for (auto [i, group] : llvm::enumerate(groups)) {
      const Group *earlier = llvm::find_if(ArrayRef(groups).take_front(i), [&](const Group &other) {
        return other.choosesAlike(group);
      });
      if (earlier != groups.data() + i) {
        scales.push_back(scales[earlier - groups.data()]);
        continue;
      }
      FailureOr<std::vector<float>> chosen = chooseScales(group);
      if (failed(chosen))
        return signalPassFailure();
      scales.push_back(std::move(*chosen));
      if (llvm::none_of(ArrayRef(groups).drop_front(i + 1), [&](const Group &other) {
            return other.statistics == group.statistics && !other.choosesAlike(group);
          }))
        for (const QuantizationSite &site : group.sites)
          dropSearch(lookupRecord(site));
    }
    // All is chosen before anything changes: the order of the groups does not matter.
    for (auto [group, chosen] : llvm::zip_equal(groups, scales))
      if (llvm::any_of(chosen, [](float s) { return s != 1.0f; }))
        smooth(group, std::move(chosen));
    for (SiteOp record : getOperation().getOps<SiteOp>())
      dropSearch(record);
  }

  /// Smoothing under a static range brings each channel to the end of that range. Of channels that few tokens
  /// were seen of the ends are not known: other data clips in all of them instead of a few, which only a large
  /// gain outweighs.
  static bool paysOff(const SmoothingChoice &choice, const Group &group) {
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

  /// Runs the loops of the numerics on the context's threads.
  Executor executor() {
    return [context = &getContext()](int64_t count, const std::function<void(int64_t, int64_t)> &body) {
      int64_t threads = context->isMultithreadingEnabled() ? context->getNumThreads() : 1;
      int64_t parts = std::min(count, threads);
      parallelFor(context, 0, parts, [&](size_t i) { body(i * count / parts, (i + 1) * count / parts); });
    };
  }

  FailureOr<std::vector<float>> chooseScales(const Group &group) {
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
                       data->channelMin.values(), data->channelMax.values(), data->views, data->ties};
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
    Executor loops = executor();
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
