//===- KeepSensitive.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Weights/Passes.h"

#include "WeightLosses.h"

#include "lowp/Bridge/Schemes.h"
#include "lowp/Bridge/Threads.h"

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
    FailureOr<std::vector<SiteWeight>> weights = weightsThatRun(getOperation(), sites, data);
    if (failed(weights))
      return failure();
    CalibrationOptions options;
    options.data = data;
    options.samples = samples;
    options.threads = static_cast<int>(threads);
    Executor loops = executorOf(&getContext());
    FailureOr<std::vector<double>> losses = measureLosses(
        getOperation(), *weights, [&](const SiteWeight &weight) { return round(weight, loops); }, options);
    if (failed(losses))
      return failure();
    double total = std::accumulate(losses->begin(), losses->end(), 0.0);
    for (const QuantizationSite &site : sites)
      for (auto [weight, loss] : llvm::zip_equal(*weights, *losses))
        if (total > 0 && loss >= share * total && weight.equals(site)) { // of every function that shares the weight
          toFloat(site, loss / total);
          break;
        }
    return success();
  }

  static FailureOr<std::vector<float>> round(const SiteWeight &weight, const Executor &loops) {
    BlockGrid grid(weight.shape(), weight.getSpec().getBlock());
    RtnScheme scheme = rtnScheme(weight.getSpec());
    Result<QuantizedTensor> codes = quantizeRtn(weight.values(), grid, scheme, &loops);
    if (!codes)
      return weight.emitError() << codes.error();
    return dequantizeBlocks(*codes, grid, scheme.range, &loops);
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
