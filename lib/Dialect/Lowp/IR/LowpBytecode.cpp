//===- LowpBytecode.cpp - the dialect in bytecode files ------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Attributes travel in their textual form, the inherent attributes of an op as one dictionary: what is
// added to either as optional can be read from files that lack it. Every such addition raises the minor
// version, everything else the major one; a build refuses what is newer than itself, because it would
// drop what it does not know.
//
//   1.0  inherent attributes by position, in alphabetical order
//   2.0  as a dictionary; `output` of lowp.observe
//
//===----------------------------------------------------------------------===//

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "llvm/ADT/StringSwitch.h"
#include "mlir/Bytecode/BytecodeImplementation.h"

using namespace mlir;
using namespace lowp;

namespace {

struct LowpVersion : DialectVersion {
  LowpVersion(uint64_t major, uint64_t minor) : major(major), minor(minor) {}
  uint64_t major, minor;
};

const LowpVersion kCurrentVersion(2, 1);

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

//===----------------------------------------------------------------------===//
// Version 1
//===----------------------------------------------------------------------===//

/// An attribute of version 1. Frozen: it says what stands in files, not what ops have today.
struct Slot {
  StringRef name;
  bool optional = false;
};

ArrayRef<Slot> slotsOfVersion1(StringRef opName) {
  static constexpr Slot spec[] = {{"spec"}};
  static constexpr Slot observe[] = {{"second", true}, {"site"}, {"what"}};
  static constexpr Slot dot[] = {{"a_unsigned", true}, {"b_unsigned", true}};
  static constexpr Slot contract[] = {{"depthwise", true}, {"lhs_unsigned", true}, {"maps"},
                                      {"packed"}, {"rhs_unsigned", true}, {"window", true}};
  static constexpr Slot site[] = {{"observer", true}, {"reason", true}, {"scheme", true},
                                  {"statistics", true}, {"sym_name"}};
  return llvm::StringSwitch<ArrayRef<Slot>>(opName)
      .Case("lowp.observe", observe)
      .Case("lowp.dot", dot)
      .Case("lowp.contract", contract)
      .Case("lowp.site", site)
      .Default(spec);
}

FailureOr<Attribute> readVersion1(DialectBytecodeReader &reader, StringRef opName) {
  NamedAttrList attributes;
  for (Slot slot : slotsOfVersion1(opName)) {
    Attribute attribute;
    if (failed(slot.optional ? reader.readOptionalAttribute(attribute)
                             : reader.readAttribute(attribute)))
      return failure();
    if (attribute)
      attributes.append(slot.name, attribute);
  }
  return Attribute(attributes.getDictionary(reader.getContext()));
}

//===----------------------------------------------------------------------===//
// Inherent attributes
//===----------------------------------------------------------------------===//

/// Null where the op has none.
FailureOr<Attribute> readInherent(DialectBytecodeReader &reader, StringRef opName) {
  FailureOr<const DialectVersion *> version = reader.getDialectVersion<LowpDialect>();
  if (failed(version) || !*version)
    return reader.emitError("file without a version of the lowp dialect");
  if (static_cast<const LowpVersion *>(*version)->major == 1)
    return readVersion1(reader, opName);
  DictionaryAttr attributes;
  if (failed(reader.readOptionalAttribute(attributes)))
    return failure();
  return Attribute(attributes);
}

template <typename OpTy>
LogicalResult read(DialectBytecodeReader &reader, OperationState &state) {
  FailureOr<Attribute> attributes = readInherent(reader, OpTy::getOperationName());
  if (failed(attributes))
    return failure();
  auto &properties = state.getOrAddProperties<typename OpTy::Properties>();
  if (!*attributes)
    return success();
  return OpTy::setPropertiesFromAttr(properties, *attributes, [&] { return reader.emitError(); });
}

} // namespace

void LowpDialect::registerBytecode() { addInterfaces<LowpBytecodeInterface>(); }

namespace lowp {
#define LOWP_INHERENT_AS_DICTIONARY(OP)                                                            \
  LogicalResult OP::readProperties(DialectBytecodeReader &reader, OperationState &state) {         \
    return read<OP>(reader, state);                                                                \
  }                                                                                                \
  void OP::writeProperties(DialectBytecodeWriter &writer) {                                        \
    writer.writeOptionalAttribute(getPropertiesAsAttr(getContext(), getProperties()));             \
  }
LOWP_INHERENT_AS_DICTIONARY(QuantizeOp)
LOWP_INHERENT_AS_DICTIONARY(DequantizeOp)
LOWP_INHERENT_AS_DICTIONARY(ChooseQParamsOp)
LOWP_INHERENT_AS_DICTIONARY(FakeQuantizeOp)
LOWP_INHERENT_AS_DICTIONARY(DecodeOp)
LOWP_INHERENT_AS_DICTIONARY(EncodeOp)
LOWP_INHERENT_AS_DICTIONARY(ObserveOp)
LOWP_INHERENT_AS_DICTIONARY(DotOp)
LOWP_INHERENT_AS_DICTIONARY(NarrowOp)
LOWP_INHERENT_AS_DICTIONARY(ContractOp)
LOWP_INHERENT_AS_DICTIONARY(SiteOp)
#undef LOWP_INHERENT_AS_DICTIONARY
} // namespace lowp
