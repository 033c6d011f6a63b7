//===- AWQ.cpp -----------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Equalize/Passes.h"

#include "ChannelScaling.h"

#include "lowp/Analysis/WeightExpression.h"
#include "lowp/Bridge/Schemes.h"
#include "lowp/Bridge/Threads.h"
#include "lowp/Execution/StagedRun.h"
#include "lowp/Numerics/Awq.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace lowp::equalize {
#define GEN_PASS_DEF_AWQ
#include "lowp/Transforms/Equalize/Passes.h.inc"

namespace {

/// Sites whose weight waits to be quantized.
bool takesPart(const QuantizationSite &site) {
  SiteOp record = lookupRecord(site);
  return record && record.getSchemeAttr() && record.getSchemeAttr().getWeight() && !site.isConvolution() &&
         site.weightRoles.size() == 2 && WeightExpression::match(site.weight());
}

SpecAttr specOf(const QuantizationSite &site) { return lookupRecord(site).getSchemeAttr().getWeight(); }

/// The block of the first weight as rows first.
std::array<int64_t, 2> blockOf(const QuantizationSite &site) {
  ArrayRef<int64_t> block = specOf(site).getBlock();
  bool columnsFirst = site.weightRoles.front() == DimRole::Columns;
  return columnsFirst ? std::array{block[0], block[1]} : std::array{block[1], block[0]};
}

/// mean |X_j| and Xᵀ X of an activation.
struct ChannelMoments {
  explicit ChannelMoments(int64_t channels) : absolute(channels), gram(channels) {}

  void add(std::span<const float> rows, const Executor &loops) {
    int64_t channels = absolute.size(), count = rows.size() / channels;
    addGram(MatrixView<float>::rowMajor(rows, count, channels), gram.values(), &loops);
    for (int64_t t = 0; t < count; ++t)
      for (int64_t j = 0; j < channels; ++j)
        absolute[j] += std::abs(rows[t * channels + j]);
    tokens += count;
  }

  std::vector<float> mean() const {
    std::vector<float> result(absolute.size());
    llvm::transform(absolute, result.begin(),
                    [&](double sum) { return static_cast<float>(sum / std::max<int64_t>(tokens, 1)); });
    return result;
  }

  std::vector<double> absolute; ///< Σ |X_j|
  SymmetricMatrix gram;
  int64_t tokens = 0;
};

struct AWQ : impl::AWQBase<AWQ> {
  using AWQBase::AWQBase;

  void runOnOperation() override {
    std::vector<ScalingGroup> groups = collectScalingGroups(getOperation(), takesPart);
    CalibrationOptions options;
    options.data = data;
    options.samples = samples;
    options.mask = mask;
    options.threads = static_cast<int>(threads);
    options.products = products;
    if (llvm::none_of(groups, canScale))
      return;
    auto run = StagedRun::create(getOperation(), options);
    if (!run) {
      getOperation().emitError() << llvm::toString(run.takeError());
      return signalPassFailure();
    }
    loops = executorOf(&getContext());
    std::vector<std::vector<float>> scales;
    for (const ScalingGroup &group : groups) {
      bool runs = group.first().op->getParentOfType<func::FuncOp>() == (*run)->getFunction();
      FailureOr<std::vector<float>> chosen = runs && canScale(group) ? choose(group, **run) : std::vector<float>();
      if (failed(chosen))
        return signalPassFailure();
      scales.push_back(std::move(*chosen));
    }
    // What the samples do not run takes part where it shares weights with what they do.
    for (auto [group, own] : llvm::zip_equal(groups, scales))
      for (auto [other, chosen] : llvm::zip_equal(groups, scales))
        if (own.empty() && !chosen.empty() && canScale(group) && other.choosesAlike(group))
          own = chosen;
    // All is chosen before anything changes: what a group sees does not depend on the scales of others.
    for (auto [group, chosen] : llvm::zip_equal(groups, scales))
      if (llvm::any_of(chosen, [](float s) { return s != 1.0f; }))
        scaleChannels(group, std::move(chosen));
  }

  /// 1/s must have a place that costs nothing. Channels that share a constant above would need one s for all.
  static bool canScale(const ScalingGroup &group) { return group.fold && group.ties().empty(); }

  FailureOr<std::vector<float>> choose(const ScalingGroup &group, StagedRun &run) {
    const QuantizationSite &first = group.first();
    ChannelMoments moments(first.reduction);
    if (llvm::Error error = run.advance(first.activation(),
                                        [&](int64_t, size_t, auto rows) { moments.add(rows, loops); }))
      return first.op->emitError("site '") << first.name() << "': " << llvm::toString(std::move(error));
    FailureOr<GroupWeights> weights = GroupWeights::read(group);
    if (failed(weights))
      return failure();
    std::vector<float> mean = moments.mean();
    AwqOptions options;
    options.scheme = rtnScheme(specOf(first));
    options.block = blockOf(first);
    options.duoScaling = duoScaling;
    AwqLoss loss = gramLoss(weights->views, moments.gram, &loops);
    Result<AwqChoice> choice = chooseAwqScales({mean, weights->views}, options, loss, &loops);
    if (!choice)
      return first.op->emitError("site '") << first.name() << "': " << choice.error();
    return std::move(choice->scales);
  }

  Executor loops;
};

} // namespace
} // namespace lowp::equalize
