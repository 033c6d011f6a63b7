//===- CodeArithmetic.h - codes and their blocks in linalg ------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_CONVERSION_LOWPTOLINALG_CODEARITHMETIC_H
#define LOWP_LIB_CONVERSION_LOWPTOLINALG_CODEARITHMETIC_H

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <optional>

namespace lowp {

/// Element (d0, d1, …) of a tensor lies in block (d0 / block0, …).
inline llvm::SmallVector<mlir::AffineExpr> blockOf(SpecAttr spec, llvm::ArrayRef<mlir::AffineExpr> element) {
  mlir::MLIRContext *ctx = spec.getContext();
  return llvm::map_to_vector(llvm::zip_equal(spec.getBlock(), element), [&](auto pair) {
    auto [size, expr] = pair;
    if (size == SpecAttr::kWhole)
      return mlir::getAffineConstantExpr(0, ctx);
    return size == 1 ? expr : expr.floorDiv(size);
  });
}

inline mlir::Value toF32(mlir::ImplicitLocOpBuilder &b, mlir::Value x) {
  auto type = mlir::cast<mlir::FloatType>(x.getType());
  if (type.isF32())
    return x;
  if (type.getWidth() > 32)
    return mlir::arith::TruncFOp::create(b, b.getF32Type(), x);
  return mlir::arith::ExtFOp::create(b, b.getF32Type(), x);
}

inline mlir::Value fromF32(mlir::ImplicitLocOpBuilder &b, mlir::Value x, mlir::Type type) {
  if (type.isF32())
    return x;
  if (type.getIntOrFloatBitWidth() > 32)
    return mlir::arith::ExtFOp::create(b, type, x);
  return mlir::arith::TruncFOp::create(b, type, x);
}

inline mlir::Value extend(mlir::ImplicitLocOpBuilder &b, mlir::Value code, SpecAttr spec) {
  mlir::Type i32 = b.getI32Type();
  if (spec.isSigned())
    return mlir::arith::ExtSIOp::create(b, i32, code);
  return mlir::arith::ExtUIOp::create(b, i32, code);
}

/// The number that the byte of a float of 8 bits is, in f32; and the byte of the nearest number to x, ties to even,
/// the largest one beyond it, NaN for NaN: decode and encode of Numerics/LowFloat.h.
mlir::Value decodeLowFloat(mlir::ImplicitLocOpBuilder &b, mlir::Value code, mlir::FloatType type);
mlir::Value encodeLowFloat(mlir::ImplicitLocOpBuilder &b, mlir::Value x, mlir::FloatType type);
/// The largest finite number of the type.
float largestLowFloat(mlir::FloatType type);

/// The operand of a matrix product, 0 or 1, whose blocks split the reduction, where the other one's do not and all
/// sizes of it are known. Integers without a float zero point only.
std::optional<unsigned> groupedOperand(mlir::linalg::LinalgOp op, DequantizeOp lhs, DequantizeOp rhs);

/// Σ_g f32(Σ_{k in g} (qa − za)(qb − zb)) · activation's scale · weight's scale of g, the sums of codes exact in
/// i32, the terms added in order, + init. One op with the sum of the group beside the sum of the terms, which
/// adds a term where the group ends.
mlir::Value groupedContraction(mlir::ImplicitLocOpBuilder &b, mlir::linalg::LinalgOp op, DequantizeOp lhs,
                               DequantizeOp rhs, unsigned grouped);

} // namespace lowp

#endif
