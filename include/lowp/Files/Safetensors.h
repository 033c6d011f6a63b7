//===- Safetensors.h - named tensors in a file ------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Format: 8 bytes little-endian header length, a JSON header {"name": {"dtype", "shape",
// "data_offsets": [begin, end]}, "__metadata__": {string: string}}, then the tensors' bytes without gap
// or overlap (https://github.com/huggingface/safetensors#format).
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_FILES_SAFETENSORS_H
#define LOWP_FILES_SAFETENSORS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lowp {

enum class DType { BOOL, U8, I8, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64, F8_E4M3, F8_E5M2 };

llvm::StringRef name(DType dtype);
int64_t byteWidth(DType dtype);
bool isInteger(DType dtype);

struct TensorView {
  std::string name;
  DType dtype;
  std::vector<int64_t> shape;
  llvm::ArrayRef<char> data;
};

/// "i64 [64, 128]", for messages.
std::string describe(DType dtype, llvm::ArrayRef<int64_t> shape);

/// A mapped file. Everything is checked when it is opened: a file that opens can be read.
class SafetensorsFile {
public:
  static llvm::Expected<std::shared_ptr<SafetensorsFile>> open(llvm::StringRef path);

  const std::string &path() const { return file; }
  /// In the order of their data.
  llvm::ArrayRef<TensorView> tensors() const { return list; }
  /// Null if there is none of that name.
  const TensorView *find(llvm::StringRef name) const;
  const std::map<std::string, std::string> &metadata() const { return meta; }

private:
  llvm::Error parse(llvm::StringRef bytes);

  std::string file;
  std::unique_ptr<llvm::MemoryBuffer> buffer;
  std::vector<TensorView> list;
  llvm::StringMap<size_t> index;
  std::map<std::string, std::string> meta;
};

/// Writes the tensors in this order, atomically; the data start at a multiple of 64 bytes.
llvm::Error writeSafetensors(llvm::StringRef path, llvm::ArrayRef<TensorView> tensors,
                             const std::map<std::string, std::string> &metadata = {});

} // namespace lowp

#endif
