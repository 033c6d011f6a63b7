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

#include "lowp/Codegen/CPU/Compile.h"
#include "lowp/Lowering/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace lowp {

/// What frontends give → every matmul-like op a site with a record and a unique name, weights in
/// their own layout, no f64 detours, no assertions in loop bodies.
void buildImportPipeline(mlir::OpPassManager &pm);

inline auto floatProductsNames() {
  return llvm::cl::values(clEnumValN(FloatProducts::F32, "f32", "as they are"),
                          clEnumValN(FloatProducts::BF16, "bf16", "to bf16, where the target multiplies it"));
}

struct CalibratePhaseOptions : mlir::PassPipelineOptions<CalibratePhaseOptions> {
  Option<std::string> data{*this, "data", llvm::cl::desc("samples to run (safetensors)"),
                           llvm::cl::init("")};
  Option<std::string> statistics{*this, "statistics",
                                 llvm::cl::desc("statistics of such a run, instead of samples"),
                                 llvm::cl::init("")};
  Option<int64_t> samples{*this, "samples", llvm::cl::desc("use only the first so many; 0: all"),
                          llvm::cl::init(0)};
  Option<std::string> mask{*this, "mask", llvm::cl::desc("argument that is 0 where a token is padding"),
                           llvm::cl::init("")};
  Option<int64_t> threads{*this, "threads", llvm::cl::desc("threads of the run; 0: all cores"),
                          llvm::cl::init(0)};
  Option<FloatProducts> products{
      *this, "products", llvm::cl::desc("what factors of the run's products of floats are rounded to"),
      llvm::cl::init(FloatProducts::F32), floatProductsNames()};
  Option<int64_t> sampleRows{*this, "sample-rows",
                             llvm::cl::desc("rows of each activation to keep for searches"),
                             llvm::cl::init(0)};
  Option<bool> heldOut{*this, "held-out", llvm::cl::desc("take those rows from every second sample"),
                       llvm::cl::init(false)};
  Option<bool> histogram{*this, "histogram", llvm::cl::desc("keep histograms"), llvm::cl::init(false)};
  Option<bool> movingAverage{*this, "moving-average", llvm::cl::desc("keep moving averages"),
                             llvm::cl::init(false)};
  Option<bool> outputs{*this, "outputs", llvm::cl::desc("observe the sites' results too"),
                       llvm::cl::init(false)};
  Option<std::string> progress{*this, "progress", llvm::cl::desc("none, bar, lines or json"),
                               llvm::cl::init("none")};
};

/// Imported module → each site with the statistics of its activation on the record; no probe is left.
void buildCalibratePipeline(mlir::OpPassManager &pm, const CalibratePhaseOptions &options);

struct QuantizeOptions : mlir::PassPipelineOptions<QuantizeOptions> {
  Option<std::string> recipe{*this, "recipe",
                             llvm::cl::desc("a built-in recipe or a .yaml file"),
                             llvm::cl::init("w8a8")};
  ListOption<std::string> keepFloat{*this, "keep-float",
                                    llvm::cl::desc("sites to keep in float: globs")};
  Option<std::string> alpha{*this, "alpha",
                            llvm::cl::desc("SmoothQuant's α or search; empty: what the recipe says"),
                            llvm::cl::init("")};
  Option<std::string> observer{*this, "observer",
                               llvm::cl::desc("of static ranges; empty: what the recipe says"),
                               llvm::cl::init("")};
  Option<std::string> calibration{
      *this, "calibration",
      llvm::cl::desc("samples for weight methods, observers that count the equalised activations, and biases "
                     "(safetensors)"),
      llvm::cl::init("")};
  Option<int64_t> samples{*this, "samples", llvm::cl::desc("use only the first so many; 0: all"),
                          llvm::cl::init(0)};
  Option<std::string> mask{*this, "mask", llvm::cl::desc("argument that is 0 where a token is padding"),
                           llvm::cl::init("")};
  Option<int64_t> threads{*this, "threads", llvm::cl::desc("threads of that run; 0: all cores"),
                          llvm::cl::init(0)};
  Option<FloatProducts> products{
      *this, "products", llvm::cl::desc("what factors of that run's products of floats are rounded to"),
      llvm::cl::init(FloatProducts::F32), floatProductsNames()};
  Option<double> keepSensitive{
      *this, "keep-sensitive",
      llvm::cl::desc("share of what rounding weights costs from which a site stays in float; 0: none does"),
      llvm::cl::init(0)};
  Option<double> budget{*this, "budget",
                        llvm::cl::desc("bits per weight to spend where they count; 0: the recipe's widths"),
                        llvm::cl::init(0)};
  Option<std::string> checkpoint{*this, "checkpoint",
                                 llvm::cl::desc("folder where stages are kept for a run that is killed"),
                                 llvm::cl::init("")};
  Option<std::string> progress{*this, "progress", llvm::cl::desc("none, bar, lines or json"),
                               llvm::cl::init("none")};
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

struct CodegenPhaseOptions : mlir::PassPipelineOptions<CodegenPhaseOptions> {
  Option<std::string> target{*this, "target",
                             llvm::cl::desc("host or a row of the CPU table (Target/Isas.def)"),
                             llvm::cl::init("host")};
  Option<bool> reference{*this, "reference", llvm::cl::desc("the plain lowering: no lowp.contract"),
                         llvm::cl::init(false)};
  Option<FloatProducts> floatProducts{
      *this, "float-products", llvm::cl::desc("what factors of products of floats are rounded to"),
      llvm::cl::init(FloatProducts::F32), floatProductsNames()};
  Option<bool> llvm{*this, "llvm", llvm::cl::desc("go on to the LLVM dialect"), llvm::cl::init(false)};
};

/// Upstream dialects on tensors → functions of the caller's buffers that call kernels, weights outside:
/// where LLVM begins, or its dialect.
void buildCodegenPipeline(mlir::OpPassManager &pm, const CodegenPhaseOptions &options);

/// Has the module been through the import phase?
bool isImported(mlir::ModuleOp module);

void registerPipelines();

} // namespace lowp

#endif
