//===- WriteCheckpoint.cpp -----------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Weights/Passes.h"

#include "LayerCodes.h"

#include "lowp/Files/QuantizedCheckpoint.h"

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
    auto add = [&](const QuantizationSite &site, const std::string &name, LayerCodes codes) -> LogicalResult {
      Result<CheckpointLayer> layer = packCheckpoint(codes.tensor, codes.grid(), codes.range, codes.bits, *parsed);
      if (!layer)
        return site.op->emitError("site '") << site.name() << "': " << layer.error();
      layers.push_back({name, std::move(*layer)});
      return success();
    };
    if (failed(forEachQuantizedLayer(getOperation(), add)))
      return signalPassFailure();
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
};

} // namespace
} // namespace lowp::weights
