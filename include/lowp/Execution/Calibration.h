//===- Calibration.h - run samples, keep statistics -------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_CALIBRATION_H
#define LOWP_EXECUTION_CALIBRATION_H

#include "llvm/Support/Error.h"
#include "mlir/IR/BuiltinOps.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace lowp {

struct CalibrationOptions {
  std::string data;    ///< safetensors: samples by argument name
  int64_t samples = 0; ///< only the first so many; 0: all
  /// The argument that is 0 where a token is padding. Empty: the one called mask or attention_mask, if
  /// there is one of integers.
  std::string mask;
  int threads = 0;
  int64_t sampleRows = 0; ///< how many rows of each activation to keep; 0: none
  bool heldOut = false;   ///< keep rows of every second sample only, and the range of the others
  std::function<void(int64_t done, int64_t total)> progress;
};

/// What calibration found out about one site's activation, per channel of its last dimension.
struct ActivationStatistics {
  std::vector<float> min, max, mean;
  int64_t tokens = 0; ///< rows that were no padding
  /// Some of the rows [*, channels], for searches: of each sample rows at equal distances, from another
  /// one each time. Not kept in files.
  std::vector<float> sample;
  /// With heldOut the range of each channel over the samples that no row was kept of.
  std::vector<float> searchMin, searchMax;

  /// max |x_j| of each channel.
  std::vector<float> absMax() const;
};

/// By the site's name.
using SiteStatistics = std::map<std::string, ActivationStatistics>;

/// Compiles a clone of `module`, which holds `lowp.observe` probes, runs the samples through its only
/// entry point and returns what the probes saw. Memory is that of the model and O(channels).
llvm::Expected<SiteStatistics> runProbes(mlir::ModuleOp module, const CalibrationOptions &options);

/// `<site>.min`, `<site>.max`, `<site>.mean` [channels] and `<site>.tokens` [1], with the module's hash as metadata.
llvm::Error saveStatistics(llvm::StringRef path, const SiteStatistics &statistics,
                           llvm::StringRef hash);

/// Reads what saveStatistics wrote; refuses statistics of another module.
llvm::Expected<SiteStatistics> loadStatistics(llvm::StringRef path, llvm::StringRef expectedHash);

} // namespace lowp

#endif
