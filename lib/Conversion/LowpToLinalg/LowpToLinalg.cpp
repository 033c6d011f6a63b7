//===- LowpToLinalg.cpp --------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Conversion/LowpToLinalg/LowpToLinalg.h"

#include "CodeArithmetic.h"

#include "lowp/Analysis/Elementwise.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <limits>

using namespace mlir;

namespace lowp {
#define GEN_PASS_DEF_LOWPTOLINALG
#include "lowp/Conversion/LowpToLinalg/Passes.h.inc"

namespace {

using BodyBuilder = llvm::function_ref<Value(ImplicitLocOpBuilder &, ValueRange)>;

//===----------------------------------------------------------------------===//
// Building blocks
//===----------------------------------------------------------------------===//

AffineMap gridMap(SpecAttr spec, int64_t rank) {
  SmallVector<AffineExpr> dims;
  for (int64_t d = 0; d < rank; ++d)
    dims.push_back(getAffineDimExpr(d, spec.getContext()));
  return AffineMap::get(rank, 0, blockOf(spec, dims), spec.getContext());
}

/// An elementwise op over the index space of `like`, of which it has the shape.
Value elementwise(ImplicitLocOpBuilder &b, Value like, Type element, ValueRange inputs,
                  ArrayRef<AffineMap> maps, BodyBuilder body) {
  return createElementwise(b, b.getLoc(), like, element, inputs, maps,
                           [&](OpBuilder &inner, Location loc, ValueRange args) {
                             ImplicitLocOpBuilder ib(loc, inner);
                             return body(ib, args);
                           });
}

Value elementwise(ImplicitLocOpBuilder &b, Value input, Type element, BodyBuilder body) {
  AffineMap identity =
      b.getMultiDimIdentityMap(cast<RankedTensorType>(input.getType()).getRank());
  return elementwise(b, input, element, input, identity, body);
}

/// Per block the reduction of x by `combine`, starting at `init`.
Value reduceBlocks(ImplicitLocOpBuilder &b, Value x, SpecAttr spec, float init, BodyBuilder combine) {
  auto type = cast<RankedTensorType>(x.getType());
  SmallVector<OpFoldResult> grid;
  SmallVector<utils::IteratorType> iterators;
  for (auto [d, size] : llvm::enumerate(spec.getBlock())) {
    bool single = size == 1;
    iterators.push_back(single ? utils::IteratorType::parallel : utils::IteratorType::reduction);
    int64_t blocks = spec.getScaleShape(type.getShape())[d];
    grid.push_back(ShapedType::isDynamic(blocks)
                       ? OpFoldResult(affine::makeComposedFoldedAffineApply(
                             b, b.getLoc(), b.getAffineDimExpr(0).ceilDiv(size),
                             {tensor::getMixedSize(b, b.getLoc(), x, d)}))
                       : OpFoldResult(b.getIndexAttr(blocks)));
  }
  Type f32 = b.getF32Type();
  Value empty = tensor::EmptyOp::create(b, grid, f32);
  Value start = arith::ConstantOp::create(b, b.getF32FloatAttr(init));
  Value out = linalg::FillOp::create(b, start, empty).getResult(0);
  SmallVector<AffineMap> maps = {b.getMultiDimIdentityMap(type.getRank()),
                                 gridMap(spec, type.getRank())};
  return linalg::GenericOp::create(b, out.getType(), x, out, maps, iterators,
                                   [&](OpBuilder &inner, Location loc, ValueRange args) {
                                     ImplicitLocOpBuilder ib(loc, inner);
                                     linalg::YieldOp::create(ib, combine(ib, args));
                                   })
      .getResult(0);
}

Value constant(ImplicitLocOpBuilder &b, double value) {
  return arith::ConstantOp::create(b, b.getF32FloatAttr(static_cast<float>(value)));
}

/// The type of an op's result may know more of its shape than the type of its operand.
Value castTo(ImplicitLocOpBuilder &b, Value x, Type type) {
  return x.getType() == type ? x : tensor::CastOp::create(b, type, x).getResult();
}

/// Floats of fewer bits than a byte have no lowering, nor have rules of scales but absmax / hi where it is chosen.
LogicalResult requireBytes(Operation *op, SpecAttr spec, PatternRewriter &rewriter) {
  if (spec.isFloat() && spec.getStorage().getIntOrFloatBitWidth() != 8)
    return rewriter.notifyMatchFailure(op, "float codes of fewer than 8 bits");
  return success();
}

LogicalResult requireIntegers(Operation *op, SpecAttr spec, PatternRewriter &rewriter) {
  if (spec.isFloat())
    return rewriter.notifyMatchFailure(op, "float codes");
  if (spec.getFloatZero())
    return rewriter.notifyMatchFailure(op, "float zero point");
  return success();
}

//===----------------------------------------------------------------------===//
// quantize, dequantize, choose_qparams, fake_quantize
//===----------------------------------------------------------------------===//

/// Ordered comparisons: a NaN becomes lo.
Value clip(ImplicitLocOpBuilder &b, SpecAttr spec, Value q) {
  Value lo = constant(b, spec.getLo()), hi = constant(b, spec.getHi());
  Value above = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, q, lo);
  q = arith::SelectOp::create(b, above, q, lo);
  Value below = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, q, hi);
  return arith::SelectOp::create(b, below, q, hi);
}

/// x/s or x·r, of x − z where z is a float. `args` = x, s or r[, z].
Value steps(ImplicitLocOpBuilder &b, SpecAttr spec, ValueRange args) {
  Value x = toF32(b, args[0]), s = toF32(b, args[1]);
  if (spec.getFloatZero())
    x = arith::SubFOp::create(b, x, toF32(b, args[2]));
  return spec.getReciprocal() ? arith::MulFOp::create(b, x, s).getResult()
                              : arith::DivFOp::create(b, x, s).getResult();
}

/// rne(x/s) or rne(x·r), + z, clipped, still as float.
Value roundAndClip(ImplicitLocOpBuilder &b, SpecAttr spec, ValueRange args) {
  Value q = math::RoundEvenOp::create(b, steps(b, spec, args));
  if (args.size() > 2 && !spec.getFloatZero())
    q = arith::AddFOp::create(b, q, arith::SIToFPOp::create(b, b.getF32Type(), args[2]));
  return clip(b, spec, q);
}

/// The code of one element.
Value codeOf(ImplicitLocOpBuilder &b, SpecAttr spec, ValueRange args) {
  if (auto type = dyn_cast<FloatType>(spec.getStorage()))
    return encodeLowFloat(b, steps(b, spec, args), type);
  Value q = roundAndClip(b, spec, args);
  if (spec.isSigned())
    return arith::FPToSIOp::create(b, spec.getCodeType(), q);
  return arith::FPToUIOp::create(b, spec.getCodeType(), q);
}

/// What the code of one element means. `args` = q, s[, z].
Value meaningOf(ImplicitLocOpBuilder &b, SpecAttr spec, ValueRange args) {
  Value s = toF32(b, args[1]);
  if (auto type = dyn_cast<FloatType>(spec.getStorage()))
    return arith::MulFOp::create(b, s, decodeLowFloat(b, args[0], type));
  Value q = extend(b, args[0], spec);
  if (args.size() > 2 && !spec.getFloatZero())
    q = arith::SubIOp::create(b, q, args[2]);
  Value x = arith::MulFOp::create(b, s, arith::SIToFPOp::create(b, b.getF32Type(), q));
  return spec.getFloatZero() ? arith::AddFOp::create(b, x, toF32(b, args[2])).getResult() : x;
}

/// 1/s of constant scales of f32; null for others.
Value constantReciprocal(ImplicitLocOpBuilder &b, Value scale) {
  DenseFPElementsAttr values;
  if (!matchPattern(scale, m_Constant(&values)) || !values.getElementType().isF32())
    return {};
  auto reciprocal = [](const APFloat &s) { return (APFloat(1.0f) / s).bitcastToAPInt(); };
  return arith::ConstantOp::create(b, values.mapValues(b.getF32Type(), reciprocal));
}

/// s, or 1/s rounded once per block where the spec says so.
Value divisor(ImplicitLocOpBuilder &b, SpecAttr spec, Value scale) {
  if (!spec.getReciprocal())
    return scale;
  if (Value constant = constantReciprocal(b, scale))
    return constant;
  return elementwise(b, scale, b.getF32Type(), [](ImplicitLocOpBuilder &b, ValueRange args) {
    return arith::DivFOp::create(b, constant(b, 1), toF32(b, args[0])).getResult();
  });
}

SmallVector<Value> operandsOf(Value x, Value scale, Value zeroPoint) {
  SmallVector<Value> inputs = {x, scale};
  if (zeroPoint)
    inputs.push_back(zeroPoint);
  return inputs;
}

SmallVector<AffineMap> mapsOf(OpBuilder &b, SpecAttr spec, Value x, bool hasZeroPoint) {
  int64_t rank = cast<RankedTensorType>(x.getType()).getRank();
  SmallVector<AffineMap> maps(hasZeroPoint ? 3 : 2, gridMap(spec, rank));
  maps[0] = b.getMultiDimIdentityMap(rank);
  return maps;
}

struct LowerQuantize : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(QuantizeOp op, PatternRewriter &rewriter) const override {
    SpecAttr spec = op.getSpec();
    if (failed(requireBytes(op, spec, rewriter)))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value s = divisor(b, spec, op.getScale());
    Value result = elementwise(
        b, op.getInput(), spec.isFloat() ? b.getI8Type() : spec.getCodeType(),
        operandsOf(op.getInput(), s, op.getZeroPoint()), mapsOf(b, spec, op.getInput(), bool(op.getZeroPoint())),
        [&](ImplicitLocOpBuilder &b, ValueRange args) { return codeOf(b, spec, args); });
    if (spec.isFloat())
      result = tensor::BitcastOp::create(b, cast<RankedTensorType>(result.getType()).clone(spec.getCodeType()), result);
    rewriter.replaceOp(op, castTo(b, result, op.getType()));
    return success();
  }
};

/// What a tensor of floats of 8 bits is a bitcast of; null for others.
Value bytesOf(Value codes) {
  auto bitcast = codes.getDefiningOp<tensor::BitcastOp>();
  return bitcast && getElementTypeOrSelf(bitcast.getSource().getType()).isInteger(8) ? bitcast.getSource() : Value();
}

/// Bytes to floats of 8 bits and back.
struct FoldBitcasts : OpRewritePattern<tensor::BitcastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::BitcastOp op, PatternRewriter &rewriter) const override {
    auto source = op.getSource().getDefiningOp<tensor::BitcastOp>();
    if (!source || source.getSource().getType() != op.getType())
      return rewriter.notifyMatchFailure(op, "no way back");
    rewriter.replaceOp(op, source.getSource());
    return success();
  }
};

struct LowerDequantize : OpRewritePattern<DequantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(DequantizeOp op, PatternRewriter &rewriter) const override {
    SpecAttr spec = op.getSpec();
    Value codes = spec.isFloat() ? bytesOf(op.getCodes()) : op.getCodes();
    if (!codes || failed(requireBytes(op, spec, rewriter)))
      return rewriter.notifyMatchFailure(op, "float codes that are no bytes");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Type element = getElementTypeOrSelf(op.getResult().getType());
    Value result = elementwise(
        b, codes, element, operandsOf(codes, op.getScale(), op.getZeroPoint()),
        mapsOf(b, spec, codes, bool(op.getZeroPoint())), [&](ImplicitLocOpBuilder &b, ValueRange args) {
          return fromF32(b, meaningOf(b, spec, args), element);
        });
    rewriter.replaceOp(op, castTo(b, result, op.getType()));
    return success();
  }
};

/// codebook[q] · absmax, the table read in the body.
struct LowerDecode : OpRewritePattern<DecodeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(DecodeOp op, PatternRewriter &rewriter) const override {
    SpecAttr spec = op.getSpec();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Type element = getElementTypeOrSelf(op.getResult().getType());
    Value result = elementwise(
        b, op.getCodes(), element, {op.getCodes(), op.getAbsmax()},
        mapsOf(b, spec, op.getCodes(), /*hasZeroPoint=*/false), [&](ImplicitLocOpBuilder &b, ValueRange args) {
          Value at = arith::IndexCastUIOp::create(b, b.getIndexType(), extend(b, args[0], spec));
          Value entry = toF32(b, tensor::ExtractOp::create(b, op.getCodebook(), at));
          return fromF32(b, arith::MulFOp::create(b, entry, toF32(b, args[1])), element);
        });
    rewriter.replaceOp(op, castTo(b, result, op.getType()));
    return success();
  }
};

/// A scale of zero says that there is nothing to scale; one that is subnormal, here or in the type
/// it is stored in, is no use.
Value usableScale(ImplicitLocOpBuilder &b, Value scale, Type stored) {
  double least =
      APFloat::getSmallestNormalized(cast<FloatType>(stored).getFloatSemantics()).convertToDouble();
  Value isZero = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, scale, constant(b, 0));
  Value smallest = constant(b, std::max<double>(least, std::numeric_limits<float>::min()));
  Value normal = arith::MaximumFOp::create(b, scale, smallest);
  return arith::SelectOp::create(b, isZero, constant(b, 1), normal);
}

struct LowerChooseQParams : OpRewritePattern<ChooseQParamsOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ChooseQParamsOp op, PatternRewriter &rewriter) const override {
    SpecAttr spec = op.getSpec();
    if (failed(requireBytes(op, spec, rewriter)))
      return failure();
    if (spec.getScaleRule() != ScaleRule::Restricted)
      return rewriter.notifyMatchFailure(op, "scale rule");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    SmallVector<Value> results = affineOrSymmetric(b, op.getInput(), spec);
    for (auto [result, type] : llvm::zip_equal(results, op->getResultTypes()))
      result = castTo(b, result, type);
    rewriter.replaceOp(op, results);
    return success();
  }

  static SmallVector<Value> affineOrSymmetric(ImplicitLocOpBuilder &b, Value x, SpecAttr spec) {
    if (spec.getSymmetric())
      return {symmetric(b, x, spec)};
    if (spec.getFloatZero())
      return withMinimum(b, x, spec);
    return affine(b, x, spec);
  }

  /// s = max|x| / hi
  static Value symmetric(ImplicitLocOpBuilder &b, Value x, SpecAttr spec) {
    Value absMax = reduceBlocks(b, x, spec, 0, [](ImplicitLocOpBuilder &b, ValueRange args) {
      Value magnitude = math::AbsFOp::create(b, toF32(b, args[0]));
      return arith::MaximumFOp::create(b, magnitude, args[1]).getResult();
    });
    return elementwise(b, absMax, spec.getScaleType(), [&](ImplicitLocOpBuilder &b, ValueRange args) {
      auto type = dyn_cast<FloatType>(spec.getStorage());
      double hi = type ? largestLowFloat(type) : double(spec.getHi());
      Value scale = arith::DivFOp::create(b, args[0], constant(b, hi));
      return fromF32(b, usableScale(b, scale, spec.getScaleType()), spec.getScaleType());
    });
  }

  /// s = (max x − min x) / (hi − lo), z = min x − s·lo, both within what they are stored in.
  static SmallVector<Value> withMinimum(ImplicitLocOpBuilder &b, Value x, SpecAttr spec) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    Value min = reduceBlocks(b, x, spec, infinity, [](ImplicitLocOpBuilder &b, ValueRange args) {
      return arith::MinimumFOp::create(b, toF32(b, args[0]), args[1]).getResult();
    });
    Value max = reduceBlocks(b, x, spec, -infinity, [](ImplicitLocOpBuilder &b, ValueRange args) {
      return arith::MaximumFOp::create(b, toF32(b, args[0]), args[1]).getResult();
    });
    auto stored = cast<FloatType>(spec.getScaleType());
    double largest = APFloat::getLargest(stored.getFloatSemantics()).convertToDouble();
    auto within = [&](ImplicitLocOpBuilder &b, Value value, double lo, double hi) -> Value {
      value = arith::MaximumFOp::create(b, value, constant(b, lo));
      return arith::MinimumFOp::create(b, value, constant(b, hi));
    };
    AffineMap identity = b.getMultiDimIdentityMap(cast<RankedTensorType>(min.getType()).getRank());
    Value scale = elementwise(b, min, stored, {min, max}, {identity, identity}, [&](ImplicitLocOpBuilder &b, ValueRange args) {
      Value range = within(b, arith::SubFOp::create(b, args[1], args[0]), 0, std::numeric_limits<float>::max());
      Value s = arith::DivFOp::create(b, range, constant(b, spec.getHi() - spec.getLo()));
      return fromF32(b, within(b, usableScale(b, s, stored), 0, largest), stored);
    });
    Value zero = elementwise(b, min, stored, {min, scale}, {identity, identity}, [&](ImplicitLocOpBuilder &b, ValueRange args) {
      Value first = arith::MulFOp::create(b, toF32(b, args[1]), constant(b, spec.getLo()));
      Value z = arith::SubFOp::create(b, args[0], first);
      return fromF32(b, within(b, z, -largest, largest), stored);
    });
    return {scale, zero};
  }

  /// s = (M − m) / (hi − lo), z = clip(lo − rne(m / s), lo, hi)
  static SmallVector<Value> affine(ImplicitLocOpBuilder &b, Value x, SpecAttr spec) {
    Value min = reduceBlocks(b, x, spec, 0, [](ImplicitLocOpBuilder &b, ValueRange args) {
      return arith::MinimumFOp::create(b, toF32(b, args[0]), args[1]).getResult();
    });
    Value max = reduceBlocks(b, x, spec, 0, [](ImplicitLocOpBuilder &b, ValueRange args) {
      return arith::MaximumFOp::create(b, toF32(b, args[0]), args[1]).getResult();
    });
    AffineMap identity = b.getMultiDimIdentityMap(cast<RankedTensorType>(min.getType()).getRank());
    Value scale = elementwise(
        b, min, spec.getScaleType(), {min, max}, {identity, identity},
        [&](ImplicitLocOpBuilder &b, ValueRange args) {
          Value range = arith::SubFOp::create(b, args[1], args[0]);
          // The difference of two finite floats may overflow.
          range = arith::MinimumFOp::create(b, range, constant(b, std::numeric_limits<float>::max()));
          Value s = arith::DivFOp::create(b, range, constant(b, spec.getHi() - spec.getLo()));
          return fromF32(b, usableScale(b, s, spec.getScaleType()), spec.getScaleType());
        });
    Value zero = elementwise(
        b, min, b.getI32Type(), {min, scale}, {identity, identity},
        [&](ImplicitLocOpBuilder &b, ValueRange args) {
          Value q = arith::DivFOp::create(b, args[0], toF32(b, args[1]));
          q = math::RoundEvenOp::create(b, q);
          q = arith::SubFOp::create(b, constant(b, spec.getLo()), q);
          return arith::FPToSIOp::create(b, b.getI32Type(), clip(b, spec, q)).getResult();
        });
    return {scale, zero};
  }
};

struct LowerFakeQuantize : OpRewritePattern<FakeQuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(FakeQuantizeOp op, PatternRewriter &rewriter) const override {
    Value codes = QuantizeOp::create(rewriter, op.getLoc(), op.getInput(), op.getScale(),
                                     op.getZeroPoint(), op.getSpec());
    rewriter.replaceOpWithNewOp<DequantizeOp>(op, op.getResult().getType(), codes, op.getScale(),
                                              op.getZeroPoint(), op.getSpec());
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Contractions of codes
//===----------------------------------------------------------------------===//

struct LowerContraction : OpInterfaceRewritePattern<linalg::LinalgOp> {
  LowerContraction(MLIRContext *ctx) : OpInterfaceRewritePattern(ctx, /*benefit=*/2) {}

  LogicalResult matchAndRewrite(linalg::LinalgOp op, PatternRewriter &rewriter) const override {
    if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 ||
        !(linalg::isaContractionOpInterface(op) || linalg::isaConvolutionOpInterface(op)))
      return rewriter.notifyMatchFailure(op, "no contraction");
    auto lhs = op.getDpsInputs()[0].getDefiningOp<DequantizeOp>();
    auto rhs = op.getDpsInputs()[1].getDefiningOp<DequantizeOp>();
    if (!lhs || !rhs || failed(requireIntegers(op, lhs.getSpec(), rewriter)) ||
        failed(requireIntegers(op, rhs.getSpec(), rewriter)))
      return rewriter.notifyMatchFailure(op, "not of two tensors of integer codes");
    if (std::optional<unsigned> grouped = groupedOperand(op, lhs, rhs)) {
      ImplicitLocOpBuilder b(op.getLoc(), rewriter);
      rewriter.replaceOp(op, groupedContraction(b, op, lhs, rhs, *grouped));
      return success();
    }
    for (unsigned i = 0; i < 2; ++i)
      if (!isWholeAlongReduction(op, i, (i ? rhs : lhs).getSpec()))
        return rewriter.notifyMatchFailure(op, "blocks split the reduction");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value sums = integerContraction(b, op, lhs, rhs);
    rewriter.replaceOp(op, epilogue(b, op, sums, lhs, rhs));
    return success();
  }

  static bool isWholeAlongReduction(linalg::LinalgOp op, unsigned operand, SpecAttr spec) {
    AffineMap map = op.getIndexingMapsArray()[operand];
    SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
    for (auto [expr, size] : llvm::zip(map.getResults(), spec.getBlock())) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      bool summed =
          !dim || iterators[dim.getPosition()] == utils::IteratorType::reduction; // or a window
      if (summed && size != SpecAttr::kWhole)
        return false;
    }
    return true;
  }

  /// Σ (qa − za)(qb − zb) in i32.
  static Value integerContraction(ImplicitLocOpBuilder &b, linalg::LinalgOp op, DequantizeOp lhs,
                                  DequantizeOp rhs) {
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    AffineMap outMap = maps.pop_back_val();
    SmallVector<Value> inputs = {lhs.getCodes(), rhs.getCodes()};
    SmallVector<int> zeroArgument = {-1, -1};
    DequantizeOp operands[] = {lhs, rhs};
    for (auto [i, dequantize] : llvm::enumerate(operands)) {
      if (Value zero = dequantize.getZeroPoint()) {
        zeroArgument[i] = inputs.size();
        inputs.push_back(zero);
        SmallVector<AffineExpr> at = blockOf(dequantize.getSpec(), maps[i].getResults());
        maps.push_back(AffineMap::get(outMap.getNumDims(), 0, at, b.getContext()));
      }
    }
    maps.push_back(outMap);
    auto type = cast<RankedTensorType>(op->getResult(0).getType()).clone(b.getI32Type());
    Value empty = tensor::EmptyOp::create(
        b, tensor::getMixedSizes(b, b.getLoc(), op.getDpsInits()[0]), b.getI32Type());
    Value none = arith::ConstantIntOp::create(b, 0, 32);
    Value out = linalg::FillOp::create(b, none, empty).getResult(0);
    auto sums = linalg::GenericOp::create(
        b, type, inputs, out, maps, op.getIteratorTypesArray(),
        [&](OpBuilder &inner, Location loc, ValueRange args) {
          ImplicitLocOpBuilder ib(loc, inner);
          auto term = [&](unsigned i, SpecAttr spec) -> Value {
            Value q = extend(ib, args[i], spec);
            if (zeroArgument[i] < 0)
              return q;
            return arith::SubIOp::create(ib, q, args[zeroArgument[i]]);
          };
          Value product =
              arith::MulIOp::create(ib, term(0, lhs.getSpec()), term(1, rhs.getSpec()));
          linalg::YieldOp::create(ib, arith::AddIOp::create(ib, args.back(), product).getResult());
        });
    if (Attribute site = op->getDiscardableAttr("lowp.site"))
      sums->setDiscardableAttr("lowp.site", site);
    return sums.getResult(0);
  }

  /// Where the block of output element (o0, o1, …) lies in the grid of an operand's scales.
  static AffineMap scaleMap(linalg::LinalgOp op, unsigned operand, SpecAttr spec) {
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    AffineMap out = maps.back();
    MLIRContext *ctx = op->getContext();
    SmallVector<AffineExpr> toOutput(out.getNumDims(), getAffineConstantExpr(0, ctx));
    for (auto [o, expr] : llvm::enumerate(out.getResults()))
      toOutput[cast<AffineDimExpr>(expr).getPosition()] = getAffineDimExpr(o, ctx);
    SmallVector<AffineExpr> at = blockOf(spec, maps[operand].getResults());
    for (AffineExpr &expr : at)
      expr = expr.replaceDims(toOutput);
    return AffineMap::get(out.getNumResults(), 0, at, ctx);
  }

  /// f32(sum) · activation's scale · weight's scale + init
  static Value epilogue(ImplicitLocOpBuilder &b, linalg::LinalgOp op, Value sums, DequantizeOp lhs,
                        DequantizeOp rhs) {
    bool lhsIsWeight = lhs.getCodes().getDefiningOp<arith::ConstantOp>() &&
                       !rhs.getCodes().getDefiningOp<arith::ConstantOp>();
    unsigned first = lhsIsWeight ? 1 : 0;
    DequantizeOp activation = lhsIsWeight ? rhs : lhs, weight = lhsIsWeight ? lhs : rhs;
    int64_t rank = cast<RankedTensorType>(sums.getType()).getRank();
    Value init = op.getDpsInits()[0];
    SmallVector<Value> inputs = {sums, activation.getScale(), weight.getScale()};
    SmallVector<AffineMap> maps = {b.getMultiDimIdentityMap(rank),
                                   scaleMap(op, first, activation.getSpec()),
                                   scaleMap(op, 1 - first, weight.getSpec())};
    bool hasInit = !isZeroFill(init);
    if (hasInit) {
      inputs.push_back(init);
      maps.push_back(b.getMultiDimIdentityMap(rank));
    }
    Type element = getElementTypeOrSelf(op->getResult(0).getType());
    return elementwise(b, sums, element, inputs, maps, [&](ImplicitLocOpBuilder &b, ValueRange args) {
      Value y = arith::SIToFPOp::create(b, b.getF32Type(), args[0]);
      y = arith::MulFOp::create(b, y, toF32(b, args[1]));
      y = arith::MulFOp::create(b, y, toF32(b, args[2]));
      if (hasInit)
        y = arith::AddFOp::create(b, y, toF32(b, args[3]));
      return fromF32(b, y, element);
    });
  }
};

struct LowpToLinalg : impl::LowpToLinalgBase<LowpToLinalg> {
  void runOnOperation() override {
    // Contractions first: once one operand is lowered to floats, its codes are out of sight.
    RewritePatternSet contractions(&getContext()), patterns(&getContext());
    contractions.add<LowerFakeQuantize, LowerContraction>(&getContext());
    populateLowpToLinalgPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(contractions))) ||
        failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    WalkResult left = getOperation().walk([](Operation *op) -> WalkResult {
      if (isa_and_present<LowpDialect>(op->getDialect()) && !isa<SiteOp, ObserveOp>(op))
        return op->emitOpError("cannot be lowered: encoding, float codes but those of 8 bits that lie "
                               "in bytes and, at run time, scale rules other than absmax/hi have no lowering to linalg");
      return success();
    });
    if (left.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace

void populateLowpToLinalgPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerQuantize, LowerDequantize, FoldBitcasts, LowerDecode, LowerChooseQParams, LowerFakeQuantize,
               LowerContraction>(patterns.getContext());
}

} // namespace lowp
