//===- TwinRun.cpp -------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/TwinRun.h"

#include "lowp/Bridge/Constants.h"

using namespace mlir;

namespace lowp {

llvm::Expected<std::unique_ptr<TwinRun>> TwinRun::create(ModuleOp module, const CalibrationOptions &options,
                                                         bool withFloat) {
  std::unique_ptr<TwinRun> result(new TwinRun());
  auto run = StagedRun::create(module, options);
  if (!run)
    return run.takeError();
  result->run = std::move(*run);
  if (!withFloat)
    return std::move(result);
  // Inside of the module, so that whoever replaces a weight sees that its bytes are still read.
  OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
  result->twin = ModuleOp::create(b, module.getLoc());
  b.setInsertionPointToStart(result->twin.getBody());
  for (auto func : module.getOps<func::FuncOp>())
    b.clone(*func, result->toTwin);
  CalibrationOptions same = options;
  same.products = result->run->getProducts(); // which was said already
  auto floatRun = StagedRun::create(result->twin, same);
  if (!floatRun)
    return floatRun.takeError();
  result->floatRun = std::move(*floatRun);
  return std::move(result);
}

TwinRun::~TwinRun() {
  floatRun.reset();
  if (!twin)
    return;
  twin.walk([](arith::ConstantOp constant) {
    constant->dropAllUses();
    dropUnusedBlob(constant);
    constant->erase();
  });
  twin.erase();
}

llvm::Error TwinRun::advance(Value value, Handler handle) {
  std::vector<std::vector<float>> floatRows;
  if (floatRun)
    if (llvm::Error error = floatRun->advance(toTwin.lookup(value), [&](int64_t, size_t, auto rows) {
          floatRows.emplace_back(rows.begin(), rows.end());
        }))
      return error;
  return run->advance(value, [&](int64_t sample, size_t, std::span<const float> rows) {
    handle(sample, rows, floatRun ? std::span<const float>(floatRows[sample]) : std::span<const float>());
  });
}

} // namespace lowp
