//===- ContractMatch.h - what lowp.contract can express ---------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_CODEGEN_CPU_CONTRACTMATCH_H
#define LOWP_LIB_CODEGEN_CPU_CONTRACTMATCH_H

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <optional>

namespace lowp::cpu {

/// A linalg contraction or convolution of f32 × f32 → f32, bf16 × bf16 → f32 or i8 × i8 → i32 whose left operand and
/// result lie as lowp.contract wants them. The right one is known by its strides.
struct ContractMatch {
  static std::optional<ContractMatch> get(mlir::linalg::LinalgOp op);

  mutable mlir::linalg::LinalgOp op; // handles of MLIR are not const-correct
  bool integer = false, bf16 = false, lhsUnsigned = false, rhsUnsigned = false;
  WindowAttr window; ///< null: none
  bool depthwise = false;
  int64_t outerRank = 0;    ///< dimensions of the result before the rows
  int64_t rhsOuterRank = 0; ///< as many, or none
  int64_t columns = 0, reduction = 1; ///< dynamic only without a window
  /// Strides of a constant right operand in elements, by column, tap and reduction index.
  int64_t columnStride = 0, reductionStride = 0;
  llvm::SmallVector<int64_t> tapStrides;

  mlir::Value lhs() const { return op->getOperand(0); }
  mlir::Value rhs() const { return op->getOperand(1); }
  mlir::Value init() const { return op->getOperand(2); }
  mlir::RankedTensorType type() const {
    return mlir::cast<mlir::RankedTensorType>(op->getResult(0).getType());
  }
  mlir::arith::ConstantOp weight() const { return rhs().getDefiningOp<mlir::arith::ConstantOp>(); }
  int64_t taps() const { return window ? window.getTaps() : 1; }
  /// Where w(n, t, k) lies, t counting the taps row by row.
  int64_t weightOffset(int64_t n, int64_t t, int64_t k) const;
  /// The last two dimensions of a computed right operand, whose columns lie in front of the reduction or
  /// behind it.
  bool columnsFirst = false;
  int64_t columnDim() const { return rhsOuterRank + (columnsFirst ? 0 : 1); }
  int64_t reductionDim() const { return rhsOuterRank + (columnsFirst ? 1 : 0); }
};

} // namespace lowp::cpu

#endif
