//===- FoldZeroPoints.cpp ------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Lowering/Passes.h"

#include "lowp/Analysis/Elementwise.h"
#include "lowp/Bridge/Constants.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <numeric>

using namespace mlir;

namespace lowp {
#define GEN_PASS_DEF_FOLDZEROPOINTS
#include "lowp/Lowering/Passes.h.inc"

namespace {

/// Σ (a − za) · w[n, …] with constant w and one constant za: a matrix product or a convolution. The
/// weight's elements are outer × columns × inner, the sum being over all but the columns.
struct Match {
  linalg::GenericOp op;
  int32_t zeroPoint;
  std::span<const int8_t> weight;
  int64_t outer, columns, inner;
  bool weightUnsigned;
};

std::optional<int32_t> constantZeroPoint(Value value) {
  auto constant = value.getDefiningOp<arith::ConstantOp>();
  auto dense = constant ? dyn_cast<DenseIntElementsAttr>(constant.getValue()) : DenseIntElementsAttr();
  if (!dense || !dense.isSplat() || !dense.getElementType().isInteger(32))
    return std::nullopt;
  return static_cast<int32_t>(dense.getSplatValue<APInt>().getSExtValue());
}

/// Is the body  acc + (ext a − za) · ext w ?
bool hasExpectedBody(linalg::GenericOp op) {
  Block &body = *op.getBody();
  auto sum = body.getTerminator()->getOperand(0).getDefiningOp<arith::AddIOp>();
  auto product = sum ? sum.getRhs().getDefiningOp<arith::MulIOp>() : arith::MulIOp();
  auto difference = product ? product.getLhs().getDefiningOp<arith::SubIOp>() : arith::SubIOp();
  if (!difference || difference.getRhs() != body.getArgument(2))
    return false;
  auto extends = [](Value value, BlockArgument arg) {
    Operation *def = value.getDefiningOp();
    return isa_and_present<arith::ExtSIOp, arith::ExtUIOp>(def) && def->getOperand(0) == arg;
  };
  return sum.getLhs() == body.getArgument(3) && extends(difference.getLhs(), body.getArgument(0)) &&
         extends(product.getRhs(), body.getArgument(1));
}

/// The one dimension of the weight that is not summed over and is the last one of the result.
std::optional<unsigned> columnDim(linalg::GenericOp op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  std::optional<unsigned> result;
  for (auto [i, expr] : llvm::enumerate(maps[1].getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim)
      return std::nullopt;
    if (iterators[dim.getPosition()] == utils::IteratorType::reduction)
      continue;
    if (result || expr != maps.back().getResults().back())
      return std::nullopt;
    result = i;
  }
  return result;
}

std::optional<Match> match(linalg::GenericOp op) {
  if (op.getNumDpsInputs() != 3 || op.getNumDpsInits() != 1 || !hasExpectedBody(op))
    return std::nullopt;
  std::optional<int32_t> zeroPoint = constantZeroPoint(op.getInputs()[2]);
  std::optional<std::span<const int8_t>> weight = matchCodes(op.getInputs()[1]);
  std::optional<unsigned> column = columnDim(op);
  if (!zeroPoint || !weight || !column)
    return std::nullopt;
  ArrayRef<int64_t> shape = cast<RankedTensorType>(op.getInputs()[1].getType()).getShape();
  auto product = [](ArrayRef<int64_t> sizes) {
    return std::accumulate(sizes.begin(), sizes.end(), int64_t(1), std::multiplies<>());
  };
  Value sum = op.getBody()->getTerminator()->getOperand(0);
  auto mul = sum.getDefiningOp<arith::AddIOp>().getRhs().getDefiningOp<arith::MulIOp>();
  return Match{op,
               *zeroPoint,
               *weight,
               product(shape.take_front(*column)),
               shape[*column],
               product(shape.drop_front(*column + 1)),
               isa<arith::ExtUIOp>(mul.getRhs().getDefiningOp())};
}

/// −za · Σ w[n, …]
std::vector<int32_t> corrections(const Match &m) {
  std::vector<int64_t> sums(m.columns);
  for (size_t i = 0; i < m.weight.size(); ++i) {
    int8_t code = m.weight[i];
    sums[i / m.inner % m.columns] += m.weightUnsigned ? int64_t(uint8_t(code)) : int64_t(code);
  }
  std::vector<int32_t> result(m.columns);
  llvm::transform(sums, result.begin(),
                  [&](int64_t sum) { return static_cast<int32_t>(-m.zeroPoint * sum); });
  return result;
}

/// The contraction without the zero point.
linalg::GenericOp withoutZeroPoint(OpBuilder &b, linalg::GenericOp op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  maps.erase(maps.begin() + 2);
  Block &old = *op.getBody();
  auto sum = old.getTerminator()->getOperand(0).getDefiningOp<arith::AddIOp>();
  auto product = sum.getRhs().getDefiningOp<arith::MulIOp>();
  Operation *extendA = product.getLhs().getDefiningOp<arith::SubIOp>().getLhs().getDefiningOp();
  Operation *extendW = product.getRhs().getDefiningOp();
  auto result = linalg::GenericOp::create(
      b, op.getLoc(), op.getResult(0).getType(), ValueRange{op.getInputs()[0], op.getInputs()[1]},
      op.getOutputs(), maps, op.getIteratorTypesArray(),
      [&](OpBuilder &b, Location loc, ValueRange args) {
        IRMapping mapping;
        mapping.map(old.getArgument(0), args[0]);
        mapping.map(old.getArgument(1), args[1]);
        Value a = b.clone(*extendA, mapping)->getResult(0);
        Value w = b.clone(*extendW, mapping)->getResult(0);
        Value term = arith::MulIOp::create(b, loc, a, w);
        linalg::YieldOp::create(b, loc, arith::AddIOp::create(b, loc, args[2], term).getResult());
      });
  result->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  return result;
}

/// sums[…, n] + correction[n]
Value addCorrection(OpBuilder &b, linalg::GenericOp sums, Value correction) {
  int64_t columns = cast<RankedTensorType>(sums.getResult(0).getType()).getRank() - 1;
  return combineAlong(b, sums.getLoc(), sums.getResult(0), correction, columns,
                      [](OpBuilder &b, Location loc, ValueRange args) {
                        return arith::AddIOp::create(b, loc, args[0], args[1]).getResult();
                      });
}

struct FoldZeroPoints : impl::FoldZeroPointsBase<FoldZeroPoints> {
  void runOnOperation() override {
    SmallVector<linalg::GenericOp> ops;
    getOperation().walk([&](linalg::GenericOp op) { ops.push_back(op); });
    for (linalg::GenericOp op : ops)
      if (std::optional<Match> m = match(op)) {
        OpBuilder b(op);
        auto weight = op.getInputs()[1].getDefiningOp<arith::ConstantOp>();
        auto type = RankedTensorType::get({m->columns}, b.getI32Type());
        Value correction = createConstant(b, weight.getLoc(), type,
                                          (constantName(weight) + ".zero_point_correction").str(),
                                          corrections(*m));
        linalg::GenericOp sums = withoutZeroPoint(b, op);
        op.getResult(0).replaceAllUsesWith(addCorrection(b, sums, correction));
        op.erase();
      }
  }
};

} // namespace
} // namespace lowp
