//===- QuantToLowp.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Conversion/QuantToLowp/QuantToLowp.h"

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Patterns.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Transforms/DialectConversion.h"

#include <cmath>

using namespace mlir;

namespace lowp {
#define GEN_PASS_DEF_QUANTTOLOWP
#include "lowp/Conversion/QuantToLowp/Passes.h.inc"

namespace {

//===----------------------------------------------------------------------===//
// Quantized types as plain data
//===----------------------------------------------------------------------===//

quant::QuantizedType quantizedElement(Type type) {
  return dyn_cast<quant::QuantizedType>(getElementTypeOrSelf(type));
}

/// What a uniform type says of a tensor of `rank` dimensions.
struct UniformParams {
  SmallVector<int64_t> block; ///< shape of the elements that share a scale
  SmallVector<int64_t> grid;  ///< how many such blocks there are; 1 where a block is the whole dimension
  SmallVector<double> scales; ///< row by row over the grid
  SmallVector<int64_t> zeroPoints;

  static std::optional<UniformParams> get(quant::QuantizedType type, int64_t rank);
  bool isSymmetric() const { return llvm::all_of(zeroPoints, [](int64_t z) { return z == 0; }); }
};

/// Null where the type is not uniform or speaks of dimensions that are not there.
std::optional<UniformParams> UniformParams::get(quant::QuantizedType type, int64_t rank) {
  UniformParams params;
  params.block.assign(rank, SpecAttr::kWhole);
  params.grid.assign(rank, 1);
  if (auto tensor = dyn_cast<quant::UniformQuantizedType>(type)) {
    params.scales = {tensor.getScale()};
    params.zeroPoints = {tensor.getZeroPoint()};
    return params;
  }
  if (auto axis = dyn_cast<quant::UniformQuantizedPerAxisType>(type)) {
    if (axis.getQuantizedDimension() >= rank)
      return std::nullopt;
    params.block[axis.getQuantizedDimension()] = 1;
    params.scales = SmallVector<double>(axis.getScales());
    params.zeroPoints = SmallVector<int64_t>(axis.getZeroPoints());
    params.grid[axis.getQuantizedDimension()] = params.scales.size();
    return params;
  }
  auto blocks = dyn_cast<quant::UniformQuantizedSubChannelType>(type);
  if (!blocks || blocks.getScales().getType().getRank() != rank)
    return std::nullopt;
  for (auto [dim, size] : blocks.getBlockSizeInfo()) {
    if (dim >= rank)
      return std::nullopt;
    params.block[dim] = size;
  }
  params.grid = SmallVector<int64_t>(blocks.getScales().getType().getShape());
  for (const APFloat &scale : blocks.getScales().getValues<APFloat>())
    params.scales.push_back(scale.convertToDouble());
  for (const APInt &zero : blocks.getZeroPoints().getValues<APInt>())
    params.zeroPoints.push_back(zero.getSExtValue());
  return params;
}

/// ⌈dim / block⌉ where the dimension is known.
bool fitsGrid(const UniformParams &params, ArrayRef<int64_t> shape) {
  return llvm::all_of(llvm::zip_equal(params.block, params.grid, shape), [](auto dims) {
    auto [block, blocks, size] = dims;
    return block == SpecAttr::kWhole ? blocks == 1
                                     : ShapedType::isDynamic(size) ||
                                           blocks == int64_t(llvm::divideCeil(size, block));
  });
}

SpecAttr specOf(quant::QuantizedType type, const UniformParams &params) {
  MLIRContext *ctx = type.getContext();
  auto storage = IntegerType::get(ctx, type.getStorageTypeIntegralWidth(),
                                  type.isSigned() ? IntegerType::Signless : IntegerType::Unsigned);
  return SpecAttr::get(ctx, storage, params.block, params.isSymmetric(), type.getStorageTypeMin(),
                       type.getStorageTypeMax(), /*reciprocal=*/false);
}

//===----------------------------------------------------------------------===//
// What is refused
//===----------------------------------------------------------------------===//

using EmitError = llvm::function_ref<InFlightDiagnostic()>;

LogicalResult checkNumbers(quant::QuantizedType type, const UniformParams &params, EmitError emitError) {
  for (double scale : params.scales)
    if (!std::isnormal(static_cast<float>(scale)))
      return emitError() << "has type " << type << " with a scale of " << scale
                         << ", expected one that f32 can hold";
  for (int64_t zero : params.zeroPoints)
    if (zero < type.getStorageTypeMin() || zero > type.getStorageTypeMax())
      return emitError() << "has type " << type << " with a zero point of " << zero
                         << ", expected one in its range of codes";
  return success();
}

LogicalResult checkType(Type type, EmitError emitError) {
  quant::QuantizedType element = quantizedElement(type);
  if (!element)
    return success();
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor && type != element)
    return emitError() << "has type " << type << ", expected quantized values in ranked tensors";
  if (!isa<quant::UniformQuantizedType, quant::UniformQuantizedPerAxisType,
           quant::UniformQuantizedSubChannelType>(element))
    return emitError() << "has type " << type << ", expected !quant.uniform";
  if (element.getStorageTypeIntegralWidth() > 16)
    return emitError() << "has type " << type << ", expected storage of at most 16 bits";
  if (!element.getExpressedType().isF32() && !element.getExpressedType().isF16() &&
      !element.getExpressedType().isBF16())
    return emitError() << "has type " << type << ", expected it to express f32, f16 or bf16";
  ArrayRef<int64_t> shape = tensor ? tensor.getShape() : ArrayRef<int64_t>();
  std::optional<UniformParams> params = UniformParams::get(element, shape.size());
  if (!params || !fitsGrid(*params, shape))
    return emitError() << "has type " << type << ", whose blocks are not those of its shape";
  return checkNumbers(element, *params, emitError);
}

/// Ops that do the same to codes as to the values they stand for.
bool movesElements(Operation *op) {
  if (isa<linalg::YieldOp>(op))
    return movesElements(op->getParentOp());
  return isa<tensor::TensorDialect>(op->getDialect()) ||
         isa<linalg::TransposeOp, linalg::BroadcastOp>(op);
}

bool isConvertible(Operation *op) {
  return isa<quant::QuantDialect>(op->getDialect()) || movesElements(op) ||
         isa<arith::ConstantOp, func::FuncOp, func::CallOp, func::ReturnOp, BranchOpInterface>(op) ||
         isa<scf::SCFDialect>(op->getDialect());
}

LogicalResult checkOp(Operation *op) {
  auto emitOpError = [&] { return op->emitOpError(); };
  for (Region &region : op->getRegions())
    for (Block &block : region)
      for (BlockArgument arg : block.getArguments())
        if (failed(checkType(arg.getType(), [&] {
              return op->emitOpError("argument ") << arg.getArgNumber() << " ";
            })))
          return failure();
  if (auto func = dyn_cast<func::FuncOp>(op))
    for (Type type : llvm::concat<const Type>(func.getArgumentTypes(), func.getResultTypes()))
      if (failed(checkType(type, emitOpError)))
        return failure();
  for (Type type : op->getResultTypes())
    if (failed(checkType(type, emitOpError)))
      return failure();
  auto isQuantized = [](Type type) { return quantizedElement(type) != nullptr; };
  if ((llvm::any_of(op->getOperandTypes(), isQuantized) ||
       llvm::any_of(op->getResultTypes(), isQuantized)) &&
      (!op->getDialect() || !isConvertible(op)))
    return op->emitOpError("computes on quantized values, expected floats between quant.dcast and "
                           "quant.qcast");
  auto constant = dyn_cast<arith::ConstantOp>(op);
  if (constant && isQuantized(constant.getType()) &&
      !isa<DenseResourceElementsAttr>(constant.getValue()))
    return op->emitOpError("is a quantized constant, expected a resource or quant.scast of integers");
  return success();
}

//===----------------------------------------------------------------------===//
// Conversion
//===----------------------------------------------------------------------===//

struct CodesConverter : TypeConverter {
  CodesConverter() {
    addConversion([](Type type) { return type; });
    addConversion([](quant::QuantizedType type) -> Type { return codesOf(type); });
    addConversion([](TensorType type) -> Type {
      quant::QuantizedType element = quantizedElement(type);
      return element ? type.clone(codesOf(element)) : type;
    });
  }

  static Type codesOf(quant::QuantizedType type) {
    return IntegerType::get(type.getContext(), type.getStorageTypeIntegralWidth());
  }
};

/// Scales and zero points of a type, as lowp ops take them.
struct ParamValues {
  SpecAttr spec;
  Value scale, zeroPoint; ///< no zero point: symmetric

  ParamValues(OpBuilder &b, Location loc, Type type) {
    quant::QuantizedType element = quantizedElement(type);
    auto tensor = dyn_cast<RankedTensorType>(type);
    UniformParams params = *UniformParams::get(element, tensor ? tensor.getRank() : 0);
    spec = specOf(element, params);
    auto scales = llvm::map_to_vector(params.scales, [](double s) { return static_cast<float>(s); });
    auto grid = RankedTensorType::get(params.grid, b.getF32Type());
    scale = arith::ConstantOp::create(b, loc, DenseElementsAttr::get(grid, ArrayRef(scales)));
    if (params.isSymmetric())
      return;
    auto zeroPoints = llvm::map_to_vector(params.zeroPoints, [](int64_t z) { return int32_t(z); });
    zeroPoint = arith::ConstantOp::create(
        b, loc, DenseElementsAttr::get(grid.clone(b.getI32Type()), ArrayRef(zeroPoints)));
  }
};

/// A scalar as a tensor of rank 0, and back.
Value toTensor(OpBuilder &b, Location loc, Value value) {
  if (isa<TensorType>(value.getType()))
    return value;
  return tensor::FromElementsOp::create(b, loc, RankedTensorType::get({}, value.getType()), value);
}

Value toType(OpBuilder &b, Location loc, Value tensor, Type type) {
  return isa<TensorType>(type) ? tensor : tensor::ExtractOp::create(b, loc, tensor, ValueRange());
}

struct ConvertQuantize : OpConversionPattern<quant::QuantizeCastOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult matchAndRewrite(quant::QuantizeCastOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    Location loc = op.getLoc();
    ParamValues params(b, loc, op.getType());
    Value x = toTensor(b, loc, adaptor.getInput());
    Value codes = QuantizeOp::create(b, loc, x, params.scale, params.zeroPoint, params.spec);
    b.replaceOp(op, toType(b, loc, codes, op.getType()));
    return success();
  }
};

struct ConvertDequantize : OpConversionPattern<quant::DequantizeCastOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult matchAndRewrite(quant::DequantizeCastOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    Location loc = op.getLoc();
    ParamValues params(b, loc, op.getInput().getType());
    Value codes = toTensor(b, loc, adaptor.getInput());
    Type element = getElementTypeOrSelf(op.getType());
    auto type = cast<RankedTensorType>(codes.getType()).clone(element);
    Value x = DequantizeOp::create(b, loc, type, codes, params.scale, params.zeroPoint, params.spec);
    b.replaceOp(op, toType(b, loc, x, op.getType()));
    return success();
  }
};

struct ConvertStorageCast : OpConversionPattern<quant::StorageCastOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult matchAndRewrite(quant::StorageCastOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    b.replaceOp(op, adaptor.getInput());
    return success();
  }
};

struct ConvertConstant : OpConversionPattern<arith::ConstantOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult matchAndRewrite(arith::ConstantOp op, OpAdaptor,
                                ConversionPatternRewriter &b) const override {
    auto resource = cast<DenseResourceElementsAttr>(op.getValue());
    auto type = cast<ShapedType>(getTypeConverter()->convertType(op.getType()));
    b.replaceOpWithNewOp<arith::ConstantOp>(
        op, DenseResourceElementsAttr::get(type, resource.getRawHandle()));
    return success();
  }
};

/// The type of a function and of the arguments of all its blocks.
struct ConvertFunction : OpConversionPattern<func::FuncOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult matchAndRewrite(func::FuncOp op, OpAdaptor,
                                ConversionPatternRewriter &b) const override {
    const TypeConverter *converter = getTypeConverter();
    FunctionType type = op.getFunctionType();
    SmallVector<Type> arguments, results;
    if (failed(converter->convertTypes(type.getInputs(), arguments)) ||
        failed(converter->convertTypes(type.getResults(), results)))
      return failure();
    SmallVector<Block *> blocks = llvm::map_to_vector(op.getBody(), [](Block &b) { return &b; });
    for (Block *block : blocks) {
      auto conversion = converter->convertBlockSignature(block);
      if (!conversion)
        return failure();
      b.applySignatureConversion(block, *conversion, converter);
    }
    b.modifyOpInPlace(op, [&] { op.setType(b.getFunctionType(arguments, results)); });
    return success();
  }
};

/// The same op on codes.
struct ConvertMove : ConversionPattern {
  ConvertMove(const TypeConverter &converter, MLIRContext *ctx)
      : ConversionPattern(converter, MatchAnyOpTypeTag(), /*benefit=*/1, ctx) {}

  LogicalResult matchAndRewrite(Operation *op, ArrayRef<Value> operands,
                                ConversionPatternRewriter &b) const override {
    if (!movesElements(op))
      return b.notifyMatchFailure(op, "computes");
    SmallVector<Type> types;
    if (failed(getTypeConverter()->convertTypes(op->getResultTypes(), types)))
      return failure();
    OperationState state(op->getLoc(), op->getName(), operands, types, op->getAttrs());
    for (Region &region : op->getRegions()) {
      Region *converted = state.addRegion();
      b.inlineRegionBefore(region, *converted, converted->end());
      if (failed(b.convertRegionTypes(converted, *getTypeConverter())))
        return failure();
    }
    b.replaceOp(op, b.create(state));
    return success();
  }
};

struct QuantToLowp : impl::QuantToLowpBase<QuantToLowp> {
  void runOnOperation() override {
    WalkResult checked = getOperation().walk(
        [](Operation *op) { return failed(checkOp(op)) ? WalkResult::interrupt() : WalkResult::advance(); });
    if (checked.wasInterrupted() || failed(convert()))
      signalPassFailure();
  }

  LogicalResult convert() {
    CodesConverter converter;
    ConversionTarget target(getContext());
    RewritePatternSet patterns(&getContext());
    target.addIllegalDialect<quant::QuantDialect>();
    target.markUnknownOpDynamicallyLegal([&](Operation *op) {
      if (auto func = dyn_cast<func::FuncOp>(op))
        return converter.isSignatureLegal(func.getFunctionType()) && converter.isLegal(&func.getBody());
      return converter.isLegal(op) &&
             llvm::all_of(op->getRegions(), [&](Region &r) { return converter.isLegal(&r); });
    });
    patterns.add<ConvertQuantize, ConvertDequantize, ConvertStorageCast, ConvertConstant,
                 ConvertFunction>(converter, &getContext());
    patterns.add<ConvertMove>(converter, &getContext());
    populateCallOpTypeConversionPattern(patterns, converter);
    populateReturnOpTypeConversionPattern(patterns, converter);
    populateBranchOpInterfaceTypeConversionPattern(patterns, converter);
    scf::populateSCFStructuralTypeConversionsAndLegality(converter, patterns, target);
    // Upstream folds dcast(qcast(x)) to x.
    ConversionConfig config;
    config.foldingMode = DialectConversionFoldingMode::Never;
    return applyPartialConversion(getOperation(), target, std::move(patterns), config);
  }
};

} // namespace
} // namespace lowp
