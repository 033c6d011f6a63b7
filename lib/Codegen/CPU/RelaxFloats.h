//===- RelaxFloats.h - what may be reordered in a loop ----------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_CODEGEN_CPU_RELAXFLOATS_H
#define LOWP_LIB_CODEGEN_CPU_RELAXFLOATS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace lowp::cpu {

/// Puts flags on the body: sums of floats may be added in any order, maxima are of numbers, and a division by what
/// is the same along the innermost loop may be a product. A contraction keeps its order, with fused
/// multiply-adds where `fused`.
void relaxFloats(mlir::linalg::LinalgOp op, bool fused);

} // namespace lowp::cpu

#endif
