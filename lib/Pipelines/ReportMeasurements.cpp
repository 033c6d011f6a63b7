//===- ReportMeasurements.cpp --------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Pipelines/ReportMeasurements.h"

#include "lowp/Bridge/ModelFile.h"
#include "lowp/Pipelines/Phases.h"
#include "lowp/Pipelines/Runnable.h"

#include "llvm/Support/FileSystem.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"

#include <cstring>

using namespace mlir;

namespace lowp {

//===----------------------------------------------------------------------===//
// Errors of sites
//===----------------------------------------------------------------------===//

/// Why no error can be measured; "" where it can.
static std::string whyNoErrors(const Report &report, const DriverOptions &options) {
  if (llvm::all_of(report.sites, [](const SiteReport &site) { return site.isFloat(); }))
    return "no site is quantized";
  if (options.calibration.empty())
    return "there is no calibration data";
  if (options.model == "-")
    return "the model came from standard input and cannot be read again";
  return "";
}

static llvm::Expected<std::vector<SiteError>> siteErrors(ModuleOp quantized,
                                                         const CpuTarget &target,
                                                         const DriverOptions &options,
                                                         int64_t samples) {
  std::unique_ptr<MLIRContext> context = createContext();
  OwningOpRef<ModuleOp> reference = readModel(options.model, context.get());
  if (!reference)
    return llvm::createStringError("'" + options.model + "' cannot be read again");
  PassManager pm(context.get());
  if (!isImported(*reference))
    buildImportPipeline(pm);
  if (failed(pm.run(*reference)))
    return llvm::createStringError("'" + options.model + "' cannot be imported again");
  const CpuTarget &row = isHostCapable(target) ? target : hostTarget();
  return measureSiteErrors(quantized, *reference, row,
                           {options.calibration, samples, options.threads});
}

void measureErrors(Report &report, ModuleOp quantized, const CpuTarget &target,
                   const DriverOptions &options) {
  constexpr int64_t kMostSamples = 8;
  report.errorsMissing = whyNoErrors(report, options);
  if (!report.errorsMissing.empty())
    return;
  int64_t samples = options.samples > 0 ? std::min(options.samples, kMostSamples) : kMostSamples;
  auto errors = siteErrors(quantized, target, options, samples);
  if (!errors) {
    report.errorsMissing = llvm::toString(errors.takeError());
    return;
  }
  report.errorSamples = errors->front().samples;
  report.attach(*errors);
}

//===----------------------------------------------------------------------===//
// The library
//===----------------------------------------------------------------------===//

/// The first calibration sample, else zeros.
static llvm::Expected<std::vector<TensorBuffer>>
makeArguments(const lowp_entry_info &entry, const DriverOptions &options, std::string &what) {
  if (!options.calibration.empty()) {
    auto data = Dataset::open(options.calibration, entry);
    if (!data)
      return data.takeError();
    what = "on a calibration sample";
    return data->sample(0);
  }
  constexpr int64_t kLength = 128; // of a dynamic model without samples
  int64_t length = std::min(kLength, entry.max_length);
  bool isDynamic = llvm::any_of(ArrayRef(entry.arguments, entry.num_arguments), [](const lowp_value_info &info) {
    return llvm::is_contained(ArrayRef(info.shape, info.rank), LOWP_DYNAMIC);
  });
  what = isDynamic ? "on zeros of length " + std::to_string(length) : "on zeros";
  std::vector<TensorBuffer> zeros;
  for (const lowp_value_info &info : ArrayRef(entry.arguments, entry.num_arguments)) {
    zeros.emplace_back(info, shapeAt(info, length));
    std::memset(zeros.back().data(), 0, zeros.back().size());
  }
  return zeros;
}

static llvm::Error timeLibrary(Report &report, const DriverOptions &options) {
  constexpr double kSeconds = 1;
  auto model = Model::open(options.output);
  if (!model)
    return model.takeError();
  auto entry = (*model)->entry("");
  if (!entry)
    return entry.takeError();
  auto arguments = makeArguments(**entry, options, report.latencyInput);
  if (!arguments)
    return arguments.takeError();
  report.scratchBytes = scratchBytes(**entry, *arguments);
  std::unique_ptr<Context> context = (*model)->createContext(/*threads=*/1);
  auto latency = measureLatency(**model, **entry, *arguments, *context, kSeconds);
  if (!latency)
    return latency.takeError();
  report.latency = std::move(*latency);
  return llvm::Error::success();
}

void measureLibrary(Report &report, const CpuTarget &target, const DriverOptions &options) {
  StringRef output = options.output;
  uint64_t size = 0;
  if (output != "-" && !llvm::sys::fs::file_size(output, size))
    report.libraryBytes = static_cast<int64_t>(size);
  if (!output.ends_with(".so")) {
    report.latencyMissing = "the output is no library";
    return;
  }
  if (!isHostCapable(target)) {
    report.latencyMissing = "this machine lacks instructions of " + std::string(target.name);
    return;
  }
  if (llvm::Error error = timeLibrary(report, options))
    report.latencyMissing = llvm::toString(std::move(error));
}

} // namespace lowp
