//===- ScaleResponse.h - what a body does with a factor ---------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For an operand of a structured op and a factor r > 0: f(…, r·x, …) = r·f(…, x, …)?
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_ANALYSIS_SCALERESPONSE_H
#define LOWP_ANALYSIS_SCALERESPONSE_H

#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"

namespace lowp {

/// The smallest sets of operands among `candidates` that scale the result of `op` when all of a set are
/// scaled and the others are not; small sets and early candidates first. One empty set: the result is
/// zero or infinite, with the factor as without. The op has one result; candidates beyond the first 8
/// are not looked at.
llvm::SmallVector<llvm::SmallVector<unsigned>> operandsThatScale(mlir::linalg::LinalgOp op,
                                                                 llvm::ArrayRef<unsigned> candidates);

} // namespace lowp

#endif
