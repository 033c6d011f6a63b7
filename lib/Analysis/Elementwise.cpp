//===- Elementwise.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Analysis/Elementwise.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace lowp {

Value createElementwise(OpBuilder &b, Location loc, Value like, Type element, ValueRange inputs,
                        ArrayRef<AffineMap> maps, ElementwiseBody body) {
  auto type = cast<RankedTensorType>(like.getType()).clone(element);
  Value out = tensor::EmptyOp::create(b, loc, tensor::getMixedSizes(b, loc, like), element);
  SmallVector<AffineMap> all(maps);
  all.push_back(b.getMultiDimIdentityMap(type.getRank()));
  SmallVector<utils::IteratorType> parallel(type.getRank(), utils::IteratorType::parallel);
  return linalg::GenericOp::create(b, loc, type, inputs, out, all, parallel,
                                   [&](OpBuilder &b, Location loc, ValueRange args) {
                                     linalg::YieldOp::create(b, loc, body(b, loc, args.drop_back()));
                                   })
      .getResult(0);
}

Value combineAlong(OpBuilder &b, Location loc, Value value, Value vector, int64_t dim,
                   ElementwiseBody body) {
  auto type = cast<RankedTensorType>(value.getType());
  AffineMap along = AffineMap::get(type.getRank(), 0, b.getAffineDimExpr(dim));
  return createElementwise(b, loc, value, type.getElementType(), {value, vector},
                           {b.getMultiDimIdentityMap(type.getRank()), along}, body);
}

bool isZeroFill(Value value) {
  auto fill = value.getDefiningOp<linalg::FillOp>();
  return fill && (matchPattern(fill.getInputs()[0], m_Zero()) ||
                  matchPattern(fill.getInputs()[0], m_AnyZeroFloat()));
}

} // namespace lowp
