//===- CommandLine.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CommandLine.h"

#include "llvm/Support/WithColor.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"

namespace cl = llvm::cl;

namespace lowp {

CommandLine::CommandLine(std::string name)
    : tool(std::move(name)), group(tool + " options"), category(group) {
  // libLLVM brings an option of this name for a tool of its own.
  if (cl::Option *taken = cl::getRegisteredOptions().lookup("threads"))
    taken->removeArgument();
}

void CommandLine::positional(const char *description, std::string &value) {
  keep(std::make_unique<cl::opt<std::string, true>>(cl::Positional, cl::desc(description),
                                                    cl::location(value), cl::cat(category)));
}

void CommandLine::positionals(const char *description, std::vector<std::string> &values) {
  keep(std::make_unique<cl::list<std::string, std::vector<std::string>>>(
      cl::Positional, cl::desc(description), cl::location(values), cl::cat(category)));
}

void CommandLine::list(llvm::StringRef name, const char *description,
                       std::vector<std::string> &values) {
  keep(std::make_unique<cl::list<std::string, std::vector<std::string>>>(
      name, cl::desc(description), cl::location(values), cl::cat(category)));
}

void CommandLine::parse(int argc, char **argv, const char *overview) {
  mlir::registerAsmPrinterCLOptions();
  mlir::registerMLIRContextCLOptions();
  mlir::registerPassManagerCLOptions();
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, overview);
}

int CommandLine::finish(llvm::Error error) const {
  if (!error)
    return 0;
  llvm::WithColor::error(llvm::errs(), tool) << llvm::toString(std::move(error)) << "\n";
  return 1;
}

} // namespace lowp
