//===- InsertProbes.cpp --------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Calibrate/Passes.h"

#include "Probes.h"

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

namespace lowp::calibrate {
#define GEN_PASS_DEF_INSERTPROBES
#include "lowp/Transforms/Calibrate/Passes.h.inc"

namespace {

struct InsertProbes : impl::InsertProbesBase<InsertProbes> {
  using InsertProbesBase::InsertProbesBase;

  void runOnOperation() override {
    if (failed(insertProbes(getOperation(), {histogram, movingAverage, outputs})))
      signalPassFailure();
  }
};

} // namespace
} // namespace lowp::calibrate
