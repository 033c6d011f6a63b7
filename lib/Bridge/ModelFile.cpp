//===- ModelFile.cpp ------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Bridge/ModelFile.h"

#include "lowp/Bridge/Constants.h"
#include "lowp/Dialect/Lowp/IR/EntryAttributes.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Files/AtomicOutput.h"
#include "lowp/Files/Safetensors.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/SourceMgr.h"
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/AsmState.h"
#include "mlir/Parser/Parser.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace mlir;

namespace lowp {

static LogicalResult fail(const Twine &message) {
  llvm::errs() << "error: " << message << "\n";
  return failure();
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

static llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> openModel(StringRef path) {
  return llvm::MemoryBuffer::getFileOrSTDIN(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/true);
}

/// In the child: parse with a context of its own, on one thread, and leave without cleaning up.
[[noreturn]] static void parseAndExit(llvm::MemoryBufferRef buffer, const DialectRegistry &registry) {
  struct rlimit seconds = {20, 20};
  setrlimit(RLIMIT_CPU, &seconds);
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  for (int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE})
    ::signal(signal, SIG_DFL);
  freopen("/dev/null", "w", stderr);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  ParserConfig config(&context, /*verifyAfterParse=*/false);
  Block block;
  // The error itself is told by the parent, which parses again: only a crash matters here.
  (void)readBytecodeFile(buffer, &block, config);
  _exit(0);
}

LogicalResult guardBytecode(StringRef path, llvm::MemoryBufferRef buffer,
                            const DialectRegistry &registry) {
  if (!isBytecode(buffer))
    return path.ends_with(".mlirbc") ? fail("'" + path + "': expected bytecode, found " +
                                            Twine(buffer.getBufferSize()) + " bytes of something else")
                                     : success();
  pid_t child = fork();
  if (child < 0)
    return fail("cannot start a process to check '" + path + "'");
  if (child == 0)
    parseAndExit(buffer, registry);
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      return fail("cannot check '" + path + "'");
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return success();
  return fail("'" + path + "': malformed bytecode");
}

std::string weightsFileBeside(StringRef modelPath) {
  SmallString<128> path(modelPath);
  llvm::sys::path::replace_extension(path, "safetensors");
  return llvm::sys::fs::exists(path) ? std::string(path) : "";
}

OwningOpRef<ModuleOp> readModel(StringRef path, MLIRContext *context) {
  auto buffer = openModel(path);
  if (!buffer) {
    (void)fail("cannot read '" + path + "': " + buffer.getError().message());
    return {};
  }
  bool bytecode = isBytecode(**buffer);
  if (failed(guardBytecode(path, **buffer, context->getDialectRegistry())))
    return {};
  // A shared source manager lets resources alias the mapped file.
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(*buffer), llvm::SMLoc());
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, ParserConfig(context));
  if (!module)
    return {};
  if (module->getBody()->empty()) {
    (void)fail("'" + path + "': holds no function");
    return {};
  }
  std::string weights = bytecode ? "" : weightsFileBeside(path);
  if ((!weights.empty() && failed(attachWeights(*module, weights))) ||
      failed(checkResources(*module)))
    return {};
  return module;
}

//===----------------------------------------------------------------------===//
// Resources
//===----------------------------------------------------------------------===//

static std::optional<DType> dtypeOf(Type type) {
  if (auto integer = dyn_cast<IntegerType>(type))
    switch (integer.getWidth()) {
    case 1:
      return DType::BOOL;
    case 2: // a byte per code
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
      return DType::I8;
    case 16:
      return DType::I16;
    case 32:
      return DType::I32;
    case 64:
      return DType::I64;
    default:
      return std::nullopt;
    }
  return llvm::TypeSwitch<Type, std::optional<DType>>(type)
      .Case([](Float16Type) { return DType::F16; })
      .Case([](BFloat16Type) { return DType::BF16; })
      .Case([](Float32Type) { return DType::F32; })
      .Case([](Float64Type) { return DType::F64; })
      .Default([](Type) { return std::nullopt; });
}

/// The constants' resources and the module's tokenizer, each with its op.
static void forEachResource(ModuleOp module,
                            llvm::function_ref<WalkResult(Operation *, DenseResourceElementsAttr)> fn,
                            bool &interrupted) {
  interrupted = module
                    .walk([&](Operation *op) -> WalkResult {
                      Attribute value;
                      if (auto constant = dyn_cast<arith::ConstantOp>(op))
                        value = constant.getValue();
                      else if (op == module)
                        value = op->getAttr(kTokenizerAttr);
                      auto attr = dyn_cast_if_present<DenseResourceElementsAttr>(value);
                      return attr ? fn(op, attr) : WalkResult::advance();
                    })
                    .wasInterrupted();
}

LogicalResult attachWeights(ModuleOp module, StringRef file) {
  llvm::Expected<std::shared_ptr<SafetensorsFile>> weights = SafetensorsFile::open(file);
  if (!weights)
    return module.emitError() << llvm::toString(weights.takeError());
  bool failedOne;
  forEachResource(
      module,
      [&](Operation *op, DenseResourceElementsAttr attr) -> WalkResult {
        auto *resource = attr.getRawHandle().getResource();
        const TensorView *tensor = (*weights)->find(resource->getKey());
        if (resource->getBlob() || !tensor)
          return WalkResult::advance(); // what is missing is reported by checkResources
        std::optional<DType> dtype = dtypeOf(attr.getElementType());
        if (dtype != tensor->dtype || attr.getShapedType().getShape() != ArrayRef(tensor->shape))
          return op->emitError("weight '")
                 << resource->getKey() << "' in '" << file << "' is "
                 << describe(tensor->dtype, tensor->shape) << ", expected " << attr.getType();
        resource->setBlob(UnmanagedAsmResourceBlob::allocateWithAlign(
            tensor->data, byteWidth(tensor->dtype),
            [owner = *weights](void *, size_t, size_t) mutable { owner.reset(); }));
        return WalkResult::advance();
      },
      failedOne);
  return failure(failedOne);
}

LogicalResult checkResources(ModuleOp module) {
  bool failedOne;
  forEachResource(
      module,
      [&](Operation *op, DenseResourceElementsAttr attr) -> WalkResult {
        auto handle = attr.getRawHandle();
        const AsmResourceBlob *blob = handle.getBlob();
        if (!blob)
          return op->emitError("resource '") << handle.getKey() << "' has no bytes: neither in "
                                                  << "the file nor in a safetensors file beside it";
        int64_t expected = byteSize(attr.getShapedType());
        if (static_cast<int64_t>(blob->getData().size()) != expected)
          return op->emitError("resource '")
                 << handle.getKey() << "' has " << blob->getData().size() << " bytes, expected "
                 << expected << " for " << attr.getType();
        if (!isa<NameLoc>(op->getLoc()) && op != module)
          op->setLoc(NameLoc::get(StringAttr::get(module.getContext(), handle.getKey()), op->getLoc()));
        return WalkResult::advance();
      },
      failedOne);
  return failure(failedOne);
}

/// The module as the import phase left it: later phases add to the records.
static OwningOpRef<ModuleOp> withoutRecords(ModuleOp module) {
  OwningOpRef<ModuleOp> copy = module.clone();
  copy->walk([](ObserveOp probe) { probe.erase(); });
  for (SiteOp site : copy->getOps<SiteOp>()) {
    site.removeSchemeAttr();
    site.removeStatisticsAttr();
    site.removeReasonAttr();
    site.removeObserverAttr();
  }
  return copy;
}

std::string moduleHash(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  OwningOpRef<ModuleOp> imported = withoutRecords(module);
  imported->print(os, OpPrintingFlags().printGenericOpForm().elideLargeResourceString(0));
  llvm::SHA256 sha;
  sha.update(text);
  bool ignored;
  forEachResource(
      module,
      [&](Operation *, DenseResourceElementsAttr attr) {
        if (const AsmResourceBlob *blob = attr.getRawHandle().getBlob()) {
          ArrayRef<char> data = blob->getData();
          sha.update(llvm::SHA256::hash(
              ArrayRef(reinterpret_cast<const uint8_t *>(data.data()), data.size())));
        }
        return WalkResult::advance();
      },
      ignored);
  return llvm::toHex(sha.final(), /*LowerCase=*/true);
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

LogicalResult writeModel(ModuleOp module, StringRef path) {
  llvm::Expected<AtomicOutput> output = AtomicOutput::create(path);
  if (!output)
    return fail(llvm::toString(output.takeError()));
  if (path.ends_with(".mlirbc")) {
    if (failed(writeBytecodeToFile(module, output->stream())))
      return fail("cannot write '" + path + "' as bytecode");
  } else {
    module->print(output->stream(), OpPrintingFlags().enableDebugInfo(false));
    output->stream() << "\n";
  }
  if (llvm::Error error = output->keep())
    return fail(llvm::toString(std::move(error)));
  return success();
}

} // namespace lowp
