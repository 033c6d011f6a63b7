//===- Buffers.h - which buffer a memref looks into -------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_CODEGEN_CPU_BUFFERS_H
#define LOWP_LIB_CODEGEN_CPU_BUFFERS_H

#include "mlir/Interfaces/ViewLikeInterface.h"

namespace lowp::cpu {

/// The buffer that `value` is a view of, or itself.
inline mlir::Value baseBuffer(mlir::Value value) {
  while (auto view = value.getDefiningOp<mlir::ViewLikeOpInterface>())
    value = view.getViewSource();
  return value;
}

} // namespace lowp::cpu

#endif
