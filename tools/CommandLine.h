//===- CommandLine.h - options of our tools ---------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_TOOLS_COMMANDLINE_H
#define LOWP_TOOLS_COMMANDLINE_H

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace lowp {

/// The options of one tool in a group of their own, beside MLIR's for passes and printing. Each
/// option stores into a variable whose value is its default.
class CommandLine {
public:
  explicit CommandLine(std::string tool);

  /// For text, numbers and flags; `modifiers` are LLVM's, such as llvm::cl::ValueOptional.
  template <typename T, typename... Modifiers>
  llvm::cl::Option &option(llvm::StringRef name, const char *description, T &value,
                           const Modifiers &...modifiers) {
    return keep(std::make_unique<llvm::cl::opt<T, true>>(
        name, llvm::cl::desc(description), llvm::cl::location(value), llvm::cl::init(T(value)),
        llvm::cl::cat(category), modifiers...));
  }
  /// The argument without a name.
  void positional(const char *description, std::string &value);
  /// All further ones.
  void positionals(const char *description, std::vector<std::string> &values);
  /// An option that may be repeated.
  void list(llvm::StringRef name, const char *description, std::vector<std::string> &values);

  void parse(int argc, char **argv, const char *overview);
  /// The exit code; an error is printed under the tool's name.
  int finish(llvm::Error error) const;

private:
  llvm::cl::Option &keep(std::unique_ptr<llvm::cl::Option> option) {
    options.push_back(std::move(option));
    return *options.back();
  }

  std::string tool, group;
  llvm::cl::OptionCategory category;
  std::vector<std::unique_ptr<llvm::cl::Option>> options;
};

} // namespace lowp

#endif
