//===- GroupedContraction.cpp --------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CodeArithmetic.h"

#include "lowp/Analysis/Elementwise.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace lowp {

/// The position of the only reduction loop.
static std::optional<unsigned> reductionLoop(linalg::LinalgOp op) {
  SmallVector<unsigned> dims;
  op.getReductionDims(dims);
  return dims.size() == 1 ? std::optional(dims[0]) : std::nullopt;
}

/// The size of the blocks along the loop: kWhole, or that of the dimension that the loop runs over.
static std::optional<int64_t> blockAlong(AffineMap map, SpecAttr spec, unsigned loop) {
  for (auto [expr, size] : llvm::zip_equal(map.getResults(), spec.getBlock()))
    if (expr == getAffineDimExpr(loop, map.getContext()))
      return size;
  return std::nullopt;
}

std::optional<unsigned> groupedOperand(linalg::LinalgOp op, DequantizeOp lhs, DequantizeOp rhs) {
  std::optional<unsigned> loop = reductionLoop(op);
  if (!loop || !linalg::isaContractionOpInterface(op) || ShapedType::isDynamic(op.getStaticLoopRanges()[*loop]))
    return std::nullopt;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  std::optional<int64_t> blocks[] = {blockAlong(maps[0], lhs.getSpec(), *loop),
                                     blockAlong(maps[1], rhs.getSpec(), *loop)};
  for (unsigned i : {0, 1})
    if (blocks[i] && blocks[i] != SpecAttr::kWhole && blocks[1 - i] == SpecAttr::kWhole)
      return i;
  return std::nullopt;
}

namespace {

/// The op in the making.
struct Grouped {
  Grouped(ImplicitLocOpBuilder &b, linalg::LinalgOp op, DequantizeOp lhs, DequantizeOp rhs, unsigned grouped)
      : b(b), op(op), operands{lhs, rhs}, grouped(grouped), loop(*reductionLoop(op)), maps(op.getIndexingMapsArray()) {
    reduction = op.getStaticLoopRanges()[loop];
    size = std::min(reduction, *blockAlong(maps[grouped], operands[grouped].getSpec(), loop));
    out = maps.pop_back_val();
    inputs = {lhs.getCodes(), rhs.getCodes()};
  }

  /// An operand with one element per block of operand i. Its number as an input.
  unsigned addGrid(unsigned i, Value grid) {
    inputs.push_back(grid);
    SmallVector<AffineExpr> at = blockOf(operands[i].getSpec(), maps[i].getResults());
    maps.push_back(AffineMap::get(out.getNumDims(), 0, at, b.getContext()));
    return inputs.size() - 1;
  }

  Value zeros(Type element) {
    Value empty = tensor::EmptyOp::create(b, tensor::getMixedSizes(b, b.getLoc(), op.getDpsInits()[0]), element);
    Value zero = arith::ConstantOp::create(b, b.getZeroAttr(element));
    return linalg::FillOp::create(b, zero, empty).getResult(0);
  }

  Value create() {
    for (unsigned i : {0, 1})
      if (Value zero = operands[i].getZeroPoint())
        zeroArgument[i] = addGrid(i, zero);
    for (unsigned i : {1 - grouped, grouped})
      scaleArgument[i] = addGrid(i, operands[i].getScale());
    Value outs[] = {zeros(b.getI32Type()), zeros(b.getF32Type())};
    maps.append(2, out);
    auto sums = linalg::GenericOp::create(b, ValueRange(outs).getTypes(), inputs, outs, maps, op.getIteratorTypesArray(),
                                          [&](OpBuilder &inner, Location loc, ValueRange args) {
                                            ImplicitLocOpBuilder ib(loc, inner);
                                            body(ib, args);
                                          });
    if (Attribute site = op->getDiscardableAttr("lowp.site"))
      sums->setDiscardableAttr("lowp.site", site);
    return sums.getResult(1);
  }

  Value term(ImplicitLocOpBuilder &b, ValueRange args, unsigned i) const {
    Value q = extend(b, args[i], operands[i].getSpec());
    return zeroArgument[i] < 0 ? q : arith::SubIOp::create(b, q, args[zeroArgument[i]]).getResult();
  }

  void body(ImplicitLocOpBuilder &b, ValueRange args) const {
    auto equals = [&](Value x, int64_t y) -> Value {
      return arith::CmpIOp::create(b, arith::CmpIPredicate::eq, x, arith::ConstantIndexOp::create(b, y));
    };
    Value k = linalg::IndexOp::create(b, loop);
    Value within = arith::RemUIOp::create(b, k, arith::ConstantIndexOp::create(b, size));
    Value none = arith::ConstantIntOp::create(b, 0, 32);
    Value before = arith::SelectOp::create(b, equals(within, 0), none, args[args.size() - 2]);
    Value product = arith::MulIOp::create(b, term(b, args, 0), term(b, args, 1));
    Value sum = arith::AddIOp::create(b, before, product);
    Value y = arith::SIToFPOp::create(b, b.getF32Type(), sum);
    for (unsigned i : {1 - grouped, grouped})
      y = arith::MulFOp::create(b, y, toF32(b, args[scaleArgument[i]]));
    Value total = arith::AddFOp::create(b, args.back(), y);
    Value isLast = equals(within, size - 1);
    if (reduction % size != 0)
      isLast = arith::OrIOp::create(b, isLast, equals(k, reduction - 1));
    total = arith::SelectOp::create(b, isLast, total, args.back());
    linalg::YieldOp::create(b, ValueRange{sum, total});
  }

  ImplicitLocOpBuilder &b;
  mutable linalg::LinalgOp op; // handles of MLIR are not const-correct
  mutable DequantizeOp operands[2];
  unsigned grouped, loop;
  int64_t reduction, size; ///< products of a sum, and of a group but the last
  SmallVector<AffineMap> maps;
  AffineMap out;
  SmallVector<Value> inputs;
  int zeroArgument[2] = {-1, -1};
  unsigned scaleArgument[2] = {0, 0};
};

} // namespace

Value groupedContraction(ImplicitLocOpBuilder &b, linalg::LinalgOp op, DequantizeOp lhs, DequantizeOp rhs,
                         unsigned grouped) {
  Value sums = Grouped(b, op, lhs, rhs, grouped).create();
  Value init = op.getDpsInits()[0];
  Type element = getElementTypeOrSelf(init.getType());
  bool hasInit = !isZeroFill(init);
  if (element.isF32() && !hasInit)
    return sums;
  AffineMap identity = b.getMultiDimIdentityMap(cast<RankedTensorType>(sums.getType()).getRank());
  SmallVector<Value> inputs = {sums};
  if (hasInit)
    inputs.push_back(init);
  return createElementwise(b, b.getLoc(), sums, element, inputs, SmallVector<AffineMap>(inputs.size(), identity),
                           [&](OpBuilder &inner, Location loc, ValueRange args) {
                             ImplicitLocOpBuilder ib(loc, inner);
                             Value y = args[0];
                             if (hasInit)
                               y = arith::AddFOp::create(ib, y, toF32(ib, args[1]));
                             return fromF32(ib, y, element);
                           });
}

} // namespace lowp
