//===- Interface.h -------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The description of entry points that compiled code carries (include/lowp-c/Runtime.h).

#ifndef LOWP_LIB_CODEGEN_CPU_INTERFACE_H
#define LOWP_LIB_CODEGEN_CPU_INTERFACE_H

#include "lowp-c/Runtime.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "mlir/IR/BuiltinOps.h"

#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace lowp::cpu {

struct ValueInterface {
  std::string name;
  lowp_dtype dtype;
  std::vector<int64_t> shape; // LOWP_DYNAMIC where it varies
};

struct EntryInterface {
  std::string name;
  std::vector<ValueInterface> arguments, results;
  bool isDynamic = false;
  int64_t maxLength = std::numeric_limits<int64_t>::max();
  int64_t arenaBytes = 0; // of a dynamic entry: its function <name>.arena_bytes(length) says
};

/// The public functions of a module on tensors. Names come from the attribute `lowp.name`. An error where a
/// dynamic dimension of a result is not the arguments' length.
llvm::Expected<std::vector<EntryInterface>> collectInterface(mlir::ModuleOp module);

/// Adds to a module, whose functions F(args…, [length,] results…, arena, context) are the code of the entries,
/// their descriptions, the exported F and lowp_describe.
void emitInterface(llvm::Module &module, const std::vector<EntryInterface> &entries,
                   std::string_view target, const std::string &sourceHash);

} // namespace lowp::cpu

#endif
