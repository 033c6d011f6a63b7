//===- FoldZeroPoints.cpp ------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Lowering/Passes.h"

#include "lowp/Bridge/Constants.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace lowp {
#define GEN_PASS_DEF_FOLDZEROPOINTS
#include "lowp/Lowering/Passes.h.inc"

namespace {

/// Σ_k (a[m, k] − za) · w[n, k] with constant w and one constant za.
struct Match {
  linalg::GenericOp op;
  int32_t zeroPoint;
  std::span<const int8_t> weight;
  int64_t columns, reduction;
  bool columnsFirst;  ///< the weight lies n × k
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

std::optional<Match> match(linalg::GenericOp op) {
  if (op.getNumDpsInputs() != 3 || op.getNumDpsInits() != 1 || op.getNumLoops() != 3 ||
      !hasExpectedBody(op))
    return std::nullopt;
  std::optional<int32_t> zeroPoint = constantZeroPoint(op.getInputs()[2]);
  std::optional<std::span<const int8_t>> weight = matchCodes(op.getInputs()[1]);
  auto type = cast<RankedTensorType>(op.getResult(0).getType());
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  AffineMap w = maps[1], out = maps.back();
  if (!zeroPoint || !weight || type.getRank() != 2 || w.getNumResults() != 2)
    return std::nullopt;
  bool columnsFirst = w.getResult(0) == out.getResult(1);
  if (!columnsFirst && w.getResult(1) != out.getResult(1))
    return std::nullopt;
  int64_t columns = type.getDimSize(1);
  Value product = op.getBody()->getTerminator()->getOperand(0);
  auto mul = product.getDefiningOp<arith::AddIOp>().getRhs().getDefiningOp<arith::MulIOp>();
  return Match{op, *zeroPoint, *weight, columns, int64_t(weight->size()) / columns, columnsFirst,
               isa<arith::ExtUIOp>(mul.getRhs().getDefiningOp())};
}

/// −za · Σ_k w[n, k]
std::vector<int32_t> corrections(const Match &m) {
  std::vector<int32_t> result(m.columns);
  for (int64_t n = 0; n < m.columns; ++n) {
    int64_t sum = 0;
    for (int64_t k = 0; k < m.reduction; ++k) {
      int8_t code = m.weight[m.columnsFirst ? n * m.reduction + k : k * m.columns + n];
      sum += m.weightUnsigned ? int64_t(uint8_t(code)) : int64_t(code);
    }
    result[n] = static_cast<int32_t>(-m.zeroPoint * sum);
  }
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

/// sums[m, n] + correction[n]
Value addCorrection(OpBuilder &b, linalg::GenericOp sums, Value correction) {
  Location loc = sums.getLoc();
  Value value = sums.getResult(0);
  auto type = cast<RankedTensorType>(value.getType());
  Value empty = tensor::EmptyOp::create(b, loc, tensor::getMixedSizes(b, loc, value),
                                        type.getElementType());
  AffineMap identity = b.getMultiDimIdentityMap(2);
  AffineMap columns = AffineMap::get(2, 0, b.getAffineDimExpr(1));
  SmallVector<utils::IteratorType> parallel(2, utils::IteratorType::parallel);
  return linalg::GenericOp::create(b, loc, type, ValueRange{value, correction}, empty,
                                   ArrayRef{identity, columns, identity}, parallel,
                                   [](OpBuilder &b, Location loc, ValueRange args) {
                                     Value sum = arith::AddIOp::create(b, loc, args[0], args[1]);
                                     linalg::YieldOp::create(b, loc, sum);
                                   })
      .getResult(0);
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
