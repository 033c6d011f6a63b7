//===- FittingFunction.cpp -----------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/FittingFunction.h"

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Codegen/CPU/Interface.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Execution/Dataset.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace lowp {

static SmallVector<lowp_value_info> argumentsOf(const cpu::EntryInterface &entry) {
  return llvm::map_to_vector(entry.arguments, [](const cpu::ValueInterface &value) {
    lowp_value_info info = {value.name.c_str(), value.dtype, static_cast<int32_t>(value.shape.size()),
                            {},  value.result, value.optional};
    llvm::copy(value.shape, info.shape);
    return info;
  });
}

llvm::Expected<func::FuncOp> findFittingFunction(ModuleOp module, StringRef data) {
  auto entries = cpu::collectInterface(module);
  if (!entries)
    return entries.takeError();
  auto functionOf = [&](const cpu::EntryInterface &entry) {
    return module.lookupSymbol<func::FuncOp>(entry.name);
  };
  if (entries->size() == 1)
    return functionOf(entries->front());
  SmallVector<std::string> reasons;
  for (const cpu::EntryInterface &entry : *entries) {
    auto opened = Dataset::open(data, argumentsOf(entry), /*limit=*/0);
    if (opened)
      return functionOf(entry);
    reasons.push_back("'" + entry.name + "': " + llvm::toString(opened.takeError()));
  }
  return llvm::createStringError("samples that fit no entry point: " + llvm::join(reasons, "; "));
}

llvm::Error keepFittingFunction(ModuleOp module, StringRef data) {
  auto kept = findFittingFunction(module, data);
  if (!kept)
    return kept.takeError();
  for (func::FuncOp func : llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
    if (func.isPublic() && !func.isDeclaration() && func != *kept)
      func.erase();
  llvm::DenseSet<StringRef> used;
  for (const QuantizationSite &site : collectSites(module))
    if (FlatSymbolRefAttr symbol = site.symbol())
      used.insert(symbol.getValue());
  for (SiteOp record : llvm::make_early_inc_range(module.getOps<SiteOp>()))
    if (!used.contains(record.getSymName()))
      record.erase();
  return llvm::Error::success();
}

} // namespace lowp
