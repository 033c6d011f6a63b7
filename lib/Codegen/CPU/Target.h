//===- Target.h - the row a pass works for ----------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_CODEGEN_CPU_TARGET_H
#define LOWP_LIB_CODEGEN_CPU_TARGET_H

#include "lowp/Target/CpuTarget.h"

#include "mlir/IR/BuiltinTypeInterfaces.h"
#include "mlir/IR/Operation.h"

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

/// The register tile of a row for so many columns; a number known only at run time is taken for a large one.
inline RegisterTile tileFor(const CpuTarget &row, int64_t columns) {
  return chooseTile(row, mlir::ShapedType::isDynamic(columns) ? std::numeric_limits<int32_t>::max() : columns);
}

} // namespace lowp::cpu

#endif
