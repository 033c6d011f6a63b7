//===- AssignBits.cpp ----------------------------------------------------===//
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
#include "lowp/Numerics/LpSearch.h"
#include "lowp/Numerics/MixedPrecision.h"

using namespace mlir;

namespace lowp::weights {
#define GEN_PASS_DEF_ASSIGNBITS
#include "lowp/Transforms/Weights/Passes.h.inc"

namespace {

/// The spec with codes of another width, over as much of it as it used before.
SpecAttr withBits(SpecAttr spec, unsigned bits) {
  auto type = cast<IntegerType>(spec.getStorage());
  auto storage = IntegerType::get(spec.getContext(), bits, type.getSignedness());
  auto [lo, hi] = SpecAttr::storageRange(storage);
  auto [oldLo, oldHi] = SpecAttr::storageRange(type);
  if (spec.getLo() > oldLo)
    lo = -hi;
  return SpecAttr::get(spec.getContext(), storage, spec.getBlock(), spec.getSymmetric(), lo, hi,
                       spec.getReciprocal(), spec.getScaleType(), spec.getFloatZero(), spec.getScaleRule());
}

/// Bits that the weight takes: its codes, and of each block the scale and, if it has one, the zero point, which fits
/// a code.
int64_t sizeOf(ArrayRef<int64_t> shape, SpecAttr spec) {
  int64_t bits = spec.getStorage().getIntOrFloatBitWidth();
  int64_t perBlock = spec.getScaleType().getIntOrFloatBitWidth() + (spec.getSymmetric() ? 0 : bits);
  return bits * llvm::product_of(shape) + perBlock * llvm::product_of(spec.getScaleShape(shape));
}

/// A weight and the ways to quantize it.
struct Candidate {
  SiteWeight weight;
  std::vector<SpecAttr> specs;
  std::vector<double> distances; ///< ‖Ŵ − W‖² of each
  std::vector<float> coarsest;   ///< Ŵ of the first
};

struct AssignBits : impl::AssignBitsBase<AssignBits> {
  using AssignBitsBase::AssignBitsBase;

  void runOnOperation() override {
    if (failed(checkOptions()))
      return signalPassFailure();
    loops = executorOf(&getContext());
    SmallVector<QuantizationSite> sites = collectSites(getOperation());
    llvm::erase_if(sites, [](const QuantizationSite &site) { return !SiteWeight::waits(site); });
    if (sites.empty())
      return;
    auto function = findFittingFunction(getOperation(), data);
    if (!function) {
      getOperation().emitError() << llvm::toString(function.takeError());
      return signalPassFailure();
    }
    std::vector<Candidate> candidates;
    for (const QuantizationSite &site : sites) {
      if (site.op->getParentOfType<func::FuncOp>() != *function)
        continue;
      FailureOr<Candidate> candidate = measure(site);
      if (failed(candidate))
        return signalPassFailure();
      candidates.push_back(std::move(*candidate));
    }
    FailureOr<std::vector<double>> losses = measureLosses(candidates);
    if (failed(losses) || failed(assign(sites, candidates, *losses)))
      signalPassFailure();
  }

  LogicalResult checkOptions() {
    if (!(budget > 0 && budget < 32))
      return getOperation().emitError("the budget is ") << double(budget) << " bits per weight, expected a number "
                                                        << "above 0 and below 32";
    widths.assign(bits.begin(), bits.end());
    llvm::sort(widths);
    for (int64_t width : widths)
      if (width < 2 || width > 8)
        return getOperation().emitError("found a width of ") << width << " bits, expected 2 to 8";
    return success();
  }

  FailureOr<Candidate> measure(const QuantizationSite &site) {
    FailureOr<SiteWeight> weight = SiteWeight::read(site);
    if (failed(weight))
      return failure();
    Candidate result{std::move(*weight), {}, {}, {}};
    for (int64_t width : widths) {
      SpecAttr spec = withBits(result.weight.getSpec(), width);
      BlockGrid grid(result.weight.shape(), spec.getBlock());
      RtnScheme scheme = rtnScheme(spec);
      Result<QuantizedTensor> codes =
          quantizeLp(result.weight.values(), grid, scheme, LpSearch::forWeights(), {}, &loops);
      if (!codes)
        return result.weight.emitError() << codes.error();
      std::vector<float> rounded = dequantizeBlocks(*codes, grid, scheme.range, &loops);
      double distance = 0;
      for (auto [x, y] : llvm::zip_equal(rounded, result.weight.values()))
        distance += (double(x) - double(y)) * (double(x) - double(y));
      result.specs.push_back(spec);
      result.distances.push_back(distance);
      if (result.coarsest.empty())
        result.coarsest = std::move(rounded);
    }
    return result;
  }

  /// What each weight alone does to the results at the fewest bits.
  FailureOr<std::vector<double>> measureLosses(ArrayRef<Candidate> candidates) {
    CalibrationOptions options;
    options.data = data;
    options.samples = samples;
    options.threads = static_cast<int>(threads);
    SmallVector<Value> values;
    SmallVector<std::span<const float>> originals;
    for (const Candidate &candidate : candidates) {
      values.push_back(candidate.weight.getSite().weight());
      originals.push_back(candidate.weight.values());
    }
    auto model = WeightSensitivity::create(getOperation(), values, originals, options);
    if (!model)
      return getOperation().emitError() << llvm::toString(model.takeError());
    std::vector<double> losses;
    for (auto [i, candidate] : llvm::enumerate(candidates)) {
      auto loss = (*model)->loss(i, candidate.coarsest);
      if (!loss)
        return candidate.weight.emitError() << llvm::toString(loss.takeError());
      losses.push_back(*loss);
    }
    return losses;
  }

  /// Loss is taken to be proportional to ‖Ŵ − W‖²: measured for the fewest bits, computed for the others.
  LogicalResult assign(ArrayRef<QuantizationSite> sites, ArrayRef<Candidate> candidates,
                       ArrayRef<double> losses) {
    std::vector<std::vector<PrecisionChoice>> choices;
    int64_t elements = 0;
    for (auto [candidate, loss] : llvm::zip_equal(candidates, losses)) {
      ArrayRef<int64_t> shape = candidate.weight.shape();
      elements += llvm::product_of(shape);
      std::vector<PrecisionChoice> &own = choices.emplace_back();
      for (auto [spec, distance] : llvm::zip_equal(candidate.specs, candidate.distances)) {
        double share = candidate.distances.front() > 0 ? distance / candidate.distances.front() : 0;
        own.push_back({sizeOf(shape, spec), loss * share});
      }
    }
    auto limit = static_cast<int64_t>(budget * static_cast<double>(elements));
    Result<std::vector<int64_t>> chosen = chooseMixedPrecision(choices, limit);
    if (!chosen)
      return getOperation().emitError("budget of ") << double(budget) << " bits per weight: " << chosen.error();
    for (const QuantizationSite &site : sites)
      for (auto [candidate, choice] : llvm::zip_equal(candidates, *chosen))
        if (candidate.weight.equals(site)) { // of every function that shares the weight
          setWeight(lookupRecord(site), candidate.specs[choice]);
          break;
        }
    return success();
  }

  static void setWeight(SiteOp record, SpecAttr spec) {
    SchemeAttr scheme = record.getSchemeAttr();
    record.setSchemeAttr(SchemeAttr::get(record.getContext(), spec, scheme.getInput(), scheme.getOutput(),
                                         scheme.getInputDynamic()));
  }

  Executor loops;
  SmallVector<int64_t> widths; ///< ascending
};

} // namespace
} // namespace lowp::weights
