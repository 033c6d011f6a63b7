//===- Library.h - objects to shared libraries ------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_LIBRARY_H
#define LOWP_EXECUTION_LIBRARY_H

#include "lowp/Codegen/CPU/Compile.h"

#include "llvm/Support/Error.h"

namespace lowp {

/// Links the objects of compileForLibrary, their weights and the runtime into the shared library `path` and writes the C header
/// `<stem>.h` beside it. The weights go through an assembler file that includes their bytes: no
/// compiler sees them, and those of equal bytes lie there once. `runtimeArchive` is libLowpRuntime.a. Uses the first of clang-22, clang, gcc, cc
/// that is found. Both files appear complete or not at all.
llvm::Error linkLibrary(llvm::ArrayRef<CompiledObject> objects, llvm::StringRef path,
                        llvm::StringRef runtimeArchive);

/// Writes the object file `path` and the weights it refers to as `<stem>.weights.S` and `.bin`.
llvm::Error writeObject(const CompiledObject &object, llvm::StringRef path);

/// libLowpRuntime.a, looked for in ../lib beside the running program; an error names the place.
llvm::Expected<std::string> findRuntimeArchive(const char *argv0);

} // namespace lowp

#endif
