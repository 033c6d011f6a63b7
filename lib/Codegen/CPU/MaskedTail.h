//===- MaskedTail.h - dimensions of which only a beginning counts -*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_CODEGEN_CPU_MASKEDTAIL_H
#define LOWP_LIB_CODEGEN_CPU_MASKEDTAIL_H

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Target/CpuTarget.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <optional>

namespace lowp::cpu {

/// A dimension of a value, of which ⌈n/factor⌉ belong to the first n iterations.
struct Place {
  int64_t dim = 0;
  int64_t factor = 1;

  bool operator==(const Place &other) const { return dim == other.dim && factor == other.factor; }
};

/// One dimension of what an op iterates over, and where its operands and its result have it.
struct Along {
  llvm::SmallVector<std::pair<mlir::OpOperand *, Place>> inputs; ///< what reads the rest is read as a whole
  std::optional<Place> result;                                   ///< none: the op reduces the dimension
};

/// The dimension that `operand` has at `place`; nullopt if the op cannot run over a beginning of it.
std::optional<Along> alongOperand(mlir::OpOperand &operand, Place place, const CpuTarget &row);

/// The same for the result of an op.
std::optional<Along> alongResult(mlir::OpResult result, Place place, const CpuTarget &row);

/// Does the op give its operand in another shape?
bool isReshape(mlir::Operation *op);

/// What is known of the numbers of a dimension beyond its beginning.
enum class Tail {
  Unknown,
  Masked, ///< so far below all others that exp(x - maximum) is 0
  Zero
};

/// The tail of an op's result along the dimension, or what it reduces, from that of one operand: Unknown if the op
/// may not leave the tail out.
Tail tailBehind(mlir::OpOperand &operand, Tail tail);

/// A mask: its numbers from an index on, which only running shows, are `Masked`.
struct Mask {
  static std::optional<Mask> get(mlir::linalg::GenericOp op);

  mutable mlir::linalg::GenericOp op; // handles of MLIR are not const-correct
  int64_t dim; ///< of the result
  /// One more than the largest index that any element shows, as index; 0 or less where there is none.
  mlir::Value emitEnd(mlir::OpBuilder &b) const;

private:
  mlir::Value largestShown; ///< in the op's body
  bool isInclusive;
};

} // namespace lowp::cpu

#endif
