//===- AssignBits.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Weights/Passes.h"

#include "WeightLosses.h"

#include "lowp/Bridge/Schemes.h"
#include "lowp/Bridge/Threads.h"
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

struct AssignBits : impl::AssignBitsBase<AssignBits> {
  using AssignBitsBase::AssignBitsBase;

  void runOnOperation() override {
    if (failed(checkOptions()))
      return signalPassFailure();
    SmallVector<QuantizationSite> sites = collectSites(getOperation());
    llvm::erase_if(sites, [](const QuantizationSite &site) { return !SiteWeight::waits(site); });
    if (sites.empty())
      return;
    loops = executorOf(&getContext());
    FailureOr<std::vector<SiteWeight>> weights = weightsThatRun(getOperation(), sites, data);
    if (failed(weights) || failed(assign(sites, *weights)))
      signalPassFailure();
  }

  LogicalResult checkOptions() {
    if (!(budget > 0 && budget < 32))
      return getOperation().emitError("the budget is ") << double(budget) << " bits per weight, expected a number "
                                                        << "above 0 and below 32";
    widths.assign(bits.begin(), bits.end());
    if (widths.empty())
      widths = {2, 3, 4, 5, 6, 8};
    llvm::sort(widths);
    for (int64_t width : widths)
      if (width < 2 || width > 8)
        return getOperation().emitError("found a width of ") << width << " bits, expected 2 to 8";
    return success();
  }

  FailureOr<std::vector<float>> round(const SiteWeight &weight, SpecAttr spec) {
    BlockGrid grid(weight.shape(), spec.getBlock());
    RtnScheme scheme = rtnScheme(spec);
    Result<QuantizedTensor> codes =
        quantizeLp(weight.values(), grid, scheme, LpSearch::forWeights(), {}, &loops);
    if (!codes)
      return weight.emitError() << codes.error();
    return dequantizeBlocks(*codes, grid, scheme.range, &loops);
  }

  /// ‖Ŵ − W‖²
  FailureOr<double> distance(const SiteWeight &weight, SpecAttr spec) {
    FailureOr<std::vector<float>> rounded = round(weight, spec);
    if (failed(rounded))
      return failure();
    double sum = 0;
    for (auto [x, y] : llvm::zip_equal(*rounded, weight.values()))
      sum += (double(x) - double(y)) * (double(x) - double(y));
    return sum;
  }

  /// A weight's size and loss at each width. The loss is taken to be proportional to ‖Ŵ − W‖²: measured for the
  /// fewest bits, computed for the others.
  FailureOr<std::vector<PrecisionChoice>> choicesOf(const SiteWeight &weight, double loss) {
    std::vector<PrecisionChoice> choices;
    double largest = 0;
    for (int64_t width : widths) {
      SpecAttr spec = withBits(weight.getSpec(), width);
      FailureOr<double> found = distance(weight, spec);
      if (failed(found))
        return failure();
      if (choices.empty())
        largest = *found;
      choices.push_back({sizeOf(weight.shape(), spec), largest > 0 ? loss * (*found / largest) : 0});
    }
    return choices;
  }

  LogicalResult assign(ArrayRef<QuantizationSite> sites, ArrayRef<SiteWeight> weights) {
    CalibrationOptions options;
    options.data = data;
    options.samples = samples;
    options.threads = static_cast<int>(threads);
    FailureOr<std::vector<double>> losses = measureLosses(
        getOperation(), weights,
        [&](const SiteWeight &weight) { return round(weight, withBits(weight.getSpec(), widths.front())); }, options);
    if (failed(losses))
      return failure();
    std::vector<std::vector<PrecisionChoice>> choices;
    int64_t elements = 0;
    for (auto [weight, loss] : llvm::zip_equal(weights, *losses)) {
      FailureOr<std::vector<PrecisionChoice>> own = choicesOf(weight, loss);
      if (failed(own))
        return failure();
      choices.push_back(std::move(*own));
      elements += llvm::product_of(weight.shape());
    }
    auto limit = static_cast<int64_t>(budget * static_cast<double>(elements));
    Result<std::vector<int64_t>> chosen = chooseMixedPrecision(choices, limit);
    if (!chosen)
      return getOperation().emitError("budget of ") << double(budget) << " bits per weight: " << chosen.error();
    for (const QuantizationSite &site : sites)
      for (auto [weight, choice] : llvm::zip_equal(weights, *chosen))
        if (weight.equals(site)) { // of every function that shares the weight
          setWeight(lookupRecord(site), withBits(weight.getSpec(), widths[choice]));
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
