//===- EntryAttributes.h - what entry points say ---------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_DIALECT_LOWP_IR_ENTRYATTRIBUTES_H
#define LOWP_DIALECT_LOWP_IR_ENTRYATTRIBUTES_H

#include "llvm/ADT/StringRef.h"

namespace lowp {

/// On an argument of a public function: the number of the result that is its new value, of the same type.
/// The caller may pass one buffer for both.
constexpr llvm::StringLiteral kInPlaceAttr = "lowp.in_place";
/// On an argument of a public function: samples may leave it out, it is 0 then.
constexpr llvm::StringLiteral kOptionalAttr = "lowp.optional";
/// On an argument of a public function that is no plain tensor of numbers: what it holds, a sentence for people.
constexpr llvm::StringLiteral kHoldsAttr = "lowp.holds";
/// The name of an argument, tensor<1xi64>: how many of the last tokens that a call is given are none.
constexpr llvm::StringLiteral kPaddingName = "padding";
/// On a module: its tokenizer as JSON (Files/Tokenizer.h), a dense tensor of i8.
constexpr llvm::StringLiteral kTokenizerAttr = "lowp.tokenizer";

} // namespace lowp

#endif
