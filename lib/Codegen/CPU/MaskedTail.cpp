//===- MaskedTail.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MaskedTail.h"

#include "Target.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace lowp::cpu {

/// What frontends add to a score that does not count is this or less; scores themselves are far above.
static constexpr double kMasked = -1e9;

//===----------------------------------------------------------------------===//
// Where operands have a dimension
//===----------------------------------------------------------------------===//

/// Along a loop of an op of linalg, which begins at 0 as before. Reads at a sum of indices stay within what the whole
/// loop reads.
static std::optional<Along> alongLoop(linalg::LinalgOp op, unsigned loop, int64_t factor) {
  if (op->getNumResults() != 1 || !op.hasPureTensorSemantics())
    return std::nullopt;
  Along along;
  for (OpOperand &operand : op->getOpOperands()) {
    bool isInit = op.isDpsInit(&operand);
    for (auto [i, expr] : llvm::enumerate(op.getMatchingIndexingMap(&operand).getResults())) {
      if (!expr.isFunctionOfDim(loop))
        continue;
      if (isInit && (expr != getAffineDimExpr(loop, op.getContext()) || along.result))
        return std::nullopt;
      if (isInit)
        along.result = Place{int64_t(i), factor};
      else if (isa<AffineDimExpr>(expr))
        along.inputs.push_back({&operand, Place{int64_t(i), factor}});
    }
  }
  if (along.result && !op.getDpsInits()[0].getDefiningOp<tensor::EmptyOp>())
    return std::nullopt; // what is in the init would be cut too
  return along;
}

/// Along the columns of a contraction, or along its reduction, where it is the same code for a size that only
/// running shows.
static std::optional<Along> alongContract(ContractOp op, bool reduces, const CpuTarget &row) {
  const DotTile *dot = lookupDot(op, row);
  if (!dot || op.getWindow() || op.getGroups())
    return std::nullopt;
  DotOperands operands = dotOperands(op);
  operands.reduction = reduces ? dotReduction(ShapedType::kDynamic) : operands.reduction;
  int64_t columns = op.getOutType().getShape().back();
  if (row.dot(operands) != dot ||
      (!reduces && tileFor(row, *dot, columns).vectors != tileFor(row, *dot, ShapedType::kDynamic).vectors))
    return std::nullopt;
  Along along;
  int64_t outer = op.getRhsOuterRank(), last = op.getOutType().getRank() - 1;
  OpOperand &rhs = op.getRhsMutable();
  if (op.getPacked())
    along.inputs.push_back({&rhs, reduces ? Place{outer + 1, op.getRhsType().getDimSize(outer + 3)}
                                          : Place{outer, op.getRhsType().getDimSize(outer + 2)}});
  else
    along.inputs.push_back({&rhs, Place{reduces ? outer : outer + 1}});
  if (reduces) {
    along.inputs.push_back({&op.getLhsMutable(), Place{last}});
    return along;
  }
  along.result = Place{last};
  for (auto [operand, map] : llvm::zip(op.getEpilogueMutable(), op.getMaps().getAsValueRange<AffineMapAttr>()))
    for (auto [i, expr] : llvm::enumerate(map.getResults()))
      if (expr.isFunctionOfDim(last))
        along.inputs.push_back({&operand, Place{int64_t(i)}});
  return along;
}

/// Along a dimension that a reshape leaves alone; `from` and `to` are the groups of its source and its result.
static std::optional<int64_t> keptDim(ArrayRef<ReassociationIndices> groups, int64_t dim, bool toGroups) {
  for (auto [i, group] : llvm::enumerate(groups))
    if (toGroups ? group == ReassociationIndices{dim} : (int64_t(i) == dim && group.size() == 1))
      return toGroups ? int64_t(i) : group.front();
  return std::nullopt;
}

static std::optional<Along> alongReshape(Operation *op, Place place, bool fromResult) {
  SmallVector<ReassociationIndices> groups;
  bool collapses = isa<tensor::CollapseShapeOp>(op);
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
    groups = collapse.getReassociationIndices();
  else
    groups = cast<tensor::ExpandShapeOp>(op).getReassociationIndices();
  std::optional<int64_t> other = keptDim(groups, place.dim, collapses != fromResult);
  if (!other)
    return std::nullopt;
  Place moved{*other, place.factor};
  Along along;
  along.inputs.push_back({&op->getOpOperand(0), fromResult ? moved : place});
  along.result = fromResult ? place : moved;
  return along;
}

bool isReshape(Operation *op) { return isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op); }

std::optional<Along> alongOperand(OpOperand &operand, Place place, const CpuTarget &row) {
  Operation *op = operand.getOwner();
  if (isReshape(op))
    return operand.getOperandNumber() == 0 ? alongReshape(op, place, /*fromResult=*/false) : std::nullopt;
  if (auto contract = dyn_cast<ContractOp>(op)) {
    bool isLhs = &operand == &contract.getLhsMutable();
    std::optional<Along> along = alongContract(contract, isLhs, row);
    if (along && llvm::is_contained(along->inputs, std::pair(&operand, place)))
      return along;
    return std::nullopt;
  }
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp || !linalgOp.isDpsInput(&operand))
    return std::nullopt;
  auto loop = dyn_cast<AffineDimExpr>(linalgOp.getMatchingIndexingMap(&operand).getResult(place.dim));
  return loop ? alongLoop(linalgOp, loop.getPosition(), place.factor) : std::nullopt;
}

std::optional<Along> alongResult(OpResult result, Place place, const CpuTarget &row) {
  Operation *op = result.getOwner();
  std::optional<Along> along;
  if (isReshape(op))
    return alongReshape(op, place, /*fromResult=*/true);
  if (auto contract = dyn_cast<ContractOp>(op)) {
    along = alongContract(contract, /*reduces=*/false, row);
  } else if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
    AffineMap map = linalgOp.getIndexingMapMatchingResult(result);
    if (auto loop = dyn_cast<AffineDimExpr>(map.getResult(place.dim)))
      along = alongLoop(linalgOp, loop.getPosition(), place.factor);
  }
  return along && along->result == place ? along : std::nullopt;
}

//===----------------------------------------------------------------------===//
// What follows of a tail
//===----------------------------------------------------------------------===//

static bool isPositive(Value value) {
  APFloat number(0.0);
  return matchPattern(value, m_ConstantFloat(&number)) && !number.isNegative() && number.isFiniteNonZero();
}

static Tail tailOf(Operation &op, llvm::function_ref<Tail(Value)> of) {
  Tail first = op.getNumOperands() > 0 ? of(op.getOperand(0)) : Tail::Unknown;
  if (isa<arith::ExtFOp, arith::TruncFOp>(op))
    return first;
  if (isa<arith::SubFOp>(op))
    return first == Tail::Masked ? Tail::Masked : Tail::Unknown;
  if (isa<arith::DivFOp>(op))
    return first == Tail::Zero ? Tail::Zero : Tail::Unknown;
  if (isa<math::ExpOp>(op))
    return first == Tail::Masked ? Tail::Zero : Tail::Unknown;
  if (!isa<arith::AddFOp, arith::MulFOp>(op))
    return Tail::Unknown;
  Tail second = of(op.getOperand(1));
  if (isa<arith::AddFOp>(op))
    return first == Tail::Masked || second == Tail::Masked ? Tail::Masked : Tail::Unknown;
  if (first == Tail::Zero || second == Tail::Zero)
    return Tail::Zero;
  bool keepsSign = (first == Tail::Masked && isPositive(op.getOperand(1))) ||
                   (second == Tail::Masked && isPositive(op.getOperand(0)));
  return keepsSign ? Tail::Masked : Tail::Unknown; // a softmax's factor is no 1e-9
}

/// Of what a body yields, one of its arguments having that tail.
static Tail tailOfBody(Block &body, BlockArgument argument, Tail tail, Value yielded) {
  llvm::DenseMap<Value, Tail> known{{argument, tail}};
  for (Operation &inner : body.without_terminator())
    if (inner.getNumResults() == 1)
      known[inner.getResult(0)] = tailOf(inner, [&](Value value) { return known.lookup(value); });
  return known.lookup(yielded);
}

/// Of a reduction: may the tail be left out? A maximum does not see masked numbers, a sum no zeros.
static Tail tailOfReduction(Block &body, BlockArgument argument, Tail tail) {
  Operation *combined = body.getTerminator()->getOperand(0).getDefiningOp();
  Value carried = body.getArguments().back();
  if (!combined || combined->getNumOperands() != 2 || !llvm::is_contained(combined->getOperands(), carried))
    return Tail::Unknown;
  Value term = combined->getOperand(combined->getOperand(0) == carried ? 1 : 0);
  Tail found = tailOfBody(body, argument, tail, term);
  bool isNeutral = (isa<arith::MaximumFOp, arith::MaxNumFOp>(combined) && found == Tail::Masked) ||
                   (isa<arith::AddFOp>(combined) && found == Tail::Zero);
  return isNeutral ? found : Tail::Unknown;
}

Tail tailBehind(OpOperand &operand, Tail tail) {
  Operation *op = operand.getOwner();
  if (isReshape(op))
    return tail;
  if (auto contract = dyn_cast<ContractOp>(op)) {
    if (&operand == &contract.getLhsMutable())
      return tail == Tail::Zero ? tail : Tail::Unknown;
    int64_t first = contract.getEpilogueMutable().empty() ? 0 : contract.getEpilogueMutable()[0].getOperandNumber();
    int64_t place = int64_t(operand.getOperandNumber()) - first;
    if (contract.getEpilogue().empty() || place < 0 || place >= int64_t(contract.getEpilogue().size()))
      return Tail::Unknown;
    Block &body = contract.getBody().front();
    return tailOfBody(body, body.getArgument(place + 1), tail, body.getTerminator()->getOperand(0));
  }
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp)
    return Tail::Unknown;
  Block &body = *linalgOp.getBlock();
  BlockArgument argument = linalgOp.getMatchingBlockArgument(&operand);
  return linalgOp.getNumReductionLoops() > 0
             ? tailOfReduction(body, argument, tail)
             : tailOfBody(body, argument, tail, body.getTerminator()->getOperand(0));
}

//===----------------------------------------------------------------------===//
// Masks
//===----------------------------------------------------------------------===//

/// The loop whose index, cast or not, `value` is.
static std::optional<int64_t> indexOf(Value value) {
  while (auto cast = value.getDefiningOp<arith::IndexCastOp>())
    value = cast.getIn();
  auto index = value.getDefiningOp<linalg::IndexOp>();
  return index ? std::optional<int64_t>(index.getDim()) : std::nullopt;
}

/// Emits, as i64, the largest value of an integer of a body or of a tensor that is computed from arguments of one
/// element, indices and constants by adding; null if it is something else. Without a builder it only looks.
class Largest {
public:
  explicit Largest(OpBuilder *b) : b(b) {}

  bool of(Value value, linalg::GenericOp op, Value &result) {
    if (auto argument = dyn_cast<BlockArgument>(value))
      return argument.getOwner() == op.getBody() && argument.getArgNumber() < op.getNumDpsInputs() &&
             ofTensor(op.getDpsInputOperand(argument.getArgNumber())->get(), result);
    APInt number;
    if (matchPattern(value, m_ConstantInt(&number)))
      return constant(number.getSExtValue(), result);
    Operation *inner = value.getDefiningOp();
    if (isa<arith::IndexCastOp>(inner))
      return of(inner->getOperand(0), op, result);
    if (auto index = dyn_cast<linalg::IndexOp>(inner)) {
      int64_t size = op.getStaticLoopRanges()[index.getDim()];
      return !ShapedType::isDynamic(size) && constant(size - 1, result);
    }
    if (auto extract = dyn_cast<tensor::ExtractOp>(inner))
      return ofTensor(extract.getTensor(), result);
    Value left, right;
    if (!isa<arith::AddIOp>(inner) || !of(inner->getOperand(0), op, left) || !of(inner->getOperand(1), op, right))
      return false;
    if (b)
      result = arith::AddIOp::create(*b, inner->getLoc(), left, right);
    return true;
  }

private:
  bool constant(int64_t value, Value &result) {
    if (b)
      result = arith::ConstantIntOp::create(*b, b->getUnknownLoc(), value, 64);
    return true;
  }

  bool ofTensor(Value tensor, Value &result) {
    while (tensor.getDefiningOp() && isReshape(tensor.getDefiningOp()))
      tensor = tensor.getDefiningOp()->getOperand(0);
    if (auto op = tensor.getDefiningOp<linalg::GenericOp>())
      return op->getNumResults() == 1 && op.getNumReductionLoops() == 0 &&
             of(op.getBody()->getTerminator()->getOperand(0), op, result);
    auto type = cast<RankedTensorType>(tensor.getType());
    if (!isa<BlockArgument>(tensor) || !type.hasStaticShape() || type.getNumElements() != 1 ||
        !type.getElementType().isInteger(64))
      return false;
    if (!b)
      return true;
    SmallVector<Value> first(type.getRank(), arith::ConstantIndexOp::create(*b, tensor.getLoc(), 0));
    result = tensor::ExtractOp::create(*b, tensor.getLoc(), tensor, first);
    return true;
  }

  OpBuilder *b;
};

/// Is `value` the same for all indices of a loop?
static bool isInvariant(Value value, linalg::GenericOp op, int64_t loop) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return argument.getOwner() != op.getBody() ||
           !op.getIndexingMapsArray()[argument.getArgNumber()].isFunctionOfDim(loop);
  Operation *inner = value.getDefiningOp();
  if (auto index = dyn_cast<linalg::IndexOp>(inner))
    return int64_t(index.getDim()) != loop;
  return llvm::all_of(inner->getOperands(), [&](Value operand) { return isInvariant(operand, op, loop); });
}

static bool isMasked(Value value) {
  APFloat number(0.0);
  if (!matchPattern(value, m_ConstantFloat(&number)))
    return false;
  return number.isNegative() && !number.isNaN() && number.convertToDouble() <= kMasked;
}

std::optional<Mask> Mask::get(linalg::GenericOp op) {
  if (op->getNumResults() != 1 || op.getNumReductionLoops() != 0 || !op.hasPureTensorSemantics())
    return std::nullopt;
  auto select = op.getBody()->getTerminator()->getOperand(0).getDefiningOp<arith::SelectOp>();
  auto compare = select ? select.getCondition().getDefiningOp<arith::CmpIOp>() : arith::CmpIOp();
  if (!compare || !isMasked(select.getFalseValue()))
    return std::nullopt;
  bool isLess = compare.getPredicate() == arith::CmpIPredicate::slt;
  std::optional<int64_t> loop = indexOf(compare.getLhs());
  if (!loop || !(isLess || compare.getPredicate() == arith::CmpIPredicate::sle) ||
      !isInvariant(compare.getRhs(), op, *loop))
    return std::nullopt;
  std::optional<unsigned> dim =
      op.getIndexingMapsArray().back().getResultPosition(getAffineDimExpr(*loop, op.getContext()));
  Value none;
  if (!dim || !Largest(nullptr).of(compare.getRhs(), op, none))
    return std::nullopt;
  Mask mask;
  mask.op = op;
  mask.dim = *dim;
  mask.largestShown = compare.getRhs();
  mask.isInclusive = !isLess;
  return mask;
}

Value Mask::emitEnd(OpBuilder &b) const {
  Value largest;
  Largest(&b).of(largestShown, op, largest);
  Location loc = op.getLoc();
  Value end = arith::IndexCastOp::create(b, loc, b.getIndexType(), largest);
  return isInclusive ? arith::AddIOp::create(b, loc, end, arith::ConstantIndexOp::create(b, loc, 1)).getResult() : end;
}

} // namespace lowp::cpu
