//===- Model.cpp ---------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/Model.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/FileSystem.h"

#include <dlfcn.h>

using namespace llvm;

namespace lowp {

//===----------------------------------------------------------------------===//
// Context
//===----------------------------------------------------------------------===//

Context::Context(const Functions &functions, int threads)
    : functions(functions), context(functions.create(threads)) {}

Context::~Context() { functions.destroy(context); }

void Context::setProbeHandler(ProbeHandler newHandler) {
  handler = std::move(newHandler);
  functions.setProbeHandler(
      context,
      [](void *user, int64_t probe, const float *data, int64_t count) {
        static_cast<Context *>(user)->handler(probe, data, count);
      },
      this);
}

//===----------------------------------------------------------------------===//
// Model
//===----------------------------------------------------------------------===//

static int64_t widthOf(int32_t dtype) {
  constexpr int64_t kBytes[] = {1, 1, 1, 2, 4, 8, 2, 2, 4, 8};
  return kBytes[dtype];
}

int64_t byteSize(const lowp_value_info &info) {
  int64_t bytes = widthOf(info.dtype);
  for (int32_t d = 0; d < info.rank; ++d)
    bytes *= info.shape[d];
  return bytes;
}

Expected<const lowp_entry_info *> Model::entry(StringRef name) const {
  SmallVector<StringRef> names;
  for (const lowp_entry_info &entry : ArrayRef(description->entries, description->num_entries)) {
    if (entry.name == name || (name.empty() && description->num_entries == 1))
      return &entry;
    names.push_back(entry.name);
  }
  return createStringError("no entry point '" + name + "', expected one of " + join(names, ", "));
}

std::unique_ptr<Context> Model::createContext(int threads) const {
  return std::make_unique<Context>(functions, threads);
}

Error Model::run(const lowp_entry_info &entry, const lowp_tensor *args, lowp_tensor *results,
                 Context &context) const {
  if (invoke(&entry, args, results, context.get()) != 0)
    return createStringError(context.message());
  return Error::success();
}

//===----------------------------------------------------------------------===//
// In this process
//===----------------------------------------------------------------------===//


namespace {

class JitModel : public Model {
public:
  static Expected<std::unique_ptr<Model>> create(CompiledObject object) {
    auto model = std::make_unique<JitModel>();
    auto jit = orc::LLJITBuilder().create();
    if (!jit)
      return jit.takeError();
    model->jit = std::move(*jit);
    if (Error error = model->addSymbols(object.weights))
      return std::move(error);
    if (Error error = model->jit->addObjectFile(std::move(object.object)))
      return std::move(error);
    auto describe = model->jit->lookup("lowp_describe");
    if (!describe)
      return describe.takeError();
    model->description = describe->toPtr<const lowp_model_info *()>()();
    model->functions = {lowp_context_create, lowp_context_destroy, lowp_error_message,
                        lowp_context_set_probe_handler};
    model->invoke = lowp_invoke;
    return std::unique_ptr<Model>(std::move(model));
  }

private:
  Error addSymbols(ArrayRef<WeightSymbol> weights) {
    orc::SymbolMap symbols;
    auto add = [&](StringRef name, const void *address) {
      symbols[jit->mangleAndIntern(name)] = {orc::ExecutorAddr::fromPtr(address),
                                             JITSymbolFlags::Exported};
    };
    add("lowp_invoke", reinterpret_cast<void *>(lowp_invoke));
    add("lowp_parallel_for", reinterpret_cast<void *>(lowp_parallel_for));
    add("lowp_probe", reinterpret_cast<void *>(lowp_probe));
    add("lowp_check", reinterpret_cast<void *>(lowp_check));
    add("lowp_check_index", reinterpret_cast<void *>(lowp_check_index));
    for (const WeightSymbol &weight : weights)
      add(weight.name, weight.bytes.data());
    if (Error error = jit->getMainJITDylib().define(orc::absoluteSymbols(std::move(symbols))))
      return error;
    auto process = orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(
        jit->getDataLayout().getGlobalPrefix());
    if (!process)
      return process.takeError();
    jit->getMainJITDylib().addGenerator(std::move(*process));
    return Error::success();
  }

  std::unique_ptr<orc::LLJIT> jit;
};

//===----------------------------------------------------------------------===//
// A library
//===----------------------------------------------------------------------===//

class LibraryModel : public Model {
public:
  ~LibraryModel() override { dlclose(handle); }

  static Expected<std::unique_ptr<Model>> open(StringRef path) {
    SmallString<128> absolute(path);
    if (std::error_code code = sys::fs::make_absolute(absolute))
      return createStringError(code, "cannot open '" + path + "': " + code.message());
    void *handle = dlopen(absolute.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle)
      return createStringError("cannot open '" + path + "': " + StringRef(dlerror()));
    auto model = std::make_unique<LibraryModel>();
    model->handle = handle;
    const lowp_model_info *(*describe)() = nullptr;
    if (!model->find("lowp_describe", describe) ||
        !model->find("lowp_context_create", model->functions.create) ||
        !model->find("lowp_context_destroy", model->functions.destroy) ||
        !model->find("lowp_error_message", model->functions.message) ||
        !model->find("lowp_context_set_probe_handler", model->functions.setProbeHandler) ||
        !model->find("lowp_invoke", model->invoke))
      return createStringError("'" + path + "' is no compiled model: it does not export " +
                               model->missing);
    model->description = describe();
    if (!model->description)
      return createStringError("'" + path + "' has no code for this processor" +
                               (getenv("LOWP_ISA") ? Twine(", or not the row that LOWP_ISA names, '") + getenv("LOWP_ISA") + "'"
                                                   : Twine()));
    if (model->description->abi_version != LOWP_ABI_VERSION)
      return createStringError("'" + path + "' has ABI version " +
                               Twine(model->description->abi_version) + ", expected " +
                               Twine(LOWP_ABI_VERSION));
    return std::unique_ptr<Model>(std::move(model));
  }

private:
  template <typename Fn> bool find(const char *name, Fn &function) {
    function = reinterpret_cast<Fn>(dlsym(handle, name));
    if (!function)
      missing = name;
    return function != nullptr;
  }

  void *handle = nullptr;
  std::string missing;
};

} // namespace

Expected<std::unique_ptr<Model>> Model::load(CompiledObject object) {
  return JitModel::create(std::move(object));
}

Expected<std::unique_ptr<Model>> Model::compile(mlir::ModuleOp module, const CpuTarget &target,
                                                const CompileOptions &options) {
  auto object = compileToObject(module, target, options);
  if (!object)
    return object.takeError();
  return load(std::move(*object));
}

Expected<std::unique_ptr<Model>> Model::open(StringRef path) { return LibraryModel::open(path); }

} // namespace lowp
