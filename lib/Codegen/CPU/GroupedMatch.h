//===- GroupedMatch.h - contractions with weights in groups -----*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_CODEGEN_CPU_GROUPEDMATCH_H
#define LOWP_LIB_CODEGEN_CPU_GROUPEDMATCH_H

#include "lowp/Target/CpuTarget.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <optional>

namespace lowp::cpu {

/// The grid of a weight's scales, or zeros, which are constants.
struct GroupedGrid {
  mlir::ElementsAttr values;
  int64_t columnStride = 0, groupStride = 0; ///< in elements
};

/// A matrix product with a constant weight of codes, scales by column and group of the reduction, and perhaps zeros:
/// of codes as lowp-lower-to-linalg writes it, or of floats with a dequantized weight.
struct GroupedMatch {
  static std::optional<GroupedMatch> get(mlir::linalg::LinalgOp op);

  mutable mlir::linalg::LinalgOp op; // handles of MLIR are not const-correct
  bool integer = false;
  mlir::Value lhs, init;        ///< init: null for codes
  mlir::Value rowScale;         ///< null for floats
  mlir::AffineMap rowScaleMap;  ///< from the result's dimensions
  mlir::arith::ConstantOp codes;
  bool codesUnsigned = false;
  int64_t columns = 0, reduction = 0, columnStride = 0, reductionStride = 0;
  int64_t size = 0; ///< products of a group
  GroupedGrid scales;
  std::optional<GroupedGrid> zeros;

  /// The last result: the sum of the terms.
  mlir::Value result() const { return op->getResults().back(); }
};

/// Replaces such an op by a lowp.contract with the weight packed for the row. False if it is none, or the row has no
/// dot for it. `withTopBitFlipped` makes unsigned codes of signed ones, for rows that want many of those.
bool formGroupedContract(mlir::linalg::LinalgOp op, const CpuTarget &row,
                         llvm::function_ref<mlir::Value(mlir::Value)> withTopBitFlipped);

} // namespace lowp::cpu

#endif
