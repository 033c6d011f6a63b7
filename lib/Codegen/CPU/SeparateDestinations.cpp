//===- SeparateDestinations.cpp ------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_SEPARATEDESTINATIONS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

/// Gives the op empty tensors of its own where it shares them.
void separate(DestinationStyleOpInterface op) {
  for (OpOperand &init : op.getDpsInitsMutable()) {
    auto empty = init.get().getDefiningOp<tensor::EmptyOp>();
    if (!empty || empty->hasOneUse())
      continue;
    OpBuilder b(op);
    init.set(b.clone(*empty)->getResult(0));
  }
}

/// The same for what makes the value, in front of reshapes.
void separateProducer(Value value) {
  Operation *producer = value.getDefiningOp();
  while (isa_and_present<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(producer))
    producer = producer->getOperand(0).getDefiningOp();
  if (auto op = dyn_cast_if_present<DestinationStyleOpInterface>(producer))
    separate(op);
}

struct SeparateDestinations : impl::SeparateDestinationsBase<SeparateDestinations> {
  void runOnOperation() override {
    getOperation().walk([](linalg::TransposeOp op) {
      ArrayRef<int64_t> permutation = op.getPermutation();
      if (permutation.back() != int64_t(permutation.size()) - 1)
        return;
      separate(cast<DestinationStyleOpInterface>(op.getOperation()));
      separateProducer(op.getInput());
    });
    getOperation().walk([](tensor::PadOp op) { separateProducer(op.getSource()); });
  }
};

} // namespace
} // namespace lowp::cpu
