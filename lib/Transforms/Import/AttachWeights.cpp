//===- AttachWeights.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Import/Passes.h"

#include "lowp/Bridge/ModelFile.h"

using namespace mlir;

namespace lowp::import {
#define GEN_PASS_DEF_ATTACHWEIGHTS
#include "lowp/Transforms/Import/Passes.h.inc"

namespace {

struct AttachWeights : impl::AttachWeightsBase<AttachWeights> {
  using AttachWeightsBase::AttachWeightsBase;

  void runOnOperation() override {
    if (!file.empty() && failed(attachWeights(getOperation(), file)))
      return signalPassFailure();
    if (failed(checkResources(getOperation())))
      signalPassFailure();
  }
};

} // namespace
} // namespace lowp::import
