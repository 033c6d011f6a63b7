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
#include "llvm/Support/xxhash.h"

#include <unordered_map>

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

/// Where weights lie in a file: one after the other, each at a multiple of 64 bytes, equal ones once.
class WeightLayout {
public:
  explicit WeightLayout(ArrayRef<CompiledObject> objects) {
    std::unordered_multimap<uint64_t, size_t> known; // by hash, places in `stored`
    for (const CompiledObject &object : objects)
      for (const WeightSymbol &weight : object.weights)
        symbols.push_back({weight.name, place(weight.bytes, known)});
  }

  void writeBytes(raw_ostream &os) const {
    uint64_t end = 0;
    for (const Stored &weight : stored) {
      os.write_zeros(weight.offset - end);
      os.write(weight.bytes.data(), weight.bytes.size());
      end = weight.offset + weight.bytes.size();
    }
  }

  uint64_t bytes() const { return stored.empty() ? 0 : stored.back().offset + stored.back().bytes.size(); }

  /// A symbol per weight at its offset in the included file, and where they all end.
  void writeSymbols(StringRef bytesFile, raw_ostream &os) const {
    os << "  .section .rodata.lowp_weights,\"a\",%progbits\n  .p2align 6\nlowp_weights:\n"
       << "  .incbin \"" << bytesFile << "\"\n";
    for (const auto &[name, offset] : symbols)
      os << "  .globl " << name << "\n  .hidden " << name << "\n  .set " << name << ", lowp_weights + " << offset
         << "\n";
    os << "  .globl lowp_weights, lowp_weights_end\n  .hidden lowp_weights, lowp_weights_end\n"
       << "  .set lowp_weights_end, lowp_weights + " << bytes() << "\n"
       << "  .section .note.GNU-stack,\"\",%progbits\n";
  }

private:
  struct Stored {
    ArrayRef<char> bytes;
    uint64_t offset;
  };

  uint64_t place(ArrayRef<char> bytes, std::unordered_multimap<uint64_t, size_t> &known) {
    uint64_t hash = xxh3_64bits(StringRef(bytes.data(), bytes.size()));
    auto [begin, end] = known.equal_range(hash);
    for (auto it = begin; it != end; ++it)
      if (stored[it->second].bytes == bytes)
        return stored[it->second].offset;
    known.emplace(hash, stored.size());
    uint64_t offset = stored.empty() ? 0 : alignTo(stored.back().offset + stored.back().bytes.size(), kWeightAlignment);
    stored.push_back({bytes, offset});
    return offset;
  }

  std::vector<Stored> stored;
  std::vector<std::pair<std::string, uint64_t>> symbols;
};

/// Only the ABI is visible.
void writeExports(ArrayRef<CompiledEntry> entries, raw_ostream &os) {
  os << "{ global: lowp_describe; lowp_invoke; lowp_context_create; lowp_context_destroy;\n"
     << "  lowp_error_message; lowp_context_set_probe_handler;\n";
  for (const CompiledEntry &entry : entries)
    os << "  " << entry.name << ";\n";
  os << "  local: *; };\n";
}

/// What the products of floats are, where some are not of f32; rows may differ.
StringRef describeProducts(ArrayRef<CompiledObject> objects) {
  auto isNarrow = [](const CompiledObject &object) { return object.floatProducts == FloatProducts::BF16; };
  if (llvm::none_of(objects, isNarrow))
    return "";
  return objects.size() == 1 ? "/* Products of floats: factors rounded to bf16, sums in f32. */\n\n"
                             : "/* Products of floats: factors rounded to bf16 where the processor multiplies it, sums in f32. */\n\n";
}

/// The header of the library: its entry points.
void writeHeader(ArrayRef<CompiledEntry> entries, StringRef products, StringRef stem, raw_ostream &os) {
  std::string guard = "LOWP_MODEL_" + StringRef(stem).upper() + "_H";
  for (char &c : guard)
    if (!isAlnum(c))
      c = '_';
  os << "#ifndef " << guard << "\n#define " << guard << "\n\n#include \"lowp-c/Runtime.h\"\n\n"
     << products << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
  for (const CompiledEntry &entry : entries) {
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

Error linkLibrary(ArrayRef<CompiledObject> objects, StringRef path, StringRef runtimeArchive) {
  auto compiler = findCompiler();
  if (!compiler)
    return compiler.takeError();
  SmallString<128> base;
  if (std::error_code code = sys::fs::createTemporaryFile("lowp", "", base))
    return createStringError(code, "cannot make temporary files: " + code.message());
  auto file = [&](StringRef name) { return (base + name).str(); };
  std::vector<std::string> names = {"", ".bin", ".S", ".exports", ".log", ".so"};
  for (size_t i = 0; i < objects.size(); ++i)
    names.push_back("." + std::to_string(i) + ".o");
  for (StringRef name : names)
    sys::RemoveFileOnSignal(file(name));
  llvm::scope_exit cleanup([&] {
    for (StringRef name : names) {
      sys::fs::remove(file(name));
      sys::DontRemoveFileOnSignal(file(name));
    }
  });
  std::vector<std::string> command = {*compiler, "-shared", "-o", file(".so"), file(".S")};
  std::vector<CompiledEntry> entries;
  for (auto [i, object] : llvm::enumerate(objects)) {
    command.push_back(file("." + std::to_string(i) + ".o"));
    if (Error error = write(command.back(), [&](raw_ostream &os) { os << object.object->getBuffer(); }))
      return error;
    llvm::append_range(entries, object.entries);
  }
  WeightLayout weights(objects);
  if (Error error = write(file(".bin"), [&](raw_ostream &os) { weights.writeBytes(os); }))
    return error;
  if (Error error = write(file(".S"), [&](raw_ostream &os) { weights.writeSymbols(file(".bin"), os); }))
    return error;
  if (Error error = write(file(".exports"), [&](raw_ostream &os) { writeExports(entries, os); }))
    return error;
  // The runtime's functions are exported: all of the archive is wanted, not only what is referred to.
  llvm::append_range(command, std::vector<std::string>{
                                  "-Wl,--whole-archive", runtimeArchive.str(), "-Wl,--no-whole-archive",
                                  "-Wl,-Bsymbolic", "-Wl,--version-script=" + file(".exports"), "-Wl,--gc-sections",
                                  "-lpthread", "-lm"});
  if (weights.bytes() >= kLargeWeights)
    command.push_back("-Wl,-z,max-page-size=" + std::to_string(kLargePage));
  if (Error error = runCommand(std::vector<StringRef>(command.begin(), command.end()), file(".log")))
    return error;
  if (Error error = write(sibling(path, "h"), [&](raw_ostream &os) {
        writeHeader(entries, describeProducts(objects), sys::path::stem(path), os);
      }))
    return error;
  return copyFile(file(".so"), path);
}

Error writeObject(const CompiledObject &object, StringRef path) {
  std::string bytes = sibling(path, "weights.bin");
  WeightLayout weights(object);
  if (Error error = write(bytes, [&](raw_ostream &os) { weights.writeBytes(os); }))
    return error;
  if (Error error = write(sibling(path, "weights.S"),
                          [&](raw_ostream &os) { weights.writeSymbols(sys::path::filename(bytes), os); }))
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
