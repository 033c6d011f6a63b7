//===- LanguageModel.h - tokens in, logits out ------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_LANGUAGEMODEL_H
#define LOWP_EXECUTION_LANGUAGEMODEL_H

#include "lowp/Execution/Dataset.h"
#include "lowp/Execution/StateMemory.h"

#include <span>

namespace lowp {

/// A model with the entry points
///   prefill(ids [1, T] i64, position [1] i64, padding [1] i64, state…) → logits [1, 1, V] f32, state…
///   decode (ids [1, 1] i64, position [1] i64, state…) → logits [1, 1, V] f32, state…
/// and perhaps more of the first kind for fewer tokens, called prefill_…, where padding is how many of the last ids are no tokens, and logits are those of what follows the last token. The
/// states […, N, …] are updated in place; tokens lie along the last dimension of those called keys.…, along the middle
/// one of others. What is called as a state with a dot behind it (keys.0.scale) belongs to that; with the newest tokens in a
/// buffer of their own (keys.0.newest) no token is read again. It remembers what it has read; reading allocates nothing.
class LanguageModel {
public:
  /// `model` must outlive it.
  static llvm::Expected<std::unique_ptr<LanguageModel>> create(const Model &model, int threads);

  /// How many tokens it can read in all, and has read.
  int64_t capacity() const { return size; }
  int64_t position() const { return static_cast<int64_t>(history.size()); }
  int64_t vocabulary() const { return decode.logits->tensor().shape[2]; }
  /// What files call tokens and logits.
  const char *tokensName() const { return decode.entry->arguments[0].name; }
  const char *logitsName() const { return decode.entry->results[0].name; }

  /// Reads tokens behind those it has read, no more than the capacity; the logits of what follows the last.
  llvm::Expected<std::span<const float>> read(llvm::ArrayRef<int64_t> tokens);

  /// Forgets all that it has read.
  void restart();

private:
  /// An entry point with its buffers.
  struct Function {
    const lowp_entry_info *entry = nullptr;
    int64_t tokens = 0;
    std::unique_ptr<TensorBuffer> ids, position, padding, logits; ///< no padding: decode
    llvm::SmallVector<lowp_tensor> arguments, results;
  };

  explicit LanguageModel(const Model &model) : model(model) {}
  llvm::Error bind(const lowp_entry_info &entry, Function &function, bool padded);
  llvm::Error bindState(const lowp_entry_info &entry, Function &function);
  /// The function for the next of `left` tokens.
  Function &functionFor(int64_t left);
  /// Runs a function on the tokens from `start` on, padded; the logits of the last token that was read.
  llvm::Expected<std::span<const float>> call(Function &function, int64_t start);

  const Model &model;
  std::unique_ptr<Context> context;
  int64_t size = 0;
  bool goesBack = true; ///< may prefill begin at a position that it has been at?
  StateMemory states; ///< in the order of the arguments
  std::vector<Function> prefills; ///< the one of most tokens first
  Function decode;
  std::vector<int64_t> history;
};

} // namespace lowp

#endif
