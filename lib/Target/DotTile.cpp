//===- DotTile.cpp --------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Target/DotTile.h"

namespace lowp {

static constexpr DotTile kDotTiles[] = {
#define LOWP_DOT(isa, form, intrinsic, left, right, lanes, kBlock, rows, columns, promise)         \
  {isa,    DotForm::form, intrinsic, DotOperand::left, DotOperand::right,                          \
   lanes,  kBlock,        rows,      columns,          DotPromise::promise},
#include "lowp/Target/DotTiles.def"
};

std::span<const DotTile> DotTile::all() { return kDotTiles; }

static bool isCode(DotOperand operand) { return operand == DotOperand::S8 || operand == DotOperand::U8; }

static bool takesOperand(DotOperand row, DotOperand operand) {
  return row == operand || (row == DotOperand::I8 && isCode(operand));
}

bool DotTile::shiftsLeft(const DotOperands &operands) const {
  return left == DotOperand::U8 && operands.left == DotOperand::S8 && operands.right == DotOperand::S8;
}

bool DotTile::takes(const DotOperands &operands) const {
  return takesOperand(right, operands.right) &&
         (takesOperand(left, operands.left) || shiftsLeft(operands));
}

} // namespace lowp
