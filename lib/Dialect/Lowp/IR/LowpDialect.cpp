//===- LowpDialect.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/Bytecode/BytecodeImplementation.h"

using namespace mlir;
using namespace lowp;

#include "lowp/Dialect/Lowp/IR/LowpDialect.cpp.inc"
#include "lowp/Dialect/Lowp/IR/LowpEnums.cpp.inc"

namespace {

/// The version of the dialect in a bytecode file.
struct LowpVersion : DialectVersion {
  LowpVersion(uint64_t major, uint64_t minor) : major(major), minor(minor) {}
  uint64_t major, minor;
};

const LowpVersion kCurrentVersion(1, 0);

/// Attributes travel in their textual form; what is versioned is the dialect as a whole.
struct LowpBytecodeInterface : BytecodeDialectInterface {
  explicit LowpBytecodeInterface(Dialect *dialect) : BytecodeDialectInterface(dialect) {}

  void writeVersion(DialectBytecodeWriter &writer) const override {
    writer.writeVarInt(kCurrentVersion.major);
    writer.writeVarInt(kCurrentVersion.minor);
  }

  std::unique_ptr<DialectVersion> readVersion(DialectBytecodeReader &reader) const override {
    uint64_t major, minor;
    if (failed(reader.readVarInt(major)) || failed(reader.readVarInt(minor)))
      return nullptr;
    if (std::pair(major, minor) > std::pair(kCurrentVersion.major, kCurrentVersion.minor)) {
      reader.emitError() << "file written by version " << major << "." << minor
                         << " of the lowp dialect, this build reads up to "
                         << kCurrentVersion.major << "." << kCurrentVersion.minor;
      return nullptr;
    }
    return std::make_unique<LowpVersion>(major, minor);
  }
};

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
  addInterfaces<LowpAsmInterface, LowpBytecodeInterface>();
}
