//===- quant-compile.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Analysis/Recipe.h"
#include "lowp/Execution/Library.h"
#include "lowp/Pipelines/Driver.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/WithColor.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"

namespace cl = llvm::cl;
using llvm::StringRef;

static cl::OptionCategory category("quant-compile options");

static llvm::Error compile(lowp::DriverOptions &o, StringRef phase, const char *argv0) {
  auto last = lowp::parsePhase(phase);
  if (!last)
    return last.takeError();
  o.stopAfter = *last;
  if (StringRef(o.output).ends_with(".so")) {
    auto archive = lowp::findRuntimeArchive(argv0);
    if (!archive)
      return archive.takeError();
    o.runtimeArchive = *archive;
  }
  return lowp::compile(o);
}

static void listRecipes() {
  for (const lowp::Recipe &recipe : lowp::Recipe::builtins())
    llvm::outs() << llvm::left_justify(recipe.name, 16) << recipe.description << "\n";
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  // libLLVM brings an option of this name for a tool of its own.
  if (cl::Option *taken = cl::getRegisteredOptions().lookup("threads"))
    taken->removeArgument();
  lowp::DriverOptions o;
  o.progress = llvm::sys::Process::StandardErrIsDisplayed() ? "bar" : "lines";
  std::string phase = "codegen";
  auto text = [&](StringRef name, const char *description, std::string &value) {
    return std::make_unique<cl::opt<std::string, true>>(
        name, cl::desc(description), cl::location(value), cl::init(value), cl::cat(category));
  };
  cl::opt<std::string> model(cl::Positional, cl::desc("MODEL: .mlir or .mlirbc"), cl::cat(category));
  auto output = text("o", "output; the kind by its extension: .mlir, .mlirbc, .o, .so (+ .h)", o.output);
  auto recipe = text("recipe", "how to quantize (see --list-recipes)", o.recipe);
  auto calibration = text("calibration", "samples to calibrate with (safetensors)", o.calibration);
  auto mask = text("calibration-mask", "argument that is 0 where a token is padding", o.mask);
  auto target = text("target", "host, or a row of the CPU table", o.target);
  auto require = text("require", "int8: a site that stays in float is an error", o.require);
  auto progress = text("progress", "none, bar, lines or json", o.progress);
  auto stop = text("compile-to", "stop after import, calibrate, quantize, legalize or codegen", phase);
  cl::opt<int64_t, true> samples("calibration-samples", cl::desc("use only the first so many samples"),
                                 cl::location(o.samples), cl::cat(category));
  cl::opt<double, true> alpha("alpha", cl::desc("SmoothQuant's migration strength"),
                              cl::location(o.alpha), cl::init(0.5), cl::cat(category));
  cl::opt<int, true> threads("threads", cl::desc("threads of the calibration (default: all cores)"),
                             cl::location(o.threads), cl::cat(category));
  cl::opt<bool> list("list-recipes", cl::desc("print the built-in recipes"), cl::cat(category));
  mlir::registerAsmPrinterCLOptions();
  mlir::registerMLIRContextCLOptions();
  mlir::registerPassManagerCLOptions();
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, "quantizes and compiles a model\n");
  if (list)
    return listRecipes(), 0;
  o.model = model;
  llvm::Error error = o.model.empty() || o.output.empty()
                          ? llvm::createStringError("expected MODEL and -o OUT")
                          : compile(o, phase, argv[0]);
  if (error) {
    llvm::WithColor::error(llvm::errs(), "quant-compile") << llvm::toString(std::move(error)) << "\n";
    return 1;
  }
  return 0;
}
