//===- Gguf.h - GGUF files --------------------------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ggml's container of versions 2 and 3, little-endian: keys with values, the descriptions of the tensors, and their bytes,
// each at a multiple of the file's alignment.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_FILES_GGUF_H
#define LOWP_FILES_GGUF_H

#include "lowp/Numerics/GgufBlocks.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lowp {

struct GgufTensor {
  std::string name;
  std::vector<uint64_t> dims; ///< the innermost first
  uint32_t type;              ///< ggml's number of it
  llvm::ArrayRef<char> data;
};

/// ggml's number of a type of blocks.
uint32_t ggmlTypeOf(GgufType type);

/// A mapped file. Everything but the values of the tensors is checked when it is opened.
class GgufFile {
public:
  static llvm::Expected<std::shared_ptr<GgufFile>> open(llvm::StringRef path);

  const std::string &path() const { return file; }
  /// In the order of their descriptions.
  llvm::ArrayRef<GgufTensor> tensors() const { return list; }
  /// Null if there is none of that name.
  const GgufTensor *find(llvm::StringRef name) const;
  /// The value of a key, if it is a whole number.
  std::optional<uint64_t> integer(llvm::StringRef key) const;
  /// The values of a tensor of f32, f16, bf16 or the types of GgufType.
  llvm::Expected<std::vector<float>> values(const GgufTensor &tensor) const;

private:
  friend llvm::Error writeGguf(llvm::StringRef, const GgufFile &, llvm::ArrayRef<GgufTensor>);
  llvm::Error parse(llvm::StringRef bytes);

  std::string file;
  std::unique_ptr<llvm::MemoryBuffer> buffer;
  uint32_t version = 3;
  uint64_t numKeys = 0, alignment = 32;
  llvm::StringRef keys; ///< the bytes of all keys and values
  llvm::StringMap<uint64_t> integers;
  std::vector<GgufTensor> list;
  llvm::StringMap<size_t> index;
};

/// Writes the keys of `source` and these tensors, atomically.
llvm::Error writeGguf(llvm::StringRef path, const GgufFile &source, llvm::ArrayRef<GgufTensor> tensors);

} // namespace lowp

#endif
