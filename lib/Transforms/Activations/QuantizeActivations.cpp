//===- QuantizeActivations.cpp -------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Activations/Passes.h"

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Analysis/WeightExpression.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Bridge/Schemes.h"
#include "lowp/Bridge/SiteStatistics.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace lowp::activations {
#define GEN_PASS_DEF_QUANTIZEACTIVATIONS
#include "lowp/Transforms/Activations/Passes.h.inc"

namespace {

/// One of a site's operands: the activation, or what stands in the weight's place in a product of two
/// activations.
struct Operand {
  QuantizationSite site;
  mutable SiteOp record; // handles of MLIR are not const-correct
  SpecAttr spec;
  unsigned number;
  StringRef statistics; ///< what its statistics' names begin with

  Value value() const { return site.op->getOperand(number); }
};

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

/// The parameters that the site's observer chooses from the statistics on its record.
Result<QuantParams> observeParams(const Operand &operand) {
  DictionaryAttr statistics = operand.record.getStatisticsAttr();
  Observer observer = observerOf(operand.record.getObserverAttr());
  RtnScheme scheme = rtnScheme(operand.spec);
  int64_t channels = ObserveOp::channelsOf(cast<RankedTensorType>(operand.value().getType()));
  Result<ObservedRange> range = readRange(statistics, operand.statistics, channels);
  if (range && observer.kind == Observer::Kind::MovingAverage)
    range = readMovingAverage(statistics, operand.statistics);
  if (!range)
    return Failure{range.error()};
  if (!observer.needsHistogram())
    return chooseParams(std::min(range->lo, 0.0f), std::max(range->hi, 0.0f), scheme);
  Result<Histogram> histogram = readHistogram(statistics, operand.statistics, *range);
  if (!histogram)
    return Failure{histogram.error()};
  return observedParams(observer, *histogram, scheme);
}

/// x → dequantize(quantize(x)), with constant parameters for the whole tensor.
FailureOr<Value> simulateStatic(OpBuilder &b, const Operand &operand) {
  Result<QuantParams> params = observeParams(operand);
  if (!params)
    return operand.site.op->emitError("site '")
           << operand.site.name() << "', static operand " << operand.number << ": " << params.error();
  SpecAttr spec = operand.spec;
  Location loc = operand.site.op->getLoc();
  Value x = operand.value();
  auto type = cast<RankedTensorType>(x.getType());
  SmallVector<int64_t> grid = spec.getScaleShape(type.getShape());
  std::string name = (operand.site.name() + "." + operand.statistics + "input").str();
  Value scale = createConstant(b, loc, RankedTensorType::get(grid, b.getF32Type()), name + "_scale",
                               std::vector<float>{params->scale});
  Value zero;
  if (!spec.getSymmetric())
    zero = createConstant(b, loc, RankedTensorType::get(grid, b.getI32Type()), name + "_zero_point",
                          std::vector<int32_t>{params->zeroPoint});
  Value q = quantize(b, loc, x, scale, zero, spec, spec.getSymmetric() ? 0 : params->zeroPoint);
  return DequantizeOp::create(b, loc, type, q, scale, zero, spec).getResult();
}

struct QuantizeActivations : impl::QuantizeActivationsBase<QuantizeActivations> {
  void runOnOperation() override {
    Simulated simulated;
    for (const QuantizationSite &site : collectSites(getOperation())) {
      SiteOp record = lookupRecord(site);
      SchemeAttr scheme = record ? record.getSchemeAttr() : SchemeAttr();
      if (!scheme)
        continue;
      for (const Operand &operand : computedOperands(site, record, scheme))
        if (failed(simulate(operand, scheme.getInputDynamic(), simulated)))
          return signalPassFailure();
    }
  }

  /// What the scheme quantizes and no other pass folds.
  static SmallVector<Operand> computedOperands(const QuantizationSite &site, SiteOp record,
                                               SchemeAttr scheme) {
    SmallVector<Operand> result;
    if (scheme.getInput())
      result.push_back({site, record, scheme.getInput(), site.activationOperand, ""});
    if (scheme.getWeight() && !WeightExpression::match(site.weight()))
      result.push_back({site, record, scheme.getWeight(), site.weightOperand, kSecondPrefix});
    llvm::erase_if(result, [](const Operand &operand) {
      return operand.value().getDefiningOp<DequantizeOp>() != nullptr;
    });
    return result;
  }

  static LogicalResult simulate(const Operand &operand, bool dynamic, Simulated &simulated) {
    Value &result = simulated[{operand.value(), operand.spec}];
    if (!result) {
      OpBuilder b(operand.site.op);
      b.setInsertionPointAfterValue(operand.value());
      FailureOr<Value> x = dynamic ? simulateDynamic(b, operand.site.op->getLoc(), operand.value(),
                                                     operand.spec)
                                   : simulateStatic(b, operand);
      if (failed(x))
        return failure();
      result = *x;
    }
    operand.site.op->setOperand(operand.number, result);
    return success();
  }
};

} // namespace
} // namespace lowp::activations
