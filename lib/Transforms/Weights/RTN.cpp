//===- RTN.cpp -----------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Weights/Passes.h"

#include "SiteWeight.h"

#include "lowp/Bridge/ConstantPool.h"
#include "lowp/Bridge/Schemes.h"
#include "lowp/Bridge/Threads.h"
#include "lowp/Numerics/LpSearch.h"

using namespace mlir;

namespace lowp::weights {
#define GEN_PASS_DEF_QUANTIZEWEIGHTSRTN
#include "lowp/Transforms/Weights/Passes.h.inc"

namespace {

struct QuantizeWeightsRTN : impl::QuantizeWeightsRTNBase<QuantizeWeightsRTN> {
  using QuantizeWeightsRTNBase::QuantizeWeightsRTNBase;

  void runOnOperation() override {
    Executor loops = executorOf(&getContext());
    ConstantPool constants;
    for (const QuantizationSite &site : collectSites(getOperation()))
      if (SiteWeight::waits(site) && failed(fold(site, loops, constants)))
        return signalPassFailure();
  }

  LogicalResult fold(const QuantizationSite &site, const Executor &loops, ConstantPool &constants) {
    FailureOr<SiteWeight> weight = SiteWeight::read(site);
    if (failed(weight))
      return failure();
    BlockGrid grid(weight->shape(), weight->getSpec().getBlock());
    RtnScheme scheme = rtnScheme(weight->getSpec());
    Result<QuantizedTensor> codes =
        search ? quantizeLp(weight->values(), grid, scheme, LpSearch::forWeights(), {}, &loops)
               : quantizeRtn(weight->values(), grid, scheme, &loops);
    if (!codes)
      return weight->emitError() << codes.error();
    weight->replace(std::move(*codes), constants);
    return success();
  }
};

} // namespace
} // namespace lowp::weights
