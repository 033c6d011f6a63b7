//===- Phases.cpp --------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Pipelines/Phases.h"

#include "lowp/Codegen/CPU/Compile.h"
#include "lowp/Codegen/CPU/Passes.h"
#include "lowp/Conversion/QuantToLowp/QuantToLowp.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Files/Recipe.h"
#include "lowp/Pipelines/Runnable.h"
#include "lowp/Transforms/Activations/Passes.h"
#include "lowp/Transforms/Cache/Passes.h"
#include "lowp/Transforms/Calibrate/Passes.h"
#include "lowp/Transforms/Equalize/Passes.h"
#include "lowp/Transforms/Import/Passes.h"
#include "lowp/Transforms/Weights/Passes.h"

#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace lowp {

static void addCleanup(OpPassManager &pm) {
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void buildImportPipeline(OpPassManager &pm) {
  pm.addPass(import::createAttachWeights());
  pm.addPass(createQuantToLowp()); // before upstream's folders drop roundings
  addCleanup(pm);
  OpPassManager &func = pm.nest<func::FuncOp>();
  func.addPass(import::createResolveLength());
  func.addPass(import::createExtractsToOperands());
  func.addPass(import::createDemoteF64());
  func.addPass(import::createBoundGathers());
  func.addPass(import::createMultiplyByReciprocals());
  func.addPass(import::createChannelsLast());
  func.addPass(createLinalgFoldUnitExtentDimsPass());
  func.addPass(createCanonicalizerPass()); // copies that only broadcast a length of 1 go
  func.addPass(import::createFoldConstantReshapes());
  func.addPass(import::createFoldWeightTransposes());
  addCleanup(pm);
  pm.addPass(import::createConstantsToResources());
  pm.addPass(import::createNameSites());
  pm.addPass(import::createVerifyImport());
}

void buildCalibratePipeline(OpPassManager &pm, const CalibratePhaseOptions &options) {
  calibrate::CalibrateOptions run;
  run.data = options.data;
  run.samples = options.samples;
  run.mask = options.mask;
  run.threads = options.threads;
  run.products = options.products;
  run.sampleRows = options.sampleRows;
  run.heldOut = options.heldOut;
  run.histogram = options.histogram;
  run.movingAverage = options.movingAverage;
  run.outputs = options.outputs;
  run.progress = options.progress;
  if (options.statistics.empty())
    pm.addPass(calibrate::createCalibrate(run));
  else
    pm.addPass(calibrate::createAttachStatistics({options.statistics}));
  pm.addPass(calibrate::createVerifyCalibrate());
}

/// What is known of a recipe that cannot be loaded is its name: lowp-assign-schemes reports it, and an
/// observer that does not fit.
static Recipe recipeOf(const QuantizeOptions &options) {
  llvm::Expected<Recipe> recipe = Recipe::load(options.recipe);
  if (!recipe) {
    llvm::consumeError(recipe.takeError());
    return {};
  }
  if (!options.observer.empty())
    llvm::consumeError(recipe->setObserver(options.observer));
  return *recipe;
}

/// Equalisation changes what a histogram or moving average has counted: count again. The new records replace those
/// that are there, so the means of outputs, which equalisation leaves alone, are taken again too.
static void addRecalibration(OpPassManager &pm, const QuantizeOptions &options, const Recipe &recipe) {
  CalibratePhaseOptions again;
  again.data = options.calibration;
  again.samples = options.samples;
  again.mask = options.mask;
  again.threads = options.threads;
  again.products = options.products;
  again.histogram = recipe.needsHistogram();
  again.movingAverage = recipe.needsMovingAverage();
  again.outputs = recipe.biasCorrection;
  if (!again.data.empty() && (again.histogram || again.movingAverage))
    buildCalibratePipeline(pm, again);
}

/// Fills what the options of all passes that run the model over samples are called.
template <typename PassOptions> static PassOptions overSamples(const QuantizeOptions &options) {
  PassOptions result;
  result.data = options.calibration;
  result.samples = options.samples;
  result.mask = options.mask;
  result.threads = options.threads;
  result.products = options.products;
  return result;
}

/// What rounding and clipping add on average is known from the samples alone.
static void addBiasCalibration(OpPassManager &pm, const QuantizeOptions &options) {
  pm.addPass(calibrate::createCalibrateBias(overSamples<calibrate::CalibrateBiasOptions>(options)));
}

/// Widths by what they cost and bring, where there is a budget.
static void addBudget(OpPassManager &pm, const QuantizeOptions &options) {
  if (options.budget == 0)
    return;
  weights::AssignBitsOptions bits;
  bits.data = options.calibration;
  bits.threads = options.threads;
  bits.budget = options.budget;
  pm.addPass(weights::createAssignBits(bits));
}

static void addSensitivity(OpPassManager &pm, const QuantizeOptions &options) {
  if (options.keepSensitive == 0)
    return;
  weights::KeepSensitiveOptions keep;
  keep.data = options.calibration;
  keep.threads = options.threads;
  keep.share = options.keepSensitive;
  pm.addPass(weights::createKeepSensitive(keep));
}

/// Weights to codes, as the recipe's method says. What GPTQ is not for is rounded to nearest behind it.
static void addWeights(OpPassManager &pm, const QuantizeOptions &options, const WeightMethod &method) {
  if (method.awq)
    pm.addPass(equalize::createAWQ(overSamples<equalize::AWQOptions>(options)));
  if (method.gptq) {
    auto gptq = overSamples<weights::QuantizeWeightsGPTQOptions>(options);
    gptq.search = method.searchRange;
    gptq.actOrder = method.actOrder;
    gptq.staticGroups = method.staticGroups;
    gptq.damping = method.damping;
    gptq.propagation = method.propagation;
    gptq.checkpoint = options.checkpoint;
    gptq.progress = options.progress;
    pm.addPass(weights::createQuantizeWeightsGPTQ(gptq));
  }
  pm.addPass(weights::createQuantizeWeightsRTN({method.searchRange}));
}

static void addCache(OpPassManager &pm, const CacheFormat &format) {
  if (format.isFloat())
    return;
  cache::QuantizeCacheOptions options;
  options.codes = cacheCodesName(format.codes);
  options.group = format.group;
  options.residual = format.residual;
  pm.addPass(cache::createQuantizeCache(options));
}

void buildAssignSchemesPipeline(OpPassManager &pm, const QuantizeOptions &options) {
  weights::AssignSchemesOptions schemes;
  schemes.recipe = options.recipe;
  schemes.keepFloat = llvm::to_vector(options.keepFloat);
  schemes.observer = options.observer;
  schemes.require = options.require;
  pm.addPass(weights::createAssignSchemes(schemes));
}

void buildQuantizePipeline(OpPassManager &pm, const QuantizeOptions &options) {
  Recipe recipe = recipeOf(options);
  buildAssignSchemesPipeline(pm, options);
  addSensitivity(pm, options);
  addBudget(pm, options);
  if (recipe.smoothQuant) {
    std::string alpha = recipe.alpha ? std::to_string(*recipe.alpha) : "search";
    if (!options.alpha.empty())
      alpha = options.alpha;
    pm.addPass(equalize::createSmoothQuant({alpha}));
    addRecalibration(pm, options, recipe);
  }
  bool measuresBias = recipe.biasCorrection && !options.calibration.empty();
  if (recipe.biasCorrection && !measuresBias)
    pm.addPass(weights::createCorrectBias());
  addWeights(pm, options, recipe.method);
  pm.addPass(activations::createQuantizeActivations());
  if (measuresBias)
    addBiasCalibration(pm, options);
  addCache(pm, recipe.cache);
  pm.addPass(activations::createVerifyQuantize());
}

void buildCodegenPipeline(OpPassManager &pm, const CodegenPhaseOptions &options) {
  llvm::Expected<TargetChoice> target = parseTarget(options.target.getValue());
  if (!target) {
    llvm::consumeError(target.takeError());
    pm.addPass(cpu::createFormContracts({options.target})); // a pipeline has no errors of its own
    return;
  }
  CompileOptions compile;
  compile.reference = options.reference;
  compile.floatProducts = options.floatProducts;
  buildBufferPipeline(pm, *target->row, compile);
  if (options.llvm)
    buildLLVMPipeline(pm, *target->row, compile);
}

bool isImported(ModuleOp module) { return !module.getOps<SiteOp>().empty(); }

void registerPipelines() {
  PassPipelineRegistration<>("lowp-import-pipeline", "normalise what a frontend gives",
                             buildImportPipeline);
  PassPipelineRegistration<CalibratePhaseOptions>("lowp-calibrate-pipeline",
                                                  "put statistics on the sites' records",
                                                  buildCalibratePipeline);
  PassPipelineRegistration<QuantizeOptions>("lowp-quantize-pipeline",
                                            "quantize the sites as a recipe says",
                                            buildQuantizePipeline);
  PassPipelineRegistration<>("lowp-legalize-pipeline",
                             "simulated form to integer contractions and epilogues",
                             buildLegalizePipeline);
  PassPipelineRegistration<CodegenPhaseOptions>("lowp-codegen-pipeline",
                                                "buffers, kernels and external weights for a target",
                                                buildCodegenPipeline);
}

} // namespace lowp
