//===- LowpOps.cpp -------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace lowp;

#define GET_OP_CLASSES
#include "lowp/Dialect/Lowp/IR/LowpOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Rules that several ops share; the numbers are those of LowpOps.td
//===----------------------------------------------------------------------===//

/// (C1)
static LogicalResult verifySameShape(Operation *op, RankedTensorType from, RankedTensorType to) {
  if (failed(verifyCompatibleShape(from.getShape(), to.getShape())))
    return op->emitOpError("result has type ") << to << ", expected the shape of " << from;
  return success();
}

/// (C2)
static LogicalResult verifyBlockRank(Operation *op, SpecAttr spec, RankedTensorType type) {
  if (static_cast<int64_t>(spec.getBlock().size()) != type.getRank())
    return op->emitOpError("block has rank ")
           << spec.getBlock().size() << ", expected rank " << type.getRank() << " of " << type;
  return success();
}

static LogicalResult verifyGrid(Operation *op, StringRef what, Type found, SpecAttr spec,
                                RankedTensorType of, Type elementType) {
  auto expected = RankedTensorType::get(spec.getScaleShape(of.getShape()), elementType);
  auto type = cast<RankedTensorType>(found);
  if (type.getElementType() != elementType ||
      failed(verifyCompatibleShape(type.getShape(), expected.getShape())))
    return op->emitOpError(what) << " has type " << type << ", expected " << expected;
  return success();
}

/// (C3), (C4)
static LogicalResult verifyParams(Operation *op, SpecAttr spec, RankedTensorType of, Type scale,
                                  Type zeroPoint) {
  if (failed(verifyGrid(op, "scale", scale, spec, of, spec.getScaleType())))
    return failure();
  if (spec.getSymmetric() && zeroPoint)
    return op->emitOpError("zero point on a symmetric spec, expected none");
  if (!spec.getSymmetric() && !zeroPoint)
    return op->emitOpError("no zero point on an asymmetric spec, expected one");
  return zeroPoint ? verifyGrid(op, "zero point", zeroPoint, spec, of, spec.getZeroPointType())
                   : success();
}

/// (C5)
static LogicalResult verifyCodes(Operation *op, SpecAttr spec, RankedTensorType codes) {
  if (codes.getElementType() != spec.getCodeType())
    return op->emitOpError("codes have element type ")
           << codes.getElementType() << ", expected " << spec.getCodeType();
  return success();
}

static LogicalResult verifyAffine(Operation *op, SpecAttr spec, Type from, Type to, Type scale,
                                  Value zeroPoint) {
  auto source = cast<RankedTensorType>(from);
  return success(
      succeeded(verifySameShape(op, source, cast<RankedTensorType>(to))) &&
      succeeded(verifyBlockRank(op, spec, source)) &&
      succeeded(verifyParams(op, spec, source, scale, zeroPoint ? zeroPoint.getType() : Type())));
}

/// The rules of decode and encode.
static LogicalResult verifyCodebook(Operation *op, SpecAttr spec, Type codes, Type codebook,
                                    Type absmax) {
  auto type = cast<RankedTensorType>(codes);
  if (failed(verifyBlockRank(op, spec, type)) ||
      failed(verifyGrid(op, "absmax", absmax, spec, type, spec.getScaleType())))
    return failure();
  if (!spec.getStorage().isUnsignedInteger())
    return op->emitOpError("storage of codebook indices must be unsigned");
  int64_t entries = int64_t(1) << spec.getStorage().getIntOrFloatBitWidth();
  auto table = cast<RankedTensorType>(codebook);
  if (table.getRank() != 1 || table.getDimSize(0) != entries)
    return op->emitOpError("codebook has type ") << table << ", expected " << entries << " entries";
  return verifyCodes(op, spec, type);
}

//===----------------------------------------------------------------------===//
// Builders
//===----------------------------------------------------------------------===//

void QuantizeOp::build(OpBuilder &b, OperationState &state, Value input, Value scale,
                       Value zeroPoint, SpecAttr spec) {
  auto type = cast<RankedTensorType>(input.getType()).clone(spec.getCodeType());
  build(b, state, type, input, scale, zeroPoint, spec);
}

void ChooseQParamsOp::build(OpBuilder &b, OperationState &state, Value input, SpecAttr spec) {
  SmallVector<int64_t> grid =
      spec.getScaleShape(cast<RankedTensorType>(input.getType()).getShape());
  Type zero;
  if (!spec.getSymmetric())
    zero = RankedTensorType::get(grid, spec.getZeroPointType());
  build(b, state, RankedTensorType::get(grid, spec.getScaleType()), zero, input, spec);
}

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

LogicalResult QuantizeOp::verify() {
  if (failed(verifyAffine(*this, getSpec(), getInput().getType(), getCodes().getType(),
                          getScale().getType(), getZeroPoint())))
    return failure();
  return verifyCodes(*this, getSpec(), cast<RankedTensorType>(getCodes().getType()));
}

LogicalResult DequantizeOp::verify() {
  if (failed(verifyAffine(*this, getSpec(), getCodes().getType(), getResult().getType(),
                          getScale().getType(), getZeroPoint())))
    return failure();
  return verifyCodes(*this, getSpec(), cast<RankedTensorType>(getCodes().getType()));
}

LogicalResult ChooseQParamsOp::verify() {
  auto type = cast<RankedTensorType>(getInput().getType());
  if (failed(verifyBlockRank(*this, getSpec(), type)))
    return failure();
  if (getSpec().getSymmetric() && !getSpec().isFloat() && getSpec().getHi() <= 0 &&
      getSpec().getScaleRule() == ScaleRule::Restricted)
    return emitOpError("range ends at ")
           << getSpec().getHi() << " on a symmetric spec, expected a positive end";
  return verifyParams(*this, getSpec(), type, getScale().getType(),
                      getZeroPoint() ? getZeroPoint().getType() : Type());
}

LogicalResult FakeQuantizeOp::verify() {
  return verifyAffine(*this, getSpec(), getInput().getType(), getResult().getType(),
                      getScale().getType(), getZeroPoint());
}

LogicalResult DecodeOp::verify() {
  if (failed(verifySameShape(*this, cast<RankedTensorType>(getCodes().getType()),
                             cast<RankedTensorType>(getResult().getType()))))
    return failure();
  return verifyCodebook(*this, getSpec(), getCodes().getType(), getCodebook().getType(),
                        getAbsmax().getType());
}

LogicalResult EncodeOp::verify() {
  if (failed(verifySameShape(*this, cast<RankedTensorType>(getInput().getType()),
                             cast<RankedTensorType>(getCodes().getType()))))
    return failure();
  return verifyCodebook(*this, getSpec(), getCodes().getType(), getCodebook().getType(),
                        getAbsmax().getType());
}

LogicalResult ObserveOp::verify() {
  if (getWhat().empty())
    return emitOpError("names no statistic, expected at least one");
  auto type = cast<RankedTensorType>(getInput().getType());
  if (type.getRank() == 0 || type.isDynamicDim(type.getRank() - 1))
    return emitOpError("input has type ") << type << ", expected a static last dimension";
  return success();
}

LogicalResult DotOp::verify() {
  auto acc = cast<VectorType>(getAcc().getType());
  auto operand = cast<VectorType>(getA().getType());
  if (acc.getRank() != 1 || operand.getRank() != 1)
    return emitOpError("has operands of rank ")
           << acc.getRank() << " and " << operand.getRank() << ", expected 1";
  int64_t block = getBlock();
  if (block < 1 || (block > 1 && acc.getNumElements() != block * block))
    return emitOpError("has ") << acc.getNumElements() << " accumulators, expected a block of "
                               << block << " x " << block;
  if (operand.getNumElements() * block % acc.getNumElements() != 0)
    return emitOpError("has ") << operand.getNumElements() << " elements for "
                               << acc.getNumElements() << " lanes, expected a multiple";
  bool isInteger = operand.getElementType().isInteger();
  if (isInteger != acc.getElementType().isInteger())
    return emitOpError("accumulates ") << operand << " in " << acc << ", expected "
                                       << (isInteger ? "i32" : "f32");
  if (!isInteger && (getAUnsigned() || getBUnsigned()))
    return emitOpError("marks float operands as unsigned");
  if (!isInteger && getBLimit())
    return emitOpError("limits float operands");
  return success();
}

LogicalResult ContractOp::verify() {
  auto shaped = [](Value v) { return cast<ShapedType>(v.getType()); };
  bool onTensors = isa<TensorType>(getOut().getType());
  for (Value operand : {getLhs(), getRhs()})
    if (isa<TensorType>(operand.getType()) != onTensors)
      return emitOpError("mixes tensors and memrefs");
  int64_t rank = getOutType().getRank(), image = getWindow() ? getWindow()->getRank() : 1;
  if (getLhsType().getRank() != rank || rank < image + 1)
    return emitOpError("has a left operand of rank ")
           << getLhsType().getRank() << " and a result of rank " << rank
           << ", expected the same rank, at least " << image + 1;
  if (getDepthwise() && !getWindow())
    return emitOpError("is depthwise without a window");
  Block &body = getBody().front();
  if (getMaps().size() != getEpilogue().size() ||
      body.getNumArguments() != getEpilogue().size() + 1)
    return emitOpError("has ") << getEpilogue().size() << " epilogue operands, "
                               << getMaps().size() << " maps and " << body.getNumArguments()
                               << " region arguments, expected one map and one argument each";
  Type acc = isInteger() ? Type(IntegerType::get(getContext(), 32))
                         : Type(Float32Type::get(getContext()));
  if (body.getArgument(0).getType() != acc)
    return emitOpError("accumulates in ") << body.getArgument(0).getType() << ", expected " << acc;
  // The ops of the region are verified after this one: the yield may lack its operand.
  Type element = shaped(getOut()).getElementType();
  auto yield = dyn_cast<YieldOp>(body.back());
  if (!yield || yield->getNumOperands() != 1)
    return emitOpError("has a region without a yield, expected one of ") << element;
  Type yielded = yield.getValue().getType();
  if (yielded != element)
    return emitOpError("yields ") << yielded << ", expected " << element;
  return success();
}

void ContractOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  if (!isa<MemRefType>(getOut().getType()))
    return;
  auto add = [&](OpOperand &operand, MemoryEffects::Effect *effect) {
    if (isa<MemRefType>(operand.get().getType()))
      effects.emplace_back(effect, &operand, SideEffects::DefaultResource::get());
  };
  add(getLhsMutable(), MemoryEffects::Read::get());
  add(getRhsMutable(), MemoryEffects::Read::get());
  for (OpOperand &operand : getEpilogueMutable())
    add(operand, MemoryEffects::Read::get());
  add(getOutMutable(), MemoryEffects::Write::get());
}

LogicalResult SiteOp::verify() {
  if (!getStatisticsAttr())
    return success();
  for (NamedAttribute statistic : getStatisticsAttr())
    if (!isa<ElementsAttr, FloatAttr, IntegerAttr>(statistic.getValue()))
      return emitOpError("statistic '") << statistic.getName().strref() << "' is "
                                        << statistic.getValue() << ", expected numbers";
  return success();
}
