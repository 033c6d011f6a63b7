//===- GPTQ.cpp ----------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Weights/Passes.h"

#include "RowsFirst.h"
#include "SiteWeight.h"

#include "lowp/Bridge/Schemes.h"
#include "lowp/Bridge/Threads.h"
#include "lowp/Execution/StageCheckpoints.h"
#include "lowp/Execution/TwinRun.h"
#include "lowp/Numerics/ErrorPropagation.h"
#include "lowp/Numerics/Gptq.h"

#include "llvm/Support/FormatVariadic.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace lowp::weights {
#define GEN_PASS_DEF_QUANTIZEWEIGHTSGPTQ
#include "lowp/Transforms/Weights/Passes.h.inc"

namespace {

/// What calibration knows of the activation X of a group of sites, and of X̃, which the float model has there.
struct LayerInput {
  explicit LayerInput(int64_t channels) : channels(channels), hessian(channels) {}

  void add(std::span<const float> rows, std::span<const float> floatRows, const Executor &loops, FloatProducts products) {
    int64_t count = rows.size() / channels;
    auto x = MatrixView<float>::rowMajor(rows, count, channels);
    addGram(x, hessian.values(), &loops, products);
    tokens += count;
    if (floatRows.empty())
      return;
    std::vector<float> difference(floatRows.begin(), floatRows.end());
    for (auto [d, seen] : llvm::zip_equal(difference, rows))
      d -= seen;
    cross.resize(channels * channels);
    addCrossGram(MatrixView<float>::rowMajor(difference, count, channels), x, cross, &loops, products);
  }

  int64_t channels, tokens = 0;
  SymmetricMatrix hessian;   ///< Xᵀ X
  std::vector<double> cross; ///< (X̃ − X)ᵀ X, or empty
};

struct QuantizeWeightsGPTQ : impl::QuantizeWeightsGPTQBase<QuantizeWeightsGPTQ> {
  using QuantizeWeightsGPTQBase::QuantizeWeightsGPTQBase;

  void runOnOperation() override {
    std::vector<std::vector<QuantizationSite>> groups = collectGroups();
    if (groups.empty())
      return;
    CalibrationOptions options;
    options.data = data;
    options.samples = samples;
    options.mask = mask;
    options.threads = static_cast<int>(threads);
    options.products = products;
    llvm::Expected<Progress> report = progressNamed(progress, weightProgress);
    if (!report)
      return fail(report.takeError());
    auto checkpoints = StageCheckpoints::open(checkpoint, getOperation(), options, settings(groups));
    if (!checkpoints)
      return fail(checkpoints.takeError());
    auto run = TwinRun::create(getOperation(), options, propagation > 0);
    if (!run)
      return fail(run.takeError());
    loops = executorOf(&getContext());
    constants = {}; // a pass may run again
    // What the samples do not run gets codes where it shares weights with what they do.
    llvm::erase_if(groups, [&](ArrayRef<QuantizationSite> group) {
      return group.front().op->getParentOfType<func::FuncOp>() != (*run)->getFunction();
    });
    for (auto [i, group] : llvm::enumerate(groups)) {
      if (failed(quantize(i, group, **run, *checkpoints)))
        return signalPassFailure();
      if (*report)
        (*report)(i + 1, groups.size());
    }
  }

  void fail(llvm::Error error) {
    getOperation().emitError() << llvm::toString(std::move(error));
    signalPassFailure();
  }

  /// Sites whose weights are matrices of a linear layer; the others are left to rounding to the nearest.
  std::vector<std::vector<QuantizationSite>> collectGroups() {
    SmallVector<QuantizationSite> sites;
    for (const QuantizationSite &site : collectSites(getOperation())) {
      if (!SiteWeight::waits(site))
        continue;
      if (RowsFirst::applies(site))
        sites.push_back(site);
      else
        site.op->emitRemark("site '") << site.name() << "' is rounded to nearest: GPTQ is for weights of a "
                                      << "product with one reduction dimension";
    }
    return groupByActivation(sites);
  }

  /// All that the codes depend on but model and data.
  std::string settings(ArrayRef<std::vector<QuantizationSite>> groups) const {
    std::string text = llvm::formatv("gptq search={0} act-order={1} static-groups={2} damping={3} propagation={4}",
                                     search, actOrder, staticGroups, damping, propagation);
    llvm::raw_string_ostream os(text);
    for (const std::vector<QuantizationSite> &group : groups)
      for (const QuantizationSite &site : group)
        os << " " << site.name() << ":" << lookupRecord(site).getSchemeAttr();
    return text;
  }

  LogicalResult quantize(size_t stage, ArrayRef<QuantizationSite> group, TwinRun &run,
                         const StageCheckpoints &checkpoints) {
    const QuantizationSite &first = group.front();
    auto loaded = checkpoints.load(stage, group.size());
    if (!loaded)
      return first.op->emitError() << llvm::toString(loaded.takeError());
    const std::optional<std::vector<QuantizedTensor>> &known = *loaded;
    LayerInput input(first.reduction);
    llvm::Error error = run.advance(first.activation(), [&](int64_t, auto rows, auto floatRows) {
      if (!known)
        input.add(rows, floatRows, loops, run.getProducts());
    });
    if (error)
      return first.op->emitError("site '") << first.name() << "': " << llvm::toString(std::move(error));
    std::vector<QuantizedTensor> results;
    for (auto [i, site] : llvm::enumerate(group)) {
      FailureOr<SiteWeight> weight = SiteWeight::read(site);
      if (failed(weight))
        return failure();
      FailureOr<QuantizedTensor> codes = known ? FailureOr<QuantizedTensor>((*known)[i]) : round(*weight, input);
      if (failed(codes))
        return failure();
      results.push_back(*codes);
      if (failed(replaceAll(*weight, *codes)))
        return failure();
    }
    if (known)
      return success();
    if (llvm::Error failed = checkpoints.save(stage, results))
      return first.op->emitError() << llvm::toString(std::move(failed));
    return success();
  }

  /// The weight, and those of other sites that are the same.
  LogicalResult replaceAll(const SiteWeight &weight, const QuantizedTensor &codes) {
    std::vector<SiteWeight> shared;
    for (const QuantizationSite &other : collectSites(getOperation()))
      if (other.op != weight.getSite().op && other.op->getParentOfType<ModuleOp>() == getOperation() &&
          weight.equals(other)) {
        FailureOr<SiteWeight> same = SiteWeight::read(other);
        if (failed(same))
          return failure();
        shared.push_back(std::move(*same));
      }
    weight.replace(codes, constants);
    for (const SiteWeight &same : shared)
      same.replace(codes, constants);
    return success();
  }

  FailureOr<QuantizedTensor> round(const SiteWeight &weight, const LayerInput &input) {
    RowsFirst layout(weight);
    GptqOptions options;
    options.scheme = rtnScheme(weight.getSpec());
    options.block = layout.block();
    options.order = actOrder ? GptqOptions::Order::Activation : GptqOptions::Order::Natural;
    options.staticGroups = staticGroups;
    if (search)
      options.search = LpSearch::forWeights();
    options.damping = damping;
    std::vector<float> target;
    MatrixView<float> rows = layout.view(weight.values());
    if (propagation > 0) {
      Result<std::vector<float>> moved =
          propagateError(rows, input.hessian, input.cross, propagation, damping, &loops);
      if (!moved)
        return weight.emitError() << moved.error();
      target = std::move(*moved);
      rows = MatrixView<float>::rowMajor(target, rows.rows, rows.cols);
    }
    Result<GptqResult> result = quantizeGptq(rows, input.hessian, input.tokens, options, &loops);
    if (!result)
      return weight.emitError() << result.error();
    tell(weight, input, *result);
    return layout.toSite(std::move(result->tensor)); // codes as the site's weight lies
  }

  static void tell(const SiteWeight &weight, const LayerInput &input, const GptqResult &result) {
    const QuantizationSite &site = weight.getSite();
    if (result.fewTokens)
      site.op->emitWarning("site '") << site.name() << "': " << input.tokens << " tokens for " << input.channels
                                     << " input channels, GPTQ fits the calibration data; expected at least "
                                     << 2 * input.channels;
    if (result.deadColumns > 0)
      site.op->emitRemark("site '") << site.name() << "': " << result.deadColumns
                                    << " input channels are always 0 in the calibration data";
  }

  Executor loops;
  ConstantPool constants;
};

} // namespace
} // namespace lowp::weights
