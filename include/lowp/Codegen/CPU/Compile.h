//===- Compile.h - module to object code ------------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_CODEGEN_CPU_COMPILE_H
#define LOWP_CODEGEN_CPU_COMPILE_H

#include "lowp/Numerics/FloatProducts.h"
#include "lowp/Target/CpuTarget.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"

#include <memory>
#include <string>
#include <vector>

namespace lowp {

/// Bytes that the object refers to by name: never part of the object. Aliases a resource of the
/// module, which must outlive it. Aligned to the element's size at least.
struct WeightSymbol {
  std::string name;
  llvm::ArrayRef<char> bytes;
};

/// An entry point as the C header shows it.
struct CompiledEntry {
  /// An argument that is updated in place, or says what it holds.
  struct Note {
    size_t argument;
    int32_t result; ///< that it is updated to; -1: none
    std::string holds; ///< its name, type and what it holds; empty where it is a plain tensor
  };
  std::string name;
  std::vector<Note> notes;
};

struct CompiledObject {
  std::unique_ptr<llvm::MemoryBuffer> object;
  std::vector<WeightSymbol> weights;
  /// The tokenizer that a module carries, is one of the weights.
  static constexpr const char *kTokenizer = "lowp_tokenizer";
  /// The entry points, for the C header.
  std::vector<CompiledEntry> entries;
  /// What its products of floats are, for the C header.
  FloatProducts floatProducts = FloatProducts::F32;
};

/// Objects by the LLVM IR that they were made of: functions that differ in nothing but their weights, which are
/// no part of it, are compiled once. For one target machine.
class ObjectCache {
public:
  /// The object of `ir`; null if there is none yet.
  const llvm::MemoryBuffer *find(llvm::StringRef ir) const {
    auto it = objects.find(ir);
    return it == objects.end() ? nullptr : it->second.get();
  }
  void insert(llvm::StringRef ir, const llvm::MemoryBuffer &object) {
    objects[ir] = llvm::MemoryBuffer::getMemBufferCopy(object.getBuffer());
  }
  size_t size() const { return objects.size(); }

private:
  llvm::StringMap<std::unique_ptr<llvm::MemoryBuffer>> objects;
};

/// What code is made for.
struct TargetChoice {
  const CpuTarget *row = nullptr;
  /// LLVM's name of the processor to schedule for; empty: the row's own.
  std::string cpu;
};

/// "f32" or "bf16".
llvm::Expected<FloatProducts> parseFloatProducts(llvm::StringRef name);

/// `products` where the row has a dot for them, else f32.
FloatProducts productsOf(const CpuTarget &row, FloatProducts products);

struct CompileOptions {
  /// LLVM's name of the processor to schedule for; empty: the row's own.
  std::string cpu;
  std::string sourceHash;
  /// The straightforward lowering: no lowp.contract, no reordering of float sums.
  bool reference = false;
  /// exp and GELU by shorter polynomials (lowp-approximate-math{coarse}), products of computed floats in bf16
  /// where the row has a dot of them (lowp-narrow-products).
  bool coarseMath = false;
  /// Of all products of floats, be they of weights: bf16 where the row multiplies it (lowp-narrow-products{weights}).
  FloatProducts floatProducts = FloatProducts::F32;
  /// Ends the names of all symbols, and the entry points are left out: one of several rows of a library.
  std::string suffix;
  /// Is the module verified behind each pass? A tenth of the time and more.
  bool verify = true;
  /// Where objects are looked up and kept; null: each is compiled.
  ObjectCache *cache = nullptr;
};

/// Upstream dialects on tensors → buffers and external weights, for `target`: the passes up to where
/// LLVM begins, as one pipeline.
void buildBufferPipeline(mlir::OpPassManager &pm, const CpuTarget &target,
                         const CompileOptions &options);

/// Buffers → LLVM dialect.
void buildLLVMPipeline(mlir::OpPassManager &pm, const CpuTarget &target, const CompileOptions &options);

/// Compiles the public functions of `module`, which is consumed, to an object with the ABI of
/// include/lowp-c/Runtime.h.
llvm::Expected<CompiledObject> compileToObject(mlir::ModuleOp module, const CpuTarget &target,
                                               const CompileOptions &options);

/// The objects of a library: of one target, compileToObject's alone. Of several, of a clone of `module` for each, and
/// last one whose entry points call the code of the first row in this order that the processor has at run time. The
/// targets are of this machine's architecture. Bytes that their weights have in common may be listed several times.
llvm::Expected<std::vector<CompiledObject>> compileForLibrary(mlir::ModuleOp module,
                                                              llvm::ArrayRef<TargetChoice> targets,
                                                              const CompileOptions &options);

/// The best row for this machine, and the best that `isAllowed` admits; null if there is none.
const CpuTarget &hostTarget();
const CpuTarget *hostTarget(llvm::function_ref<bool(const CpuTarget &)> isAllowed);

/// Does LLVM know a processor of that name, of an architecture of the table?
bool isCpu(llvm::StringRef cpu);
/// The best row for LLVM's processor `cpu` that `isAllowed` admits; null if there is none.
const CpuTarget *targetForCpu(llvm::StringRef cpu,
                              llvm::function_ref<bool(const CpuTarget &)> isAllowed);

/// Is the row of another architecture than this machine's?
bool isForeign(const CpuTarget &target);

/// Does this machine have the row's instructions?
bool isHostCapable(const CpuTarget &target);

} // namespace lowp

#endif
