//===- CpuTarget.h - what code generation knows of a processor --*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_TARGET_CPUTARGET_H
#define LOWP_TARGET_CPUTARGET_H

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace lowp {

/// How one SIMD step sums products of bytes into 32-bit lanes, exactly.
enum class DotKind {
  None,
  Vpdpbusd, ///< 4 products a lane, first operand unsigned, second signed
  Vpmaddwd, ///< 2 products a lane after extension to i16, any signedness
};

/// A row of Isas.def.
struct CpuTarget {
  std::string_view name;
  std::string_view cpu;
  std::string_view features;
  int64_t vectorBits;
  int64_t vectorRegisters;
  DotKind dot;

  /// 32-bit lanes of a vector.
  int64_t lanes() const { return vectorBits / 32; }
  /// Consecutive products that one step sums into a lane: 1 for f32.
  int64_t kBlock(bool isInteger) const;
  /// Must the first operand of an integer step be unsigned?
  bool needsUnsignedActivation() const { return dot == DotKind::Vpdpbusd; }
  /// Does `hasFeature` confirm each of the row's features?
  bool isSupported(const std::function<bool(std::string_view)> &hasFeature) const;

  static std::span<const CpuTarget> all();
  /// Null if there is no row of that name.
  static const CpuTarget *lookup(std::string_view name);
  /// The first row all of whose features `hasFeature` confirms.
  static const CpuTarget &best(const std::function<bool(std::string_view)> &hasFeature);
  /// "avx512-vnni, avx2, …" for messages.
  static std::string names();
};

/// The register tile of a contraction: `rows` × `vectors` accumulators of one vector each.
struct RegisterTile {
  int64_t rows;
  int64_t vectors;
};

/// The largest tile for `columns` columns that leaves registers for a row of the right operand and one
/// broadcast of the left: at most 4 vectors wide, rows = ⌊(registers − vectors − 1) / vectors⌋ ≤ 14.
RegisterTile chooseTile(const CpuTarget &target, int64_t columns);

} // namespace lowp

#endif
