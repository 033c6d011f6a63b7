//===- QuantizeActivations.cpp -------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Activations/Passes.h"

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Numerics/QuantParams.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace lowp::activations {
#define GEN_PASS_DEF_QUANTIZEACTIVATIONS
#include "lowp/Transforms/Activations/Passes.h.inc"

namespace {

/// Sites that read one activation under one spec read one set of codes.
using Simulated = llvm::DenseMap<std::pair<Value, SpecAttr>, Value>;

/// The pad of zeros that `x` is, where its codes can be padded instead: one scale for what is padded and
/// a known code of zero.
tensor::PadOp paddingOf(Value x, SpecAttr spec, bool knowsZero) {
  auto pad = x.getDefiningOp<tensor::PadOp>();
  if (!pad || !knowsZero)
    return {};
  Value padding = pad.getConstantPaddingValue();
  if (!padding || !matchPattern(padding, m_AnyZeroFloat()))
    return {};
  for (auto [size, low, high] : llvm::zip_equal(spec.getBlock(), pad.getMixedLowPad(), pad.getMixedHighPad()))
    if (size != SpecAttr::kWhole && !(isConstantIntValue(low, 0) && isConstantIntValue(high, 0)))
      return {};
  return pad;
}

/// The codes of x. A pad is behind the quantization: its codes are `zeroCode`.
Value quantize(OpBuilder &b, Location loc, Value x, Value scale, Value zeroPoint, SpecAttr spec,
               std::optional<int32_t> zeroCode) {
  tensor::PadOp pad = paddingOf(x, spec, zeroCode.has_value());
  if (!pad)
    return QuantizeOp::create(b, loc, x, scale, zeroPoint, spec);
  Value codes = QuantizeOp::create(b, loc, pad.getSource(), scale, zeroPoint, spec);
  Type element = getElementTypeOrSelf(codes.getType());
  Value zero = arith::ConstantOp::create(b, loc, b.getIntegerAttr(element, *zeroCode));
  return tensor::PadOp::create(b, loc, pad.getType().clone(element), codes, pad.getMixedLowPad(),
                               pad.getMixedHighPad(), zero);
}

/// x → dequantize(quantize(x)), with parameters from x itself.
FailureOr<Value> simulateDynamic(OpBuilder &b, Location loc, Value x, SpecAttr spec) {
  auto params = ChooseQParamsOp::create(b, loc, x, spec);
  std::optional<int32_t> zeroCode = spec.getSymmetric() ? std::optional(0) : std::nullopt;
  Value codes = quantize(b, loc, x, params.getScale(), params.getZeroPoint(), spec, zeroCode);
  return DequantizeOp::create(b, loc, cast<RankedTensorType>(x.getType()), codes,
                              params.getScale(), params.getZeroPoint(), spec)
      .getResult();
}

/// The range of the whole activation over the calibration data.
FailureOr<std::pair<float, float>> calibratedRange(const QuantizationSite &site, SiteOp record) {
  DictionaryAttr statistics = record.getStatisticsAttr();
  auto read = [&](StringRef name) {
    return FloatView::get(statistics ? statistics.get(name) : Attribute());
  };
  std::optional<FloatView> min = read("channel_min"), max = read("channel_max");
  if (!min || !max)
    return site.op->emitError("site '")
           << site.name() << "' has no calibrated range for its static input; run lowp-calibrate";
  return std::pair(*llvm::min_element(min->values()), *llvm::max_element(max->values()));
}

/// x → dequantize(quantize(x)), with constant parameters for the whole tensor.
FailureOr<Value> simulateStatic(OpBuilder &b, const QuantizationSite &site, SiteOp record,
                                SpecAttr spec) {
  FailureOr<std::pair<float, float>> range = calibratedRange(site, record);
  if (failed(range))
    return failure();
  CodeRange codes{static_cast<int32_t>(spec.getLo()), static_cast<int32_t>(spec.getHi())};
  auto [lo, hi] = *range;
  QuantParams params = spec.getSymmetric() ? chooseSymmetric(std::max(std::abs(lo), std::abs(hi)), codes)
                                           : chooseAffine(lo, hi, codes);
  Location loc = site.op->getLoc();
  Value x = site.activation();
  SmallVector<int64_t> grid = spec.getScaleShape(site.activationType().getShape());
  Value scale = createConstant(b, loc, RankedTensorType::get(grid, b.getF32Type()),
                               site.name() + ".input_scale", std::vector<float>{params.scale});
  Value zero;
  if (!spec.getSymmetric())
    zero = createConstant(b, loc, RankedTensorType::get(grid, b.getI32Type()),
                          site.name() + ".input_zero_point", std::vector<int32_t>{params.zeroPoint});
  Value q = quantize(b, loc, x, scale, zero, spec, spec.getSymmetric() ? 0 : params.zeroPoint);
  return DequantizeOp::create(b, loc, site.activationType(), q, scale, zero, spec).getResult();
}

struct QuantizeActivations : impl::QuantizeActivationsBase<QuantizeActivations> {
  void runOnOperation() override {
    Simulated simulated;
    for (const QuantizationSite &site : collectSites(getOperation())) {
      SiteOp record = lookupRecord(site);
      SchemeAttr scheme = record ? record.getSchemeAttr() : SchemeAttr();
      if (!scheme || !scheme.getInput() || site.activation().getDefiningOp<DequantizeOp>())
        continue;
      Value &result = simulated[{site.activation(), scheme.getInput()}];
      if (!result) {
        OpBuilder b(site.op);
        b.setInsertionPointAfterValue(site.activation());
        FailureOr<Value> x = scheme.getInputDynamic()
                                 ? simulateDynamic(b, site.op->getLoc(), site.activation(),
                                                   scheme.getInput())
                                 : simulateStatic(b, site, record, scheme.getInput());
        if (failed(x))
          return signalPassFailure();
        result = *x;
      }
      site.op->setOperand(site.activationOperand, result);
    }
  }
};

} // namespace
} // namespace lowp::activations
