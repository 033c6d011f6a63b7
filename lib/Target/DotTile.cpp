//===- DotTile.cpp --------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Target/DotTile.h"

namespace lowp {

static constexpr DotTile kDotTiles[] = {
#define LOWP_DOT(isa, form, intrinsic, left, right, lanes, kBlock, block, rows, columns, promise)  \
  {isa,   DotForm::form, intrinsic, DotOperand::left, DotOperand::right,  lanes,                   \
   kBlock, block,        rows,      columns,          DotPromise::promise},
#include "lowp/Target/DotTiles.def"
};

std::span<const DotTile> DotTile::all() { return kDotTiles; }

static bool isCode(DotOperand operand) { return operand == DotOperand::S8 || operand == DotOperand::U8; }

static bool takesOperand(DotOperand row, DotOperand operand) {
  return row == operand || (row == DotOperand::I8 && isCode(operand));
}

int64_t DotTile::leftShift(const DotOperands &operands) const {
  if (left == DotOperand::U8 && operands.left == DotOperand::S8)
    return 128;
  return left == DotOperand::S8 && operands.left == DotOperand::U8 ? -128 : 0;
}

bool DotTile::takes(const DotOperands &operands) const {
  if (promise == DotPromise::ExactTo64 && operands.rightLimit > 64)
    return false;
  if (form == DotForm::Tiles && operands.reduction % kBlock != 0)
    return false; // the last step would read beyond a row
  return operands.rows >= block && takesOperand(right, operands.right) &&
         (takesOperand(left, operands.left) || leftShift(operands) == 128);
}

int64_t DotTile::scratch() const {
  switch (form) {
  case DotForm::Fma:
  case DotForm::Call:
  case DotForm::Tiles:
    return 0;
  case DotForm::WidenedPairs:
    return 1; // the products
  case DotForm::SaturatedPairs:
    return 2; // and the ones that add them
  }
  return 0;
}

} // namespace lowp
