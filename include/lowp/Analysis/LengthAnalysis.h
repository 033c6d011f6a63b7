//===- LengthAnalysis.h - what follows from one length ----------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A model may have one dynamic dimension, its length: every `?` of an argument of its functions is that
// length, and every other size follows from it. The analysis evaluates sizes and shape arithmetic as
// polynomials of the length, and remembers from which arguments each was computed.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_ANALYSIS_LENGTHANALYSIS_H
#define LOWP_ANALYSIS_LENGTHANALYSIS_H

#include "lowp/Analysis/LengthExpr.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace lowp {

/// On a function: the largest length it can be called with.
inline constexpr llvm::StringLiteral kMaxLengthAttr = "lowp.max_length";
/// On a function: all dynamic dimensions of its arguments are one length, whatever its body shows.
inline constexpr llvm::StringLiteral kOneLengthAttr = "lowp.one_length";

/// A dynamic dimension of an argument.
struct DynamicDim {
  unsigned argument;
  int64_t dim;
};

class LengthAnalysis {
public:
  explicit LengthAnalysis(mlir::func::FuncOp func);

  llvm::ArrayRef<DynamicDim> dynamicDims() const { return dims; }
  int64_t maximum() const { return largest; }
  /// What is asked from here on holds for lengths up to `length`.
  void setMaximum(int64_t length);

  /// An integer, index or boolean (0 or 1) as an expression of the length; nullopt if it is none.
  std::optional<LengthExpr> value(mlir::Value scalar);
  std::optional<LengthExpr> dimension(mlir::Value tensor, int64_t dim);
  /// How often a loop runs.
  std::optional<LengthExpr> loop(mlir::linalg::LinalgOp op, unsigned loop);

  /// The largest length for which "length = min(length, c)" and its like hold; nullopt if `condition` is
  /// of no such form.
  std::optional<int64_t> impliedMaximum(mlir::Value condition);

  /// The arguments' dynamic dimensions in groups: two are in one where a linalg op or an assertion needs
  /// them to be equal.
  std::vector<llvm::SmallVector<DynamicDim>> distinctLengths();

private:
  /// An expression and the dynamic dimensions it was computed from.
  struct Traced {
    LengthExpr expr;
    llvm::BitVector from;
  };
  using Result = std::optional<Traced>;

  Result constant(int64_t value) const;
  Result trace(mlir::Value scalar);
  Result trace(mlir::OpFoldResult size);
  Result compute(mlir::Operation *op);
  std::optional<bool> compare(mlir::arith::CmpIPredicate predicate, const LengthExpr &a,
                              const LengthExpr &b) const;
  Result traceDim(mlir::Value tensor, int64_t dim);
  Result computeDim(mlir::Value tensor, int64_t dim);
  Result argumentDim(mlir::BlockArgument argument, int64_t dim);
  Result product(mlir::Value tensor, llvm::ArrayRef<int64_t> dims);
  std::optional<int64_t> clampedAt(mlir::Value scalar);
  /// The sizes of the operands' dimensions that a loop runs over.
  llvm::SmallVector<Traced> traceLoop(mlir::linalg::LinalgOp op, unsigned loop);

  mlir::func::FuncOp func;
  llvm::SmallVector<DynamicDim> dims;
  int64_t largest = LengthExpr::kNoMaximum;
  llvm::DenseMap<mlir::Value, Result> values;
  llvm::DenseMap<std::pair<mlir::Value, int64_t>, Result> sizes;
};

/// "dimension 1 of 'ids'"
std::string describe(mlir::func::FuncOp func, DynamicDim dim);

} // namespace lowp

#endif
