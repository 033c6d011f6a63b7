//===- LengthAnalysis.cpp ------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Analysis/LengthAnalysis.h"

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace lowp {

std::string describe(func::FuncOp func, DynamicDim dim) {
  std::string name = "arg" + std::to_string(dim.argument);
  if (auto given = func.getArgAttrOfType<StringAttr>(dim.argument, "lowp.name"))
    name = given.str();
  return "dimension " + std::to_string(dim.dim) + " of '" + name + "'";
}

LengthAnalysis::LengthAnalysis(func::FuncOp func) : func(func) {
  for (auto [i, type] : llvm::enumerate(func.getArgumentTypes()))
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      for (int64_t d = 0; d < tensor.getRank(); ++d)
        if (tensor.isDynamicDim(d))
          dims.push_back({unsigned(i), d});
  if (auto stated = func->getAttrOfType<IntegerAttr>(kMaxLengthAttr))
    largest = stated.getInt();
}

void LengthAnalysis::setMaximum(int64_t length) {
  largest = length;
  values.clear();
  sizes.clear();
}

std::optional<LengthExpr> LengthAnalysis::value(Value scalar) {
  Result result = trace(scalar);
  return result ? std::optional(result->expr) : std::nullopt;
}

std::optional<LengthExpr> LengthAnalysis::dimension(Value tensor, int64_t dim) {
  Result result = traceDim(tensor, dim);
  return result ? std::optional(result->expr) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

LengthAnalysis::Result LengthAnalysis::constant(int64_t value) const {
  return Traced{value, llvm::BitVector(dims.size())};
}

LengthAnalysis::Result LengthAnalysis::trace(OpFoldResult size) {
  if (std::optional<int64_t> number = getConstantIntValue(size))
    return constant(*number);
  return trace(cast<Value>(size));
}

LengthAnalysis::Result LengthAnalysis::trace(Value scalar) {
  if (auto known = values.find(scalar); known != values.end())
    return known->second;
  Result result;
  if (std::optional<int64_t> number = getConstantIntValue(scalar))
    result = constant(scalar.getType().isInteger(1) ? *number & 1 : *number);
  else if (Operation *op = scalar.getDefiningOp(); op && scalar.getType().isIntOrIndex())
    result = compute(op);
  values[scalar] = result;
  return result;
}

/// The meaning of an affine expression, from that of its operands.
static std::optional<LengthExpr> evaluate(AffineExpr expr, ArrayRef<LengthExpr> operands, unsigned numDims) {
  if (auto number = dyn_cast<AffineConstantExpr>(expr))
    return LengthExpr(number.getValue());
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return operands[dim.getPosition()];
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return operands[numDims + symbol.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(expr);
  auto lhs = evaluate(binary.getLHS(), operands, numDims), rhs = evaluate(binary.getRHS(), operands, numDims);
  if (!lhs || !rhs)
    return std::nullopt;
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return *lhs + *rhs;
  case AffineExprKind::Mul:
    return *lhs * *rhs;
  case AffineExprKind::FloorDiv:
  case AffineExprKind::CeilDiv:
    return lhs->dividedBy(*rhs);
  default:
    return std::nullopt;
  }
}

LengthAnalysis::Result LengthAnalysis::compute(Operation *op) {
  if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    std::optional<int64_t> index = dim.getConstantIndex();
    return index ? traceDim(dim.getSource(), *index) : std::nullopt;
  }
  if (auto select = dyn_cast<arith::SelectOp>(op)) {
    Result condition = trace(select.getCondition());
    std::optional<int64_t> holds = condition ? condition->expr.constant() : std::nullopt;
    return holds ? trace(*holds ? select.getTrueValue() : select.getFalseValue()) : std::nullopt;
  }
  SmallVector<LengthExpr> operands;
  llvm::BitVector from(dims.size());
  for (Value operand : op->getOperands()) {
    Result traced = trace(operand);
    if (!traced)
      return std::nullopt;
    operands.push_back(traced->expr);
    from |= traced->from;
  }
  auto smaller = [&](unsigned kept) -> std::optional<LengthExpr> {
    std::optional<bool> isFirst = operands[0].isAtMost(operands[1], largest);
    return isFirst ? std::optional(operands[*isFirst ? kept : 1 - kept]) : std::nullopt;
  };
  auto result =
      llvm::TypeSwitch<Operation *, std::optional<LengthExpr>>(op)
          .Case<arith::IndexCastOp, arith::ExtUIOp, arith::ExtSIOp, arith::TruncIOp>(
              [&](Operation *cast) -> std::optional<LengthExpr> {
                bool isSigned = isa<arith::ExtSIOp, arith::TruncIOp>(cast);
                if (isSigned && (cast->getOperand(0).getType().isInteger(1) ||
                                 cast->getResult(0).getType().isInteger(1)))
                  return std::nullopt;
                return operands[0];
              })
          .Case([&](arith::AddIOp) { return operands[0] + operands[1]; })
          .Case([&](arith::SubIOp) { return operands[0] - operands[1]; })
          .Case([&](arith::MulIOp) { return operands[0] * operands[1]; })
          .Case<arith::DivSIOp, arith::DivUIOp, arith::FloorDivSIOp, arith::CeilDivSIOp, arith::CeilDivUIOp>(
              [&](Operation *) { return operands[0].dividedBy(operands[1]); })
          .Case<arith::MinSIOp, arith::MinUIOp>([&](Operation *) { return smaller(0); })
          .Case<arith::MaxSIOp, arith::MaxUIOp>([&](Operation *) { return smaller(1); })
          .Case([&](affine::AffineApplyOp apply) {
            return evaluate(apply.getAffineMap().getResult(0), operands, apply.getAffineMap().getNumDims());
          })
          .Case([&](arith::CmpIOp compared) -> std::optional<LengthExpr> {
            std::optional<bool> holds = compare(compared.getPredicate(), operands[0], operands[1]);
            return holds ? std::optional<LengthExpr>(*holds) : std::nullopt;
          })
          .Case<arith::AndIOp, arith::OrIOp>([&](Operation *) -> std::optional<LengthExpr> {
            std::optional<int64_t> a = operands[0].constant(), b = operands[1].constant();
            if (!a || !b)
              return std::nullopt;
            return LengthExpr(isa<arith::AndIOp>(op) ? *a & *b : *a | *b);
          })
          .Default([](Operation *) { return std::nullopt; });
  return result ? Result(Traced{*result, from}) : std::nullopt;
}

std::optional<bool> LengthAnalysis::compare(arith::CmpIPredicate predicate, const LengthExpr &a,
                                            const LengthExpr &b) const {
  auto negated = [](std::optional<bool> v) { return v ? std::optional(!*v) : std::nullopt; };
  switch (predicate) {
  case arith::CmpIPredicate::slt:
  case arith::CmpIPredicate::ult:
    return a.isLess(b, largest);
  case arith::CmpIPredicate::sle:
  case arith::CmpIPredicate::ule:
    return a.isAtMost(b, largest);
  case arith::CmpIPredicate::sgt:
  case arith::CmpIPredicate::ugt:
    return b.isLess(a, largest);
  case arith::CmpIPredicate::sge:
  case arith::CmpIPredicate::uge:
    return b.isAtMost(a, largest);
  default:
    break;
  }
  std::optional<bool> equal;
  if (a == b)
    equal = true;
  else if (a.isLess(b, largest) == true || b.isLess(a, largest) == true)
    equal = false;
  return predicate == arith::CmpIPredicate::eq ? equal : negated(equal);
}

//===----------------------------------------------------------------------===//
// Dimensions
//===----------------------------------------------------------------------===//

LengthAnalysis::Result LengthAnalysis::traceDim(Value tensor, int64_t dim) {
  auto type = dyn_cast<RankedTensorType>(tensor.getType());
  if (!type || dim < 0 || dim >= type.getRank())
    return std::nullopt;
  if (!type.isDynamicDim(dim))
    return constant(type.getDimSize(dim));
  auto key = std::pair(tensor, dim);
  if (auto known = sizes.find(key); known != sizes.end())
    return known->second;
  Result result = computeDim(tensor, dim);
  sizes[key] = result;
  return result;
}

LengthAnalysis::Result LengthAnalysis::argumentDim(BlockArgument argument, int64_t dim) {
  if (argument.getOwner()->getParentOp() != func)
    return std::nullopt;
  Traced result = *constant(0);
  result.expr = LengthExpr::length();
  for (auto [i, known] : llvm::enumerate(dims))
    if (known.argument == argument.getArgNumber() && known.dim == dim)
      result.from.set(i);
  return result;
}

LengthAnalysis::Result LengthAnalysis::product(Value tensor, ArrayRef<int64_t> group) {
  Result result = constant(1);
  for (int64_t dim : group) {
    Result factor = traceDim(tensor, dim);
    if (!factor)
      return std::nullopt;
    result->expr = result->expr * factor->expr;
    result->from |= factor->from;
  }
  return result;
}

/// The elements of a shape that is computed element by element.
static std::optional<Value> elementOf(Value shape, int64_t i) {
  auto elements = shape.getDefiningOp<tensor::FromElementsOp>();
  return elements ? std::optional(elements.getElements()[i]) : std::nullopt;
}

LengthAnalysis::Result LengthAnalysis::computeDim(Value tensor, int64_t dim) {
  if (auto argument = dyn_cast<BlockArgument>(tensor))
    return argumentDim(argument, dim);
  Operation *op = tensor.getDefiningOp();
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](tensor::EmptyOp empty) { return trace(empty.getMixedSizes()[dim]); })
      .Case([&](tensor::CastOp cast) { return traceDim(cast.getSource(), dim); })
      .Case([&](tensor::ExpandShapeOp expand) { return trace(expand.getMixedOutputShape()[dim]); })
      .Case([&](tensor::CollapseShapeOp collapse) {
        return product(collapse.getSrc(), collapse.getReassociationIndices()[dim]);
      })
      .Case([&](tensor::ReshapeOp reshape) -> Result {
        std::optional<Value> size = elementOf(reshape.getShape(), dim);
        return size ? trace(*size) : std::nullopt;
      })
      .Case([&](tensor::ExtractSliceOp slice) -> Result {
        llvm::SmallBitVector dropped = slice.getDroppedDims();
        for (auto [i, size] : llvm::enumerate(slice.getMixedSizes()))
          if (!dropped[i] && dim-- == 0)
            return trace(size);
        return std::nullopt;
      })
      .Case([&](tensor::PadOp pad) -> Result {
        Result parts[] = {traceDim(pad.getSource(), dim), trace(pad.getMixedLowPad()[dim]),
                          trace(pad.getMixedHighPad()[dim])};
        Traced sum = *constant(0);
        for (const Result &part : parts) {
          if (!part)
            return std::nullopt;
          sum.expr = sum.expr + part->expr;
          sum.from |= part->from;
        }
        return sum;
      })
      .Case([&](ChooseQParamsOp op) -> Result { // of blocks of one element along `dim`
        return op.getSpec().getBlock()[dim] == 1 ? traceDim(op.getInput(), dim) : std::nullopt;
      })
      .Case<QuantizeOp, DequantizeOp, FakeQuantizeOp>(
          [&](Operation *op) { return traceDim(op->getOperand(0), dim); })
      .Case([&](DestinationStyleOpInterface op) {
        return traceDim(op.getTiedOpOperand(cast<OpResult>(tensor))->get(), dim);
      })
      .Default([](Operation *) { return std::nullopt; });
}

//===----------------------------------------------------------------------===//
// What assertions and ops say
//===----------------------------------------------------------------------===//

/// c where `scalar` is min(length, c).
std::optional<int64_t> LengthAnalysis::clampedAt(Value scalar) {
  Operation *op = scalar.getDefiningOp();
  if (!op)
    return std::nullopt;
  if (isa<arith::IndexCastOp>(op))
    return clampedAt(op->getOperand(0));
  if (!isa<arith::MinSIOp, arith::MinUIOp, arith::MaxSIOp, arith::MaxUIOp>(op))
    return std::nullopt;
  std::optional<int64_t> bound = getConstantIntValue(op->getOperand(1));
  if (!bound)
    return std::nullopt;
  if (isa<arith::MaxSIOp, arith::MaxUIOp>(op))
    return *bound <= 1 ? clampedAt(op->getOperand(0)) : std::nullopt;
  std::optional<LengthExpr> inner = value(op->getOperand(0));
  return inner && inner->isLength() ? bound : std::nullopt;
}

std::optional<int64_t> LengthAnalysis::impliedMaximum(Value condition) {
  auto compared = condition.getDefiningOp<arith::CmpIOp>();
  if (!compared)
    return std::nullopt;
  auto isLength = [&](Value v) {
    std::optional<LengthExpr> expr = value(v);
    return expr && expr->isLength();
  };
  Value lhs = compared.getLhs(), rhs = compared.getRhs();
  switch (compared.getPredicate()) {
  case arith::CmpIPredicate::eq:
    return isLength(lhs) ? clampedAt(rhs) : isLength(rhs) ? clampedAt(lhs) : std::nullopt;
  case arith::CmpIPredicate::sle:
  case arith::CmpIPredicate::ule:
    return isLength(lhs) ? getConstantIntValue(rhs) : std::nullopt;
  case arith::CmpIPredicate::slt:
  case arith::CmpIPredicate::ult:
    if (std::optional<int64_t> bound = getConstantIntValue(rhs); bound && isLength(lhs))
      return *bound - 1;
    return std::nullopt;
  default:
    return std::nullopt;
  }
}

SmallVector<LengthAnalysis::Traced> LengthAnalysis::traceLoop(linalg::LinalgOp op, unsigned loop) {
  SmallVector<Traced> result;
  for (OpOperand &operand : op->getOpOperands())
    for (auto [d, expr] : llvm::enumerate(op.getMatchingIndexingMap(&operand).getResults()))
      if (auto dim = dyn_cast<AffineDimExpr>(expr); dim && dim.getPosition() == loop)
        if (Result size = traceDim(operand.get(), d))
          result.push_back(*size);
  return result;
}

std::optional<LengthExpr> LengthAnalysis::loop(linalg::LinalgOp op, unsigned loop) {
  SmallVector<Traced> sizes = traceLoop(op, loop);
  return sizes.empty() ? std::nullopt : std::optional(sizes.front().expr);
}

std::vector<SmallVector<DynamicDim>> LengthAnalysis::distinctLengths() {
  llvm::EquivalenceClasses<unsigned> classes;
  for (unsigned i = 0; i < dims.size(); ++i)
    classes.insert(i);
  auto unite = [&](const llvm::BitVector &from) {
    int first = from.find_first();
    for (unsigned i : from.set_bits())
      classes.unionSets(first, i);
  };
  func.walk([&](linalg::LinalgOp op) {
    for (unsigned loop = 0; loop < op.getNumLoops(); ++loop) {
      llvm::BitVector from(dims.size());
      for (const Traced &size : traceLoop(op, loop))
        from |= size.from;
      unite(from);
    }
  });
  func.walk([&](cf::AssertOp assertion) {
    auto equal = assertion.getArg().getDefiningOp<arith::CmpIOp>();
    if (!equal || equal.getPredicate() != arith::CmpIPredicate::eq)
      return;
    Result lhs = trace(equal.getLhs()), rhs = trace(equal.getRhs());
    if (!lhs || !rhs || !(lhs->expr == rhs->expr))
      return;
    llvm::BitVector both = lhs->from;
    unite(both |= rhs->from);
  });
  std::vector<SmallVector<DynamicDim>> result;
  for (unsigned i = 0; i < dims.size(); ++i)
    if (classes.getLeaderValue(i) == i) {
      result.emplace_back();
      for (unsigned j = 0; j < dims.size(); ++j)
        if (classes.isEquivalent(i, j))
          result.back().push_back(dims[j]);
    }
  return result;
}

} // namespace lowp
