//===- WeightExpression.cpp -----------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Analysis/WeightExpression.h"

#include "lowp/Analysis/Elementwise.h"
#include "lowp/Bridge/Constants.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace lowp {

/// Is `op` what scaleAlong makes: out = in0 · in1, in0 by identity, in1 along one dimension?
static bool isScaling(linalg::GenericOp op) {
  if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 ||
      op.getNumParallelLoops() != op.getNumLoops())
    return false;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  if (!maps[0].isIdentity() || !maps[2].isIdentity() || maps[1].getNumResults() != 1 ||
      !isa<AffineDimExpr>(maps[1].getResult(0)))
    return false;
  Block &body = *op.getBody();
  auto yield = cast<linalg::YieldOp>(body.getTerminator());
  auto product = yield.getOperand(0).getDefiningOp<arith::MulFOp>();
  return product && product.getLhs() == body.getArgument(0) &&
         product.getRhs() == body.getArgument(1);
}

std::optional<WeightExpression> WeightExpression::match(Value value) {
  WeightExpression result;
  while (auto generic = value.getDefiningOp<linalg::GenericOp>()) {
    if (!isScaling(generic))
      return std::nullopt;
    auto map = generic.getIndexingMapsArray()[1];
    result.scales.push_back({generic->getOperand(1),
                             cast<AffineDimExpr>(map.getResult(0)).getPosition()});
    value = generic->getOperand(0);
  }
  result.constant = value.getDefiningOp<arith::ConstantOp>();
  if (!result.constant)
    return std::nullopt;
  std::reverse(result.scales.begin(), result.scales.end());
  return result;
}

/// data[i…] *= vector[i_dim]
static void multiplyAlong(std::vector<float> &data, ArrayRef<int64_t> shape,
                          std::span<const float> vector, int64_t dim) {
  int64_t inner = 1;
  for (int64_t size : shape.drop_front(dim + 1))
    inner *= size;
  int64_t count = shape[dim];
  for (size_t base = 0; base < data.size(); base += count * inner)
    for (int64_t i = 0; i < count; ++i)
      for (int64_t j = 0; j < inner; ++j)
        data[base + i * inner + j] *= vector[i];
}

std::optional<std::vector<float>> WeightExpression::evaluate() const {
  Value weight = constant->getResult(0);
  std::optional<FloatView> base = FloatView::match(weight);
  if (!base)
    return std::nullopt;
  std::vector<float> data(base->values().begin(), base->values().end());
  auto type = cast<RankedTensorType>(weight.getType());
  for (const Scale &scale : scales) {
    std::optional<FloatView> vector = FloatView::match(scale.vector);
    if (!vector)
      return std::nullopt;
    multiplyAlong(data, type.getShape(), vector->values(), scale.dim);
  }
  return data;
}

Value scaleAlong(OpBuilder &b, Location loc, Value value, Value vector, int64_t dim) {
  return combineAlong(b, loc, value, vector, dim, [](OpBuilder &b, Location loc, ValueRange args) {
    return arith::MulFOp::create(b, loc, args[0], args[1]).getResult();
  });
}

void eraseUnusedWeight(Value weight) {
  while (weight.use_empty()) {
    Operation *op = weight.getDefiningOp();
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      dropUnusedBlob(constant);
      constant.erase();
      return;
    }
    weight = op->getOperand(0);
    op->erase();
  }
}

} // namespace lowp
