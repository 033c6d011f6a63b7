//===- StateSignature.h - states of a function in pieces --------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_TRANSFORMS_CACHE_STATESIGNATURE_H
#define LOWP_LIB_TRANSFORMS_CACHE_STATESIGNATURE_H

#include "lowp/Analysis/CacheState.h"

namespace lowp::cache {

/// One tensor of those that a state becomes.
struct StatePiece {
  std::string suffix; ///< behind the state's name: empty, ".scale"
  mlir::RankedTensorType type;
  std::string holds; ///< what its numbers are
};

/// Changes the signature of a function whose states become several tensors each. Between `split` and `finish` the
/// function is no valid IR.
class StateSignature {
public:
  explicit StateSignature(mlir::func::FuncOp func) : func(func) {}

  /// The new arguments in the place of the state's.
  llvm::SmallVector<mlir::Value> split(const CacheState &state, llvm::ArrayRef<StatePiece> pieces);
  /// The results in the place of the state's, as many as pieces.
  void update(const CacheState &state, mlir::ValueRange results);
  /// A new argument in front of the one with that number.
  mlir::Value addBefore(unsigned argument, mlir::RankedTensorType type, mlir::DictionaryAttr attributes);
  /// Erases the states and puts arguments and results in order.
  void finish();

private:
  struct Split {
    CacheState state;
    llvm::SmallVector<StatePiece> pieces;
    llvm::SmallVector<mlir::Value> arguments, results;
  };
  struct Added {
    unsigned before;
    mlir::Value argument;
    mlir::DictionaryAttr attributes;
  };
  const Split *splitOf(unsigned CacheState::*place, unsigned index) const;
  void finishResults();
  void finishArguments();

  mlir::func::FuncOp func;
  std::vector<Split> splits;
  std::vector<Added> added;
  llvm::SmallVector<unsigned> newResult; ///< where the old results are, or the first of what they became
};

} // namespace lowp::cache

#endif
