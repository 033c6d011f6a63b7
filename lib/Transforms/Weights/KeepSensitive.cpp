//===- KeepSensitive.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Weights/Passes.h"

#include "SiteWeight.h"

#include "lowp/Bridge/Schemes.h"
#include "lowp/Bridge/Threads.h"
#include "lowp/Execution/FittingFunction.h"
#include "lowp/Execution/WeightSensitivity.h"

#include "llvm/Support/FormatVariadic.h"

#include <numeric>

using namespace mlir;

namespace lowp::weights {
#define GEN_PASS_DEF_KEEPSENSITIVE
#include "lowp/Transforms/Weights/Passes.h.inc"

namespace {

struct KeepSensitive : impl::KeepSensitiveBase<KeepSensitive> {
  using KeepSensitiveBase::KeepSensitiveBase;

  void runOnOperation() override {
    if (!(share > 0 && share <= 1)) {
      getOperation().emitError("the share is ") << double(share) << ", expected a number above 0 and at most 1";
      return signalPassFailure();
    }
    SmallVector<QuantizationSite> sites = collectSites(getOperation());
    llvm::erase_if(sites, [](const QuantizationSite &site) { return !SiteWeight::waits(site); });
    if (!sites.empty() && failed(keep(sites)))
      signalPassFailure();
  }

  LogicalResult keep(ArrayRef<QuantizationSite> sites) {
    auto function = findFittingFunction(getOperation(), data);
    if (!function)
      return getOperation().emitError() << llvm::toString(function.takeError());
    std::vector<SiteWeight> weights;
    for (const QuantizationSite &site : sites)
      if (site.op->getParentOfType<func::FuncOp>() == *function) {
        FailureOr<SiteWeight> weight = SiteWeight::read(site);
        if (failed(weight))
          return failure();
        weights.push_back(std::move(*weight));
      }
    FailureOr<std::vector<double>> losses = measure(weights);
    if (failed(losses))
      return failure();
    double total = std::accumulate(losses->begin(), losses->end(), 0.0);
    for (auto [weight, loss] : llvm::zip_equal(weights, *losses))
      if (total > 0 && loss >= share * total)
        for (const QuantizationSite &site : sites) // of every function that shares the weight
          if (weight.equals(site))
            toFloat(site, loss / total);
    return success();
  }

  /// What each weight, rounded to the nearest, does to the results alone.
  FailureOr<std::vector<double>> measure(ArrayRef<SiteWeight> weights) {
    CalibrationOptions options;
    options.data = data;
    options.samples = samples;
    options.threads = static_cast<int>(threads);
    SmallVector<Value> values;
    SmallVector<std::span<const float>> originals;
    for (const SiteWeight &weight : weights) {
      values.push_back(weight.getSite().weight());
      originals.push_back(weight.values());
    }
    auto model = WeightSensitivity::create(getOperation(), values, originals, options);
    if (!model)
      return getOperation().emitError() << llvm::toString(model.takeError());
    Executor loops = executorOf(&getContext());
    std::vector<double> losses;
    for (auto [i, weight] : llvm::enumerate(weights)) {
      BlockGrid grid(weight.shape(), weight.getSpec().getBlock());
      RtnScheme scheme = rtnScheme(weight.getSpec());
      Result<QuantizedTensor> codes = quantizeRtn(weight.values(), grid, scheme, &loops);
      if (!codes)
        return weight.emitError() << codes.error();
      auto loss = (*model)->loss(i, dequantizeBlocks(*codes, grid, scheme.range, &loops));
      if (!loss)
        return weight.emitError() << llvm::toString(loss.takeError());
      losses.push_back(*loss);
    }
    return losses;
  }

  void toFloat(const QuantizationSite &site, double found) {
    SiteOp record = lookupRecord(site);
    std::string reason = llvm::formatv("its weight makes {0:P0} of what rounding all weights costs, at most {1:P0} is "
                                       "allowed",
                                       found, double(share));
    record.setReason(reason);
    record.removeSchemeAttr();
    record.removeObserverAttr();
    site.op->emitRemark("site '") << site.name() << "' stays in float: " << reason;
  }
};

} // namespace
} // namespace lowp::weights
