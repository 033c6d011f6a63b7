//===- Phases.cpp --------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Pipelines/Phases.h"

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Files/Recipe.h"
#include "lowp/Transforms/Activations/Passes.h"
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
  addCleanup(pm);
  OpPassManager &func = pm.nest<func::FuncOp>();
  func.addPass(import::createDemoteF64());
  func.addPass(import::createBoundGathers());
  func.addPass(import::createMultiplyByReciprocals());
  func.addPass(import::createChannelsLast());
  func.addPass(createLinalgFoldUnitExtentDimsPass());
  func.addPass(import::createFoldConstantReshapes());
  func.addPass(import::createFoldWeightTransposes());
  addCleanup(pm);
  pm.addPass(import::createConstantsToResources());
  pm.addPass(import::createNameSites());
  pm.addPass(import::createVerifyImport());
}

/// What is known of a recipe that cannot be loaded is its name: lowp-assign-schemes reports it.
static Recipe recipeOf(const QuantizeOptions &options) {
  llvm::Expected<Recipe> recipe = Recipe::load(options.recipe);
  if (recipe)
    return *recipe;
  llvm::consumeError(recipe.takeError());
  return {};
}

void buildAssignSchemesPipeline(OpPassManager &pm, const QuantizeOptions &options) {
  weights::AssignSchemesOptions schemes;
  schemes.recipe = options.recipe;
  schemes.keepFloat = llvm::to_vector(options.keepFloat);
  schemes.require = options.require;
  pm.addPass(weights::createAssignSchemes(schemes));
}

void buildQuantizePipeline(OpPassManager &pm, const QuantizeOptions &options) {
  Recipe recipe = recipeOf(options);
  buildAssignSchemesPipeline(pm, options);
  if (recipe.smoothQuant) {
    std::string alpha = recipe.alpha ? std::to_string(*recipe.alpha) : "search";
    if (!options.alpha.empty())
      alpha = options.alpha;
    pm.addPass(equalize::createSmoothQuant({alpha}));
  }
  if (recipe.biasCorrection)
    pm.addPass(weights::createCorrectBias());
  pm.addPass(weights::createQuantizeWeightsRTN());
  pm.addPass(activations::createQuantizeActivations());
  pm.addPass(activations::createVerifyQuantize());
}

bool isImported(ModuleOp module) { return !module.getOps<SiteOp>().empty(); }

void registerPipelines() {
  PassPipelineRegistration<>("lowp-import-pipeline", "normalise what a frontend gives",
                             buildImportPipeline);
  PassPipelineRegistration<QuantizeOptions>("lowp-quantize-pipeline",
                                            "quantize the sites as a recipe says",
                                            buildQuantizePipeline);
  PassPipelineRegistration<>("lowp-legalize-pipeline",
                             "simulated form to integer contractions and epilogues",
                             buildLegalizePipeline);
}

} // namespace lowp
