//===- Progress.h - how far a long run is -----------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_PROGRESS_H
#define LOWP_EXECUTION_PROGRESS_H

#include "llvm/Support/Error.h"

#include <cstdint>
#include <functional>

namespace lowp {

/// Told after each step.
using Progress = std::function<void(int64_t done, int64_t total)>;

/// What progress is told of.
struct ProgressTopic {
  llvm::StringLiteral phase;  ///< "calibrate"
  llvm::StringLiteral action; ///< "calibrating"
  llvm::StringLiteral steps;  ///< "samples"
  int64_t stepsPerLine;       ///< how many make a line
};

inline constexpr ProgressTopic calibrationProgress{"calibrate", "calibrating", "samples", 16};
inline constexpr ProgressTopic weightProgress{"weights", "rounding weights", "stages", 1};

/// "none" (an empty function), or "bar", "lines", "json" on standard error.
llvm::Expected<Progress> progressNamed(llvm::StringRef name, const ProgressTopic &topic);

} // namespace lowp

#endif
