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
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Numerics/SmoothQuant.h"

#include "llvm/ADT/MapVector.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

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
         WeightExpression::match(site.weight());
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

/// max|X_j| over the calibration data: the sites of a group see the same tensor.
FailureOr<FloatView> activationAbsMax(const QuantizationSite &site) {
  DictionaryAttr statistics = lookupRecord(site).getStatisticsAttr();
  std::optional<FloatView> view =
      FloatView::get(statistics ? statistics.get("channel_abs_max") : Attribute());
  if (!view)
    return site.op->emitError("site '")
           << site.name() << "' has no statistic channel_abs_max; run lowp-calibrate first";
  if (static_cast<int64_t>(view->size()) != site.reduction)
    return site.op->emitError("site '") << site.name() << "': channel_abs_max has " << view->size()
                                        << " channels, expected " << site.reduction;
  return std::move(*view);
}

/// columnMax_j = max(columnMax_j, max_n |W_nj|)
LogicalResult foldColumnAbsMax(const QuantizationSite &site, MutableArrayRef<float> columnMax) {
  std::optional<std::vector<float>> weight = WeightExpression::match(site.weight())->evaluate();
  if (!weight)
    return site.op->emitError("site '") << site.name() << "': the weight's bytes are missing";
  int64_t k = QuantizationSite::dimOf(site.weightRoles, DimRole::Reduction);
  ArrayRef<int64_t> shape = site.weightType().getShape();
  int64_t inner = 1;
  for (int64_t size : shape.drop_front(k + 1))
    inner *= size;
  for (size_t i = 0; i < weight->size(); ++i) {
    float &max = columnMax[(i / inner) % shape[k]];
    max = std::max(max, std::abs((*weight)[i]));
  }
  return success();
}

Value vectorConstant(OpBuilder &b, Location loc, StringRef name, std::vector<float> data) {
  auto type = RankedTensorType::get({static_cast<int64_t>(data.size())}, b.getF32Type());
  return createConstant(b, loc, type, name, std::move(data));
}

/// X · (1/s) in front of the group, W · s behind each weight.
void apply(const Group &group, std::vector<float> scales) {
  const QuantizationSite &first = group.front();
  OpBuilder b(first.op);
  Location loc = first.op->getLoc();
  std::vector<float> reciprocals(scales.size());
  llvm::transform(scales, reciprocals.begin(), [](float s) { return 1.0f / s; });
  Value divisor = vectorConstant(b, loc, first.name() + ".smoothing_reciprocal", reciprocals);
  Value multiplier = vectorConstant(b, loc, first.name() + ".smoothing", std::move(scales));
  int64_t k = QuantizationSite::dimOf(first.activationRoles, DimRole::Reduction);
  Value smoothed = scaleAlong(b, loc, first.activation(), divisor, k);
  for (const QuantizationSite &site : group) {
    b.setInsertionPoint(site.op);
    int64_t weightK = QuantizationSite::dimOf(site.weightRoles, DimRole::Reduction);
    Value weight = scaleAlong(b, site.op->getLoc(), site.weight(), multiplier, weightK);
    site.op->setOperand(site.activationOperand, smoothed);
    site.op->setOperand(site.weightOperand, weight);
  }
}

struct SmoothQuant : impl::SmoothQuantBase<SmoothQuant> {
  using SmoothQuantBase::SmoothQuantBase;

  void runOnOperation() override {
    if (!(alpha >= 0 && alpha <= 1)) {
      getOperation().emitError("lowp-smooth-quant: alpha is ") << alpha << ", expected [0, 1]";
      return signalPassFailure();
    }
    for (const Group &group : groupByActivation(getOperation()))
      if (failed(smooth(group)))
        return signalPassFailure();
  }

  LogicalResult smooth(const Group &group) {
    FailureOr<FloatView> activation = activationAbsMax(group.front());
    if (failed(activation))
      return failure();
    std::vector<float> columnMax(activation->size(), 0.0f);
    for (const QuantizationSite &site : group)
      if (failed(foldColumnAbsMax(site, columnMax)))
        return failure();
    apply(group, smoothingScales(activation->values(), columnMax, static_cast<float>(alpha)));
    return success();
  }
};

} // namespace
} // namespace lowp::equalize
