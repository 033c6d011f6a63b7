//===- LowpPlugin.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The dialect and the passes for a stock mlir-opt:
//
//   mlir-opt-22 --load-dialect-plugin=libLowpPlugin.so --pass-pipeline='builtin.module(lowp-…)' model.mlir

#include "lowp/Pipelines/Registration.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"

using namespace mlir;

extern "C" LLVM_ATTRIBUTE_WEAK DialectPluginLibraryInfo mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Lowp", LOWP_VERSION, [](DialectRegistry *registry) {
            lowp::registerLowpDialect(*registry);
            lowp::registerAllPasses();
          }};
}
