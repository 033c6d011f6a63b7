//===- ResolveLength.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Import/Passes.h"

#include "lowp/Analysis/LengthAnalysis.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace lowp::import {
#define GEN_PASS_DEF_RESOLVELENGTH
#include "lowp/Transforms/Import/Passes.h.inc"

namespace {

/// Two shapes of the same elements cut into groups of the same product: dimensions of either side.
struct Regrouping {
  SmallVector<ReassociationIndices> from, to;
};

/// nullopt where no cut is found. A side is extended while its product divides the other's.
std::optional<Regrouping> regroup(ArrayRef<LengthExpr> from, ArrayRef<LengthExpr> to) {
  Regrouping result;
  size_t i = 0, j = 0;
  while (i < from.size() && j < to.size()) {
    LengthExpr left = from[i], right = to[j];
    result.from.push_back({int64_t(i++)});
    result.to.push_back({int64_t(j++)});
    while (!(left == right)) {
      if (i < from.size() && right.dividedBy(left)) {
        left = left * from[i];
        result.from.back().push_back(i++);
      } else if (j < to.size() && left.dividedBy(right)) {
        right = right * to[j];
        result.to.back().push_back(j++);
      } else {
        return std::nullopt;
      }
    }
  }
  auto takeUnits = [](ArrayRef<LengthExpr> shape, size_t &at, SmallVectorImpl<ReassociationIndices> &groups) {
    for (; !groups.empty() && at < shape.size() && shape[at] == LengthExpr(1); ++at)
      groups.back().push_back(at);
    return at == shape.size();
  };
  if (!takeUnits(from, i, result.from) || !takeUnits(to, j, result.to))
    return std::nullopt;
  return result;
}

bool joins(ArrayRef<ReassociationIndices> groups) {
  return llvm::any_of(groups, [](const ReassociationIndices &group) { return group.size() > 1; });
}

/// Works on one function with one length.
class Resolver {
public:
  explicit Resolver(func::FuncOp func) : func(func), lengths(func), b(func.getBody()) {}

  LogicalResult run() {
    takeMaximum();
    if (failed(checkOneLength()))
      return failure();
    DynamicDim first = lengths.dynamicDims().front();
    Value argument = func.getArgument(first.argument);
    length = tensor::DimOp::create(b, func.getLoc(), argument, first.dim);
    replaceScalars();
    replaceBroadcastIndices();
    return success(succeeded(replaceReshapes()) && succeeded(dropAssertions()) &&
                   succeeded(checkResults()));
  }

private:
  /// The largest length that all assertions allow.
  void takeMaximum() {
    func.walk([&](cf::AssertOp assertion) {
      std::optional<int64_t> bound = lengths.impliedMaximum(assertion.getArg());
      if (!bound || *bound < 1 || *bound >= lengths.maximum() || assertion->getParentOp() != func)
        return;
      lengths.setMaximum(*bound);
      func->setAttr(kMaxLengthAttr, b.getI64IntegerAttr(*bound));
    });
  }

  LogicalResult checkOneLength() {
    if (func->hasAttr(kOneLengthAttr))
      return success();
    auto distinct = lengths.distinctLengths();
    if (distinct.size() < 2)
      return success();
    InFlightDiagnostic error = func.emitError("function '")
                               << func.getName() << "' has " << distinct.size() << " dynamic dimensions: ";
    llvm::interleaveComma(distinct, error, [&](const auto &group) {
      error << describe(func, group.front());
    });
    return error << "; expected one, or '" << kOneLengthAttr << "' on the function to say that they are equal";
  }

  /// What is a constant or the length becomes that; the arithmetic behind it is then dead.
  void replaceScalars() {
    DenseMap<Type, Value> asType = {{b.getIndexType(), length}};
    func.walk([&](Operation *op) {
      if (op->getNumResults() != 1 || !op->getResult(0).getType().isIntOrIndex() ||
          isa<arith::ConstantOp>(op) || op == length.getDefiningOp())
        return;
      Type type = op->getResult(0).getType();
      std::optional<LengthExpr> expr = lengths.value(op->getResult(0));
      if (!expr || (!expr->isLength() && !expr->constant()))
        return;
      Value &known = asType[type];
      if (expr->isLength() && !known)
        known = arith::IndexCastOp::create(b, func.getLoc(), type, length);
      Value result = expr->isLength() ? known : constant(type, *expr->constant());
      if (result.getDefiningOp() != op)
        op->getResult(0).replaceAllUsesWith(result);
    });
  }

  Value constant(Type type, int64_t value) {
    if (type.isIndex())
      return arith::ConstantIndexOp::create(b, func.getLoc(), value);
    return arith::ConstantIntOp::create(b, func.getLoc(), type, value);
  }

  /// Broadcasting of one row: i where the size is not 1, else 0, and i runs over the size: i.
  void replaceBroadcastIndices() {
    func.walk([&](arith::SelectOp select) {
      auto index = select.getFalseValue().getDefiningOp<linalg::IndexOp>();
      auto isOne = select.getCondition().getDefiningOp<arith::CmpIOp>();
      if (!index || !isOne || isOne.getPredicate() != arith::CmpIPredicate::eq ||
          !matchPattern(isOne.getRhs(), m_One()) || !matchPattern(select.getTrueValue(), m_Zero()))
        return;
      std::optional<LengthExpr> size = lengths.value(isOne.getLhs());
      auto op = cast<linalg::LinalgOp>(index->getParentOp());
      if (size && size == lengths.loop(op, index.getDim()))
        select.replaceAllUsesWith(index.getResult());
    });
  }

  //===--- reshapes ----------------------------------------------------------------------------===//

  LogicalResult replaceReshapes() {
    SmallVector<tensor::ReshapeOp> ops;
    func.walk([&](tensor::ReshapeOp op) { ops.push_back(op); });
    for (tensor::ReshapeOp op : ops)
      if (failed(replaceReshape(op)))
        return op.emitOpError("cannot be followed: expected sizes that are products of constants and "
                              "the length");
    return success();
  }

  std::optional<SmallVector<LengthExpr>> shapeOf(Value tensor) {
    SmallVector<LengthExpr> shape;
    for (int64_t d = 0; d < cast<RankedTensorType>(tensor.getType()).getRank(); ++d) {
      std::optional<LengthExpr> size = lengths.dimension(tensor, d);
      if (!size)
        return std::nullopt;
      shape.push_back(*size);
    }
    return shape;
  }

  static RankedTensorType typeOf(ArrayRef<LengthExpr> shape, Type element) {
    return RankedTensorType::get(llvm::map_to_vector(shape,
                                                     [](const LengthExpr &size) {
                                                       return size.constant().value_or(ShapedType::kDynamic);
                                                     }),
                                 element);
  }

  LogicalResult replaceReshape(tensor::ReshapeOp op) {
    auto type = dyn_cast<RankedTensorType>(op.getType());
    auto elements = op.getShape().getDefiningOp<tensor::FromElementsOp>();
    if (!type || !elements)
      return failure();
    auto from = shapeOf(op.getSource()), to = shapeOf(op.getResult());
    std::optional<Regrouping> groups = from && to ? regroup(*from, *to) : std::nullopt;
    if (!groups)
      return failure();
    OpBuilder at(op);
    Location loc = op.getLoc();
    Value result = castTo(at, loc, op.getSource(), typeOf(*from, type.getElementType()));
    if (joins(groups->from))
      result = tensor::CollapseShapeOp::create(at, loc, result, groups->from);
    if (joins(groups->to)) {
      SmallVector<OpFoldResult> sizes;
      for (auto [size, element] : llvm::zip(*to, elements.getElements()))
        sizes.push_back(size.constant() ? OpFoldResult(at.getIndexAttr(*size.constant()))
                                        : OpFoldResult(asIndex(at, element)));
      result = tensor::ExpandShapeOp::create(at, loc, typeOf(*to, type.getElementType()), result, groups->to,
                                             sizes);
    }
    op.replaceAllUsesWith(castTo(at, loc, result, type));
    op.erase();
    return success();
  }

  static Value castTo(OpBuilder &at, Location loc, Value tensor, Type type) {
    return tensor.getType() == type ? tensor : tensor::CastOp::create(at, loc, type, tensor).getResult();
  }

  static Value asIndex(OpBuilder &at, Value integer) {
    if (integer.getType().isIndex())
      return integer;
    return arith::IndexCastOp::create(at, integer.getLoc(), at.getIndexType(), integer);
  }

  //===--- what is left to check ---------------------------------------------------------------===//

  /// Is `condition` about the data, not about shapes alone?
  static bool looksAtData(Value condition) {
    Operation *op = condition.getDefiningOp();
    if (!op || !isa<arith::ArithDialect, tensor::TensorDialect>(op->getDialect()) || isa<tensor::ExtractOp>(op))
      return true;
    return !isa<tensor::DimOp>(op) && llvm::any_of(op->getOperands(), looksAtData);
  }

  /// Those about shapes, which hold for all lengths that are allowed; those of gathers stay.
  LogicalResult dropAssertions() {
    for (auto assertion : llvm::make_early_inc_range(func.getOps<cf::AssertOp>())) {
      std::optional<LengthExpr> holds = lengths.value(assertion.getArg());
      if (!holds && looksAtData(assertion.getArg()))
        continue;
      if (holds != LengthExpr(1))
        return assertion.emitOpError("\"")
               << assertion.getMsg() << "\" " << (holds ? "never holds" : "does not follow from the length");
      assertion.erase();
    }
    return success();
  }

  LogicalResult checkResults() {
    for (auto [i, value] : llvm::enumerate(func.getBody().front().getTerminator()->getOperands()))
      if (auto type = dyn_cast<RankedTensorType>(value.getType()))
        for (int64_t d = 0; d < type.getRank(); ++d) {
          std::optional<LengthExpr> size = lengths.dimension(value, d);
          if (type.isDynamicDim(d) && !(size && size->isLength()))
            return func.emitError("dimension ")
                   << d << " of result " << i << " is dynamic but not the length of the arguments";
        }
    return success();
  }

  func::FuncOp func;
  LengthAnalysis lengths;
  OpBuilder b;
  Value length;
};

struct ResolveLength : impl::ResolveLengthBase<ResolveLength> {
  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (func.isPrivate() || func.isDeclaration() || LengthAnalysis(func).dynamicDims().empty())
      return;
    if (!func.getBody().hasOneBlock()) {
      func.emitError("function with ") << func.getBody().getBlocks().size() << " blocks, expected one";
      return signalPassFailure();
    }
    if (failed(Resolver(func).run()))
      signalPassFailure();
  }
};

} // namespace
} // namespace lowp::import
