//===- CpuTarget.h - what code generation knows of a processor --*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_TARGET_CPUTARGET_H
#define LOWP_TARGET_CPUTARGET_H

#include "lowp/Target/DotTile.h"
#include "lowp/Target/NarrowRow.h"

#include <functional>
#include <span>
#include <string>

namespace lowp {

/// A row of Isas.def.
struct CpuTarget {
  std::string_view name;
  std::string_view base;
  std::string_view triple;
  std::string_view cpu;
  std::string_view features;
  int64_t vectorBits;
  int64_t vectorRegisters;

  /// The first row of DotTiles.def, of this target and then of its bases, that takes the operands;
  /// null if there is none.
  const DotTile *dot(const DotOperands &operands) const;
  /// The row whose step is `shape`; null if there is none.
  const DotTile *dot(const DotOperands &operands, const DotShape &shape) const;
  /// The row of NarrowRows.def, of this target and then of its bases, for vectors of so many f32; null if there
  /// is none.
  const NarrowRow *narrow(int64_t lanes) const;
  /// Are contractions more than plain loops?
  bool hasDots() const { return dot(DotOperands::f32()) != nullptr; }
  /// Does `hasFeature` confirm each of the row's features?
  bool isSupported(const std::function<bool(std::string_view)> &hasFeature) const;

  static std::span<const CpuTarget> all();
  /// Null if there is no row of that name.
  static const CpuTarget *lookup(std::string_view name);
  /// The first row all of whose features `hasFeature` confirms.
  static const CpuTarget &best(const std::function<bool(std::string_view)> &hasFeature);
  /// The first such row that `isAllowed` admits; null if there is none.
  static const CpuTarget *best(const std::function<bool(std::string_view)> &hasFeature,
                               const std::function<bool(const CpuTarget &)> &isAllowed);
  /// "avx512-vnni, avx2, …" for messages.
  static std::string names();
};

/// The register tile of a contraction: `rows` × `vectors` accumulators of one vector each.
struct RegisterTile {
  int64_t rows;
  int64_t vectors;
};

/// The largest tile for `columns` columns: the dot's own MR × NR, and for fewer vectors than NR / lanes as
/// many rows as leave registers for a row of the right operand and one broadcast of the left, at most 14.
RegisterTile chooseTile(const CpuTarget &target, const DotTile &dot, int64_t columns);

} // namespace lowp

#endif
