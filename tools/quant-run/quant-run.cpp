//===- quant-run.cpp -----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Run.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"

namespace cl = llvm::cl;

static cl::OptionCategory category("quant-run options");

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  // libLLVM brings an option of this name for a tool of its own.
  if (cl::Option *taken = cl::getRegisteredOptions().lookup("threads"))
    taken->removeArgument();
  lowp::RunOptions o;
  cl::opt<std::string> model(cl::Positional, cl::Required, cl::desc("MODEL: .mlir, .mlirbc or .so"),
                         cl::cat(category));
  auto text = [&](llvm::StringRef name, const char *description, std::string &value) {
    return std::make_unique<cl::opt<std::string, true>>(
        name, cl::desc(description), cl::location(value), cl::init(value), cl::cat(category));
  };
  auto flag = [&](llvm::StringRef name, const char *description, bool &value) {
    return std::make_unique<cl::opt<bool, true>>(name, cl::desc(description), cl::location(value),
                                                 cl::init(value), cl::cat(category));
  };
  auto input = text("input", "samples: safetensors, one tensor per argument, [samples, *shape]", o.input);
  auto output = text("output", "where to write the results (safetensors)", o.output);
  auto compare = text("compare", "reference results to compare with (safetensors)", o.compare);
  auto entry = text("entry", "entry point, where the model has several", o.entry);
  auto target = text("target", "host, or a row of the CPU table, for IR", o.target);
  auto describe = flag("describe", "list arguments and results and exit", o.describe);
  auto reference = flag("reference", "run IR through the plain, unoptimised lowering", o.reference);
  auto sites = flag("compare-sites",
                    "feed each compiled site the simulation's codes, count differing integers",
                    o.compareSites);
  auto perplexity = flag("perplexity", "score logits against the input tokens shifted by one", o.perplexity);
  auto json = flag("json", "print as JSON", o.json);
  cl::opt<int64_t, true> samples("samples", cl::desc("use only the first so many samples"),
                                 cl::location(o.samples), cl::cat(category));
  cl::opt<int, true> threads("threads", cl::desc("threads (default: all cores)"),
                             cl::location(o.threads), cl::cat(category));
  cl::opt<double, true> benchmark("benchmark", cl::desc("run the first sample for so many seconds"),
                                  cl::location(o.benchmarkSeconds), cl::cat(category));
  mlir::registerAsmPrinterCLOptions();
  mlir::registerMLIRContextCLOptions();
  mlir::registerPassManagerCLOptions();
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, "runs a model on samples\n");
  o.model = model;
  if (llvm::Error error = lowp::run(o, llvm::outs())) {
    llvm::WithColor::error(llvm::errs(), "quant-run") << llvm::toString(std::move(error)) << "\n";
    return 1;
  }
  return 0;
}
