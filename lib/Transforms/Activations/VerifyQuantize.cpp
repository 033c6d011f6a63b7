//===- VerifyQuantize.cpp ------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Activations/Passes.h"

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Analysis/SiteRecords.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

using namespace mlir;

namespace lowp::activations {
#define GEN_PASS_DEF_VERIFYQUANTIZE
#include "lowp/Transforms/Activations/Passes.h.inc"

namespace {

LogicalResult verifyOperand(const QuantizationSite &site, Value operand, SpecAttr spec,
                            StringRef what) {
  auto dequantize = operand.getDefiningOp<DequantizeOp>();
  if (spec && !dequantize)
    return site.op->emitError("site '") << site.name() << "': the scheme quantizes the " << what
                                        << " but the operand is no lowp.dequantize";
  if (spec && dequantize.getSpecAttr() != spec)
    return site.op->emitError("site '") << site.name() << "': the " << what << " is quantized as "
                                        << dequantize.getSpecAttr() << ", the scheme says " << spec;
  return success();
}

LogicalResult verifySite(const QuantizationSite &site) {
  SiteOp record = lookupRecord(site);
  SchemeAttr scheme = record.getSchemeAttr();
  if (!scheme && !record.getReasonAttr())
    return record.emitError("site '")
           << site.name() << "' has neither a scheme nor a reason to stay in float";
  if (!scheme)
    return success();
  return success(
      succeeded(verifyOperand(site, site.weight(), scheme.getWeight(), "weight")) &&
      succeeded(verifyOperand(site, site.activation(), scheme.getInput(), "input")));
}

struct VerifyQuantize : impl::VerifyQuantizeBase<VerifyQuantize> {
  void runOnOperation() override {
    if (failed(verifySiteRecords(getOperation())))
      return signalPassFailure();
    for (const QuantizationSite &site : collectSites(getOperation()))
      if (failed(verifySite(site)))
        return signalPassFailure();
  }
};

} // namespace
} // namespace lowp::activations
