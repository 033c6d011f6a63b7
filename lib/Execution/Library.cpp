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
  os << "  .section .note.GNU-stack,\"\",%progbits\n";
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
    for (const CompiledEntry::Note &note : entry.notes) {
      os << "/* Argument " << note.argument;
      if (note.result >= 0)
        os << " is updated in place to result " << note.result << ": the caller may pass one buffer for both.";
      os << (note.holds.empty() ? "" : note.result >= 0 ? "\n   " : ": ") << note.holds << " */\n";
    }
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
  if (Error error = runCommand({*compiler, "-shared", "-o", out, o, s, "-Wl,--whole-archive",
                                runtimeArchive, "-Wl,--no-whole-archive", "-Wl,-Bsymbolic", script,
                                "-Wl,--gc-sections", "-lpthread", "-lm"},
                               file(".log")))
    return error;
  auto library = MemoryBuffer::getFile(out, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!library)
    return createStringError(library.getError(), "the linker made no library");
  if (Error error = write(sibling(path, "h"), [&](raw_ostream &os) {
        writeHeader(object, sys::path::stem(path), os);
      }))
    return error;
  return write(path, [&](raw_ostream &os) { os << (*library)->getBuffer(); });
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
