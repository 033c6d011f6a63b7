//===- ExternalizeWeights.cpp --------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Codegen/CPU/Passes.h"

#include "lowp/Bridge/Constants.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_EXTERNALIZEWEIGHTS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

struct ExternalizeWeights : impl::ExternalizeWeightsBase<ExternalizeWeights> {
  void runOnOperation() override {
    SymbolTableCollection tables;
    SymbolUserMap users(tables, getOperation());
    unsigned next = 0;
    for (auto global : getOperation().getOps<memref::GlobalOp>()) {
      auto value = dyn_cast_if_present<ElementsAttr>(global.getInitialValueAttr());
      if (!value || value.isSplat() || byteSize(value.getShapedType()) <= kMaxInlineBytes)
        continue;
      auto name = StringAttr::get(&getContext(), "lowp_weight_" + Twine(next++));
      users.replaceAllUsesWith(global, name);
      global.setSymNameAttr(name);
      global->setAttr("lowp.bytes", value);
      // Public: a private global without a value would be taken for uninitialised memory.
      global.setPublic();
      global.removeInitialValueAttr();
      // Bytes that alias a file lie where the file has them.
      global.setAlignment(llvm::divideCeil(value.getElementType().getIntOrFloatBitWidth(), 8));
    }
  }
};

} // namespace
} // namespace lowp::cpu
