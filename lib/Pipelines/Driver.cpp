//===- Driver.cpp --------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Pipelines/Driver.h"

#include "lowp/Bridge/ModelFile.h"
#include "lowp/Execution/Library.h"
#include "lowp/Files/Recipe.h"
#include "lowp/Pipelines/Phases.h"
#include "lowp/Pipelines/Runnable.h"
#include "lowp/Transforms/Calibrate/Passes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/TargetParser/Host.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace lowp {

static constexpr StringLiteral kPhases[] = {"import", "calibrate", "quantize", "legalize", "codegen"};

llvm::Expected<Phase> parsePhase(StringRef name) {
  for (auto [i, phase] : llvm::enumerate(kPhases))
    if (phase == name)
      return static_cast<Phase>(i);
  return llvm::createStringError("unknown phase '" + name + "', expected one of " +
                                 llvm::join(ArrayRef(kPhases), ", "));
}

namespace {

bool isIR(StringRef path) { return path.ends_with(".mlir") || path.ends_with(".mlirbc") || path == "-"; }

class Driver {
public:
  explicit Driver(const DriverOptions &options) : o(options) {}

  llvm::Error run() {
    if (llvm::Error error = check())
      return error;
    context = createContext();
    module = readModel(o.model, context.get());
    if (!module)
      return llvm::createStringError("'" + o.model + "' cannot be read");
    if (llvm::Error error = lower())
      return error;
    if (isIR(o.output))
      return writeModel(*module, o.output).succeeded()
                 ? llvm::Error::success()
                 : llvm::createStringError("'" + o.output + "' was not written");
    return emit();
  }

private:
  /// What can be said before any work is done.
  llvm::Error check() {
    auto loaded = Recipe::load(o.recipe);
    if (!loaded)
      return loaded.takeError();
    recipe = std::move(*loaded);
    auto row = parseTarget(o.target);
    if (!row)
      return row.takeError();
    target = *row;
    StringRef output = o.output;
    bool native = output.ends_with(".o") || output.ends_with(".so");
    if (!native && !isIR(output))
      return llvm::createStringError("output '" + output +
                                     "' has no known kind, expected .mlir, .mlirbc, .o or .so");
    last = native ? o.stopAfter : std::min(o.stopAfter, Phase::Legalize);
    if (native && last != Phase::Codegen)
      return llvm::createStringError("output '" + output + "' needs all phases, but --compile-to=" +
                                     kPhases[static_cast<int>(last)]);
    if (recipe.needsCalibration() && last >= Phase::Quantize && o.calibration.empty())
      return llvm::createStringError("recipe '" + recipe.name +
                                     "' needs samples: expected --calibration=DATA.safetensors");
    return llvm::Error::success();
  }

  llvm::Error lower() {
    PassManager pm(context.get());
    (void)applyPassManagerCLOptions(pm);
    if (!isImported(*module))
      buildImportPipeline(pm);
    if (last >= Phase::Calibrate && !o.calibration.empty() && recipe.needsCalibration())
      pm.addPass(calibrate::createCalibrate(calibration()));
    if (last >= Phase::Quantize) {
      QuantizeOptions quantize;
      quantize.recipe = o.recipe;
      quantize.alpha = o.alpha;
      quantize.keepFloat = o.keepFloat;
      quantize.require = o.require;
      buildQuantizePipeline(pm, quantize);
    }
    if (last >= Phase::Legalize)
      buildLegalizePipeline(pm);
    sourceHash = moduleHash(*module);
    if (failed(pm.run(*module)))
      return llvm::createStringError("'" + o.model + "' was not compiled");
    return llvm::Error::success();
  }

  /// Rows of the activations are kept where something searches over them.
  calibrate::CalibrateOptions calibration() {
    constexpr int64_t kSearchRows = 1024;
    bool search = recipe.smoothQuant && (o.alpha.empty() ? !recipe.alpha : o.alpha == "search");
    calibrate::CalibrateOptions result;
    result.data = o.calibration;
    result.samples = o.samples;
    result.mask = o.mask;
    result.threads = o.threads;
    result.sampleRows = search && last >= Phase::Quantize ? kSearchRows : 0;
    result.heldOut = recipe.hasStaticRanges();
    result.progress = o.progress;
    return result;
  }

  llvm::Error emit() {
    CompileOptions options;
    options.sourceHash = sourceHash;
    if (o.target == "host")
      options.cpu = llvm::sys::getHostCPUName().str();
    auto object = compileToObject(*module, *target, options);
    if (!object)
      return object.takeError();
    if (StringRef(o.output).ends_with(".o"))
      return writeObject(*object, o.output);
    return linkLibrary(*object, o.output, o.runtimeArchive);
  }

  const DriverOptions &o;
  Recipe recipe;
  const CpuTarget *target = nullptr;
  Phase last = Phase::Codegen;
  std::string sourceHash;
  std::unique_ptr<MLIRContext> context;
  OwningOpRef<ModuleOp> module;
};

} // namespace

llvm::Error compile(const DriverOptions &options) { return Driver(options).run(); }

} // namespace lowp
