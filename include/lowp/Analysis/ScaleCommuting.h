//===- ScaleCommuting.h - where a factor per channel may go -----*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// X' = X · diag(r), r > 0, without a multiplication of X: which constants above X take the factor instead?
// The walk goes from X upwards through whatever commutes with a factor per channel and ends at constants:
// gains and biases of a normalisation, a weight's output channels and the bias behind it. What commutes is
// read off the IR. A structured op says it with its body and its indexing maps: the result is scaled if
// some of its operands are (one factor of a product, both terms of a sum, max(x, 0), the values of a
// contraction); a reshape, a slice or a cast only moves the channels. Everything that reads a value on the way
// must be on the way itself, or the model would change.
//
// Channels may be repeated on the way (a head of values that several heads of queries share): then they have
// one constant, and the fold needs one factor for all of them. Such channels are tied.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_ANALYSIS_SCALECOMMUTING_H
#define LOWP_ANALYSIS_SCALECOMMUTING_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

#include <optional>
#include <span>
#include <vector>

namespace lowp {

/// How the channels of X lie in another value.
struct ChannelLayout {
  llvm::SmallVector<int64_t> dims, sizes; ///< of the value, ascending; elsewhere the factor is constant
  std::vector<int32_t> channels;          ///< [sizes], row-major: the channel of X whose factor stands there

  /// The factors by index along `dims`.
  std::vector<float> gather(std::span<const float> factors) const;
};

/// An operand whose value takes the factor.
struct ScaledOperand {
  mlir::OpOperand *use;
  ChannelLayout layout;
};

/// The result of a site that takes the factor.
struct ScaledResult {
  mlir::OpResult result;
  ChannelLayout layout;
};

struct ScaleFold {
  /// The fold for X = `x` with channels along `dim`, read by `readers` after the factor. nullopt where
  /// nothing can take it: no constant above, another reader on the way, or a quantizer on the way that
  /// rounds channels of different factors with one scale.
  static std::optional<ScaleFold> find(mlir::Value x, int64_t dim,
                                       llvm::ArrayRef<mlir::OpOperand *> readers);

  llvm::SmallVector<ScaledOperand> constants;
  /// Operands of sites that are computed and on the way: what was measured there is scaled too.
  llvm::SmallVector<ScaledOperand> observed;
  /// The same of what sites compute.
  llvm::SmallVector<ScaledResult> observedResults;
  /// For each channel the first one that needs the same factor; empty: each is free.
  std::vector<int32_t> ties;

  /// Multiplies the constants by `factors`, which are equal where channels are tied. A weight that waits
  /// for its quantization gets the product as a WeightExpression, all others become new constants.
  void apply(std::span<const float> factors) const;
};

} // namespace lowp

#endif
