//===- Model.h - something that runs ----------------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_MODEL_H
#define LOWP_EXECUTION_MODEL_H

#include "lowp-c/Runtime.h"
#include "lowp/Codegen/CPU/Compile.h"

#include "llvm/Support/Error.h"

#include <functional>
#include <memory>
#include <string>

namespace lowp {

/// Threads, scratch memory and the probe handler of a run. One at a time per calling thread.
class Context {
public:
  using ProbeHandler = std::function<void(int64_t probe, const float *data, int64_t count)>;

  /// Calls through the functions of one model: a library brings its own runtime.
  struct Functions {
    lowp_context *(*create)(int);
    void (*destroy)(lowp_context *);
    const char *(*message)(const lowp_context *);
    void (*setProbeHandler)(lowp_context *, lowp_probe_handler, void *);
  };
  Context(const Functions &functions, int threads);
  ~Context();
  Context(const Context &) = delete;

  void setProbeHandler(ProbeHandler handler);
  lowp_context *get() const { return context; }
  const char *message() const { return functions.message(context); }

private:
  Functions functions;
  lowp_context *context;
  ProbeHandler handler;
};

/// Code with entry points: compiled in this process, or a library.
class Model {
public:
  virtual ~Model() = default;

  const lowp_model_info &info() const { return *description; }
  /// Null, with the entry points named, if there is none of that name.
  llvm::Expected<const lowp_entry_info *> entry(llvm::StringRef name) const;
  std::unique_ptr<Context> createContext(int threads) const;
  llvm::Error run(const lowp_entry_info &entry, const lowp_tensor *args, lowp_tensor *results,
                  Context &context) const;

  /// Compiles the public functions of `module`, which is consumed, and loads them into this process. The
  /// resources of its context must outlive the model.
  static llvm::Expected<std::unique_ptr<Model>> compile(mlir::ModuleOp module, const CpuTarget &target,
                                                        const CompileOptions &options);
  /// Loads an object into this process. The bytes of its weights must outlive the model.
  static llvm::Expected<std::unique_ptr<Model>> load(CompiledObject object);
  /// Opens a compiled library.
  static llvm::Expected<std::unique_ptr<Model>> open(llvm::StringRef path);

protected:
  const lowp_model_info *description = nullptr;
  Context::Functions functions = {};
  int (*invoke)(const lowp_entry_info *, const lowp_tensor *, lowp_tensor *, lowp_context *) = nullptr;
};

/// Bytes of a tensor of this type and static shape.
int64_t byteSize(const lowp_value_info &info);

} // namespace lowp

#endif
