//===- WeightLosses.cpp --------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightLosses.h"

#include "lowp/Execution/FittingFunction.h"
#include "lowp/Execution/WeightSensitivity.h"

using namespace mlir;

namespace lowp::weights {

FailureOr<std::vector<SiteWeight>> weightsThatRun(ModuleOp module, ArrayRef<QuantizationSite> sites,
                                                  StringRef data) {
  auto function = findFittingFunction(module, data);
  if (!function)
    return module.emitError() << llvm::toString(function.takeError());
  std::vector<SiteWeight> weights;
  for (const QuantizationSite &site : sites) {
    if (site.op->getParentOfType<func::FuncOp>() != *function)
      continue;
    FailureOr<SiteWeight> weight = SiteWeight::read(site);
    if (failed(weight))
      return failure();
    weights.push_back(std::move(*weight));
  }
  return weights;
}

FailureOr<std::vector<double>> measureLosses(ModuleOp module, ArrayRef<SiteWeight> weights, WeightRounding rounded,
                                             const CalibrationOptions &options) {
  SmallVector<Value> values;
  SmallVector<std::span<const float>> originals;
  for (const SiteWeight &weight : weights) {
    values.push_back(weight.getSite().weight());
    originals.push_back(weight.values());
  }
  auto model = WeightSensitivity::create(module, values, originals, options);
  if (!model)
    return module.emitError() << llvm::toString(model.takeError());
  std::vector<double> losses;
  for (auto [i, weight] : llvm::enumerate(weights)) {
    FailureOr<std::vector<float>> numbers = rounded(weight);
    if (failed(numbers))
      return failure();
    auto loss = (*model)->loss(i, *numbers);
    if (!loss)
      return weight.emitError() << llvm::toString(loss.takeError());
    losses.push_back(*loss);
  }
  return losses;
}

} // namespace lowp::weights
