//===- ContractMatch.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ContractMatch.h"

#include "lowp/Analysis/WindowExpr.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace lowp::cpu {

namespace {

std::optional<unsigned> dimOf(AffineExpr expr) {
  auto dim = dyn_cast<AffineDimExpr>(expr);
  return dim ? std::optional(dim.getPosition()) : std::nullopt;
}

/// Fills a match from the three indexing maps.
class Matcher {
public:
  explicit Matcher(linalg::LinalgOp op)
      : op(op), maps(op.getIndexingMapsArray()), iterators(op.getIteratorTypesArray()) {
    match.op = op;
  }

  std::optional<ContractMatch> run() {
    if (!matchTypes() || !matchBody() || !matchOut() || !matchLhs() || !matchRhs())
      return std::nullopt;
    return match;
  }

private:
  bool matchTypes() {
    auto element = [&](unsigned i) { return getElementTypeOrSelf(op->getOperand(i).getType()); };
    if (element(0).isF32() && element(1).isF32() && element(2).isF32())
      return true;
    match.bf16 = element(0).isBF16() && element(1).isBF16() && element(2).isF32();
    if (match.bf16)
      return true;
    match.integer = true;
    return element(0).isInteger(8) && element(1).isInteger(8) && element(2).isInteger(32);
  }

  /// init + a · b, with the operands extended where they are codes.
  bool matchBody() {
    Block &body = *op.getBlock();
    if (body.getNumArguments() != 3)
      return false;
    Value sum = body.getTerminator()->getOperand(0);
    Operation *add = sum.getDefiningOp();
    if (!isa_and_present<arith::AddFOp, arith::AddIOp>(add))
      return false;
    bool initFirst = add->getOperand(0) == body.getArgument(2);
    if (!initFirst && add->getOperand(1) != body.getArgument(2))
      return false;
    Operation *product = add->getOperand(initFirst ? 1 : 0).getDefiningOp();
    if (!isa_and_present<arith::MulFOp, arith::MulIOp>(product))
      return false;
    return matchFactors(product, body);
  }

  bool matchFactors(Operation *product, Block &body) {
    bool seen[2] = {false, false};
    for (Value factor : product->getOperands()) {
      Operation *extension = factor.getDefiningOp();
      if (match.integer && !isa_and_present<arith::ExtSIOp, arith::ExtUIOp>(extension))
        return false;
      if (match.bf16 && !isa_and_present<arith::ExtFOp>(extension))
        return false;
      bool extended = match.integer || match.bf16;
      auto arg = dyn_cast<BlockArgument>(extended ? extension->getOperand(0) : factor);
      if (!arg || arg.getArgNumber() > 1)
        return false;
      seen[arg.getArgNumber()] = true;
      if (match.integer && isa<arith::ExtUIOp>(extension))
        (arg.getArgNumber() == 0 ? match.lhsUnsigned : match.rhsUnsigned) = true;
    }
    return seen[0] && seen[1];
  }

  /// The result is [outer…, rows or image, columns], each dimension a loop.
  bool matchOut() {
    for (AffineExpr expr : maps[2].getResults()) {
      std::optional<unsigned> dim = dimOf(expr);
      if (!dim || iterators[*dim] != utils::IteratorType::parallel)
        return false;
      result.push_back(*dim);
    }
    if (result.size() < 2)
      return false;
    match.columns = match.type().getShape().back();
    return true;
  }

  /// The left operand is indexed as the result but for the last dimension, an image through a window.
  bool matchLhs() {
    ArrayRef<AffineExpr> exprs = maps[0].getResults();
    if (exprs.size() != result.size())
      return false;
    SmallVector<int64_t> kernel, strides, dilations;
    for (auto [i, expr] : llvm::enumerate(exprs.drop_back())) {
      if (dimOf(expr) == result[i] && kernel.empty())
        continue;
      std::optional<WindowExpr> windowExpr = WindowExpr::parse(expr, iterators);
      if (!windowExpr || windowExpr->image != result[i])
        return false;
      taps.push_back(windowExpr->tap);
      kernel.push_back(op.getStaticLoopRanges()[windowExpr->tap]);
      strides.push_back(windowExpr->stride);
      dilations.push_back(windowExpr->dilation);
    }
    if (!kernel.empty()) {
      if (llvm::is_contained(kernel, ShapedType::kDynamic))
        return false;
      match.window = WindowAttr::get(op->getContext(), kernel, strides, dilations);
    }
    match.outerRank = result.size() - (kernel.empty() ? 2 : kernel.size() + 1);
    std::optional<unsigned> last = dimOf(exprs.back());
    match.depthwise = last == result.back();
    if (!last || (match.depthwise && kernel.empty()))
      return false;
    if (match.depthwise)
      return op.getNumReductionLoops() == taps.size() && !ShapedType::isDynamic(match.columns);
    reduction = *last;
    match.reduction = cast<ShapedType>(match.lhs().getType()).getShape().back();
    bool isStatic = !ShapedType::isDynamic(match.columns) && !ShapedType::isDynamic(match.reduction);
    return iterators[reduction] == utils::IteratorType::reduction && (isStatic || !match.window) &&
           op.getNumReductionLoops() == taps.size() + 1;
  }

  /// The right operand has the column, the taps and the reduction, and all outer dimensions or none.
  bool matchRhs() {
    auto shape = cast<ShapedType>(match.rhs().getType()).getShape();
    SmallVector<int64_t> strides(op.getNumLoops(), 0);
    int64_t stride = 1;
    for (int64_t i = shape.size() - 1; i >= 0; --i) {
      std::optional<unsigned> dim = dimOf(maps[1].getResult(i));
      if (!dim || strides[*dim] != 0)
        return false;
      strides[*dim] = stride;
      if (*dim == result.back())
        match.columnsFirst = !match.depthwise && strides[reduction] != 0;
      stride = ShapedType::isDynamic(shape[i]) || ShapedType::isDynamic(stride) ? ShapedType::kDynamic
                                                                               : stride * shape[i];
    }
    match.columnStride = strides[result.back()];
    match.reductionStride = match.depthwise ? 0 : strides[reduction];
    for (unsigned tap : taps)
      match.tapStrides.push_back(strides[tap]);
    size_t inner = 1 + taps.size() + (match.depthwise ? 0 : 1);
    match.rhsOuterRank = shape.size() - inner;
    bool complete = match.columnStride != 0 && (match.depthwise || match.reductionStride != 0) &&
                    !llvm::is_contained(match.tapStrides, 0);
    return complete && (match.rhsOuterRank == 0 || matchRhsOuter());
  }

  bool matchRhsOuter() {
    if (match.window || match.rhsOuterRank != match.outerRank)
      return false;
    for (int64_t i = 0; i < match.outerRank; ++i)
      if (dimOf(maps[1].getResult(i)) != result[i])
        return false;
    return true;
  }

  linalg::LinalgOp op;
  SmallVector<AffineMap> maps;
  SmallVector<utils::IteratorType> iterators;
  SmallVector<unsigned> result, taps; ///< loops
  unsigned reduction = 0;             ///< loop
  ContractMatch match;
};

} // namespace

std::optional<ContractMatch> ContractMatch::get(linalg::LinalgOp op) {
  if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 || !op.hasPureTensorSemantics())
    return std::nullopt;
  return Matcher(op).run();
}

int64_t ContractMatch::weightOffset(int64_t n, int64_t t, int64_t k) const {
  int64_t offset = n * columnStride + k * reductionStride;
  for (int64_t i = tapStrides.size() - 1; i >= 0; --i) {
    offset += t % window.getKernel()[i] * tapStrides[i];
    t /= window.getKernel()[i];
  }
  return offset;
}

} // namespace lowp::cpu
