//===- Calibration.h - run samples, keep statistics -------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_CALIBRATION_H
#define LOWP_EXECUTION_CALIBRATION_H

#include "lowp/Numerics/Statistics.h"

#include "llvm/Support/Error.h"
#include "mlir/IR/BuiltinOps.h"

#include <functional>
#include <map>
#include <string>

namespace lowp {

struct CalibrationOptions {
  std::string data;    ///< safetensors: samples by argument name
  int64_t samples = 0; ///< only the first so many; 0: all
  /// The argument that is 0 where a token is padding. Empty: the one called mask or attention_mask, if
  /// there is one of integers.
  std::string mask;
  int threads = 0;
  std::function<void(int64_t done, int64_t total)> progress;
};

/// Statistics by site.
using SiteStatistics = std::map<std::string, ChannelStatistics>;

/// Compiles a clone of `module`, which holds `lowp.observe` probes, runs the samples through its only
/// entry point and returns what the probes saw. Memory is that of the model and O(channels).
llvm::Expected<SiteStatistics> runProbes(mlir::ModuleOp module, const CalibrationOptions &options);

/// `<site>.min`, `<site>.max` [channels] and `<site>.tokens` [1], with the module's hash as metadata.
llvm::Error saveStatistics(llvm::StringRef path, const SiteStatistics &statistics,
                           llvm::StringRef hash);

/// Reads what saveStatistics wrote; refuses statistics of another module.
llvm::Expected<SiteStatistics> loadStatistics(llvm::StringRef path, llvm::StringRef expectedHash);

} // namespace lowp

#endif
