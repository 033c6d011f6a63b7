//===- QuantizeActivations.cpp -------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Activations/Passes.h"

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

using namespace mlir;

namespace lowp::activations {
#define GEN_PASS_DEF_QUANTIZEACTIVATIONS
#include "lowp/Transforms/Activations/Passes.h.inc"

namespace {

/// Sites that read one activation under one spec read one set of codes.
using Simulated = llvm::DenseMap<std::pair<Value, SpecAttr>, Value>;

/// x → dequantize(quantize(x)), with parameters from x itself.
Value simulateDynamic(OpBuilder &b, Location loc, Value x, SpecAttr spec) {
  auto params = ChooseQParamsOp::create(b, loc, x, spec);
  Value codes = QuantizeOp::create(b, loc, x, params.getScale(), params.getZeroPoint(), spec);
  return DequantizeOp::create(b, loc, cast<RankedTensorType>(x.getType()), codes,
                              params.getScale(), params.getZeroPoint(), spec);
}

struct QuantizeActivations : impl::QuantizeActivationsBase<QuantizeActivations> {
  void runOnOperation() override {
    Simulated simulated;
    for (const QuantizationSite &site : collectSites(getOperation())) {
      SiteOp record = lookupRecord(site);
      SchemeAttr scheme = record ? record.getSchemeAttr() : SchemeAttr();
      if (!scheme || !scheme.getInput() || site.activation().getDefiningOp<DequantizeOp>())
        continue;
      if (!scheme.getInputDynamic()) {
        site.op->emitError("site '") << site.name()
                                     << "': static activation parameters need a calibrated range";
        return signalPassFailure();
      }
      Value &result = simulated[{site.activation(), scheme.getInput()}];
      if (!result) {
        OpBuilder b(site.op);
        b.setInsertionPointAfterValue(site.activation());
        result = simulateDynamic(b, site.op->getLoc(), site.activation(), scheme.getInput());
      }
      site.op->setOperand(site.activationOperand, result);
    }
  }
};

} // namespace
} // namespace lowp::activations
