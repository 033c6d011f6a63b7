//===- LayerCodes.cpp ----------------------------------------------------= -===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerCodes.h"

#include "RowsFirst.h"

#include "lowp/Analysis/SiteRecords.h"
#include "lowp/Bridge/ConstantCodes.h"
#include "lowp/Bridge/Schemes.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace lowp::weights {

static FailureOr<LayerCodes> readLayer(const QuantizationSite &site, DequantizeOp weight) {
  std::optional<QuantizedTensor> codes = readCodes(weight);
  if (!codes)
    return site.op->emitError("site '") << site.name() << "': its codes are no constant integers";
  SpecAttr spec = weight.getSpec();
  RowsFirst rows(site, spec);
  return LayerCodes{rows.fromSite(std::move(*codes)), rows.shape(), rows.block(), rtnScheme(spec).range,
                    spec.getStorage().getIntOrFloatBitWidth(), spec.getSymmetric()};
}

LogicalResult forEachQuantizedLayer(
    ModuleOp module,
    llvm::function_ref<LogicalResult(const QuantizationSite &, const std::string &, LayerCodes)> visit) {
  llvm::StringSet<> visited;
  for (const QuantizationSite &site : collectSites(module)) {
    auto weight = site.weight().getDefiningOp<DequantizeOp>();
    std::string name = sharedName(site.name()).str();
    if (!weight || !RowsFirst::applies(site) || !visited.insert(name).second)
      continue;
    FailureOr<LayerCodes> codes = readLayer(site, weight);
    if (failed(codes) || failed(visit(site, name, std::move(*codes))))
      return failure();
  }
  return success();
}

} // namespace lowp::weights
