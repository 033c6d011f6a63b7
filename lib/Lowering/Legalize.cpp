//===- Legalize.cpp ------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Lowering/Passes.h"

#include "lowp/Analysis/LengthAnalysis.h"
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

/// The dimension of the weight that is not summed over, as (size, stride), and the others as one, where
/// they lie so.
std::optional<std::pair<StridedDim, StridedDim>> columnsAndReduction(const QuantizationSite &site) {
  ArrayRef<DimRole> roles = site.weightRoles;
  auto isSummed = [](DimRole role) { return role == DimRole::Reduction || role == DimRole::Kernel; };
  if (llvm::count_if(roles, isSummed) + 1 != static_cast<int64_t>(roles.size()))
    return std::nullopt;
  int64_t columns = isSummed(roles.front()) ? site.weightType().getShape().back()
                                            : site.weightType().getShape().front();
  int64_t reduction = site.weightType().getNumElements() / columns;
  if (!isSummed(roles.front()))
    return std::pair(StridedDim{columns, reduction}, StridedDim{reduction, 1});
  if (!isSummed(roles.back()))
    return std::pair(StridedDim{columns, 1}, StridedDim{reduction, columns});
  return std::nullopt;
}

/// Products per scale of the weight where there are several along the reduction.
std::optional<int64_t> groupSize(const QuantizationSite &site, SpecAttr spec) {
  for (auto [role, size] : llvm::zip_equal(site.weightRoles, spec.getBlock()))
    if (role == DimRole::Reduction && size != SpecAttr::kWhole && !ShapedType::isDynamic(site.reduction))
      return std::min(size, site.reduction);
  return std::nullopt;
}

bool sumsOverLength(const QuantizationSite &site) {
  linalg::LinalgOp op = site.op;
  LengthAnalysis lengths(op->getParentOfType<func::FuncOp>());
  LengthExpr size = 1;
  for (auto [loop, kind] : llvm::enumerate(op.getIteratorTypesArray()))
    if (kind == utils::IteratorType::reduction) {
      std::optional<LengthExpr> count = lengths.loop(op, loop);
      if (!count)
        return false;
      size = size * *count;
    }
  return size.isLength();
}

/// A sum over the length fits up to some length: the function's maximum is lowered to it. The bound there.
int64_t limitLength(const QuantizationSite &site, int64_t largestProduct) {
  auto func = site.op->getParentOfType<func::FuncOp>();
  int64_t fitting = std::numeric_limits<int32_t>::max() / largestProduct;
  int64_t maximum = LengthAnalysis(func).maximum();
  if (fitting < 1)
    return largestProduct;
  if (fitting < maximum)
    func->setAttr(kMaxLengthAttr, IntegerAttr::get(IntegerType::get(func.getContext(), 64), fitting));
  return std::min(fitting, maximum) * largestProduct;
}

/// max_n Σ |w_n… − z| · max|a| from the real codes where the weight is a symmetric constant, else
/// K · max|w| · max|a|; nullopt where the site is not one of codes.
std::optional<int64_t> boundOf(const QuantizationSite &site) {
  auto activation = site.activation().getDefiningOp<DequantizeOp>();
  auto weight = site.weight().getDefiningOp<DequantizeOp>();
  if (!activation || !weight)
    return std::nullopt;
  int64_t largest = largestTerm(activation.getSpec());
  if (std::optional<int64_t> size = groupSize(site, weight.getSpec()))
    return *size * largestTerm(weight.getSpec()) * largest; // each group has a sum of its own
  std::optional<std::span<const int8_t>> codes = matchCodes(weight.getCodes());
  auto dims = codes ? columnsAndReduction(site) : std::nullopt;
  if (codes && dims && !weight.getZeroPoint() && weight.getSpec().isSigned())
    return accumulatorBound(*codes, dims->first, dims->second, largest);
  int64_t largestProduct = largestTerm(weight.getSpec()) * largest;
  if (!ShapedType::isDynamic(site.reduction))
    return site.reduction * largestProduct;
  return sumsOverLength(site) ? limitLength(site, largestProduct) : std::numeric_limits<int64_t>::max();
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

/// What vectors of LLVM would pack otherwise than tensors are; booleans are no codes.
bool isNarrowCode(Type type) {
  auto integer = dyn_cast<IntegerType>(type);
  return integer && integer.getWidth() > 1 && integer.getWidth() < 8;
}

struct VerifyLegalize : impl::VerifyLegalizeBase<VerifyLegalize> {
  void runOnOperation() override {
    WalkResult result = getOperation().walk([](Operation *op) -> WalkResult {
      if (isa_and_present<LowpDialect>(op->getDialect()) && !isa<SiteOp>(op))
        return op->emitOpError("is left after legalize");
      for (Type type : op->getResultTypes())
        if (auto tensor = dyn_cast<RankedTensorType>(type); tensor && isNarrowCode(tensor.getElementType()))
          return op->emitOpError("has a result of type ") << tensor << " after legalize, expected codes of 8 bits";
      return success();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace

void buildLegalizePipeline(OpPassManager &pm) {
  pm.addPass(createWidenCodes());
  pm.addPass(createProveAccumulators());
  pm.addPass(createLowpToLinalg());
  pm.addPass(createFoldZeroPoints());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createVerifyLegalize());
}

} // namespace lowp
