//===- WriteCheckpoint.cpp -----------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Weights/Passes.h"

#include "RowsFirst.h"

#include "lowp/Analysis/SiteRecords.h"
#include "lowp/Bridge/ConstantCodes.h"
#include "lowp/Bridge/Schemes.h"
#include "lowp/Files/QuantizedCheckpoint.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace lowp::weights {
#define GEN_PASS_DEF_WRITECHECKPOINT
#include "lowp/Transforms/Weights/Passes.h.inc"

namespace {

struct WriteCheckpoint : impl::WriteCheckpointBase<WriteCheckpoint> {
  using WriteCheckpointBase::WriteCheckpointBase;

  void runOnOperation() override {
    auto parsed = parseCheckpointLayout(layout);
    if (!parsed)
      return fail(parsed.takeError());
    std::vector<NamedLayer> layers;
    llvm::StringSet<> written; // functions share layers
    for (const QuantizationSite &site : collectSites(getOperation())) {
      auto weight = site.weight().getDefiningOp<DequantizeOp>();
      std::string name = sharedName(site.name()).str();
      if (!weight || !RowsFirst::applies(site) || !written.insert(name).second)
        continue;
      FailureOr<CheckpointLayer> layer = pack(site, weight, *parsed);
      if (failed(layer))
        return signalPassFailure();
      layers.push_back({std::move(name), std::move(*layer)});
    }
    if (layers.empty())
      return fail(llvm::createStringError("no linear layer has a weight of codes: there is nothing to write"));
    if (!config.empty())
      if (llvm::Error error = writeCheckpointConfig(config, layers, *parsed))
        return fail(std::move(error));
    if (llvm::Error error = writeCheckpoint(file, layers, *parsed))
      return fail(std::move(error));
    markAllAnalysesPreserved();
  }

  void fail(llvm::Error error) {
    getOperation().emitError() << llvm::toString(std::move(error));
    signalPassFailure();
  }

  static FailureOr<CheckpointLayer> pack(const QuantizationSite &site, DequantizeOp weight, CheckpointLayout layout) {
    std::optional<QuantizedTensor> codes = readCodes(weight);
    if (!codes)
      return site.op->emitError("site '") << site.name() << "': its codes are no constant integers";
    SpecAttr spec = weight.getSpec();
    RowsFirst rows(site, spec);
    BlockGrid grid(rows.shape(), rows.block());
    Result<CheckpointLayer> layer =
        packCheckpoint(rows.fromSite(std::move(*codes)), grid, rtnScheme(spec).range,
                       spec.getStorage().getIntOrFloatBitWidth(), layout);
    if (!layer)
      return site.op->emitError("site '") << site.name() << "': " << layer.error();
    return std::move(*layer);
  }
};

} // namespace
} // namespace lowp::weights
