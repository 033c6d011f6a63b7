//===- FoldWeightTransposes.cpp ------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Import/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

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

struct FoldWeightTransposes : impl::FoldWeightTransposesBase<FoldWeightTransposes> {
  void runOnOperation() override {
    getOperation().walk([](linalg::TransposeOp transpose) {
      if (!transpose.getInput().getDefiningOp<arith::ConstantOp>())
        return;
      for (OpOperand &use : llvm::make_early_inc_range(transpose->getUses())) {
        auto consumer = dyn_cast<linalg::LinalgOp>(use.getOwner());
        if (consumer && consumer.isDpsInput(&use) && linalg::isaContractionOpInterface(consumer) &&
            acceptsPermutation(consumer, transpose.getPermutation()))
          readThrough(use, transpose);
      }
      if (transpose->use_empty())
        transpose->erase();
    });
  }
};

} // namespace
} // namespace lowp::import
