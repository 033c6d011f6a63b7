//===- CorrectBias.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Weights/Passes.h"

#include "lowp/Analysis/Elementwise.h"
#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Analysis/WeightExpression.h"
#include "lowp/Analysis/WindowExpr.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Bridge/Schemes.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Numerics/BiasCorrection.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace lowp::weights {
#define GEN_PASS_DEF_CORRECTBIAS
#include "lowp/Transforms/Weights/Passes.h.inc"

namespace {

/// The dimension of the weight that is the last one of the result: its columns, or the channels of a
/// depthwise convolution; nullopt where that is not the only one that is not summed over.
std::optional<int64_t> outputDim(const QuantizationSite &site) {
  auto isOutput = [](DimRole r) { return r == DimRole::Columns || r == DimRole::Batch; };
  if (llvm::count_if(site.weightRoles, isOutput) != 1)
    return std::nullopt;
  int64_t dim = llvm::find_if(site.weightRoles, isOutput) - site.weightRoles.begin();
  linalg::LinalgOp op = site.op;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  bool isLast = maps[site.weightOperand].getResult(dim) == maps.back().getResults().back();
  return isLast ? std::optional(dim) : std::nullopt;
}

/// For each index along dimension `dim` of the weight the part of the output pixels at which that tap is
/// on the image and not on its padding, over the part of the padded image that is image: what turns the
/// mean over the padded image into the mean of what the tap sees. Ones where there is no padding.
std::vector<float> tapFactors(const QuantizationSite &site, int64_t dim) {
  std::vector<float> factors(site.weightType().getDimSize(dim), 1.0f);
  auto pad = site.activation().getDefiningOp<tensor::PadOp>();
  if (!pad || site.weightRoles[dim] != DimRole::Kernel)
    return factors;
  linalg::LinalgOp op = site.op;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  AffineExpr tap = maps[site.weightOperand].getResult(dim);
  for (auto [d, expr] : llvm::enumerate(maps[site.activationOperand].getResults())) {
    std::optional<WindowExpr> window = WindowExpr::parse(expr, op.getIteratorTypesArray());
    if (!window || tap != getAffineDimExpr(window->tap, expr.getContext()))
      continue;
    int64_t low = pad.getStaticLow()[d], size = pad.getSourceType().getDimSize(d);
    int64_t padded = pad.getType().getDimSize(d), pixels = op.getStaticLoopRanges()[window->image];
    if (llvm::is_contained({low, size, padded, pixels}, ShapedType::kDynamic))
      continue;
    for (auto [t, factor] : llvm::enumerate(factors)) {
      int64_t inside = 0;
      for (int64_t o = 0; o < pixels; ++o) {
        int64_t at = o * window->stride + int64_t(t) * window->dilation - low;
        inside += at >= 0 && at < size;
      }
      factor = float(double(inside) / double(pixels) * double(padded) / double(size));
    }
  }
  return factors;
}

/// The mean of the input that each element of the weight multiplies.
std::vector<float> expectedInputs(const QuantizationSite &site, int64_t output,
                                  std::span<const float> channelMean) {
  RankedTensorType type = site.weightType();
  int64_t input = QuantizationSite::dimOf(site.weightRoles, DimRole::Reduction);
  if (input < 0)
    input = output; // depthwise
  std::vector<float> result(type.getNumElements(), 1.0f);
  int64_t stride = 1;
  for (int64_t d = type.getRank() - 1; d >= 0; --d) {
    int64_t size = type.getDimSize(d);
    std::vector<float> factors = d == input ? std::vector<float>(channelMean.begin(), channelMean.end())
                                            : tapFactors(site, d);
    for (int64_t i = 0; i < int64_t(result.size()); ++i)
      result[i] *= factors[i / stride % size];
    stride *= size;
  }
  return result;
}

/// The operand of the only reader that is a constant vector added along the last dimension.
OpOperand *biasOf(Value result) {
  auto add = result.hasOneUse() ? dyn_cast<linalg::GenericOp>(*result.user_begin())
                                : linalg::GenericOp();
  if (!add || add.getNumDpsInputs() != 2 || add.getNumParallelLoops() != add.getNumLoops())
    return nullptr;
  unsigned bias = add.getInputs()[0] == result ? 1 : 0;
  SmallVector<AffineMap> maps = add.getIndexingMapsArray();
  AffineMap vector = AffineMap::get(add.getNumLoops(), 0,
                                    getAffineDimExpr(add.getNumLoops() - 1, add.getContext()));
  auto sum = add.getBody()->getTerminator()->getOperand(0).getDefiningOp<arith::AddFOp>();
  bool isSum = sum && isa<BlockArgument>(sum.getLhs()) && isa<BlockArgument>(sum.getRhs());
  if (!isSum || !maps[1 - bias].isIdentity() || !maps.back().isIdentity() || maps[bias] != vector ||
      !FloatView::match(add.getInputs()[bias]))
    return nullptr;
  return add.getDpsInputOperand(bias);
}

struct CorrectBias : impl::CorrectBiasBase<CorrectBias> {
  void runOnOperation() override {
    for (const QuantizationSite &site : collectSites(getOperation())) {
      SiteOp record = lookupRecord(site);
      SchemeAttr scheme = record ? record.getSchemeAttr() : SchemeAttr();
      std::optional<WeightExpression> weight = WeightExpression::match(site.weight());
      if (scheme && scheme.getWeight() && weight && failed(correct(site, record, *weight)))
        return signalPassFailure();
    }
  }

  LogicalResult correct(const QuantizationSite &site, SiteOp record,
                        const WeightExpression &expression) {
    std::optional<int64_t> output = outputDim(site);
    int64_t channelDim = site.channelDim();
    if (!output || channelDim < 0)
      return success();
    int64_t channels = site.activationType().getDimSize(channelDim);
    DictionaryAttr statistics = record.getStatisticsAttr();
    std::optional<FloatView> mean =
        FloatView::get(statistics ? statistics.get("channel_mean") : Attribute());
    if (!mean || static_cast<int64_t>(mean->size()) != channels)
      return site.op->emitError("site '")
             << site.name() << "' has no mean of its " << channels << " input channels; run lowp-calibrate";
    std::optional<std::vector<float>> weight = expression.evaluate();
    if (!weight)
      return site.op->emitError("weight '") << constantName(expression.constant) << "' of site '"
                                            << site.name() << "': its bytes are missing";
    SpecAttr spec = record.getSchemeAttr().getWeight();
    BlockGrid grid(site.weightType().getShape(), spec.getBlock());
    RtnScheme scheme = rtnScheme(spec);
    Result<QuantizedTensor> codes = quantizeRtn(*weight, grid, scheme);
    if (!codes)
      return site.op->emitError("weight '") << constantName(expression.constant) << "' of site '"
                                            << site.name() << "': " << codes.error();
    subtract(site, biasCorrection(*weight, dequantizeBlocks(*codes, grid, scheme.range),
                                  expectedInputs(site, *output, mean->values()),
                                  site.weightType().getShape(), *output));
    return success();
  }

  static void subtract(const QuantizationSite &site, std::vector<float> shift) {
    Value result = site.op->getResult(0);
    OpBuilder b(site.op);
    Location loc = site.op->getLoc();
    auto type = RankedTensorType::get({static_cast<int64_t>(shift.size())}, b.getF32Type());
    OpOperand *bias = biasOf(result);
    std::vector<float> corrected(shift.size());
    if (bias) {
      FloatView old = *FloatView::match(bias->get());
      llvm::copy(old.values(), corrected.begin());
    }
    for (auto [value, s] : llvm::zip(corrected, shift))
      value -= s;
    Value vector = createConstant(b, loc, type, site.name() + ".corrected_bias", std::move(corrected));
    if (bias)
      return bias->set(vector);
    b.setInsertionPointAfter(site.op);
    int64_t columns = cast<RankedTensorType>(result.getType()).getRank() - 1;
    Value sum = combineAlong(b, loc, result, vector, columns,
                             [](OpBuilder &b, Location loc, ValueRange args) {
                               return arith::AddFOp::create(b, loc, args[0], args[1]).getResult();
                             });
    result.replaceAllUsesExcept(sum, sum.getDefiningOp());
  }
};

} // namespace
} // namespace lowp::weights
