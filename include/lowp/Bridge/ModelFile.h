//===- ModelFile.h - models in files ----------------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A model is `.mlirbc` with its weights inside, or `.mlir` with the weights inside or in a safetensors
// file of the same stem beside it.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_BRIDGE_MODELFILE_H
#define LOWP_BRIDGE_MODELFILE_H

#include "llvm/Support/MemoryBufferRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <string>

namespace lowp {

/// Checks that the stock bytecode reader survives `buffer`, read from `path`: parses it in a child
/// process with a limit on its time. Text needs no guard, but is no `.mlirbc`. On failure prints an error
/// that names the file.
mlir::LogicalResult guardBytecode(llvm::StringRef path, llvm::MemoryBufferRef buffer,
                                  const mlir::DialectRegistry &registry);

/// The safetensors file beside a model in text form; "" if there is none.
std::string weightsFileBeside(llvm::StringRef modelPath);

/// Reads, guards, attaches weights and checks a model. Null, with errors printed, if that fails.
mlir::OwningOpRef<mlir::ModuleOp> readModel(llvm::StringRef path, mlir::MLIRContext *context);

/// Writes a model atomically: bytecode for `.mlirbc`, text for everything else.
mlir::LogicalResult writeModel(mlir::ModuleOp module, llvm::StringRef path);

/// Gives each resource without bytes the tensor of its name in the safetensors file, mapped.
mlir::LogicalResult attachWeights(mlir::ModuleOp module, llvm::StringRef file);

/// Every resource exists and has exactly the bytes of its type; resource constants are located at
/// their name.
mlir::LogicalResult checkResources(mlir::ModuleOp module);

/// SHA-256 of a module between import and quantize: its generic form without locations, probes and what
/// stands on the sites' records, each weight by its own SHA-256.
std::string moduleHash(mlir::ModuleOp module);

} // namespace lowp

#endif
