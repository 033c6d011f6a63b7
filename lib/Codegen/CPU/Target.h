//===- Target.h - the row a pass works for ----------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_CODEGEN_CPU_TARGET_H
#define LOWP_LIB_CODEGEN_CPU_TARGET_H

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Target/CpuTarget.h"

#include <limits>
#include <string>

namespace lowp::cpu {

/// The row of the CPU table that a pass's option names; null, with an error at `op`, if there is none.
inline const CpuTarget *lookupTarget(mlir::Operation *op, const std::string &name) {
  const CpuTarget *row = CpuTarget::lookup(name);
  if (!row)
    op->emitError("unknown target '") << name << "', expected one of " << CpuTarget::names();
  return row;
}

/// The register tile of a dot for so many columns; a number known only at run time is taken for a large one.
inline RegisterTile tileFor(const CpuTarget &row, const DotTile &dot, int64_t columns) {
  return chooseTile(row, dot,
                    mlir::ShapedType::isDynamic(columns) ? std::numeric_limits<int32_t>::max() : columns);
}

/// What elements of that type are to the table.
inline DotOperand dotOperand(mlir::Type element, bool isUnsigned) {
  if (element.isF32())
    return DotOperand::F32;
  if (element.isBF16())
    return DotOperand::BF16;
  return isUnsigned ? DotOperand::U8 : DotOperand::S8;
}

/// Rows of a result for the table: an unknown number is a large one.
inline int64_t dotRows(mlir::ShapedType result) {
  int64_t rows = result.getDimSize(result.getRank() - 2);
  return mlir::ShapedType::isDynamic(rows) ? DotOperands().rows : rows;
}

/// Products of a sum for the table: of an unknown number there may be one in the last step.
inline int64_t dotReduction(int64_t products) {
  return mlir::ShapedType::isDynamic(products) ? 1 : products;
}

inline DotOperands dotOperands(ContractOp op) {
  return {dotOperand(op.getLhsType().getElementType(), op.getLhsUnsigned()),
          dotOperand(op.getRhsType().getElementType(), op.getRhsUnsigned()),
          int64_t(op.getRhsLimit().value_or(DotOperands().rightLimit)), dotRows(op.getOutType()),
          dotReduction(op.getLhsType().getShape().back())};
}

/// The row that makes a contraction with weights in groups: of codes, one with the weights to the left, because
/// those have no sign. Null if there is none.
inline const DotTile *lookupGroupedDot(const CpuTarget &row, bool integer, int64_t bits) {
  if (!integer)
    return row.dot(DotOperands::f32());
  DotOperands operands{DotOperand::U8, DotOperand::S8};
  operands.rows = 1;
  const DotTile *dot = row.dot(operands);
  return dot && dot->left == DotOperand::S8 && bits > 7 ? nullptr : dot;
}

/// Are there tiles of rows enough for weights in groups to be taken apart once for several?
inline bool hasManyRows(int64_t rows, const RegisterTile &tile) {
  return mlir::ShapedType::isDynamic(rows) || rows >= 2 * tile.rows;
}

/// The row that makes the contraction; null if there is none. A depthwise one that is not packed multiplies lane
/// by lane, as dots of f32 do; a packed one has dots of one row, whose four products are taps.
inline const DotTile *lookupDot(ContractOp op, const CpuTarget &row) {
  if (GroupsAttr groups = op.getGroupsAttr())
    return lookupGroupedDot(row, op.isInteger(), groups.getBits());
  if (!op.getDepthwise())
    return row.dot(dotOperands(op));
  if (!op.getPacked())
    return row.dot(DotOperands::f32());
  DotOperands operands = dotOperands(op);
  operands.rows = operands.reduction = 1;
  return row.dot(operands);
}

} // namespace lowp::cpu

#endif
