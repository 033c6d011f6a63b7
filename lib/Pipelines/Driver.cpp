//===- Driver.cpp --------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Pipelines/Driver.h"

#include "lowp/Bridge/ModelFile.h"
#include "lowp/Execution/Library.h"
#include "lowp/Files/AtomicOutput.h"
#include "lowp/Files/Recipe.h"
#include "lowp/Pipelines/DryRun.h"
#include "lowp/Pipelines/Phases.h"
#include "lowp/Pipelines/ReportMeasurements.h"
#include "lowp/Pipelines/Runnable.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace lowp {

static constexpr StringLiteral kPhases[] = {"import", "calibrate", "quantize", "legalize",
                                            "codegen"};

llvm::Expected<Phase> parsePhase(StringRef name) {
  for (auto [i, phase] : llvm::enumerate(kPhases))
    if (phase == name)
      return static_cast<Phase>(i);
  return llvm::createStringError("unknown phase '" + name + "', expected one of " +
                                 llvm::join(ArrayRef(kPhases), ", "));
}

namespace {

bool isIR(StringRef path) {
  return path.ends_with(".mlir") || path.ends_with(".mlirbc") || path == "-";
}

using ReportWriter = void (*)(const Report &, llvm::raw_ostream &);

/// Can a file of that name be made? Better said before the work than after it.
llvm::Error checkWritable(StringRef path) {
  llvm::sys::fs::file_status status;
  if (path == "-" || (!llvm::sys::fs::status(path, status) && llvm::sys::fs::is_other(status)))
    return llvm::Error::success(); // a pipe would take it for the output
  return AtomicOutput::create(path).takeError();
}

/// Null where the extension says nothing.
ReportWriter writerFor(StringRef path) {
  return path.ends_with(".html")   ? writeReportHTML
         : path.ends_with(".json") ? writeReportJSON
                                   : nullptr;
}

class Driver {
public:
  explicit Driver(const DriverOptions &options) : o(options) {}

  llvm::Error compile() {
    if (llvm::Error error = checkRecipeAndTarget())
      return error;
    if (llvm::Error error = checkOutput())
      return error;
    if (llvm::Error error = openReports())
      return error;
    if (llvm::Error error = import())
      return error;
    if (llvm::Error error = quantize())
      return error;
    if (!o.reports.empty())
      measureErrors(report, *module, *target, o);
    if (llvm::Error error = writeOutput())
      return error;
    return writeReports();
  }

  llvm::Error dryRun(llvm::raw_ostream &os) {
    if (llvm::Error error = checkRecipeAndTarget())
      return error;
    last = Phase::Codegen;
    if (llvm::Error error = import())
      return error;
    if (llvm::Error error =
            run([&](OpPassManager &pm) { addQuantize(pm, buildAssignSchemesPipeline); }))
      return error;
    describe(parameterBytesAfter(*module));
    printDryRun(report, estimateCompile(report, keptRows()), os);
    return llvm::Error::success();
  }

private:
  //===--------------------------------------------------------------------===//
  // What can be said before any work is done
  //===--------------------------------------------------------------------===//

  llvm::Error checkRecipeAndTarget() {
    auto loaded = Recipe::load(o.recipe);
    if (!loaded)
      return loaded.takeError();
    recipe = std::move(*loaded);
    if (!o.observer.empty())
      if (llvm::Error error = recipe.setObserver(o.observer))
        return error;
    if (!o.math.empty() && o.math != "exact" && o.math != "coarse")
      return llvm::createStringError("unknown math '" + o.math + "', expected exact or coarse");
    for (auto [name, products] : {std::pair(&o.floatProducts, &floatProducts), {&o.calibrationProducts, &calibrationProducts}}) {
      auto parsed = parseFloatProducts(*name);
      if (!parsed)
        return parsed.takeError();
      *products = *parsed;
    }
    auto parsed = parseTargets(o.target, o.isa);
    if (!parsed)
      return parsed.takeError();
    targets = std::move(*parsed);
    auto capable = llvm::find_if(targets, [](const TargetChoice &choice) { return isHostCapable(*choice.row); });
    target = capable == targets.end() ? targets.front().row : capable->row;
    return llvm::Error::success();
  }

  llvm::Error checkOutput() {
    StringRef output = o.output;
    bool native = output.ends_with(".o") || output.ends_with(".so");
    if (!native && !isIR(output))
      return llvm::createStringError("output '" + output +
                                     "' has no known kind, expected .mlir, .mlirbc, .o or .so");
    if (output.ends_with(".so") && isForeign(*target))
      return llvm::createStringError("output '" + output + "' needs a runtime for " +
                                     std::string(target->triple) + ", which is not here; expected .o");
    if (targets.size() > 1 && !output.ends_with(".so"))
      return llvm::createStringError("output '" + output + "' holds code for one target, found " +
                                     Twine(targets.size()) + "; expected .so");
    last = native ? o.stopAfter : std::min(o.stopAfter, Phase::Legalize);
    if (native && last != Phase::Codegen)
      return llvm::createStringError("output '" + output + "' needs all phases, but --compile-to=" +
                                     kPhases[static_cast<int>(last)]);
    if (!(o.keepSensitive >= 0 && o.keepSensitive <= 1))
      return llvm::createStringError("keep-sensitive is " + std::to_string(o.keepSensitive) + ", expected a share in [0, 1]");
    if (o.keepSensitive > 0 && o.calibration.empty())
      return llvm::createStringError("keep-sensitive runs the model: expected --calibration=DATA.safetensors");
    if (llvm::Error error = readBudget())
      return error;
    if (recipe.needsSamples() && last >= Phase::Quantize && o.calibration.empty())
      return llvm::createStringError("recipe '" + recipe.name +
                                     "' runs the model: expected --calibration=DATA.safetensors");
    if (recipe.needsCalibration() && last >= Phase::Quantize && o.calibration.empty() && o.statistics.empty())
      return llvm::createStringError("recipe '" + recipe.name +
                                     "' needs samples: expected --calibration=DATA.safetensors, or "
                                     "--statistics of a run over them");
    return checkWritable(output);
  }

  /// "4.25", or "4.25bpw".
  llvm::Error readBudget() {
    if (o.budget.empty())
      return llvm::Error::success();
    StringRef number = o.budget;
    number.consume_back("bpw");
    if (number.getAsDouble(budget) || !(budget > 0 && budget < 32))
      return llvm::createStringError("budget '" + o.budget + "' is not valid, expected bits per weight such as 4.25bpw");
    if (o.calibration.empty())
      return llvm::createStringError("a budget needs samples: expected --calibration=DATA.safetensors");
    return llvm::Error::success();
  }

  llvm::Error openReports() {
    for (const std::string &path : o.reports)
      if (!writerFor(path))
        return llvm::createStringError("report '" + path +
                                       "' has no known kind, expected .html or .json");
    if (!o.reports.empty() && last < Phase::Quantize)
      return llvm::createStringError(Twine("a report needs the quantize phase, but --compile-to=") +
                                     kPhases[static_cast<int>(last)]);
    for (const std::string &path : o.reports) {
      auto file = AtomicOutput::create(path);
      if (!file)
        return file.takeError();
      reportFiles.push_back(std::move(*file));
    }
    return llvm::Error::success();
  }

  //===--------------------------------------------------------------------===//
  // Phases
  //===--------------------------------------------------------------------===//

  llvm::Error run(llvm::function_ref<void(OpPassManager &)> build) {
    PassManager pm(context.get());
    (void)applyPassManagerCLOptions(pm);
    build(pm);
    if (failed(pm.run(*module)))
      return llvm::createStringError("'" + o.model + "' was not compiled");
    return llvm::Error::success();
  }

  llvm::Error import() {
    context = createContext();
    module = readModel(o.model, context.get());
    if (!module)
      return llvm::createStringError("'" + o.model + "' cannot be read");
    if (!isImported(*module))
      if (llvm::Error error = run(buildImportPipeline))
        return error;
    report.sourceHash = moduleHash(*module);
    report.parametersBefore = parameterBytes(*module);
    report.cacheBefore = cacheBytes(*module);
    report.cacheAfter = cacheBytesAfter(*module, recipe.cache);
    return llvm::Error::success();
  }

  llvm::Error quantize() {
    llvm::Error error = run([&](OpPassManager &pm) {
      bool calibrated = !o.calibration.empty() || !o.statistics.empty();
      if (last >= Phase::Calibrate && calibrated && recipe.needsCalibration())
        addCalibrate(pm);
      if (last >= Phase::Quantize)
        addQuantize(pm, buildQuantizePipeline);
    });
    if (!error)
      describe(parameterBytes(*module));
    return error;
  }

  using QuantizeBuilder = void (*)(OpPassManager &, const QuantizeOptions &);

  void addQuantize(OpPassManager &pm, QuantizeBuilder build) const {
    QuantizeOptions quantize;
    quantize.recipe = o.recipe;
    quantize.alpha = o.alpha;
    quantize.observer = o.observer;
    quantize.calibration = o.calibration;
    quantize.samples = o.samples;
    quantize.mask = o.mask;
    quantize.threads = o.threads;
    quantize.products = calibrationProducts;
    quantize.keepFloat = o.keepFloat;
    quantize.require = o.require;
    quantize.checkpoint = o.checkpoint;
    quantize.budget = budget;
    quantize.keepSensitive = o.keepSensitive;
    quantize.progress = o.progress;
    build(pm, quantize);
  }

  /// Rows of the activations are kept where something searches over them.
  int64_t keptRows() const {
    constexpr int64_t kSearchRows = 1024;
    bool search = recipe.smoothQuant && (o.alpha.empty() ? !recipe.alpha : o.alpha == "search");
    return search ? kSearchRows : 0;
  }

  /// With equalisation, what is counted over whole tensors is counted behind it.
  void addCalibrate(OpPassManager &pm) const {
    CalibratePhaseOptions calibration;
    calibration.data = o.calibration;
    calibration.statistics = o.statistics;
    calibration.samples = o.samples;
    calibration.mask = o.mask;
    calibration.threads = o.threads;
    calibration.products = calibrationProducts;
    calibration.sampleRows = keptRows();
    calibration.heldOut = recipe.hasStaticRanges();
    calibration.histogram = recipe.needsHistogram() && !recipe.smoothQuant;
    calibration.movingAverage = recipe.needsMovingAverage() && !recipe.smoothQuant;
    calibration.outputs = recipe.biasCorrection;
    calibration.progress = o.progress;
    buildCalibratePipeline(pm, calibration);
  }

  //===--------------------------------------------------------------------===//
  // Output
  //===--------------------------------------------------------------------===//

  llvm::Error writeOutput() {
    if (last >= Phase::Legalize)
      if (llvm::Error error = run(buildLegalizePipeline))
        return error;
    if (!isIR(o.output))
      return emit();
    return writeModel(*module, o.output).succeeded()
               ? llvm::Error::success()
               : llvm::createStringError("'" + o.output + "' was not written");
  }

  llvm::Error emit() {
    CompileOptions options;
    options.sourceHash = report.sourceHash;
    options.floatProducts = floatProducts;
    bool isRounded = floatProducts != FloatProducts::F32 || recipe.quantizesActivations();
    options.coarseMath = o.math.empty() ? isRounded : o.math == "coarse";
    auto objects = compileForLibrary(*module, targets, options);
    if (!objects)
      return objects.takeError();
    if (StringRef(o.output).ends_with(".o"))
      return writeObject(objects->front(), o.output);
    return linkLibrary(*objects, o.output, o.runtimeArchive);
  }

  /// What the report says of the module as it is now.
  void describe(int64_t parametersAfter) {
    report.model = o.model;
    report.output = o.output;
    report.recipe = recipe.name;
    report.target = llvm::join(llvm::map_range(targets, [](const TargetChoice &t) { return std::string(t.row->name); }), ", ");
    report.version = LOWP_VERSION;
    report.sites = describeSites(*module);
    report.parametersAfter = parametersAfter;
  }

  llvm::Error writeReports() {
    if (!o.reports.empty())
      measureLibrary(report, *target, o);
    for (auto [path, file] : llvm::zip(o.reports, reportFiles)) {
      writerFor(path)(report, file.stream());
      if (llvm::Error error = file.keep())
        return error;
    }
    return llvm::Error::success();
  }

  const DriverOptions &o;
  Recipe recipe;
  FloatProducts floatProducts = FloatProducts::F32, calibrationProducts = FloatProducts::F32;
  std::vector<TargetChoice> targets;
  const CpuTarget *target = nullptr; ///< the first of them that this machine has, else the first
  double budget = 0; ///< bits per weight; 0: the recipe's
  Phase last = Phase::Codegen;
  Report report;
  std::vector<AtomicOutput> reportFiles;
  std::unique_ptr<MLIRContext> context;
  OwningOpRef<ModuleOp> module;
};

} // namespace

llvm::Error compile(const DriverOptions &options) { return Driver(options).compile(); }

llvm::Error dryRun(const DriverOptions &options, llvm::raw_ostream &os) {
  return Driver(options).dryRun(os);
}

} // namespace lowp
