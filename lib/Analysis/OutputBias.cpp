//===- OutputBias.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Analysis/OutputBias.h"

#include "lowp/Analysis/Elementwise.h"
#include "lowp/Bridge/Constants.h"

using namespace mlir;

namespace lowp {

std::optional<int64_t> outputChannelDim(const QuantizationSite &site) {
  auto isOutput = [](DimRole r) { return r == DimRole::Columns || r == DimRole::Batch; };
  if (llvm::count_if(site.weightRoles, isOutput) != 1)
    return std::nullopt;
  int64_t dim = llvm::find_if(site.weightRoles, isOutput) - site.weightRoles.begin();
  linalg::LinalgOp op = site.op;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  bool isLast = maps[site.weightOperand].getResult(dim) == maps.back().getResults().back();
  return isLast ? std::optional(dim) : std::nullopt;
}

/// The operand of the only reader that is a constant vector added along the last dimension.
static OpOperand *biasOf(Value result) {
  auto add = result.hasOneUse() ? dyn_cast<linalg::GenericOp>(*result.user_begin())
                                : linalg::GenericOp();
  if (!add || add.getNumDpsInputs() != 2 || add.getNumParallelLoops() != add.getNumLoops())
    return nullptr;
  unsigned bias = add.getInputs()[0] == result ? 1 : 0;
  SmallVector<AffineMap> maps = add.getIndexingMapsArray();
  AffineMap vector = AffineMap::get(add.getNumLoops(), 0,
                                    getAffineDimExpr(add.getNumLoops() - 1, add.getContext()));
  auto sum = add.getBody()->getTerminator()->getOperand(0).getDefiningOp<arith::AddFOp>();
  bool isSum = sum && isa<BlockArgument>(sum.getLhs()) && isa<BlockArgument>(sum.getRhs());
  if (!isSum || !maps[1 - bias].isIdentity() || !maps.back().isIdentity() || maps[bias] != vector ||
      !FloatView::match(add.getInputs()[bias]))
    return nullptr;
  return add.getDpsInputOperand(bias);
}

void addToOutput(const QuantizationSite &site, std::span<const float> shift) {
  Value result = site.op->getResult(0);
  OpBuilder b(site.op);
  Location loc = site.op->getLoc();
  auto type = RankedTensorType::get({static_cast<int64_t>(shift.size())}, b.getF32Type());
  OpOperand *bias = biasOf(result);
  std::vector<float> sum(shift.begin(), shift.end());
  if (bias) {
    FloatView old = *FloatView::match(bias->get());
    for (auto [value, o] : llvm::zip(sum, old.values()))
      value += o;
  }
  Value vector = createConstant(b, loc, type, site.name() + ".corrected_bias", std::move(sum));
  if (bias)
    return bias->set(vector);
  b.setInsertionPointAfter(site.op);
  int64_t columns = cast<RankedTensorType>(result.getType()).getRank() - 1;
  Value added = combineAlong(b, loc, result, vector, columns,
                             [](OpBuilder &b, Location loc, ValueRange args) {
                               return arith::AddFOp::create(b, loc, args[0], args[1]).getResult();
                             });
  result.replaceAllUsesExcept(added, added.getDefiningOp());
}

} // namespace lowp
