//===- FunctionSlice.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FunctionSlice.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace lowp {

SmallVector<Value> readBy(Operation *op) {
  llvm::SetVector<Value> values(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), values);
  return values.takeVector();
}

void appendFunction(ModuleOp module, const std::string &name, ValueRange inputs,
                    ArrayRef<Operation *> ops, Value output) {
  OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
  Location loc = output.getLoc();
  auto func = func::FuncOp::create(b, loc, name,
                                   b.getFunctionType(inputs.getTypes(), output.getType()));
  b.setInsertionPointToStart(func.addEntryBlock());
  IRMapping mapping;
  mapping.map(inputs, func.getArguments());
  for (Operation *op : ops)
    b.clone(*op, mapping);
  func::ReturnOp::create(b, loc, mapping.lookup(output));
}

} // namespace lowp
