//===- WindowExpr.h - how a convolution reads its image ---------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_ANALYSIS_WINDOWEXPR_H
#define LOWP_ANALYSIS_WINDOWEXPR_H

#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/AffineExpr.h"

#include <optional>

namespace lowp {

/// The index image · stride + tap · dilation of a loop over pixels and one over the kernel.
struct WindowExpr {
  /// nullopt if `expr` is not of this form, with a parallel loop and a reduction.
  static std::optional<WindowExpr> parse(mlir::AffineExpr expr,
                                         llvm::ArrayRef<mlir::utils::IteratorType> iterators);

  unsigned image, tap; ///< loops
  int64_t stride, dilation;
};

} // namespace lowp

#endif
