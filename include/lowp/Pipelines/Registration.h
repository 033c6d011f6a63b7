//===- Registration.h - everything Lowp offers, in one call -----*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_PIPELINES_REGISTRATION_H
#define LOWP_PIPELINES_REGISTRATION_H

namespace mlir {
class DialectRegistry;
}

namespace lowp {

/// Registers our dialect alone, with its interface implementations: for a compiler that registers the
/// upstream dialects itself.
void registerLowpDialect(mlir::DialectRegistry &registry);

/// Registers our dialect, the upstream dialects and the interface implementations that the
/// pipelines rely on.
void registerAllDialects(mlir::DialectRegistry &registry);

/// Registers our passes and pipelines under their names.
void registerAllPasses();

} // namespace lowp

#endif
