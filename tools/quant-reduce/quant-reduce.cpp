//===- quant-reduce.cpp - small modules that still fail -------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mlir-reduce with our passes, and what models need: weights beside the text are attached, the
// output appears complete or not at all.
//
//===----------------------------------------------------------------------===//

#include "../CommandLine.h"

#include "lowp/Bridge/ModelFile.h"
#include "lowp/Pipelines/Registration.h"
#include "lowp/Pipelines/Runnable.h"

#include "llvm/Support/InitLLVM.h"
#include "mlir/InitAllPasses.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Reducer/Passes.h"

static llvm::Error reduce(const std::string &input, const std::string &output,
                          const mlir::PassPipelineCLParser &passes) {
  std::unique_ptr<mlir::MLIRContext> context = lowp::createContext();
  context->loadAllAvailableDialects(); // reducers run passes without loading what they create
  mlir::OwningOpRef<mlir::ModuleOp> module = lowp::readModel(input, context.get());
  if (!module)
    return llvm::createStringError("'" + input + "' cannot be read");
  mlir::PassManager pm(context.get());
  if (failed(passes.addToPipeline(pm, [](const llvm::Twine &) { return mlir::failure(); })))
    return llvm::createStringError("the reductions cannot be built");
  // Attempts that are no valid IR are part of reducing.
  mlir::ScopedDiagnosticHandler quiet(context.get(), [](mlir::Diagnostic &) {});
  if (failed(pm.run(*module)))
    return llvm::createStringError("'" + input +
                                   "' was not reduced, expected a test script that exits "
                                   "with 1 for it");
  if (failed(lowp::writeModel(*module, output)))
    return llvm::createStringError("'" + output + "' was not written");
  return llvm::Error::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  mlir::registerAllPasses();
  mlir::registerReducerPasses();
  lowp::registerAllPasses();
  std::string input, output = "-";
  lowp::CommandLine line("quant-reduce");
  line.positional("MODEL: .mlir or .mlirbc", input);
  line.option("o", "output: .mlir or .mlirbc", output);
  mlir::PassPipelineCLParser passes("", "reductions");
  line.parse(
      argc, argv,
      "makes a module smaller while a script finds it interesting (exits with 1), for example\n"
      "  --reduction-tree='traversal-mode=0 test=SCRIPT'\n"
      "  --opt-reduction-pass='opt-pass=canonicalize test=SCRIPT'\n");
  return line.finish(input.empty() ? llvm::createStringError("expected MODEL")
                                   : reduce(input, output, passes));
}
