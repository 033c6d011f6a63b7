//===- Statistics.cpp - calibration in pieces -----------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Run.h"

#include "lowp/Bridge/ModelFile.h"
#include "lowp/Execution/StatisticsFile.h"
#include "lowp/Pipelines/Runnable.h"

#include "mlir/IR/MLIRContext.h"

using namespace llvm;

namespace lowp {

static Expected<CalibrationOptions> calibrationOptions(const RunOptions &options) {
  CalibrationOptions result;
  result.data = options.input;
  result.samples = options.samples;
  result.mask = options.mask;
  result.threads = options.threads;
  result.sampleRows = options.sampleRows;
  result.heldOut = options.heldOut;
  auto progress = progressNamed(options.progress, calibrationProgress);
  if (!progress)
    return progress.takeError();
  result.progress = *progress;
  if (options.shard.empty())
    return result;
  auto shard = Shard::parse(options.shard);
  if (!shard)
    return shard.takeError();
  result.shard = *shard;
  return result;
}

Error collectStatistics(const RunOptions &options) {
  if (options.input.empty())
    return createStringError("no --input: expected samples");
  auto calibration = calibrationOptions(options);
  if (!calibration)
    return calibration.takeError();
  auto context = createContext();
  mlir::OwningOpRef<mlir::ModuleOp> module = readModel(options.model, context.get());
  if (!module)
    return createStringError("'" + options.model + "' cannot be read");
  auto statistics = runProbes(*module, *calibration);
  if (!statistics)
    return createStringError("'" + options.model + "': " + toString(statistics.takeError()));
  statistics->moduleHash = moduleHash(*module);
  return saveStatistics(options.statistics, *statistics);
}

Error mergeStatistics(const RunOptions &options) {
  std::vector<std::string> shards = {options.model};
  shards.insert(shards.end(), options.moreInputs.begin(), options.moreInputs.end());
  auto merged = lowp::mergeStatistics(shards);
  if (!merged)
    return merged.takeError();
  return saveStatistics(options.mergeStatistics, *merged);
}

} // namespace lowp
