//===- Legalize.cpp ------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Lowering/Passes.h"

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Conversion/LowpToLinalg/LowpToLinalg.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Numerics/AccumulatorBound.h"

#include "mlir/Transforms/Passes.h"

#include <limits>

using namespace mlir;

namespace lowp {
#define GEN_PASS_DEF_PROVEACCUMULATORS
#define GEN_PASS_DEF_VERIFYLEGALIZE
#include "lowp/Lowering/Passes.h.inc"

namespace {

/// The largest |q − z| that the spec allows.
int64_t largestTerm(SpecAttr spec) {
  if (spec.getSymmetric())
    return std::max(std::abs(spec.getLo()), std::abs(spec.getHi()));
  return spec.getHi() - spec.getLo();
}

/// max_n Σ_k |w_nk − z| · max|a| from the real codes where the weight is a symmetric constant matrix,
/// else K · max|w| · max|a|; nullopt where the site is not one of codes.
std::optional<int64_t> boundOf(const QuantizationSite &site) {
  auto activation = site.activation().getDefiningOp<DequantizeOp>();
  auto weight = site.weight().getDefiningOp<DequantizeOp>();
  if (!activation || !weight)
    return std::nullopt;
  int64_t largest = largestTerm(activation.getSpec());
  std::optional<std::span<const int8_t>> codes = matchCodes(weight.getCodes());
  if (!codes || weight.getZeroPoint() || !weight.getSpec().isSigned() ||
      site.weightType().getRank() != 2)
    return ShapedType::isDynamic(site.reduction)
               ? std::numeric_limits<int64_t>::max()
               : site.reduction * largestTerm(weight.getSpec()) * largest;
  bool columnsFirst = site.weightRoles.front() == DimRole::Columns;
  int64_t strideN = columnsFirst ? site.reduction : 1, strideK = columnsFirst ? 1 : site.columns;
  return accumulatorBound(*codes, {site.columns, strideN}, {site.reduction, strideK}, largest);
}

struct ProveAccumulators : impl::ProveAccumulatorsBase<ProveAccumulators> {
  void runOnOperation() override {
    for (const QuantizationSite &site : collectSites(getOperation())) {
      std::optional<int64_t> bound = boundOf(site);
      if (!bound || *bound <= std::numeric_limits<int32_t>::max())
        continue;
      site.op->emitError("site '") << site.name() << "': an accumulator can reach " << *bound
                                   << ", expected at most "
                                   << std::numeric_limits<int32_t>::max();
      return signalPassFailure();
    }
  }
};

struct VerifyLegalize : impl::VerifyLegalizeBase<VerifyLegalize> {
  void runOnOperation() override {
    WalkResult result = getOperation().walk([](Operation *op) -> WalkResult {
      if (isa_and_present<LowpDialect>(op->getDialect()) && !isa<SiteOp>(op))
        return op->emitOpError("is left after legalize");
      return success();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace

void buildLegalizePipeline(OpPassManager &pm) {
  pm.addPass(createProveAccumulators());
  pm.addPass(createLowpToLinalg());
  pm.addPass(createFoldZeroPoints());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createVerifyLegalize());
}

} // namespace lowp
