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

/// Told after each sample.
using Progress = std::function<void(int64_t done, int64_t total)>;

/// "none" (an empty function), or "bar", "lines", "json" on standard error.
llvm::Expected<Progress> progressNamed(llvm::StringRef name);

} // namespace lowp

#endif
