//===- Phases.h - the phases of the compiler --------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// import → calibrate → quantize → legalize → codegen. Each is registered as `lowp-<phase>-pipeline`
// and ends in `lowp-verify-<phase>`.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_PIPELINES_PHASES_H
#define LOWP_PIPELINES_PHASES_H

#include "lowp/Lowering/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace lowp {

/// What frontends give → every matmul-like op a site with a record and a unique name, weights in
/// their own layout, no f64 detours, no assertions in loop bodies.
void buildImportPipeline(mlir::OpPassManager &pm);

struct QuantizeOptions : mlir::PassPipelineOptions<QuantizeOptions> {
  Option<std::string> recipe{*this, "recipe",
                             llvm::cl::desc("a built-in recipe or a .yaml file"),
                             llvm::cl::init("w8a8")};
  ListOption<std::string> keepFloat{*this, "keep-float",
                                    llvm::cl::desc("sites to keep in float: globs")};
  Option<std::string> alpha{*this, "alpha",
                            llvm::cl::desc("SmoothQuant's α or search; empty: what the recipe says"),
                            llvm::cl::init("")};
  Option<std::string> require{*this, "require",
                              llvm::cl::desc("int8: a site left in float is an error"),
                              llvm::cl::init("")};
};

/// Imported module → each site with its scheme on the record, or why it stays in float: the first step
/// of the quantize phase.
void buildAssignSchemesPipeline(mlir::OpPassManager &pm, const QuantizeOptions &options);

/// Calibrated module → each site in simulated form with its scheme, or a recorded reason why it
/// stayed in float.
void buildQuantizePipeline(mlir::OpPassManager &pm, const QuantizeOptions &options);

/// Has the module been through the import phase?
bool isImported(mlir::ModuleOp module);

void registerPipelines();

} // namespace lowp

#endif
