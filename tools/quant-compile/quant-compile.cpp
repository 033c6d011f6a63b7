//===- quant-compile.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../CommandLine.h"

#include "lowp/Execution/Library.h"
#include "lowp/Files/Recipe.h"
#include "lowp/Pipelines/Driver.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Process.h"

using llvm::StringRef;

static llvm::Error compile(lowp::DriverOptions &o, StringRef phase, bool dryRun,
                           const char *argv0) {
  if (o.model.empty() || (o.output.empty() && !dryRun))
    return llvm::createStringError("expected MODEL and -o OUT");
  auto last = lowp::parsePhase(phase);
  if (!last)
    return last.takeError();
  o.stopAfter = *last;
  if (dryRun)
    return lowp::dryRun(o, llvm::outs());
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
  llvm::outs() << lowp::Recipe::weightOnlyNames() << "\n" << lowp::Recipe::cacheNames() << "\n";
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  lowp::DriverOptions o;
  o.progress = llvm::sys::Process::StandardErrIsDisplayed() ? "bar" : "lines";
  std::string phase = "codegen";
  bool list = false, dryRun = false;
  lowp::CommandLine line("quant-compile");
  line.positional("MODEL: .mlir or .mlirbc", o.model);
  line.option("o", "output; the kind by its extension: .mlir, .mlirbc, .o, .so (+ .h)", o.output);
  line.option("recipe", "how to quantize (see --list-recipes)", o.recipe);
  line.option("calibration", "samples to calibrate with (safetensors)", o.calibration);
  line.option("calibration-samples", "use only the first so many samples", o.samples);
  line.option("calibration-mask", "argument that is 0 where a token is padding", o.mask);
  line.option("calibration-products", "what factors of products of floats are rounded to in the runs over samples: f32, or "
                                      "bf16, twice as fast on processors that multiply it",
              o.calibrationProducts);
  line.option("statistics", "statistics of a run over such samples, instead of them (safetensors)",
              o.statistics);
  line.option("keep-sensitive", "keep sites in float whose weight makes this share of what rounding all weights costs",
              o.keepSensitive);
  line.option("budget", "bits per weight, scales included, to spend where they count: 4.25bpw", o.budget);
  line.option("checkpoint", "folder where a weight method keeps its stages: a run that was killed goes on there",
              o.checkpoint);
  line.option("observer",
              "of static ranges: minmax, moving-average, percentile[:99.99], entropy or mse", o.observer);
  line.option("target", "host, a row of the CPU table, or a processor by LLVM's name; a library may be for several, best first: A,B", o.target);
  line.option("isa", "rows of the CPU table to choose from: ROW,...", o.isa);
  line.option("math", "of exp and GELU: exact to a few ulp, or coarse, to 1.3e-4 (default: coarse where the "
                      "recipe quantizes activations, or with --float-products=bf16)",
              o.math);
  line.option("float-products", "what weights and activations in float are rounded to where they are multiplied: f32, or "
                                "bf16 on processors that multiply it",
              o.floatProducts);
  line.option("require", "int8: a site that stays in float is an error", o.require);
  line.option("progress", "none, bar, lines or json", o.progress);
  line.option("compile-to", "stop after import, calibrate, quantize, legalize or codegen", phase);
  line.option("alpha", "SmoothQuant's migration strength, or search", o.alpha);
  line.list("keep-float", "sites to keep in float: glob, repeatable", o.keepFloat);
  line.list("report", "what was done and what it costs: .html or .json, repeatable", o.reports);
  line.option("threads", "threads of the calibration (default: all cores)", o.threads);
  line.option("dry-run", "print sites, schemes, sizes, memory and time; run and write nothing",
              dryRun);
  line.option("list-recipes", "print the built-in recipes", list);
  line.parse(argc, argv, "quantizes and compiles a model\n");
  if (list)
    return listRecipes(), 0;
  return line.finish(compile(o, phase, dryRun, argv[0]));
}
