//===- KeepShortLoops.h - loops that LLVM leaves as they are ------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_CODEGEN_CPU_KEEPSHORTLOOPS_H
#define LOWP_LIB_CODEGEN_CPU_KEEPSHORTLOOPS_H

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace lowp::cpu {

/// Keeps LLVM from unrolling the loop.
void keepLoop(mlir::scf::ForOp loop);

} // namespace lowp::cpu

#endif
