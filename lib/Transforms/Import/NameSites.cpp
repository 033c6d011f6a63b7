//===- NameSites.cpp -----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Import/Passes.h"

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace lowp::import {
#define GEN_PASS_DEF_NAMESITES
#include "lowp/Transforms/Import/Passes.h.inc"

namespace {

struct NameSites : impl::NameSitesBase<NameSites> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable symbols(module);
    OpBuilder b = OpBuilder::atBlockBegin(module.getBody());
    llvm::DenseMap<Operation *, unsigned> unnamed;
    bool several = llvm::count_if(module.getOps<func::FuncOp>(), isEntry) > 1;
    for (QuantizationSite &site : collectSites(module)) {
      if (lookupRecord(site))
        continue;
      std::string name = wantedName(site, several, unnamed);
      auto record = SiteOp::create(b, site.op->getLoc(), name);
      symbols.insert(record, b.getInsertionPoint());
      site.op->setAttr(kSiteAttr, FlatSymbolRefAttr::get(record.getSymNameAttr()));
      site.op->setLoc(NameLoc::get(record.getSymNameAttr(), site.op->getLoc()));
    }
  }

  static bool isEntry(func::FuncOp func) { return func.isPublic() && !func.isDeclaration(); }

  /// "WEIGHT" or "FUNCTION.matmul_N"; of several entry points "WEIGHT@FUNCTION" or "matmul_N@FUNCTION".
  static std::string wantedName(const QuantizationSite &site, bool several,
                                llvm::DenseMap<Operation *, unsigned> &unnamed) {
    auto func = site.op->getParentOfType<func::FuncOp>();
    std::string suffix = several ? ("@" + func.getName()).str() : "";
    if (arith::ConstantOp constant = site.weightConstant()) {
      StringRef name = constantName(constant);
      name.consume_back(".weight");
      if (!name.empty())
        return name.str() + suffix;
    }
    std::string name = ("matmul_" + Twine(unnamed[func]++)).str();
    return several ? name + suffix : (func.getName() + "." + name).str();
  }
};

} // namespace
} // namespace lowp::import
