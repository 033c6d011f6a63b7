//===- AssignSchemes.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Weights/Passes.h"

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Analysis/SchemeAssignment.h"
#include "lowp/Bridge/Schemes.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

using namespace mlir;

namespace lowp::weights {
#define GEN_PASS_DEF_ASSIGNSCHEMES
#include "lowp/Transforms/Weights/Passes.h.inc"

namespace {

struct AssignSchemes : impl::AssignSchemesBase<AssignSchemes> {
  using AssignSchemesBase::AssignSchemesBase;

  void runOnOperation() override {
    llvm::Expected<Recipe> loaded = Recipe::load(recipe);
    if (!loaded) {
      getOperation().emitError() << llvm::toString(loaded.takeError());
      return signalPassFailure();
    }
    if (!require.empty() && require != "int8") {
      getOperation().emitError("unknown requirement '") << require << "', expected int8";
      return signalPassFailure();
    }
    if (!observer.empty())
      if (llvm::Error error = loaded->setObserver(observer)) {
        getOperation().emitError() << llvm::toString(std::move(error));
        return signalPassFailure();
      }
    for (const std::string &pattern : keepFloat)
      loaded->rules.push_back({pattern, {Granularity::Float, Granularity::Float}});
    SmallVector<QuantizationSite> sites = collectSites(getOperation());
    if (failed(checkRules(*loaded, sites)))
      return signalPassFailure();
    for (const QuantizationSite &site : sites)
      if (failed(assign(site, *loaded)))
        return signalPassFailure();
  }

  /// A rule that matches nothing is a mistake in the recipe.
  LogicalResult checkRules(const Recipe &row, ArrayRef<QuantizationSite> sites) {
    std::vector<std::string> names;
    for (const QuantizationSite &site : sites)
      names.push_back(site.name());
    if (const Recipe::Rule *idle = row.findIdleRule(names))
      return getOperation().emitError("recipe '")
             << row.name << "': pattern '" << idle->match << "' matches none of " << names.size()
             << " sites";
    return success();
  }

  LogicalResult assign(const QuantizationSite &site, const Recipe &row) {
    SiteOp record = lookupRecord(site);
    if (!record)
      return site.op->emitError("site without a record; run lowp-name-sites");
    SitePolicy policy = row.policyFor(site.name());
    std::variant<SchemeAttr, std::string> decision = schemeFor(site, policy);
    record.removeObserverAttr();
    if (auto *scheme = std::get_if<SchemeAttr>(&decision)) {
      record.setSchemeAttr(*scheme);
      if (scheme->getInput() && !scheme->getInputDynamic())
        record.setObserverAttr(observerAttr(&getContext(), policy.observer));
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
