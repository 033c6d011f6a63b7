//===- ConstantsToResources.cpp -------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Import/Passes.h"

#include "lowp/Bridge/Constants.h"

#include "mlir/IR/AsmState.h"

using namespace mlir;

namespace lowp::import {
#define GEN_PASS_DEF_CONSTANTSTORESOURCES
#include "lowp/Transforms/Import/Passes.h.inc"

namespace {

struct ConstantsToResources : impl::ConstantsToResourcesBase<ConstantsToResources> {
  void runOnOperation() override {
    getOperation().walk([](arith::ConstantOp constant) {
      auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
      std::optional<ArrayRef<char>> bytes = dense ? rawBytes(dense) : std::nullopt;
      if (!bytes || static_cast<int64_t>(bytes->size()) <= kMaxInlineBytes)
        return;
      StringRef name = constantName(constant);
      AsmResourceBlob blob = HeapAsmResourceBlob::allocateAndCopyWithAlign(*bytes, alignof(uint64_t));
      constant.setValueAttr(DenseResourceElementsAttr::get(
          dense.getType(), name.empty() ? "constant" : name, std::move(blob)));
    });
  }
};

} // namespace
} // namespace lowp::import
