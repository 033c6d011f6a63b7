//===- Calibration.h - run samples, keep statistics -------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_CALIBRATION_H
#define LOWP_EXECUTION_CALIBRATION_H

#include "lowp/Execution/Progress.h"
#include "lowp/Numerics/ActivationStatistics.h"
#include "lowp/Numerics/FloatProducts.h"

#include "llvm/Support/Error.h"
#include "mlir/IR/BuiltinOps.h"

#include <map>
#include <memory>
#include <string>

namespace lowp {

/// One of `count` parts of the samples, cut at blocks of SampleSum::samplesPerBlock.
struct Shard {
  int32_t index = 0, count = 1;

  /// "i/N" with 1 ≤ i ≤ N.
  static llvm::Expected<Shard> parse(llvm::StringRef text);
  /// The first sample of this shard, and that of the next.
  std::pair<int64_t, int64_t> range(int64_t samples) const;
};

struct CalibrationOptions {
  std::string data;    ///< safetensors: samples by argument name
  int64_t samples = 0; ///< only the first so many; 0: all
  /// The argument that is 0 where a token is padding. Empty: the one called mask or attention_mask, if
  /// there is one of integers.
  std::string mask;
  int threads = 0;
  FloatProducts products = FloatProducts::F32; ///< of the runs and of what is summed over them
  int64_t sampleRows = 0; ///< how many rows of each activation to keep; 0: none
  bool heldOut = false;   ///< keep rows of every second sample only, and the range of the others
  Shard shard;
  Progress progress;
};

/// By the key of the probe: the site's name, with ".second" behind it for its other operand and ".output" for
/// its result. Sites that read one value share what was seen of it.
using SiteStatistics = std::map<std::string, std::shared_ptr<ActivationStatistics>>;

/// What a run over some samples found out.
struct CalibrationStatistics {
  SiteStatistics sites;
  std::string moduleHash; ///< of the module that was run; for files
  int64_t samples = 0;    ///< of all shards
  int64_t rowsPerSample = 0;

  /// Fails where a shard is missing.
  llvm::Error checkComplete() const;
};

/// Compiles a clone of `module`, which holds `lowp.observe` probes, runs the samples of the shard through
/// its only entry point and returns what the probes saw. Memory is that of the model and O(channels).
llvm::Expected<CalibrationStatistics> runProbes(mlir::ModuleOp module,
                                                const CalibrationOptions &options);

} // namespace lowp

#endif
