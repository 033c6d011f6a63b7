//===- TokenMask.h - which rows are no padding ------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_EXECUTION_TOKENMASK_H
#define LOWP_LIB_EXECUTION_TOKENMASK_H

#include "lowp/Execution/Dataset.h"

#include <optional>
#include <span>

namespace lowp {

/// The argument of a sample that is 0 where a token is padding, applied to rows of activations.
class TokenMask {
public:
  /// The argument `name`; for an empty name one of integers called "mask" or "attention_mask", or none.
  static llvm::Expected<TokenMask> find(llvm::ArrayRef<lowp_value_info> arguments, llvm::StringRef name);

  /// The arguments of the sample that the rows to come belong to.
  void setSample(llvm::ArrayRef<TensorBuffer> arguments);

  /// The rows [rows, channels] that are tokens. Rows repeat the sequence: row r is token r modulo its
  /// length, for each head; where they do not, all are kept. Valid until the next call.
  std::span<const float> keepTokens(std::span<const float> values, int64_t channels);

private:
  std::optional<int64_t> argument;
  std::vector<char> tokens; ///< 1: a token; empty: no padding is known of
  std::vector<float> kept;
};

} // namespace lowp

#endif
