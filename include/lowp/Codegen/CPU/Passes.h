//===- Passes.h - code for CPUs ---------------------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_CODEGEN_CPU_PASSES_H
#define LOWP_CODEGEN_CPU_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir {
class DialectRegistry;
}

namespace lowp::cpu {

#define GEN_PASS_DECL
#include "lowp/Codegen/CPU/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "lowp/Codegen/CPU/Passes.h.inc"

/// Lets one-shot bufferization bufferize lowp.contract.
void registerBufferizableOpInterfaces(mlir::DialectRegistry &registry);

} // namespace lowp::cpu

#endif
