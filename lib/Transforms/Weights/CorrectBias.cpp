//===- CorrectBias.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Weights/Passes.h"

#include "lowp/Analysis/OutputBias.h"
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
    std::optional<int64_t> output = outputChannelDim(site);
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
    std::vector<float> shift = biasCorrection(*weight, dequantizeBlocks(*codes, grid, scheme.range),
                                              expectedInputs(site, *output, mean->values()),
                                              site.weightType().getShape(), *output);
    for (float &s : shift)
      s = -s;
    addToOutput(site, shift);
    return success();
  }
};

} // namespace
} // namespace lowp::weights
