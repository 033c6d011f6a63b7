//===- RTN.cpp -----------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Weights/Passes.h"

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Analysis/WeightExpression.h"
#include "lowp/Bridge/ConstantPool.h"
#include "lowp/Bridge/Schemes.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Numerics/Rtn.h"

using namespace mlir;

namespace lowp::weights {
#define GEN_PASS_DEF_QUANTIZEWEIGHTSRTN
#include "lowp/Transforms/Weights/Passes.h.inc"

namespace {

struct QuantizeWeightsRTN : impl::QuantizeWeightsRTNBase<QuantizeWeightsRTN> {
  void runOnOperation() override {
    constants = {}; // a pass may run again
    for (const QuantizationSite &site : collectSites(getOperation())) {
      SiteOp record = lookupRecord(site);
      SchemeAttr scheme = record ? record.getSchemeAttr() : SchemeAttr();
      if (scheme && scheme.getWeight() && failed(fold(site, scheme.getWeight())))
        return signalPassFailure();
    }
  }

  LogicalResult fold(const QuantizationSite &site, SpecAttr spec) {
    std::optional<WeightExpression> expression = WeightExpression::match(site.weight());
    if (!expression)
      return success(); // already codes, or computed
    std::optional<std::vector<float>> weight = expression->evaluate();
    if (!weight)
      return error(site, *expression) << "its bytes are missing";
    if (spec.isFloat() || spec.getFloatZero() || !spec.getScaleType().isF32() ||
        spec.getStorage().getIntOrFloatBitWidth() != 8)
      return error(site, *expression) << "cannot be rounded to " << spec
                                      << ", expected 8-bit integers with f32 scales";
    RankedTensorType type = site.weightType();
    BlockGrid grid(type.getShape(), spec.getBlock());
    Result<QuantizedTensor> codes = quantizeRtn(*weight, grid, rtnScheme(spec));
    if (!codes)
      return error(site, *expression) << codes.error();
    replace(site, *expression, spec, std::move(*codes));
    return success();
  }

  static InFlightDiagnostic error(const QuantizationSite &site,
                                  const WeightExpression &expression) {
    return site.op->emitError("weight '") << constantName(expression.constant) << "' of site '"
                                          << site.name() << "': ";
  }

  void replace(const QuantizationSite &site, const WeightExpression &expression, SpecAttr spec,
               QuantizedTensor codes) {
    OpBuilder b(site.op);
    Location loc = site.weight().getLoc();
    arith::ConstantOp original = expression.constant;
    std::string name = constantName(original).str();
    RankedTensorType type = site.weightType();
    auto scaleType = RankedTensorType::get(spec.getScaleShape(type.getShape()), b.getF32Type());
    Value q = constants.create(b, original.getLoc(), type.clone(b.getI8Type()), name + ".codes",
                             std::move(codes.codes));
    Value s = constants.create(b, original.getLoc(), scaleType, name + ".scale",
                             std::move(codes.scales));
    Value z;
    if (!spec.getSymmetric())
      z = constants.create(b, original.getLoc(), scaleType.clone(b.getI32Type()), name + ".zero_point",
                         std::move(codes.zeroPoints));
    Value w = DequantizeOp::create(b, loc, type, q, s, z, spec);
    Value replaced = site.weight();
    site.op->setOperand(site.weightOperand, w);
    eraseUnusedWeight(replaced);
  }

  ConstantPool constants;
};

} // namespace
} // namespace lowp::weights
