//===- RowTail.h - what follows a contraction row by row --------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_CODEGEN_CPU_ROWTAIL_H
#define LOWP_LIB_CODEGEN_CPU_ROWTAIL_H

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Target/CpuTarget.h"

namespace lowp::cpu {

/// Ops behind a contraction that read and write nothing but rows of its result and what was there before it: fills,
/// copies, elementwise ops, and reductions over a row, as in a softmax. A tile that holds whole rows makes them of its
/// sums, and of the buffers in between only those are written that others read.
struct RowTail {
  llvm::SmallVector<mlir::Operation *> ops; ///< linalg.fill, memref.copy and linalg.generic, in order
  int64_t rows = 0, vectors = 0;            ///< of the tile

  bool empty() const { return ops.empty(); }
};

/// The tail of a product of a batch that lies in buffers, for a row whose tile it fits; empty if there is no
/// reduction in it. Allocations that the tail writes to are moved in front of the contraction.
RowTail takeRowTail(ContractOp op, const CpuTarget &row);

} // namespace lowp::cpu

#endif
