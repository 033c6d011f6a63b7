//===- Threads.cpp -------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Bridge/Threads.h"

#include "mlir/IR/Threading.h"

namespace lowp {

Executor executorOf(mlir::MLIRContext *context) {
  return [context](int64_t count, const std::function<void(int64_t, int64_t)> &body) {
    int64_t threads = context->isMultithreadingEnabled() ? context->getNumThreads() : 1;
    int64_t parts = std::min(count, threads);
    mlir::parallelFor(context, 0, parts, [&](size_t i) { body(i * count / parts, (i + 1) * count / parts); });
  };
}

} // namespace lowp
