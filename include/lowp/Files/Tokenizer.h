//===- Tokenizer.h - text to tokens and back --------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Byte-level BPE (Radford et al., "Language Models are Unsupervised Multitask Learners", 2019), as GGUF files
// describe it. A model carries its tokenizer as JSON:
//
//   model    "gpt2"
//   pre      how text is cut into words: "gpt-2", or "smollm", which takes each digit for a word first
//   tokens   strings, by id; but for special ones each byte stands as the code point GPT-2 gives it
//   special  ids of tokens that are found in text as they stand and are no text of an answer
//   merges   ["LEFT RIGHT", …], the first with the highest priority
//   begin    id in front of every text; absent: none
//   end      ids that end an answer
//   chat     {"before", "after"}: text around a message that asks for an answer; absent: no chat model
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_FILES_TOKENIZER_H
#define LOWP_FILES_TOKENIZER_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace llvm::json {
class Object;
}

namespace lowp {

class Tokenizer {
public:
  static llvm::Expected<Tokenizer> parse(llvm::StringRef json);

  /// The ids of `text`; names of special tokens in it are these tokens. Bytes that are no UTF-8 are kept,
  /// those that no token stands for (SmolLM2 lacks control characters) are left out.
  std::vector<int64_t> encode(llvm::StringRef text) const;
  /// The bytes of a token, perhaps a part of a code point; nothing for a special one or an unknown id.
  llvm::StringRef decode(int64_t id) const;

  int64_t size() const { return static_cast<int64_t>(tokens.size()); }
  bool isEnd(int64_t id) const;
  /// The token in front of every text.
  std::optional<int64_t> begin() const { return beginId; }
  /// A message as the model's chat form has it; an error if there is none.
  llvm::Expected<std::string> chat(llvm::StringRef message) const;

private:
  llvm::Error readTokens(const llvm::json::Object &object);
  llvm::Error readMerges(const llvm::json::Object &object);
  llvm::Error readSpecial(const llvm::json::Object &object);
  llvm::Expected<std::vector<int64_t>> readIds(const llvm::json::Object &object, llvm::StringRef key) const;

  /// Appends the tokens of text without special tokens.
  void encodeText(llvm::StringRef text, std::vector<int64_t> &ids) const;
  /// Appends the tokens of one word: merges pairs, the highest priority first, until none is left.
  void encodeWord(llvm::StringRef word, std::vector<int64_t> &ids) const;

  struct Merge {
    int32_t rank, merged;
  };

  std::vector<std::string> tokens; ///< as bytes
  llvm::StringMap<int32_t> idOf;   ///< of those that are no special ones
  int32_t byteIds[256]; ///< -1: no token stands for the byte
  llvm::DenseMap<std::pair<int32_t, int32_t>, Merge> merges;
  std::vector<int64_t> special, ends;
  std::vector<bool> isSpecial;
  std::optional<int64_t> beginId;
  std::optional<std::pair<std::string, std::string>> chatForm;
  bool splitsDigits = false;
};

/// Passes on whole code points of a text that comes in pieces.
class Utf8Stream {
public:
  /// What is complete with `bytes`.
  std::string add(llvm::StringRef bytes);
  /// What is left: bytes that no more will complete.
  std::string finish() { return std::exchange(pending, {}); }

private:
  std::string pending;
};

} // namespace lowp

#endif
