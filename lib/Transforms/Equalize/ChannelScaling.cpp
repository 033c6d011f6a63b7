//===- ChannelScaling.cpp ------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelScaling.h"

#include "lowp/Analysis/WeightExpression.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Bridge/SiteStatistics.h"

using namespace mlir;

namespace lowp::equalize {

static bool weighsAlike(const QuantizationSite &a, const QuantizationSite &b) {
  auto x = WeightExpression::match(a.weight()), y = WeightExpression::match(b.weight());
  return x->scales.empty() && y->scales.empty() && x->constant.getValue() == y->constant.getValue() &&
         lookupRecord(a).getSchemeAttr() == lookupRecord(b).getSchemeAttr();
}

bool ScalingGroup::choosesAlike(const ScalingGroup &other) const {
  return llvm::equal(sites, other.sites, weighsAlike) && llvm::equal(ties(), other.ties());
}

std::vector<ScalingGroup> collectScalingGroups(ModuleOp module,
                                               llvm::function_ref<bool(const QuantizationSite &)> takesPart) {
  SmallVector<QuantizationSite> sites;
  llvm::copy_if(collectSites(module), std::back_inserter(sites), takesPart);
  std::vector<ScalingGroup> result;
  for (std::vector<QuantizationSite> &members : groupByActivation(sites)) {
    ScalingGroup group;
    group.sites = std::move(members);
    group.statistics = lookupRecord(group.first()).getStatisticsAttr();
    SmallVector<OpOperand *> readers = llvm::map_to_vector(group.sites, [](const QuantizationSite &site) {
      linalg::LinalgOp op = site.op;
      return &op->getOpOperand(site.activationOperand);
    });
    group.fold = ScaleFold::find(group.first().activation(), group.channelDim(), readers);
    result.push_back(std::move(group));
  }
  return result;
}

FailureOr<GroupWeights> GroupWeights::read(const ScalingGroup &group) {
  GroupWeights result;
    for (const QuantizationSite &site : group.sites) {
      std::optional<std::vector<float>> weight = WeightExpression::match(site.weight())->evaluate();
      if (!weight || site.weightType().getRank() != 2)
        return site.op->emitError("site '")
               << site.name() << "': the weight's bytes are missing or it is no matrix";
      result.numbers.push_back(std::move(*weight));
      auto rows = site.weightType().getDimSize(0), cols = site.weightType().getDimSize(1);
      auto view = MatrixView<float>::rowMajor(result.numbers.back(), rows, cols);
      bool columnsFirst = site.weightRoles.front() == DimRole::Columns;
      result.views.push_back(columnsFirst ? view : view.transposed());
    }
  return result;
}

static Value vectorConstant(OpBuilder &b, Location loc, StringRef name, std::vector<float> data) {
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
static std::optional<std::vector<float>> factorsOfLastDim(Value value, const ChannelLayout &layout,
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
static void rescaleObserved(const QuantizationSite &site, StringRef prefix, Value value, const ChannelLayout &layout,
                     std::span<const float> reciprocals) {
  std::optional<std::vector<float>> factors = factorsOfLastDim(value, layout, reciprocals);
  editStatistics(lookupRecord(site), [&](NamedAttrList &statistics) {
    if (factors)
      scaleStatistics(statistics, site.name(), prefix, *factors);
    else
      dropOperandStatistics(statistics, prefix);
  });
}

static void rescaleObserved(const ScaleFold &fold, std::span<const float> reciprocals) {
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
static Value insertDivision(const ScalingGroup &group, std::span<const float> reciprocals) {
  const QuantizationSite &first = group.first();
  OpBuilder b(first.op);
  Location loc = first.op->getLoc();
  Value divisor = vectorConstant(b, loc, first.name() + ".smoothing_reciprocal",
                                 std::vector<float>(reciprocals.begin(), reciprocals.end()));
  return scaleAlong(b, loc, first.activation(), divisor, group.channelDim());
}

/// X · (1/s) above or in front of the group, W · s behind each weight.
void scaleChannels(const ScalingGroup &group, std::vector<float> scales) {
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

} // namespace lowp::equalize
