//===- DotTile.h - one SIMD step and its register tile ----------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_TARGET_DOTTILE_H
#define LOWP_TARGET_DOTTILE_H

#include <cstdint>
#include <span>
#include <string_view>

namespace lowp {

/// The elements of an operand. I8 stands in rows only: signed or unsigned, as the operand is.
enum class DotOperand { I8, S8, U8, F32 };

/// How LLVM's intrinsic f makes a step.
enum class DotForm {
  Fma,          ///< a fused multiply-add per lane, no intrinsic
  Call,         ///< f(acc, a, b)
  WidenedPairs, ///< acc + f(a, b) of operands extended to i16
};

/// What the sum of a contraction is.
enum class DotPromise {
  Exact,   ///< the integer, modulo 2³²
  InOrder, ///< one rounding per product, in the order of k
};

/// What a contraction multiplies.
struct DotOperands {
  DotOperand left, right;

  static constexpr DotOperands f32() { return {DotOperand::F32, DotOperand::F32}; }
};

/// The vectors of a step: `lanes` accumulators, `kBlock` products for each.
struct DotShape {
  int64_t lanes, kBlock;

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
  int64_t rows;    ///< MR
  int64_t columns; ///< NR
  DotPromise promise;

  DotShape shape() const { return {lanes, kBlock}; }
  /// Can the row make the contraction, be it of a signed left operand that is shifted by 128?
  bool takes(const DotOperands &operands) const;
  /// Must a + 128 stand for the signed left operand a, and −128 · Σ b be added to the sum? A right
  /// operand has no such shift: it is signed wherever the left one is shifted.
  bool shiftsLeft(const DotOperands &operands) const;

  static std::span<const DotTile> all();
};

} // namespace lowp

#endif
