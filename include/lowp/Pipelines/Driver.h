//===- Driver.h - the whole road in one call --------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_PIPELINES_DRIVER_H
#define LOWP_PIPELINES_DRIVER_H

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lowp {

enum class Phase { Import, Calibrate, Quantize, Legalize, Codegen };

struct DriverOptions {
  std::string model;
  std::string output;       ///< .mlir, .mlirbc, .o or .so
  std::string recipe = "w8a8";
  std::string calibration;  ///< samples; needed where the recipe does
  std::string statistics;   ///< of a run over them, instead
  int64_t samples = 0;      ///< of the calibration; 0: all
  std::string mask;         ///< argument that marks padding
  std::string calibrationProducts = "f32"; ///< or "bf16", of the runs over samples
  std::string target = "host";
  /// Rows of the CPU table to choose from, separated by commas; empty: all.
  std::string isa;
  std::string require;      ///< "int8": no site may stay in float
  std::string progress = "none";
  std::string alpha;        ///< SmoothQuant's, or "search"; empty: what the recipe says
  double keepSensitive = 0; ///< share of what rounding weights costs from which a site stays in float; 0: none
  std::string budget;       ///< bits per weight, "4.25" or "4.25bpw"; empty: the recipe's widths
  std::string checkpoint;   ///< folder where weight methods keep their stages; empty: nowhere
  std::string math;         ///< "exact" or "coarse"; empty: coarse where activations are rounded anyway
  std::string floatProducts = "f32"; ///< or "bf16": what factors of products of floats are rounded to
  std::string observer;     ///< of static ranges; empty: what the recipe says
  std::vector<std::string> keepFloat; ///< globs over site names
  int threads = 0;
  std::vector<std::string> reports;   ///< .html or .json
  Phase stopAfter = Phase::Codegen;
  std::string runtimeArchive; ///< for .so
};

/// "import", …; an error lists the names.
llvm::Expected<Phase> parsePhase(llvm::StringRef name);

/// Compiles options.model to options.output and writes options.reports.
llvm::Error compile(const DriverOptions &options);

/// Prints to `os` what compile would do and what it would take. Runs nothing, writes nothing.
llvm::Error dryRun(const DriverOptions &options, llvm::raw_ostream &os);

} // namespace lowp

#endif
