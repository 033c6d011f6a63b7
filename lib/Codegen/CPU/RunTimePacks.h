//===- RunTimePacks.h - packing computed operands in vectors ----*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_CODEGEN_CPU_RUNTIMEPACKS_H
#define LOWP_LIB_CODEGEN_CPU_RUNTIMEPACKS_H

#include "lowp/Target/CpuTarget.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace lowp::cpu {

/// Replaces a copy into the packing of a dot, [outer][panel][step][NR][KB], by loads of vectors, shuffles and stores.
/// Where a column of the source is contiguous, KB elements are a word and blocks of lanes × lanes words are transposed;
/// where a row is, KB rows are interleaved. False, with nothing changed, if `op` is no such copy, its sizes are not
/// known, or they are not multiples of the block.
bool emitPack(mlir::linalg::GenericOp op, const CpuTarget &row);

} // namespace lowp::cpu

#endif
