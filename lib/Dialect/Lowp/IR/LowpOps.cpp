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
  int64_t entries = spec.getHi() + 1;
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
  if (type.getRank() == 0)
    return emitOpError("input has type ") << type << ", expected a last dimension";
  if (getSecond() && getOutput())
    return emitOpError("is of the second operand and of the output, expected one of them");
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

LogicalResult NarrowOp::verify() {
  if (getInputs().empty())
    return emitOpError("has no operand, expected at least one");
  Type input = getInputs().front().getType(), codes = getCodes().getType();
  auto from = dyn_cast<VectorType>(input), to = dyn_cast<VectorType>(codes);
  int64_t count = getInputs().size();
  bool fits = from ? to && from.getRank() == 1 && to.getRank() == 1 &&
                         to.getNumElements() == count * from.getNumElements()
                   : !to && count == 1;
  if (!fits)
    return emitOpError("makes ") << codes << " of " << count << " x " << input
                                 << ", expected as many elements, in vectors of rank 1";
  int32_t lo = getLo(), hi = getHi(), zeroPoint = getZeroPoint();
  int32_t least = getIsUnsigned() ? 0 : -128, most = least + 255;
  if (lo < least || lo > hi || hi > most)
    return emitOpError("clips to [") << lo << ", " << hi << "], expected a range within [" << least << ", "
                                     << most << "]";
  if (zeroPoint < -255 || zeroPoint > 255)
    return emitOpError("has zero point ") << zeroPoint << ", expected one within [-255, 255]";
  return success();
}

/// (C1), (C5), (C6)
static LogicalResult verifyContractOperands(ContractOp op) {
  bool onTensors = isa<TensorType>(op.getOut().getType());
  for (Value operand : {op.getLhs(), op.getRhs()})
    if (isa<TensorType>(operand.getType()) != onTensors)
      return op.emitOpError("mixes tensors and memrefs");
  Type lhsElement = op.getLhsType().getElementType(), rhsElement = op.getRhsType().getElementType();
  if (op.getGroups() ? !rhsElement.isInteger(8) : lhsElement != rhsElement)
    return op.emitOpError("multiplies ") << lhsElement << " by " << rhsElement
                                         << (op.getGroups() ? ", expected bytes of groups" : ", expected one element type");
  int64_t rank = op.getOutType().getRank(), image = op.getImageRank();
  if (op.getLhsType().getRank() != rank || rank < image + 1)
    return op.emitOpError("has a left operand of rank ")
           << op.getLhsType().getRank() << " and a result of rank " << rank
           << ", expected the same rank, at least " << image + 1;
  if (op.getDepthwise() && !op.getWindow())
    return op.emitOpError("is depthwise without a window");
  if (op.getWindow() && !op.getDepthwise() && !op.getPacked())
    return op.emitOpError("has a window and is neither packed nor depthwise, expected one of them");
  int64_t rhsOuter = op.getRhsOuterRank();
  if (rhsOuter != 0 && rhsOuter != op.getOuterRank())
    return op.emitOpError("has a right operand of type ")
           << op.getRhsType() << " with " << rhsOuter << " outer dimensions, expected 0 or the result's "
           << op.getOuterRank();
  return success();
}

/// (C2), (C3), (C4)
static LogicalResult verifyContractRegion(ContractOp op) {
  Block &body = op.getBody().front();
  if (op.getMaps().size() != op.getEpilogue().size() ||
      body.getNumArguments() != op.getEpilogue().size() + 1)
    return op.emitOpError("has ") << op.getEpilogue().size() << " epilogue operands, "
                                  << op.getMaps().size() << " maps and " << body.getNumArguments()
                                  << " region arguments, expected one map and one argument each";
  Type acc = op.isInteger() && !op.getGroups() ? Type(IntegerType::get(op.getContext(), 32))
                            : Type(Float32Type::get(op.getContext()));
  if (body.getArgument(0).getType() != acc)
    return op.emitOpError("accumulates in ")
           << body.getArgument(0).getType() << ", expected " << acc;
  // The ops of the region are verified after this one: the yield may lack its operand.
  Type element = op.getOutType().getElementType();
  auto yield = dyn_cast<YieldOp>(body.back());
  if (!yield || yield->getNumOperands() != 1)
    return op.emitOpError("has a region without a yield, expected one of ") << element;
  Type yielded = yield.getValue().getType();
  if (yielded != element)
    return op.emitOpError("yields ") << yielded << ", expected " << element;
  return success();
}

/// Are two sizes the same, as far as is known?
static bool mayEqual(int64_t a, int64_t b) {
  return a == b || ShapedType::isDynamic(a) || ShapedType::isDynamic(b);
}

/// (C7)
static LogicalResult verifyContractMap(ContractOp op, unsigned i) {
  AffineMap map = cast<AffineMapAttr>(op.getMaps()[i]).getValue();
  Type type = op.getEpilogue()[i].getType();
  auto shaped = dyn_cast<ShapedType>(type);
  ArrayRef<int64_t> out = op.getOutType().getShape(), shape;
  if (shaped && shaped.hasRank())
    shape = shaped.getShape();
  if (map.getNumSymbols() != 0 || map.getNumDims() != out.size() || map.getNumResults() != shape.size())
    return op.emitOpError("map ") << i << " has " << map.getNumDims() << " dimensions, "
                                  << map.getNumSymbols() << " symbols and " << map.getNumResults()
                                  << " results, expected " << out.size() << ", 0 and " << shape.size()
                                  << " for " << type;
  for (auto [expr, size] : llvm::zip_equal(map.getResults(), shape)) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    auto constant = dyn_cast<AffineConstantExpr>(expr);
    bool fits = dim        ? mayEqual(size, out[dim.getPosition()])
                : constant ? constant.getValue() >= 0 &&
                                 (ShapedType::isDynamic(size) || constant.getValue() < size)
                           : false;
    if (!fits)
      return op.emitOpError("reads ") << type << " through " << op.getMaps()[i]
                                      << ", expected dimensions of the same size and constants in range";
  }
  return success();
}

/// The pixels, or rows, that `outputs` of them are computed from.
static int64_t requiredInputs(ContractOp op, unsigned i, int64_t outputs) {
  if (!op.getWindow() || ShapedType::isDynamic(outputs))
    return outputs;
  WindowAttr window = *op.getWindow();
  return (outputs - 1) * window.getStrides()[i] +
         (window.getKernel()[i] - 1) * window.getDilations()[i] + 1;
}

/// (C8), of the left operand.
static LogicalResult verifyContractLhs(ContractOp op) {
  ArrayRef<int64_t> lhs = op.getLhsType().getShape(), out = op.getOutType().getShape();
  int64_t outer = op.getOuterRank(), rank = out.size();
  for (int64_t d = 0; d < rank; ++d) {
    if (d == rank - 1 && !op.getDepthwise())
      break; // lhs ends in the reduction, out in the columns
    bool isImage = d >= outer && d < rank - 1;
    int64_t expected = isImage ? requiredInputs(op, d - outer, out[d]) : out[d];
    bool enough = isImage && op.getWindow() && !ShapedType::isDynamic(expected) && lhs[d] >= expected;
    if (!enough && !mayEqual(lhs[d], expected))
      return op.emitOpError("dimension ") << d << " of the left operand is " << lhs[d] << ", expected "
                                          << (isImage && op.getWindow() ? "at least " : "")
                                          << expected << " for a result of type " << op.getOutType();
  }
  return success();
}

/// (C9)
static LogicalResult verifyContractGroups(ContractOp op) {
  if (!op.getGroups())
    return success();
  if (!op.getPacked() || op.getWindow())
    return op.emitOpError("has groups, expected a packed right operand and no window");
  if (ShapedType::isDynamic(op.getLhsType().getShape().back()))
    return op.emitOpError("has groups of a dynamic reduction, expected a static one");
  if (op.isInteger() && op.getEpilogue().empty())
    return op.emitOpError("has groups of codes and no epilogue operand, expected the scale of the rows");
  return success();
}

/// (C8), of the right operand.
static LogicalResult verifyContractRhs(ContractOp op) {
  ArrayRef<int64_t> rhs = op.getRhsType().getShape(), out = op.getOutType().getShape();
  int64_t columns = out.back(), reduction = op.getLhsType().getShape().back();
  if (op.getGroups())
    return success(); // bytes; their number depends on the row, lowp-lower-contracts
  SmallVector<int64_t> expected(out.take_front(op.getRhsOuterRank()));
  auto blocks = [](int64_t size, int64_t block) {
    return ShapedType::isDynamic(size) || ShapedType::isDynamic(block) || block <= 0
               ? ShapedType::kDynamic
               : llvm::divideCeil(size, block);
  };
  if (op.getPacked())
    expected.push_back(blocks(columns, rhs[rhs.size() - 2]));
  if (op.getPacked() && op.getDepthwise()) { // a dot's products for each of a panel's channels, any number of shifts
    expected.front() = blocks(columns, rhs.back() / (op.isInteger() ? 4 : 2));
    llvm::append_range(expected, op.getWindow()->getKernel().drop_back());
    expected.append({ShapedType::kDynamic, rhs.back()});
  } else {
    if (op.getWindow())
      llvm::append_range(expected, op.getWindow()->getKernel());
    if (op.getPacked())
      expected.append({int64_t(blocks(reduction, rhs.back())), rhs[rhs.size() - 2], rhs.back()});
    else if (op.getDepthwise())
      expected.push_back(columns);
    else
      expected.append({reduction, columns});
  }
  if (!llvm::equal(rhs, expected, mayEqual))
    return op.emitOpError("right operand has type ")
           << op.getRhsType() << ", expected the shape of "
           << RankedTensorType::get(expected, op.getRhsType().getElementType());
  return success();
}

LogicalResult ContractOp::verify() {
  if (failed(verifyContractOperands(*this)) || failed(verifyContractGroups(*this)) ||
      failed(verifyContractRegion(*this)))
    return failure();
  for (unsigned i = 0; i < getMaps().size(); ++i)
    if (failed(verifyContractMap(*this, i)))
      return failure();
  return success(succeeded(verifyContractLhs(*this)) && succeeded(verifyContractRhs(*this)));
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
