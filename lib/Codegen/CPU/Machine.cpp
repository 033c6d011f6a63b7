//===- Machine.cpp --------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

#include "lowp/Codegen/CPU/Compile.h"

#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"

namespace lowp {

/// The code generators of all the table's triples.
static void initializeTargets() {
  static bool once = [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
    return true;
  }();
  (void)once;
}

static llvm::StringRef ref(std::string_view text) { return {text.data(), text.size()}; }

static llvm::Triple tripleOf(const CpuTarget &target) {
  return llvm::Triple(target.triple.empty() ? llvm::sys::getDefaultTargetTriple()
                                            : std::string(target.triple));
}

static bool hostHas(std::string_view feature) {
  static const llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  return features.lookup(ref(feature));
}

bool isForeign(const CpuTarget &target) {
  return tripleOf(target).getArch() != llvm::Triple(llvm::sys::getDefaultTargetTriple()).getArch();
}

const CpuTarget *hostTarget(llvm::function_ref<bool(const CpuTarget &)> isAllowed) {
  return CpuTarget::best(hostHas, [&](const CpuTarget &row) { return !isForeign(row) && isAllowed(row); });
}

const CpuTarget &hostTarget() { return *hostTarget([](const CpuTarget &) { return true; }); }

bool isHostCapable(const CpuTarget &target) {
  return !isForeign(target) && target.isSupported(hostHas);
}

/// LLVM's description of its processor `cpu` under the row's triple; null if it has none of that name.
static std::unique_ptr<llvm::MCSubtargetInfo> describeCpu(const CpuTarget &row, llvm::StringRef cpu) {
  std::string error;
  llvm::Triple triple = tripleOf(row);
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return nullptr;
  std::unique_ptr<llvm::MCSubtargetInfo> any(target->createMCSubtargetInfo(triple, "", ""));
  if (!any || !any->isCPUStringValid(cpu))
    return nullptr;
  return std::unique_ptr<llvm::MCSubtargetInfo>(target->createMCSubtargetInfo(triple, cpu, ""));
}

bool isCpu(llvm::StringRef cpu) {
  initializeTargets();
  return llvm::any_of(CpuTarget::all(),
                      [&](const CpuTarget &row) { return describeCpu(row, cpu) != nullptr; });
}

const CpuTarget *targetForCpu(llvm::StringRef cpu,
                              llvm::function_ref<bool(const CpuTarget &)> isAllowed) {
  initializeTargets();
  for (const CpuTarget &row : CpuTarget::all())
    if (auto info = describeCpu(row, cpu); info && isAllowed(row))
      if (row.isSupported([&](std::string_view f) { return info->checkFeatures("+" + std::string(f)); }))
        return &row;
  return nullptr;
}

/// The features of a row as LLVM wants them: "+a,+b".
static std::string featureString(const CpuTarget &target) {
  std::string result;
  llvm::SmallVector<llvm::StringRef> features;
  ref(target.features).split(features, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef feature : features)
    result += (result.empty() ? "+" : ",+") + feature.str();
  return result;
}

llvm::Expected<std::unique_ptr<llvm::TargetMachine>> cpu::createMachine(const CpuTarget &target,
                                                                        const std::string &cpu) {
  initializeTargets();
  llvm::Triple triple = tripleOf(target);
  std::string error;
  const llvm::Target *llvmTarget = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!llvmTarget)
    return llvm::createStringError(error);
  std::string name = cpu.empty() ? std::string(target.cpu) : cpu;
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  std::unique_ptr<llvm::TargetMachine> machine(llvmTarget->createTargetMachine(
      triple, name.empty() ? "generic" : name, featureString(target), options, llvm::Reloc::PIC_,
      std::nullopt, llvm::CodeGenOptLevel::Aggressive));
  if (!machine)
    return llvm::createStringError("no code generator for " + triple.str());
  return std::move(machine);
}

} // namespace lowp
