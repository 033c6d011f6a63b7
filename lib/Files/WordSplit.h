//===- WordSplit.h - GPT-2's words of a text --------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_FILES_WORDSPLIT_H
#define LOWP_LIB_FILES_WORDSPLIT_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

namespace lowp {

/// Hands out the words of `text`, in order and without gaps: the matches of
///   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
/// With `splitsDigits` each \p{N} is a word first, and the expression is for what lies between.
void splitWords(llvm::StringRef text, bool splitsDigits, llvm::function_ref<void(llvm::StringRef)> word);

} // namespace lowp

#endif
