//===- AssignSchemes.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Weights/Passes.h"

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Analysis/Recipe.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

using namespace mlir;

namespace lowp::weights {
#define GEN_PASS_DEF_ASSIGNSCHEMES
#include "lowp/Transforms/Weights/Passes.h.inc"

namespace {

struct AssignSchemes : impl::AssignSchemesBase<AssignSchemes> {
  using AssignSchemesBase::AssignSchemesBase;

  void runOnOperation() override {
    const Recipe *row = Recipe::lookup(recipe);
    if (!row) {
      getOperation().emitError("unknown recipe '") << recipe << "', expected one of "
                                                   << Recipe::names();
      return signalPassFailure();
    }
    if (!require.empty() && require != "int8") {
      getOperation().emitError("unknown requirement '") << require << "', expected int8";
      return signalPassFailure();
    }
    for (const QuantizationSite &site : collectSites(getOperation()))
      if (failed(assign(site, *row)))
        return signalPassFailure();
  }

  LogicalResult assign(const QuantizationSite &site, const Recipe &row) {
    SiteOp record = lookupRecord(site);
    if (!record)
      return site.op->emitError("site without a record; run lowp-name-sites");
    std::variant<SchemeAttr, std::string> decision = row.schemeFor(site);
    if (auto *scheme = std::get_if<SchemeAttr>(&decision)) {
      record.setSchemeAttr(*scheme);
      record.removeReasonAttr();
      return success();
    }
    const std::string &reason = std::get<std::string>(decision);
    record.setReason(reason);
    record.removeSchemeAttr();
    if (require == "int8")
      return site.op->emitError("site '") << site.name() << "' stays in float: " << reason;
    site.op->emitRemark("site '") << site.name() << "' stays in float: " << reason;
    return success();
  }
};

} // namespace
} // namespace lowp::weights
