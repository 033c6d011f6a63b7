//===- LowpDialect.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

using namespace mlir;
using namespace lowp;

#include "lowp/Dialect/Lowp/IR/LowpDialect.cpp.inc"
#include "lowp/Dialect/Lowp/IR/LowpEnums.cpp.inc"

namespace {

/// Specs stand in the file's head: one line an op, however much its spec says.
struct LowpAsmInterface : OpAsmDialectInterface {
  explicit LowpAsmInterface(Dialect *dialect) : OpAsmDialectInterface(dialect) {}

  AliasResult getAlias(Attribute attr, raw_ostream &os) const override {
    if (!isa<SpecAttr>(attr))
      return AliasResult::NoAlias;
    os << "spec";
    return AliasResult::FinalAlias;
  }
};

} // namespace

void LowpDialect::initialize() {
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "lowp/Dialect/Lowp/IR/LowpOps.cpp.inc"
      >();
  addInterfaces<LowpAsmInterface>();
  registerBytecode();
}
