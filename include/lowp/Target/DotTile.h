//===- DotTile.h - one SIMD step and its register tile ----------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_TARGET_DOTTILE_H
#define LOWP_TARGET_DOTTILE_H

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace lowp {

/// The elements of an operand. I8 stands in rows only: signed or unsigned, as the operand is.
enum class DotOperand { I8, S8, U8, BF16, F32 };

/// How LLVM's intrinsic f makes a step.
enum class DotForm {
  Fma,            ///< a fused multiply-add per lane, no intrinsic
  Call,           ///< f(acc, a, b)
  WidenedPairs,   ///< acc + f(a, b) of operands extended to i16
  SaturatedPairs, ///< acc + pairs of f(a, b), whose i16 sums saturate
  Tiles,          ///< f(sizes, acc, a, b) on tiles of 16 rows of 64 bytes (AMX)
};

/// What the sum of a contraction is.
enum class DotPromise {
  Exact,     ///< the integer, modulo 2³²
  ExactTo64, ///< that, if no element of the right operand is beyond ±64: 2 · 255 · 64 < 2¹⁵
  InOrder,   ///< one rounding per product, in the order of k
  Pairs,     ///< of floats: two products at a time, subnormal numbers as zeros
};

/// What a contraction multiplies.
struct DotOperands {
  DotOperand left = DotOperand::S8, right = DotOperand::S8;
  /// No element of the right operand is beyond ± this.
  int64_t rightLimit = 255;
  /// Rows of the result; what covers more at once would waste them.
  int64_t rows = std::numeric_limits<int64_t>::max();
  int64_t reduction = 0;

  static constexpr DotOperands f32() { return {DotOperand::F32, DotOperand::F32}; }
};

/// The vectors of a step: `lanes` accumulators, of `block` rows, and `elements` of each operand.
struct DotShape {
  int64_t lanes, elements, block;

  bool operator==(const DotShape &) const = default;
};

/// A row of DotTiles.def.
struct DotTile {
  std::string_view isa;
  DotForm form;
  std::string_view intrinsic;
  DotOperand left, right;
  int64_t lanes;
  int64_t kBlock;
  int64_t block; ///< rows (of the result) that a vector or tile of accumulators has
  int64_t rows;    ///< MR
  int64_t columns; ///< NR
  DotPromise promise;

  DotShape shape() const { return {lanes, lanes * kBlock / block, block}; }
  /// Products along k of one step.
  int64_t stepProducts() const { return form == DotForm::Tiles ? 16 * kBlock : kBlock; }
  /// Vectors that a step needs beside its operands and sums.
  int64_t scratch() const;
  /// Can the row make the contraction, be it of a signed left operand that is shifted?
  bool takes(const DotOperands &operands) const;
  /// Which shift s makes codes of the row of the left operand a: a + s stands for a, and −s · Σ b is
  /// added to the sum. 128 for signed codes where the row wants unsigned ones, −128 for the reverse.
  int64_t leftShift(const DotOperands &operands) const;

  static std::span<const DotTile> all();
};

} // namespace lowp

#endif
