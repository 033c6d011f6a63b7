//===- Driver.h - the whole road in one call --------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_PIPELINES_DRIVER_H
#define LOWP_PIPELINES_DRIVER_H

#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>

namespace lowp {

enum class Phase { Import, Calibrate, Quantize, Legalize, Codegen };

struct DriverOptions {
  std::string model;
  std::string output;       ///< .mlir, .mlirbc, .o or .so
  std::string recipe = "w8a8";
  std::string calibration;  ///< samples; needed where the recipe does
  int64_t samples = 0;      ///< of the calibration; 0: all
  std::string mask;         ///< argument that marks padding
  std::string target = "host";
  std::string require;      ///< "int8": no site may stay in float
  std::string progress = "none";
  double alpha = 0.5;
  int threads = 0;
  Phase stopAfter = Phase::Codegen;
  std::string runtimeArchive; ///< for .so
};

/// "import", …; an error lists the names.
llvm::Expected<Phase> parsePhase(llvm::StringRef name);

/// Compiles options.model to options.output.
llvm::Error compile(const DriverOptions &options);

} // namespace lowp

#endif
