//===- quant-opt.cpp - IR to IR -------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mlir-opt with our passes, and what models need: weights beside the text are attached, bytecode that
// would crash the reader is refused, the output appears complete or not at all, `.mlirbc` is bytecode.
//
//===----------------------------------------------------------------------===//

#include "lowp/Bridge/ModelFile.h"
#include "lowp/Files/AtomicOutput.h"
#include "lowp/Pipelines/Registration.h"
#include "lowp/Transforms/Import/Passes.h"

#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/WithColor.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

using namespace mlir;

static LogicalResult fail(const std::string &message) {
  llvm::WithColor::error(llvm::errs(), "quant-opt") << message << "\n";
  return failure();
}

static LogicalResult run(StringRef input, StringRef output, DialectRegistry &registry) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(input, /*IsText=*/false);
  if (!buffer)
    return fail("cannot read '" + input.str() + "': " + buffer.getError().message());
  if (failed(lowp::guardBytecode(input, **buffer, registry)))
    return failure();
  auto config = MlirOptMainConfig::createFromCLOptions();
  MlirOptMainConfig withWeights = config;
  withWeights.emitBytecode(config.shouldEmitBytecode() || output.ends_with(".mlirbc"));
  withWeights.setPassPipelineSetupFn([&](PassManager &pm) {
    if (std::string weights = lowp::weightsFileBeside(input); !weights.empty())
      pm.addPass(lowp::import::createAttachWeights({weights}));
    return config.setupPassPipeline(pm);
  });
  auto file = lowp::AtomicOutput::create(output);
  if (!file)
    return fail(llvm::toString(file.takeError()));
  if (failed(MlirOptMain(file->stream(), std::move(*buffer), registry, withWeights)))
    return failure();
  if (llvm::Error error = file->keep())
    return fail(llvm::toString(std::move(error)));
  return success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  DialectRegistry registry;
  lowp::registerAllDialects(registry);
  registerAllPasses();
  lowp::registerAllPasses();
  auto [input, output] =
      registerAndParseCLIOptions(argc, argv, "Lowp's optimizer driver\n", registry);
  return asMainReturnCode(run(input, output, registry));
}
