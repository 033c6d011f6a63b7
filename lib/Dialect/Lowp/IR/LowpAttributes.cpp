//===- LowpAttributes.cpp ------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace lowp;

#define GET_ATTRDEF_CLASSES
#include "lowp/Dialect/Lowp/IR/LowpAttributes.cpp.inc"

void LowpDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "lowp/Dialect/Lowp/IR/LowpAttributes.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// SpecAttr
//===----------------------------------------------------------------------===//

Type SpecAttr::getCodeType() const {
  if (isFloat())
    return getStorage();
  return IntegerType::get(getContext(), getStorage().getIntOrFloatBitWidth());
}

Type SpecAttr::getZeroPointType() const {
  return getFloatZero() ? getScaleType() : IntegerType::get(getContext(), 32);
}

SmallVector<int64_t> SpecAttr::getScaleShape(ArrayRef<int64_t> shape) const {
  SmallVector<int64_t> grid;
  for (auto [dim, size] : llvm::zip_equal(shape, getBlock())) {
    if (size == kWhole)
      grid.push_back(1);
    else
      grid.push_back(ShapedType::isDynamic(dim) ? dim : llvm::divideCeil(dim, size));
  }
  return grid;
}

std::pair<int64_t, int64_t> SpecAttr::storageRange(Type storage) {
  unsigned bits = storage.getIntOrFloatBitWidth();
  if (storage.isUnsignedInteger())
    return {0, (int64_t(1) << bits) - 1};
  return {-(int64_t(1) << (bits - 1)), (int64_t(1) << (bits - 1)) - 1};
}

LogicalResult SpecAttr::verify(function_ref<InFlightDiagnostic()> emitError, Type storage,
                               ArrayRef<int64_t> block, bool symmetric, int64_t lo, int64_t hi,
                               bool reciprocal, Type scaleType, bool floatZero, ScaleRule rule) {
  bool isInteger = storage.isUnsignedInteger() || storage.isSignlessInteger();
  unsigned bits = isInteger || isa<FloatType>(storage) ? storage.getIntOrFloatBitWidth() : 0;
  if (bits == 0 || bits > (isInteger ? 16u : 8u))
    return emitError() << "storage is " << storage
                       << ", expected i1…i16, u1…u16 or a float of at most 8 bits";
  for (int64_t size : block)
    if (size != kWhole && size <= 0)
      return emitError() << "block size is " << size << ", expected a positive number or ?";
  if (isInteger) {
    auto [min, max] = storageRange(storage);
    if (lo >= hi || lo < min || hi > max)
      return emitError() << "range is [" << lo << ", " << hi << "], expected lo < hi within ["
                         << min << ", " << max << "]";
  }
  if (!isInteger && std::pair(lo, hi) != std::pair<int64_t, int64_t>(0, 0))
    return emitError() << "range on storage " << storage << ", expected none on a float";
  if (!isa<FloatType>(scaleType) || scaleType.getIntOrFloatBitWidth() < 8)
    return emitError() << "scale type is " << scaleType << ", expected a float of at least 8 bits";
  if (floatZero && symmetric)
    return emitError() << "float_zero on a symmetric spec, which has no zero point";
  if (rule != ScaleRule::Restricted && !symmetric)
    return emitError() << stringifyScaleRule(rule) << " on an asymmetric spec";
  return success();
}

/// i8 is signed, u8 unsigned; floats by their name.
static void printStorage(AsmPrinter &p, Type storage) {
  if (storage.isUnsignedInteger())
    p << 'u' << storage.getIntOrFloatBitWidth();
  else
    p << storage;
}

static ParseResult parseStorage(AsmParser &p, Type &storage) {
  StringRef keyword;
  unsigned bits;
  if (OptionalParseResult type = p.parseOptionalType(storage); type.has_value())
    return *type;
  llvm::SMLoc loc = p.getCurrentLocation();
  if (failed(p.parseKeyword(&keyword)))
    return failure();
  if (!keyword.consume_front("u") || keyword.getAsInteger(10, bits) || bits == 0 || bits > 16)
    return p.emitError(loc, "expected a storage type such as i8, u4 or f8E4M3FN");
  storage = IntegerType::get(p.getContext(), bits, IntegerType::Unsigned);
  return success();
}

static ParseResult parseBlock(AsmParser &p, SmallVectorImpl<int64_t> &block) {
  return p.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&]() -> ParseResult {
    if (succeeded(p.parseOptionalQuestion())) {
      block.push_back(SpecAttr::kWhole);
      return success();
    }
    llvm::SMLoc loc = p.getCurrentLocation();
    if (failed(p.parseInteger(block.emplace_back())))
      return failure();
    if (block.back() == SpecAttr::kWhole)
      return p.emitError(loc, "block size is -1, expected a positive number or ?");
    return success();
  });
}

namespace {
/// What stands between the angle brackets of a spec.
struct SpecFields {
  Type storage, scaleType;
  SmallVector<int64_t> block;
  bool symmetric = false, reciprocal = false, floatZero = false;
  std::optional<SmallVector<int64_t>> range;
  ScaleRule rule = ScaleRule::Restricted;
  llvm::StringSet<> seen;

  ParseResult parseField(AsmParser &p) {
    StringRef keyword;
    llvm::SMLoc loc = p.getCurrentLocation();
    if (failed(p.parseKeyword(&keyword)))
      return failure();
    // A spec has one scale rule: they count as one part.
    StringRef part = symbolizeScaleRule(keyword) ? "scale rule" : keyword;
    if (!seen.insert(part).second)
      return p.emitError(loc, "second ") << part << " in a spec, expected one";
    if (keyword == "block")
      return failure(p.parseEqual() || parseBlock(p, block));
    if (keyword == "range") {
      SmallVector<int64_t> &bounds = range.emplace();
      return failure(p.parseEqual() || p.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
        return p.parseInteger(bounds.emplace_back());
      }));
    }
    if (keyword == "scale")
      return failure(p.parseEqual() || p.parseType(scaleType));
    bool *flag = llvm::StringSwitch<bool *>(keyword)
                     .Case("symmetric", &symmetric)
                     .Case("reciprocal", &reciprocal)
                     .Case("float_zero", &floatZero)
                     .Default(nullptr);
    if (flag) {
      *flag = true;
      return success();
    }
    std::optional<ScaleRule> parsed = symbolizeScaleRule(keyword);
    if (!parsed)
      return p.emitError(loc, "unknown part '") << keyword << "' of a spec";
    rule = *parsed;
    return success();
  }
};
} // namespace

Attribute SpecAttr::parse(AsmParser &p, Type) {
  SpecFields f;
  llvm::SMLoc loc = p.getCurrentLocation();
  if (p.parseLess() || parseStorage(p, f.storage))
    return {};
  while (succeeded(p.parseOptionalComma()))
    if (failed(f.parseField(p)))
      return {};
  if (p.parseGreater())
    return {};
  if (f.range && f.range->size() != 2) {
    p.emitError(loc, "range has ") << f.range->size() << " bounds, expected 2";
    return {};
  }
  if (!f.scaleType)
    f.scaleType = Float32Type::get(p.getContext());
  std::pair<int64_t, int64_t> range = {0, 0};
  if (f.range)
    range = {f.range->front(), f.range->back()};
  else if (auto integer = dyn_cast<IntegerType>(f.storage);
           integer && integer.getWidth() > 0 && integer.getWidth() <= 16)
    range = storageRange(integer);
  return getChecked([&] { return p.emitError(loc); }, p.getContext(), f.storage, f.block,
                    f.symmetric, range.first, range.second, f.reciprocal, f.scaleType,
                    f.floatZero, f.rule);
}

void SpecAttr::print(AsmPrinter &p) const {
  p << '<';
  printStorage(p, getStorage());
  p << ", block = [";
  llvm::interleaveComma(getBlock(), p, [&](int64_t size) {
    if (size == kWhole)
      p << '?';
    else
      p << size;
  });
  p << ']';
  if (getSymmetric())
    p << ", symmetric";
  if (!isFloat() && storageRange(getStorage()) != std::pair(getLo(), getHi()))
    p << ", range = [" << getLo() << ", " << getHi() << ']';
  if (!getScaleType().isF32())
    p << ", scale = " << getScaleType();
  if (getReciprocal())
    p << ", reciprocal";
  if (getFloatZero())
    p << ", float_zero";
  if (getScaleRule() != ScaleRule::Restricted)
    p << ", " << stringifyScaleRule(getScaleRule());
  p << '>';
}

//===----------------------------------------------------------------------===//
// SchemeAttr
//===----------------------------------------------------------------------===//

LogicalResult SchemeAttr::verify(function_ref<InFlightDiagnostic()> emitError, SpecAttr weight,
                                 SpecAttr input, SpecAttr output, bool inputDynamic) {
  if (!weight && !input && !output)
    return emitError() << "scheme without a weight, an input and an output, expected at least one";
  if (inputDynamic && !input)
    return emitError() << "scheme with a dynamic input but no spec for it";
  return success();
}

Attribute SchemeAttr::parse(AsmParser &p, Type) {
  SpecAttr weight, input, output;
  bool dynamic = false;
  llvm::SMLoc loc = p.getCurrentLocation();
  auto parsePart = [&]() -> ParseResult {
    StringRef part;
    llvm::SMLoc partLoc = p.getCurrentLocation();
    if (p.parseKeyword(&part) || p.parseEqual())
      return failure();
    if (part == "input")
      dynamic = succeeded(p.parseOptionalKeyword("dynamic"));
    SpecAttr *spec = llvm::StringSwitch<SpecAttr *>(part)
                         .Case("weight", &weight)
                         .Case("input", &input)
                         .Case("output", &output)
                         .Default(nullptr);
    if (!spec)
      return p.emitError(partLoc, "unknown part '") << part << "' of a scheme";
    if (*spec)
      return p.emitError(partLoc, "second ") << part << " in a scheme, expected one";
    return p.parseAttribute(*spec);
  };
  if (p.parseCommaSeparatedList(AsmParser::Delimiter::LessGreater, parsePart))
    return {};
  return getChecked([&] { return p.emitError(loc); }, p.getContext(), weight, input, output,
                    dynamic);
}

void SchemeAttr::print(AsmPrinter &p) const {
  llvm::ListSeparator comma;
  p << '<';
  if (getWeight())
    p << StringRef(comma) << "weight = " << getWeight();
  if (getInput())
    p << StringRef(comma) << "input = " << (getInputDynamic() ? "dynamic " : "") << getInput();
  if (getOutput())
    p << StringRef(comma) << "output = " << getOutput();
  p << '>';
}

//===----------------------------------------------------------------------===//
// ObserverAttr
//===----------------------------------------------------------------------===//

LogicalResult ObserverAttr::verify(function_ref<InFlightDiagnostic()> emitError, ObserverKind kind,
                                   FloatAttr percentile) {
  if ((kind == ObserverKind::Percentile) != (percentile != nullptr))
    return emitError() << "observer " << stringifyObserverKind(kind) << " with"
                       << (percentile ? "" : "out") << " a percentile, expected one for percentile only";
  double value = percentile ? percentile.getValueAsDouble() : 100;
  if (!(value > 0 && value <= 100))
    return emitError() << "percentile is " << percentile << ", expected (0, 100]";
  return success();
}

//===----------------------------------------------------------------------===//
// WindowAttr
//===----------------------------------------------------------------------===//

int64_t WindowAttr::getTaps() const {
  int64_t taps = 1;
  for (int64_t size : getKernel())
    taps *= size;
  return taps;
}

LogicalResult GroupsAttr::verify(llvm::function_ref<InFlightDiagnostic()> emitError, int64_t size, int64_t bits,
                                 int64_t step, int64_t zero, Type scale, bool zeroPoints) {
  if (size < 1 || step < 1)
    return emitError() << "groups of " << size << " in steps of " << step << ", expected positive numbers";
  if (bits != 4 && bits != 8)
    return emitError() << "codes of " << bits << " bits, expected 4 or 8";
  if (zero < 0 || zero >> bits != 0)
    return emitError() << "zero is " << zero << ", expected a code of " << bits << " bits";
  if (!scale.isF32() && !scale.isF16() && !scale.isBF16())
    return emitError() << "scales of type " << scale << ", expected f32, f16 or bf16";
  if (zeroPoints && zero != 0)
    return emitError() << "zero is " << zero << " beside zero points, expected 0";
  return success();
}

LogicalResult WindowAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 ArrayRef<int64_t> kernel, ArrayRef<int64_t> strides,
                                 ArrayRef<int64_t> dilations) {
  if (kernel.empty() || kernel.size() != strides.size() || kernel.size() != dilations.size())
    return emitError() << "window with " << kernel.size() << " kernel sizes, " << strides.size()
                       << " strides and " << dilations.size()
                       << " dilations, expected as many of each and at least one";
  for (ArrayRef<int64_t> list : {kernel, strides, dilations})
    for (int64_t number : list)
      if (number <= 0)
        return emitError() << "window with " << number << ", expected positive numbers";
  return success();
}
