//===- SiteRecords.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Analysis/SiteRecords.h"

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

using namespace mlir;

namespace lowp {

StringRef sharedName(StringRef site) { return site.rsplit('@').first; }

LogicalResult verifySiteRecords(ModuleOp module) {
  llvm::DenseMap<StringAttr, unsigned> users;
  for (const QuantizationSite &site : collectSites(module)) {
    if (!lookupRecord(site))
      return site.op->emitError("site without a record; run lowp-name-sites");
    ++users[site.symbol().getAttr()];
  }
  for (SiteOp record : module.getOps<SiteOp>())
    if (unsigned count = users.lookup(record.getSymNameAttr()); count != 1)
      return record.emitError("record of ") << count << " sites, expected 1";
  return success();
}

} // namespace lowp
