//===- GroupedMatch.cpp --------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GroupedMatch.h"

#include "ContractMatch.h"

#include "lowp/Bridge/Constants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace lowp::cpu {

namespace {

template <typename OpTy> OpTy definedBy(Value value) { return value ? value.getDefiningOp<OpTy>() : OpTy(); }

/// The argument behind an extension, to f32 or to i32; `isUnsigned` is set where it is one of zeros.
BlockArgument extendedArgument(Value value, bool *isUnsigned = nullptr) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return argument;
  Operation *extension = value.getDefiningOp();
  if (!isa<arith::ExtFOp, arith::ExtSIOp, arith::ExtUIOp>(extension))
    return {};
  if (isUnsigned)
    *isUnsigned = isa<arith::ExtUIOp>(extension);
  return dyn_cast<BlockArgument>(extension->getOperand(0));
}

/// x == constant
std::optional<int64_t> comparedTo(Value value, Value &x) {
  auto compare = definedBy<arith::CmpIOp>(value);
  if (!compare || compare.getPredicate() != arith::CmpIPredicate::eq)
    return std::nullopt;
  x = compare.getLhs();
  return getConstantIntValue(compare.getRhs());
}

/// ext c, or ext c − z.
struct CodeTerm {
  BlockArgument code, zero;
  bool isUnsigned = false;

  static std::optional<CodeTerm> get(Value value) {
    CodeTerm term;
    if (auto difference = definedBy<arith::SubIOp>(value)) {
      term.zero = dyn_cast<BlockArgument>(difference.getRhs());
      value = difference.getLhs();
      if (!term.zero)
        return std::nullopt;
    }
    term.code = extendedArgument(value, &term.isUnsigned);
    return term.code ? std::optional(term) : std::nullopt;
  }
};

/// The body of lowp-lower-to-linalg's sum over groups.
struct GroupedBody {
  CodeTerm lhs, rhs;
  BlockArgument lhsScale, rhsScale;
  unsigned loop; ///< the reduction
  int64_t size;

  static std::optional<GroupedBody> get(Block &body) {
    if (body.getNumArguments() < 6 || body.getTerminator()->getNumOperands() != 2)
      return std::nullopt;
    GroupedBody result;
    bool matches = result.matchSum(body) && result.matchTotal(body);
    return matches ? std::optional(result) : std::nullopt;
  }

private:
  /// (k mod size == 0 ? 0 : sum) + a · w
  bool matchSum(Block &body) {
    auto add = definedBy<arith::AddIOp>(body.getTerminator()->getOperand(0));
    auto before = add ? definedBy<arith::SelectOp>(add.getLhs()) : arith::SelectOp();
    auto product = add ? definedBy<arith::MulIOp>(add.getRhs()) : arith::MulIOp();
    if (!before || !product || getConstantIntValue(before.getTrueValue()) != 0 ||
        before.getFalseValue() != body.getArgument(body.getNumArguments() - 2))
      return false;
    auto left = CodeTerm::get(product.getLhs()), right = CodeTerm::get(product.getRhs());
    if (!left || !right || comparedTo(before.getCondition(), within) != 0)
      return false;
    lhs = *left;
    rhs = *right;
    auto remainder = definedBy<arith::RemUIOp>(within);
    auto index = remainder ? definedBy<linalg::IndexOp>(remainder.getLhs()) : linalg::IndexOp();
    std::optional<int64_t> divisor = remainder ? getConstantIntValue(remainder.getRhs()) : std::nullopt;
    if (!index || !divisor)
      return false;
    loop = index.getDim();
    size = *divisor;
    return true;
  }

  /// (the group ends ? total + f32(sum) · s_a · s_w : total)
  bool matchTotal(Block &body) {
    Value sum = body.getTerminator()->getOperand(0), total = body.getArguments().back(), x;
    auto choice = definedBy<arith::SelectOp>(body.getTerminator()->getOperand(1));
    auto add = choice ? definedBy<arith::AddFOp>(choice.getTrueValue()) : arith::AddFOp();
    if (!add || choice.getFalseValue() != total || add.getLhs() != total)
      return false;
    Value ends = choice.getCondition();
    if (auto either = definedBy<arith::OrIOp>(ends)) // the last group is shorter: its end is that of the loop
      ends = either.getLhs();
    if (comparedTo(ends, x) != size - 1 || x != within)
      return false;
    auto outer = definedBy<arith::MulFOp>(add.getRhs());
    auto inner = outer ? definedBy<arith::MulFOp>(outer.getLhs()) : arith::MulFOp();
    auto number = inner ? definedBy<arith::SIToFPOp>(inner.getLhs()) : arith::SIToFPOp();
    if (!number || number.getIn() != sum)
      return false;
    lhsScale = extendedArgument(inner.getRhs());
    rhsScale = extendedArgument(outer.getRhs());
    return lhsScale && rhsScale;
  }

  Value within;
};

/// Where columns and groups of the weight lie in a grid of its scales; nullopt if blocks are of several columns or the
/// grid is no constant. The position of the reduction among the weight's dimensions tells which is which.
std::optional<GroupedGrid> gridOf(Value grid, AffineMap map, AffineExpr column, unsigned reductionAt,
                                  AffineExpr reduction, int64_t &size, int64_t products) {
  auto constant = definedBy<arith::ConstantOp>(grid);
  auto values = constant ? dyn_cast<ElementsAttr>(constant.getValue()) : ElementsAttr();
  if (!values || map.getNumResults() != 2)
    return std::nullopt;
  int64_t strides[] = {values.getShapedType().getDimSize(1), 1};
  GroupedGrid result{values, 0, strides[reductionAt]};
  AffineExpr atColumn = map.getResult(1 - reductionAt), atGroup = map.getResult(reductionAt);
  if (atColumn == column)
    result.columnStride = strides[1 - reductionAt];
  else if (!isa<AffineConstantExpr>(atColumn))
    return std::nullopt;
  auto division = dyn_cast<AffineBinaryOpExpr>(atGroup);
  int64_t found = isa<AffineConstantExpr>(atGroup) ? products : atGroup == reduction ? 1 : 0;
  if (division && division.getKind() == AffineExprKind::FloorDiv && division.getLHS() == reduction)
    found = cast<AffineConstantExpr>(division.getRHS()).getValue();
  found = std::min(found, products);
  if (found == 0 || (size != 0 && size != found))
    return std::nullopt;
  size = found;
  return result;
}

bool isScale(Type type) { return type.isF32() || type.isF16() || type.isBF16(); }

//===----------------------------------------------------------------------===//
// Products of codes
//===----------------------------------------------------------------------===//

std::optional<GroupedMatch> matchCodes(linalg::GenericOp op) {
  std::optional<GroupedBody> body = GroupedBody::get(*op.getBody());
  if (!body || body->lhs.zero || body->lhs.isUnsigned)
    return std::nullopt;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  AffineMap out = maps.back(), left = maps[body->lhs.code.getArgNumber()], right = maps[body->rhs.code.getArgNumber()];
  AffineExpr column = out.getResults().back(), k = getAffineDimExpr(body->loop, op.getContext());
  GroupedMatch match;
  match.op = op;
  match.integer = true;
  match.lhs = op->getOperand(body->lhs.code.getArgNumber());
  match.rowScale = op->getOperand(body->lhsScale.getArgNumber());
  match.codes = definedBy<arith::ConstantOp>(op->getOperand(body->rhs.code.getArgNumber()));
  match.codesUnsigned = body->rhs.isUnsigned;
  bool leftFits = left.getNumResults() == out.getNumResults() && left.getResults().back() == k &&
                  left.getResults().drop_back() == out.getResults().drop_back();
  bool columnsFirst = right.getResults() == ArrayRef({column, k});
  if (!match.codes || !leftFits || (!columnsFirst && right.getResults() != ArrayRef({k, column})) ||
      !getElementTypeOrSelf(match.rowScale.getType()).isF32() || op.getNumReductionLoops() != 1 ||
      !op.getResult(0).use_empty())
    return std::nullopt;
  match.columns = op.getStaticLoopRanges()[cast<AffineDimExpr>(column).getPosition()];
  match.reduction = op.getStaticLoopRanges()[body->loop];
  match.columnStride = columnsFirst ? match.reduction : 1;
  match.reductionStride = columnsFirst ? 1 : match.columns;
  auto grid = [&](BlockArgument argument) {
    return gridOf(op->getOperand(argument.getArgNumber()), maps[argument.getArgNumber()], column, columnsFirst ? 1 : 0,
                  k, match.size, match.reduction);
  };
  std::optional<GroupedGrid> scales = grid(body->rhsScale);
  if (!scales || match.size != std::min(body->size, match.reduction))
    return std::nullopt;
  match.scales = *scales;
  if (body->rhs.zero && !(match.zeros = grid(body->rhs.zero)))
    return std::nullopt;
  // From loops to the result's dimensions.
  SmallVector<AffineExpr> toOutput(out.getNumDims(), getAffineConstantExpr(0, op.getContext()));
  for (auto [o, expr] : llvm::enumerate(out.getResults()))
    toOutput[cast<AffineDimExpr>(expr).getPosition()] = getAffineDimExpr(o, op.getContext());
  match.rowScaleMap = maps[body->lhsScale.getArgNumber()].replaceDimsAndSymbols(toOutput, {}, out.getNumResults(), 0);
  for (AffineExpr expr : match.rowScaleMap.getResults())
    if (!isa<AffineDimExpr, AffineConstantExpr>(expr) || expr.isFunctionOfDim(out.getNumResults() - 1))
      return std::nullopt;
  return match;
}

//===----------------------------------------------------------------------===//
// Floats times a dequantized weight
//===----------------------------------------------------------------------===//

std::optional<GroupedMatch> matchFloats(linalg::LinalgOp op) {
  std::optional<ContractMatch> product = ContractMatch::get(op);
  if (!product || product->integer || product->bf16 || product->window || product->depthwise ||
      product->rhsOuterRank != 0)
    return std::nullopt;
  auto weight = definedBy<linalg::GenericOp>(product->rhs());
  if (!weight || weight.getNumLoops() != 2 || weight.getNumParallelLoops() != 2 || weight.getNumDpsInits() != 1 ||
      !weight.getMatchingIndexingMap(weight.getDpsInitOperand(0)).isIdentity())
    return std::nullopt;
  Value yielded = weight.getBody()->getTerminator()->getOperand(0);
  auto multiply = definedBy<arith::MulFOp>(yielded);
  auto number = multiply ? definedBy<arith::SIToFPOp>(multiply.getRhs()) : arith::SIToFPOp();
  std::optional<CodeTerm> term = number ? CodeTerm::get(number.getIn()) : std::nullopt;
  BlockArgument scale = multiply ? extendedArgument(multiply.getLhs()) : BlockArgument();
  if (!term || !scale || !yielded.getType().isF32())
    return std::nullopt;
  SmallVector<AffineMap> maps = weight.getIndexingMapsArray();
  GroupedMatch match;
  match.op = op;
  match.lhs = product->lhs();
  match.init = product->init();
  match.codes = definedBy<arith::ConstantOp>(weight->getOperand(term->code.getArgNumber()));
  match.codesUnsigned = term->isUnsigned;
  if (!match.codes || !maps[term->code.getArgNumber()].isIdentity())
    return std::nullopt;
  match.columns = product->columns;
  match.reduction = product->reduction;
  match.columnStride = product->columnStride;
  match.reductionStride = product->reductionStride;
  unsigned reductionAt = product->reductionDim();
  auto grid = [&](BlockArgument argument) {
    return gridOf(weight->getOperand(argument.getArgNumber()), maps[argument.getArgNumber()],
                  getAffineDimExpr(1 - reductionAt, op.getContext()), reductionAt,
                  getAffineDimExpr(reductionAt, op.getContext()), match.size, match.reduction);
  };
  std::optional<GroupedGrid> scales = grid(scale);
  if (!scales)
    return std::nullopt;
  match.scales = *scales;
  if (term->zero && !(match.zeros = grid(term->zero)))
    return std::nullopt;
  return match;
}

} // namespace

std::optional<GroupedMatch> GroupedMatch::get(linalg::LinalgOp op) {
  if (!op.hasPureTensorSemantics())
    return std::nullopt;
  auto generic = dyn_cast<linalg::GenericOp>(op.getOperation());
  std::optional<GroupedMatch> match =
      generic && op.getNumDpsInits() == 2 ? matchCodes(generic) : matchFloats(op);
  if (!match || ShapedType::isDynamic(match->columns) || ShapedType::isDynamic(match->reduction) ||
      !getElementTypeOrSelf(match->codes.getType()).isInteger(8) || !isScale(match->scales.values.getElementType()))
    return std::nullopt;
  return match;
}

} // namespace lowp::cpu
