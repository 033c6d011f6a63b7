//===- Interface.h - what an entry point takes and gives --------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The description of entry points that compiled code carries (include/lowp-c/Runtime.h).
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_CODEGEN_CPU_INTERFACE_H
#define LOWP_CODEGEN_CPU_INTERFACE_H

#include "lowp-c/Runtime.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "mlir/IR/BuiltinOps.h"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace lowp::cpu {

struct ValueInterface {
  std::string name;
  lowp_dtype dtype;
  std::vector<int64_t> shape; // LOWP_DYNAMIC where it varies
  int32_t result = -1;        // of an argument: which result it is updated in place to
  bool optional = false;      // of an argument
  std::string holds;          // of an argument that says so: its name, type and what it holds
};

struct EntryInterface {
  std::string name;
  std::vector<ValueInterface> arguments, results;
  bool isDynamic = false;
  int64_t maxLength = std::numeric_limits<int64_t>::max();
  int64_t arenaBytes = 0; // of a dynamic entry: its function <name>.arena_bytes(length) says

  /// Is result `index` an argument, updated in place?
  bool isUpdated(size_t index) const {
    return std::any_of(arguments.begin(), arguments.end(),
                       [&](const ValueInterface &v) { return v.result == static_cast<int32_t>(index); });
  }
};

/// The public functions of a module on tensors. Names come from the attribute `lowp.name`; an argument with
/// `lowp.in_place = R` is updated to result R, one with `lowp.optional` may be left out of samples. An error
/// where a dynamic dimension of a result is not the arguments' length, or what is updated has another type.
llvm::Expected<std::vector<EntryInterface>> collectInterface(mlir::ModuleOp module);

/// Adds to a module, whose functions F(args…, [length,] results…, arena, context) are the code of the entries
/// (results without those that arguments are updated to), their descriptions, the exported F and lowp_describe. `tokenizerBytes`
/// is the size of the external symbol CompiledObject::kTokenizer; 0: there is none. Of a row, one of several in a
/// library, lowp_describe is hidden and no F is there.
void emitInterface(llvm::Module &module, const std::vector<EntryInterface> &entries, std::string_view target,
                   const std::string &sourceHash, int64_t tokenizerBytes, bool isRow = false);

/// A row of a library, and the suffix of its symbols.
struct RowSymbols {
  std::string name, features, suffix;
};

/// Fills an empty module with lowp_describe and an F for each entry name, which call the code of the row that
/// lowp_choose_row takes.
void emitRowDispatch(llvm::Module &module, const std::vector<std::string> &entries, const std::vector<RowSymbols> &rows);

} // namespace lowp::cpu

#endif
