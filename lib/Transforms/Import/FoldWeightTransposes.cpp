//===- FoldWeightTransposes.cpp ------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Import/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace lowp::import {
#define GEN_PASS_DEF_FOLDWEIGHTTRANSPOSES
#include "lowp/Transforms/Import/Passes.h.inc"

namespace {

/// With t = transpose(w, permutation), t[i0, i1, …] = w[j] where j[permutation[d]] = i[d].
AffineMap throughTranspose(AffineMap map, ArrayRef<int64_t> permutation) {
  SmallVector<AffineExpr> results(map.getNumResults());
  for (auto [d, source] : llvm::enumerate(permutation))
    results[source] = map.getResult(d);
  return AffineMap::get(map.getNumDims(), map.getNumSymbols(), results, map.getContext());
}

/// May the operands of `op` be read through `permutation`? A batch_matmul wants its batch in front.
bool acceptsPermutation(Operation *op, ArrayRef<int64_t> permutation) {
  if (isa<linalg::BatchMatmulOp>(op))
    return permutation.front() == 0;
  return isa<linalg::GenericOp, linalg::MatmulOp, linalg::ContractOp>(op);
}

void readThrough(OpOperand &use, linalg::TransposeOp transpose) {
  auto consumer = cast<linalg::LinalgOp>(use.getOwner());
  SmallVector<AffineMap> maps = consumer.getIndexingMapsArray();
  AffineMap &map = maps[use.getOperandNumber()];
  map = throughTranspose(map, transpose.getPermutation());
  consumer->setAttr("indexing_maps",
                    Builder(consumer->getContext()).getAffineMapArrayAttr(maps));
  use.set(transpose.getInput());
}

void foldConstant(linalg::TransposeOp transpose) {
  for (OpOperand &use : llvm::make_early_inc_range(transpose->getUses())) {
    auto consumer = dyn_cast<linalg::LinalgOp>(use.getOwner());
    if (consumer && consumer.isDpsInput(&use) && linalg::isaContractionOpInterface(consumer) &&
        acceptsPermutation(consumer, transpose.getPermutation()))
      readThrough(use, transpose);
  }
  if (transpose->use_empty())
    transpose->erase();
}

SmallVector<int64_t> withLastTwoSwapped(ArrayRef<int64_t> values) {
  SmallVector<int64_t> result(values);
  std::swap(result.back(), result[result.size() - 2]);
  return result;
}

/// The collapse_shape that alone reads `value` and leaves its last two dimensions alone; null: none.
tensor::CollapseShapeOp leadingCollapse(Value value) {
  auto collapse = value.hasOneUse() ? dyn_cast<tensor::CollapseShapeOp>(*value.user_begin())
                                    : tensor::CollapseShapeOp();
  if (!collapse)
    return {};
  SmallVector<ReassociationIndices> groups = collapse.getReassociationIndices();
  size_t rank = groups.size();
  bool keepsLastTwo = rank >= 3 && groups[rank - 1].size() == 1 && groups[rank - 2].size() == 1;
  return keepsLastTwo ? collapse : tensor::CollapseShapeOp();
}

/// Keys are transposed to k × n, one element at a time, only to be read along k. Without the exchange of the last
/// two dimensions the transpose moves whole rows, and the contraction reads n × k.
void keepRowsWhole(linalg::TransposeOp transpose) {
  ArrayRef<int64_t> permutation = transpose.getPermutation();
  int64_t rank = permutation.size();
  if (rank < 3 || permutation[rank - 2] != rank - 1)
    return;
  Value last = transpose->getResult(0);
  tensor::CollapseShapeOp collapse = leadingCollapse(last);
  if (collapse)
    last = collapse.getResult();
  auto consumer = last.hasOneUse() ? dyn_cast<linalg::LinalgOp>(*last.user_begin()) : linalg::LinalgOp();
  if (!consumer || !linalg::isaContractionOpInterface(consumer) ||
      !isa<linalg::BatchMatmulOp, linalg::GenericOp, linalg::ContractOp>(consumer))
    return;
  OpBuilder b(transpose);
  auto type = cast<RankedTensorType>(transpose->getResultTypes()[0]);
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, transpose.getLoc(), transpose.getInit());
  std::swap(sizes.back(), sizes[rank - 2]);
  Value empty = tensor::EmptyOp::create(b, transpose.getLoc(), sizes, type.getElementType());
  Value rows = linalg::TransposeOp::create(b, transpose.getLoc(), transpose.getInput(), empty,
                                           withLastTwoSwapped(permutation))
                   ->getResult(0);
  if (collapse) {
    b.setInsertionPoint(collapse);
    auto collapsed = cast<RankedTensorType>(collapse.getType());
    rows = tensor::CollapseShapeOp::create(b, collapse.getLoc(),
                                           collapsed.clone(withLastTwoSwapped(collapsed.getShape())), rows,
                                           collapse.getReassociationIndices());
  }
  OpOperand &use = *last.use_begin();
  SmallVector<AffineMap> maps = consumer.getIndexingMapsArray();
  AffineMap &map = maps[use.getOperandNumber()];
  SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, map.getNumResults()));
  map = throughTranspose(map, withLastTwoSwapped(order));
  consumer->setAttr("indexing_maps", b.getAffineMapArrayAttr(maps));
  use.set(rows);
  if (collapse)
    collapse.erase();
  transpose.erase();
}

struct FoldWeightTransposes : impl::FoldWeightTransposesBase<FoldWeightTransposes> {
  void runOnOperation() override {
    SmallVector<linalg::TransposeOp> transposes;
    getOperation().walk([&](linalg::TransposeOp transpose) { transposes.push_back(transpose); });
    for (linalg::TransposeOp transpose : transposes) {
      if (transpose.getInput().getDefiningOp<arith::ConstantOp>())
        foldConstant(transpose);
      else
        keepRowsWhole(transpose);
    }
  }
};

} // namespace
} // namespace lowp::import
