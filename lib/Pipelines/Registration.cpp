//===- Registration.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Pipelines/Registration.h"

#include "lowp/Codegen/CPU/Passes.h"
#include "lowp/Conversion/LowpToLinalg/LowpToLinalg.h"
#include "lowp/Conversion/QuantToLowp/QuantToLowp.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Lowering/Passes.h"
#include "lowp/Pipelines/Phases.h"
#include "lowp/Transforms/Activations/Passes.h"
#include "lowp/Transforms/Cache/Passes.h"
#include "lowp/Transforms/Calibrate/Passes.h"
#include "lowp/Transforms/Equalize/Passes.h"
#include "lowp/Transforms/Import/Passes.h"
#include "lowp/Transforms/Weights/Passes.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"

void lowp::registerLowpDialect(mlir::DialectRegistry &registry) {
  registry.insert<LowpDialect>();
  cpu::registerBufferizableOpInterfaces(registry);
}

void lowp::registerAllDialects(mlir::DialectRegistry &registry) {
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registerLowpDialect(registry);
}

void lowp::registerAllPasses() {
  import::registerLowpImportPasses();
  calibrate::registerLowpCalibratePasses();
  equalize::registerLowpEqualizePasses();
  weights::registerLowpWeightsPasses();
  activations::registerLowpActivationsPasses();
  cache::registerLowpCachePasses();
  registerLowpConversionLowpToLinalgPasses();
  registerLowpConversionQuantToLowpPasses();
  registerLowpLoweringPasses();
  cpu::registerLowpCPUPasses();
  registerPipelines();
}
