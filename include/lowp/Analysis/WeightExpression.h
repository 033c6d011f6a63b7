//===- WeightExpression.h - constants with scales on them -------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Equalisation does not touch a weight's bytes: it multiplies the constant by vectors, in IR. The one
// pass that folds weights evaluates the product when it quantizes, a weight at a time.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_ANALYSIS_WEIGHTEXPRESSION_H
#define LOWP_ANALYSIS_WEIGHTEXPRESSION_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

#include <optional>
#include <vector>

namespace lowp {

/// W'[i…] = W[i…] · Π_j vector_j[i_{dim_j}], the products rounded to f32 one after the other.
struct WeightExpression {
  /// The expression that computes `value`; nullopt if `value` is not a constant under such scales.
  static std::optional<WeightExpression> match(mlir::Value value);

  mlir::arith::ConstantOp constant;
  struct Scale {
    mlir::Value vector; // constant of shape [size of the dimension]
    int64_t dim;
  };
  llvm::SmallVector<Scale> scales; // innermost first

  /// The numbers W', row-major; nullopt if the bytes are missing or no floats.
  std::optional<std::vector<float>> evaluate() const;
};

/// `value` · `vector` along `dim`, as one elementwise op that WeightExpression recognises.
mlir::Value scaleAlong(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value,
                       mlir::Value vector, int64_t dim);

/// Erases what computes a weight, the scalings and the constant with its bytes, as far as nothing reads it.
void eraseUnusedWeight(mlir::Value weight);

} // namespace lowp

#endif
