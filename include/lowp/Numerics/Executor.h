//===- Executor.h - who runs a parallel loop --------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_EXECUTOR_H
#define LOWP_NUMERICS_EXECUTOR_H

#include <cstdint>
#include <functional>

namespace lowp {

/// Runs `body` on ranges [begin, end) that cover [0, count) once each, perhaps at the same time,
/// and returns when all are done. Numerics starts no thread of its own: a caller with a pool passes
/// this. No result depends on how the range is cut.
using Executor =
    std::function<void(int64_t count, const std::function<void(int64_t begin, int64_t end)> &body)>;

/// Runs `body` through `executor`, or as one range where that is null.
inline void runLoop(const Executor *executor, int64_t count,
                    const std::function<void(int64_t begin, int64_t end)> &body) {
  if (executor)
    (*executor)(count, body);
  else if (count > 0)
    body(0, count);
}

} // namespace lowp

#endif
