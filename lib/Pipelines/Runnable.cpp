//===- Runnable.cpp ------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Pipelines/Runnable.h"

#include "lowp/Bridge/ModelFile.h"
#include "lowp/Pipelines/Phases.h"
#include "lowp/Pipelines/Registration.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/TargetParser/Host.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace lowp {

static const CpuTarget *lookupRow(StringRef name) {
  return CpuTarget::lookup({name.data(), name.size()});
}

/// The rows that `--isa` admits; all if it is empty.
static llvm::Expected<SmallVector<const CpuTarget *>> parseIsas(StringRef isas) {
  SmallVector<StringRef> names;
  isas.split(names, ',', -1, /*KeepEmpty=*/false);
  SmallVector<const CpuTarget *> rows;
  for (StringRef name : names) {
    rows.push_back(lookupRow(name));
    if (!rows.back())
      return llvm::createStringError("unknown instruction set '" + name + "', expected one of " +
                                     CpuTarget::names());
  }
  return rows;
}

llvm::Expected<TargetChoice> parseTarget(StringRef name, StringRef isas) {
  auto rows = parseIsas(isas);
  if (!rows)
    return rows.takeError();
  auto isAllowed = [&](const CpuTarget &row) { return rows->empty() || llvm::is_contained(*rows, &row); };
  TargetChoice choice;
  if (name == "host") {
    choice = {hostTarget(isAllowed), llvm::sys::getHostCPUName().str()};
  } else if (const CpuTarget *row = lookupRow(name)) {
    choice.row = isAllowed(*row) ? row : nullptr;
  } else if (isCpu(name)) {
    choice = {targetForCpu(name, isAllowed), name.str()};
  } else {
    return llvm::createStringError("unknown target '" + name + "', expected host, a processor of LLVM's or one of " +
                                   CpuTarget::names());
  }
  if (!choice.row)
    return llvm::createStringError("target '" + name + "' has none of the instruction sets '" + isas + "'");
  return choice;
}

/// Does whatever has `row` have all of `other` too?
static bool implies(const CpuTarget &row, const CpuTarget &other) {
  SmallVector<StringRef> features;
  StringRef(row.features.data(), row.features.size()).split(features, ',', -1, /*KeepEmpty=*/false);
  return other.isSupported([&](std::string_view feature) {
    return llvm::is_contained(features, StringRef(feature.data(), feature.size()));
  });
}

llvm::Expected<std::vector<TargetChoice>> parseTargets(StringRef names, StringRef isas) {
  std::vector<TargetChoice> choices;
  SmallVector<StringRef> parts;
  names.split(parts, ',');
  for (StringRef part : parts) {
    auto choice = parseTarget(part, isas);
    if (!choice)
      return choice.takeError();
    for (auto [before, name] : llvm::zip(choices, parts)) {
      bool bothForeign = isForeign(*before.row) && isForeign(*choice->row);
      if (bothForeign ? before.row->triple != choice->row->triple : isForeign(*before.row) != isForeign(*choice->row))
        return llvm::createStringError("targets '" + name + "' and '" + part + "' are of two architectures");
      if (implies(*choice->row, *before.row))
        return llvm::createStringError("target '" + part + "' would never be taken: what has it, has '" + name +
                                       "' too, which stands in front of it");
    }
    choices.push_back(std::move(*choice));
  }
  return std::move(choices);
}

/// "FILE:LINE:COLUMN: " or "NAME: " of the innermost location that says anything.
static std::string locationPrefix(Location loc) {
  std::string prefix;
  loc->walk([&](Location inner) {
    if (auto file = dyn_cast<FileLineColLoc>(inner))
      prefix = llvm::formatv("{0}:{1}:{2}: ", file.getFilename().strref(), file.getLine(),
                             file.getColumn());
    else if (auto name = dyn_cast<NameLoc>(inner); name && prefix.empty())
      prefix = (name.getName().strref() + ": ").str();
    return prefix.empty() || !isa<FileLineColLoc>(inner) ? WalkResult::advance()
                                                         : WalkResult::interrupt();
  });
  return prefix;
}

/// MLIR alone prints nothing but errors; a site that stays in float must not be silent.
static void printDiagnostic(Diagnostic &diagnostic) {
  StringRef severity = diagnostic.getSeverity() == DiagnosticSeverity::Error     ? "error"
                       : diagnostic.getSeverity() == DiagnosticSeverity::Warning ? "warning"
                       : diagnostic.getSeverity() == DiagnosticSeverity::Remark  ? "remark"
                                                                                 : "note";
  llvm::errs() << locationPrefix(diagnostic.getLocation()) << severity << ": " << diagnostic.str()
               << "\n";
}

std::unique_ptr<MLIRContext> createContext() {
  DialectRegistry registry;
  registerAllDialects(registry);
  auto context = std::make_unique<MLIRContext>(registry);
  context->getDiagEngine().registerHandler(printDiagnostic);
  return context;
}

llvm::Error lowerForCodegen(ModuleOp module) {
  PassManager pm(module.getContext());
  if (!isImported(module))
    buildImportPipeline(pm);
  buildLegalizePipeline(pm);
  if (failed(pm.run(module)))
    return llvm::createStringError("the model cannot be lowered");
  return llvm::Error::success();
}

llvm::Expected<Runnable> Runnable::open(StringRef path, const CpuTarget &target, bool reference) {
  Runnable result;
  if (path.ends_with(".so")) {
    auto library = Model::open(path);
    if (!library)
      return library.takeError();
    result.code = std::move(*library);
    return std::move(result);
  }
  if (!isHostCapable(target))
    return llvm::createStringError("this machine lacks instructions of target '" +
                                   StringRef(target.name.data(), target.name.size()) + "'");
  result.context = createContext();
  result.module = readModel(path, result.context.get());
  if (!result.module)
    return llvm::createStringError("'" + path + "' cannot be read");
  if (llvm::Error error = lowerForCodegen(*result.module))
    return std::move(error);
  CompileOptions options;
  options.reference = reference;
  if (&target == &hostTarget())
    options.cpu = llvm::sys::getHostCPUName().str();
  auto model = Model::compile(*result.module, target, options);
  if (!model)
    return model.takeError();
  result.code = std::move(*model);
  return std::move(result);
}

} // namespace lowp
