//===- Dataset.h - samples for a model --------------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_DATASET_H
#define LOWP_EXECUTION_DATASET_H

#include "lowp-c/Runtime.h"
#include "lowp/Execution/Model.h"
#include "lowp/Files/Safetensors.h"

#include "llvm/Support/AlignOf.h"

#include <cstdlib>
#include <memory>
#include <vector>

namespace lowp {

/// A tensor with memory of its own, aligned as the ABI wants it.
class TensorBuffer {
public:
  TensorBuffer(const lowp_value_info &info, llvm::ArrayRef<int64_t> shape);
  lowp_tensor tensor() const;
  char *data() const { return memory.get(); }
  int64_t size() const { return bytes; }

private:
  struct Free {
    void operator()(char *p) const { std::free(p); }
  };
  int32_t dtype;
  std::vector<int64_t> shape;
  int64_t bytes;
  std::unique_ptr<char, Free> memory;
};

/// Samples: per argument of an entry one tensor of its name, shape [samples, *argument's shape]; a
/// leading 1 of the argument's shape may be left out. Integers may be narrower than the argument's. An
/// optional argument without a tensor is 0. Where
/// a dimension varies, all samples of a file have the same length.
class Dataset {
public:
  /// Uses only the first `limit` samples; 0: all.
  static llvm::Expected<Dataset> open(llvm::StringRef path, const lowp_entry_info &entry,
                                      int64_t limit = 0) {
    return open(path, llvm::ArrayRef(entry.arguments, entry.num_arguments), limit);
  }
  static llvm::Expected<Dataset> open(llvm::StringRef path, llvm::ArrayRef<lowp_value_info> arguments,
                                      int64_t limit);

  int64_t size() const { return samples; }
  /// The size of the arguments' dimensions that vary; 0 if none does.
  int64_t length() const;
  /// The arguments of one sample, in the order of the entry.
  std::vector<TensorBuffer> sample(int64_t index) const;

private:
  struct Column {
    const TensorView *tensor; ///< null: zeros
    const lowp_value_info *info;
    std::vector<int64_t> shape; ///< of one sample
  };
  static llvm::Expected<Column> match(const SafetensorsFile &file, const lowp_value_info &info);

  std::shared_ptr<SafetensorsFile> file;
  std::vector<Column> columns;
  int64_t samples = 0;
};

DType fileType(int32_t dtype);

/// The size of the dimensions of `arguments` that vary; 0 if none does.
int64_t lengthOf(const lowp_entry_info &entry, llvm::ArrayRef<lowp_tensor> arguments);

/// The shape of a value, with `length` for dimensions that vary.
std::vector<int64_t> shapeAt(const lowp_value_info &info, int64_t length);

/// Memory for the results of an entry.
std::vector<TensorBuffer> makeResults(const lowp_entry_info &entry, int64_t length);

/// The buffers as an entry takes them; they are not owned.
llvm::SmallVector<lowp_tensor> tensorsOf(llvm::ArrayRef<TensorBuffer> buffers);

/// Runs an entry on buffers.
llvm::Error run(const Model &model, const lowp_entry_info &entry,
                llvm::ArrayRef<TensorBuffer> arguments, llvm::ArrayRef<TensorBuffer> results,
                Context &context);

} // namespace lowp

#endif
