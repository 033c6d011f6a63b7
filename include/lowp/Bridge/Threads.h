//===- Threads.h - loops of the numerics on MLIR's threads ------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_BRIDGE_THREADS_H
#define LOWP_BRIDGE_THREADS_H

#include "lowp/Numerics/Executor.h"

#include "mlir/IR/MLIRContext.h"

namespace lowp {

/// Runs loops on the context's threads, in one range for each; as one range where it has none.
Executor executorOf(mlir::MLIRContext *context);

} // namespace lowp

#endif
