//===- Machine.h - LLVM's code generators -----------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_CODEGEN_CPU_MACHINE_H
#define LOWP_LIB_CODEGEN_CPU_MACHINE_H

#include "lowp/Target/CpuTarget.h"

#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>

namespace lowp::cpu {

/// LLVM's code generator for the row; it schedules for `cpu`, or for the row's own processor if that is
/// empty.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>> createMachine(const CpuTarget &target,
                                                                   const std::string &cpu);

} // namespace lowp::cpu

#endif
