//===- Library.cpp -------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/Library.h"

#include "lowp/Files/AtomicOutput.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Signals.h"

using namespace llvm;

namespace lowp {

namespace {

constexpr uint64_t kWeightAlignment = 64;

/// From so many bytes on weights are worth large pages: reading them page by page of 4 KiB takes twice as long.
constexpr uint64_t kLargeWeights = 16 << 20;

/// What the kernel can map as one page. It must begin at a multiple in the file and in memory, and a file that is
/// written in such pieces lies so in the page cache from the beginning.
constexpr uint64_t kLargePage = 2 << 20;

Error write(const Twine &path, function_ref<void(raw_ostream &)> fill) {
  SmallString<128> storage;
  auto output = AtomicOutput::create(path.toStringRef(storage));
  if (!output)
    return output.takeError();
  fill(output->stream());
  return output->keep();
}

/// The weights one after the other, each at a multiple of 64 bytes.
void writeWeightBytes(const CompiledObject &object, raw_ostream &os) {
  uint64_t offset = 0;
  for (const WeightSymbol &weight : object.weights) {
    os.write_zeros(alignTo(offset, kWeightAlignment) - offset);
    offset = alignTo(offset, kWeightAlignment);
    os.write(weight.bytes.data(), weight.bytes.size());
    offset += weight.bytes.size();
  }
}

/// A symbol per weight at its offset in the included file.
void writeWeightSymbols(const CompiledObject &object, StringRef bytesFile, raw_ostream &os) {
  os << "  .section .rodata.lowp_weights,\"a\",%progbits\n  .p2align 6\nlowp_weights:\n"
     << "  .incbin \"" << bytesFile << "\"\n";
  uint64_t offset = 0;
  for (const WeightSymbol &weight : object.weights) {
    offset = alignTo(offset, kWeightAlignment);
    os << "  .globl " << weight.name << "\n  .hidden " << weight.name << "\n  .set " << weight.name
       << ", lowp_weights + " << offset << "\n";
    offset += weight.bytes.size();
  }
  os << "  .globl lowp_weights, lowp_weights_end\n  .hidden lowp_weights, lowp_weights_end\n"
     << "  .set lowp_weights_end, lowp_weights + " << offset << "\n"
     << "  .section .note.GNU-stack,\"\",%progbits\n";
}

/// Only the ABI is visible.
void writeExports(const CompiledObject &object, raw_ostream &os) {
  os << "{ global: lowp_describe; lowp_invoke; lowp_context_create; lowp_context_destroy;\n"
     << "  lowp_error_message; lowp_context_set_probe_handler;\n";
  for (const CompiledEntry &entry : object.entries)
    os << "  " << entry.name << ";\n";
  os << "  local: *; };\n";
}

/// The header of the library: its entry points.
void writeHeader(const CompiledObject &object, StringRef stem, raw_ostream &os) {
  std::string guard = "LOWP_MODEL_" + StringRef(stem).upper() + "_H";
  for (char &c : guard)
    if (!isAlnum(c))
      c = '_';
  os << "#ifndef " << guard << "\n#define " << guard << "\n\n#include \"lowp-c/Runtime.h\"\n\n"
     << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
  for (const CompiledEntry &entry : object.entries) {
    for (const CompiledEntry::Update &update : entry.updates)
      os << "/* Argument " << update.argument << " is updated in place to result " << update.result
         << ": the caller may pass one buffer for both. */\n";
    os << "int " << entry.name
       << "(const lowp_tensor *args, lowp_tensor *results, lowp_context *context);\n";
  }
  os << "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
}

Expected<std::string> findCompiler() {
  for (StringRef name : {"clang-22", "clang", "gcc", "cc"})
    if (ErrorOr<std::string> program = sys::findProgramByName(name))
      return *program;
  return createStringError("no linker found: expected clang-22, clang, gcc or cc on the PATH");
}

uint64_t weightBytes(const CompiledObject &object) {
  uint64_t bytes = 0;
  for (const WeightSymbol &weight : object.weights)
    bytes = alignTo(bytes, kWeightAlignment) + weight.bytes.size();
  return bytes;
}

/// Publishes a file under another name, in pieces of whole large pages.
Error copyFile(StringRef from, StringRef to) {
  auto file = sys::fs::openNativeFileForRead(from);
  if (!file)
    return file.takeError();
  llvm::scope_exit close([&] { sys::fs::closeFile(*file); });
  auto output = AtomicOutput::create(to);
  if (!output)
    return output.takeError();
  std::vector<char> piece(kLargePage);
  for (;;) {
    size_t filled = 0;
    while (filled < piece.size()) {
      Expected<size_t> count = sys::fs::readNativeFile(*file, MutableArrayRef(piece).drop_front(filled));
      if (!count)
        return count.takeError();
      if (*count == 0)
        break;
      filled += *count;
    }
    output->stream().write(piece.data(), filled);
    if (filled < piece.size())
      return output->keep();
  }
}

/// Runs a command; its messages become the error.
Error runCommand(ArrayRef<StringRef> args, StringRef log) {
  std::optional<StringRef> redirects[] = {StringRef(), log, log};
  std::string message;
  if (sys::ExecuteAndWait(args[0], args, std::nullopt, redirects, 0, 0, &message) == 0)
    return Error::success();
  if (auto buffer = MemoryBuffer::getFile(log))
    message += (*buffer)->getBuffer();
  return createStringError("'" + join(args, " ") + "' failed: " + message);
}

std::string sibling(StringRef path, StringRef extension) {
  SmallString<128> result(path);
  sys::path::replace_extension(result, extension);
  return std::string(result);
}

} // namespace

Error linkLibrary(const CompiledObject &object, StringRef path, StringRef runtimeArchive) {
  auto compiler = findCompiler();
  if (!compiler)
    return compiler.takeError();
  SmallString<128> base;
  if (std::error_code code = sys::fs::createTemporaryFile("lowp", "", base))
    return createStringError(code, "cannot make temporary files: " + code.message());
  auto file = [&](StringRef name) { return (base + name).str(); };
  constexpr StringLiteral kNames[] = {"", ".o", ".bin", ".S", ".exports", ".log", ".so"};
  for (StringRef name : kNames)
    sys::RemoveFileOnSignal(file(name));
  llvm::scope_exit cleanup([&] {
    for (StringRef name : kNames) {
      sys::fs::remove(file(name));
      sys::DontRemoveFileOnSignal(file(name));
    }
  });
  if (Error error = write(file(".o"), [&](raw_ostream &os) { os << object.object->getBuffer(); }))
    return error;
  if (Error error = write(file(".bin"), [&](raw_ostream &os) { writeWeightBytes(object, os); }))
    return error;
  if (Error error = write(file(".S"), [&](raw_ostream &os) {
        writeWeightSymbols(object, file(".bin"), os);
      }))
    return error;
  if (Error error = write(file(".exports"), [&](raw_ostream &os) { writeExports(object, os); }))
    return error;
  // The runtime's functions are exported: all of the archive is wanted, not only what is referred to.
  std::string o = file(".o"), s = file(".S"), out = file(".so"),
              script = "-Wl,--version-script=" + file(".exports");
  std::string pages = "-Wl,-z,max-page-size=" + std::to_string(kLargePage);
  SmallVector<StringRef> command = {*compiler, "-shared", "-o", out, o, s, "-Wl,--whole-archive", runtimeArchive,
                                    "-Wl,--no-whole-archive", "-Wl,-Bsymbolic", script, "-Wl,--gc-sections",
                                    "-lpthread", "-lm"};
  if (weightBytes(object) >= kLargeWeights)
    command.push_back(pages);
  if (Error error = runCommand(command, file(".log")))
    return error;
  if (Error error = write(sibling(path, "h"), [&](raw_ostream &os) {
        writeHeader(object, sys::path::stem(path), os);
      }))
    return error;
  return copyFile(out, path);
}

Error writeObject(const CompiledObject &object, StringRef path) {
  std::string bytes = sibling(path, "weights.bin");
  if (Error error = write(bytes, [&](raw_ostream &os) { writeWeightBytes(object, os); }))
    return error;
  if (Error error = write(sibling(path, "weights.S"), [&](raw_ostream &os) {
        writeWeightSymbols(object, sys::path::filename(bytes), os);
      }))
    return error;
  return write(path, [&](raw_ostream &os) { os << object.object->getBuffer(); });
}

Expected<std::string> findRuntimeArchive(const char *argv0) {
  static int anchor;
  SmallString<128> path(sys::fs::getMainExecutable(argv0, &anchor));
  sys::path::remove_filename(path);
  sys::path::append(path, "..", "lib", "libLowpRuntime.a");
  if (!sys::fs::exists(path))
    return createStringError("the runtime is not where it belongs: '" + path.str() + "' is missing");
  return std::string(path);
}

} // namespace lowp
