//===- FunctionSlice.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FunctionSlice.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace lowp {

SmallVector<Value> readBy(Operation *op) {
  llvm::SetVector<Value> values(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), values);
  return values.takeVector();
}

func::FuncOp appendFunction(ModuleOp module, const std::string &name, ValueRange inputs,
                            ArrayRef<Operation *> ops, ValueRange outputs) {
  OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
  Location loc = module.getLoc();
  auto func = func::FuncOp::create(b, loc, name,
                                   b.getFunctionType(inputs.getTypes(), outputs.getTypes()));
  b.setInsertionPointToStart(func.addEntryBlock());
  IRMapping mapping;
  mapping.map(inputs, func.getArguments());
  for (Operation *op : ops)
    b.clone(*op, mapping);
  func::ReturnOp::create(b, loc, llvm::map_to_vector(outputs, [&](Value v) { return mapping.lookup(v); }));
  return func;
}

} // namespace lowp
