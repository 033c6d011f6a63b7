//===- CacheState.h - the cache of an attention in a signature --*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_ANALYSIS_CACHESTATE_H
#define LOWP_ANALYSIS_CACHESTATE_H

#include "lowp/Analysis/QuantizationSite.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <string>
#include <vector>

namespace lowp {

/// `lowp.name` of an argument, or its number.
std::string argumentName(mlir::func::FuncOp func, unsigned argument);

/// An argument that a result replaces (`lowp.in_place`) and that new tokens are inserted into at a computed place:
/// its readers, products of two activations, sum over its channels (keys) or over its tokens (values).
struct CacheState {
  enum class Kind { Keys, Values };

  mutable mlir::func::FuncOp func; // handles of MLIR are not const-correct
  unsigned argument, result;
  mutable mlir::tensor::InsertSliceOp update; ///< the new tokens into the argument
  Kind kind;
  unsigned tokenDim, channelDim;
  llvm::SmallVector<QuantizationSite> readers;

  mlir::RankedTensorType type() const { return update.getType(); }
  /// Tokens that it has room for, and that a call adds.
  int64_t tokens() const { return type().getDimSize(tokenDim); }
  int64_t newTokens() const { return update.getStaticSizes()[tokenDim]; }
  /// Channels of a head.
  int64_t width() const { return type().getDimSize(channelDim); }
  /// All other dimensions.
  int64_t heads() const { return type().getNumElements() / tokens() / width(); }
  std::string name() const { return argumentName(func, argument); }
  /// What is inserted, with all dimensions of the cache.
  mlir::Value inserted(mlir::OpBuilder &b) const;
};

/// The caches of a function in order of its arguments, f32 of static shape. `skipped` hears of each other argument that a
/// result replaces, and why it is no cache.
std::vector<CacheState>
findCacheStates(mlir::func::FuncOp func,
                llvm::function_ref<void(unsigned argument, const llvm::Twine &reason)> skipped);

} // namespace lowp

#endif
