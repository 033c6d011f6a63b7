//===- ApproximateMath.cpp -----------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_APPROXIMATEMATH
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

/// A constant for each lane, where `type` is a vector.
Value constantOf(OpBuilder &b, Location loc, Type type, TypedAttr element) {
  if (auto vector = dyn_cast<VectorType>(type))
    return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(vector, element));
  return arith::ConstantOp::create(b, loc, element);
}

/// A constant of the type of `like`: a scalar or a vector of f32.
Value constantLike(OpBuilder &b, Location loc, Value like, float value) {
  return constantOf(b, loc, like.getType(), b.getF32FloatAttr(value));
}

/// i32, in vectors where `type` is one.
Type wordsLike(Type type) {
  Type word = IntegerType::get(type.getContext(), 32);
  auto vector = dyn_cast<VectorType>(type);
  return vector ? vector.clone(word) : word;
}

bool isF32(Value v) { return getElementTypeOrSelf(v.getType()).isF32(); }

/// c0 + x (c1 + x (c2 + …))
Value horner(OpBuilder &b, Location loc, Value x, ArrayRef<float> coefficients) {
  Value sum = constantLike(b, loc, x, coefficients.back());
  for (float c : llvm::reverse(coefficients.drop_back()))
    sum = math::FmaOp::create(b, loc, sum, x, constantLike(b, loc, x, c));
  return sum;
}

/// low where x < low, high where x > high; NaN stays NaN.
Value clamp(OpBuilder &b, Location loc, Value x, float lowest, float highest) {
  Value high = constantLike(b, loc, x, highest), low = constantLike(b, loc, x, lowest);
  Value above = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, high, x);
  x = arith::SelectOp::create(b, loc, above, high, x);
  Value below = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, low, x);
  return arith::SelectOp::create(b, loc, below, low, x);
}

/// erf(x) = z P(z²) / Q(z²), z = x clamped to ±3.925 where erf is 1 in f32: the minimax fraction of degree
/// 5 over 5, of relative error 2e-8 in exact arithmetic and 4.5e-7 in f32. One path for all arguments,
/// where the upstream expansion selects its coefficients by range, lane by lane.
struct ExpandErf : OpRewritePattern<math::ErfOp> {
  ExpandErf(MLIRContext *ctx) : OpRewritePattern(ctx, /*benefit=*/10) {}

  LogicalResult matchAndRewrite(math::ErfOp op, PatternRewriter &b) const override {
    static constexpr float kBound = 3.925f;
    static constexpr float kP[] = {1.1283791065216064f,    0.19059418141841888f,
                                   0.052769340574741364f,  0.0037725649308413267f,
                                   0.0002848433796316385f, 2.0460179257497657e-06f};
    static constexpr float kQ[] = {1.0f,
                                   0.5022424459457397f,
                                   0.11418288201093674f,
                                   0.014983226545155048f,
                                   0.0011638604337349534f,
                                   3.804766674875282e-05f};
    Value x = op.getOperand();
    if (!isF32(x))
      return b.notifyMatchFailure(op, "not f32");
    Location loc = op.getLoc();
    Value z = clamp(b, loc, x, -kBound, kBound);
    Value square = arith::MulFOp::create(b, loc, z, z);
    Value numerator = arith::MulFOp::create(b, loc, z, horner(b, loc, square, kP));
    b.replaceOpWithNewOp<arith::DivFOp>(op, numerator, horner(b, loc, square, kQ));
    return success();
  }
};

/// exp(x) = 2ⁿ P(r), x = n ln 2 + r, n rounded by adding 1.5·2²³, whose last bits n then is, and added to
/// the exponent as an integer. x is clamped to [−87, 88.37], where the result is a normal number. P is the
/// minimax polynomial that is 1 at 0: of degree 5, relative error 2.2e-7 in f32, or of degree 3, with ln 2
/// in one piece, 1.1e-4.
struct ExpandExp : OpRewritePattern<math::ExpOp> {
  ExpandExp(MLIRContext *ctx, bool coarse) : OpRewritePattern(ctx, /*benefit=*/10), coarse(coarse) {}

  LogicalResult matchAndRewrite(math::ExpOp op, PatternRewriter &b) const override {
    static constexpr float kFine[] = {1.0f,
                                      0.9999995231628418f,
                                      0.49999216198921204f,
                                      0.16668593883514404f,
                                      0.04189394414424896f,
                                      0.008226828649640083f};
    static constexpr float kCoarse[] = {1.0f, 1.000195860862732f, 0.5041303634643555f, 0.16517974436283112f};
    static constexpr float kRounder = 12582912.0f;
    if (!isF32(op.getOperand()))
      return b.notifyMatchFailure(op, "not f32");
    Location loc = op.getLoc();
    Value x = clamp(b, loc, op.getOperand(), -87.0f, 88.37f);
    auto constant = [&](float value) { return constantLike(b, loc, x, value); };
    auto fma = [&](Value a, float factor, Value sum) -> Value {
      return math::FmaOp::create(b, loc, a, constant(factor), sum);
    };
    Value rounded = fma(x, 1.44269504f, constant(kRounder));
    Value n = arith::SubFOp::create(b, loc, rounded, constant(kRounder));
    Value r = coarse ? fma(n, -0.69314718f, x) : fma(n, 2.12194440e-4f, fma(n, -0.693359375f, x));
    Value power = horner(b, loc, r, coarse ? ArrayRef(kCoarse) : ArrayRef(kFine));
    Type words = wordsLike(x.getType());
    Value shift = constantOf(b, loc, words, b.getI32IntegerAttr(23));
    Value exponent =
        arith::ShLIOp::create(b, loc, arith::BitcastOp::create(b, loc, words, rounded), shift);
    Value bits = arith::AddIOp::create(b, loc, arith::BitcastOp::create(b, loc, words, power), exponent);
    b.replaceOpWithNewOp<arith::BitcastOp>(op, x.getType(), bits);
    return success();
  }

private:
  bool coarse;
};

/// GELU(x) = x (1 + erf(x/√2)) / 2 = max(x, 0) − a Φ(−a), a = |x|, with Φ(−a) as a polynomial of degree 6
/// in a − 3.83/2 on [0, 3.83] and a held at its end beyond: absolute error 1.3e-4 for all x, no division.
/// The minimum is one of integers, which order positive floats too and have more units to run on.
struct ExpandGelu : OpRewritePattern<arith::MulFOp> {
  ExpandGelu(MLIRContext *ctx) : OpRewritePattern(ctx, /*benefit=*/20) {}

  LogicalResult matchAndRewrite(arith::MulFOp op, PatternRewriter &b) const override {
    static constexpr float kEnd = 3.83f;
    static constexpr float kTail[] = {0.027709733694791794f, -0.0639934241771698f,  0.06158113852143288f,
                                      -0.027731526643037796f, 0.0023139922413975f,  0.002642124891281128f,
                                      -0.0007172914920374751f};
    Value x = matchGelu(op);
    if (!x)
      return b.notifyMatchFailure(op, "no GELU by erf");
    Location loc = op.getLoc();
    Type words = wordsLike(x.getType());
    Value magnitude = math::AbsFOp::create(b, loc, x);
    Value end = constantOf(b, loc, words, b.getI32IntegerAttr(llvm::bit_cast<int32_t>(kEnd)));
    Value held = arith::MinUIOp::create(b, loc, arith::BitcastOp::create(b, loc, words, magnitude), end);
    Value a = arith::BitcastOp::create(b, loc, x.getType(), held);
    Value centred = arith::SubFOp::create(b, loc, a, constantLike(b, loc, x, kEnd / 2));
    Value tail = horner(b, loc, centred, kTail);
    Value zero = constantLike(b, loc, x, 0.0f);
    Value isNegative = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, x, zero);
    Value positive = arith::SelectOp::create(b, loc, isNegative, zero, x);
    b.replaceOpWithNewOp<math::FmaOp>(op, arith::NegFOp::create(b, loc, a), tail, positive);
    return success();
  }

  static bool isConstant(Value v, double expected) {
    APFloat value(0.0f);
    return matchPattern(v, m_ConstantFloat(&value)) &&
           std::abs(value.convertToDouble() - expected) <= 1e-6 * expected;
  }

  /// The factors of a product whose parts nothing else reads.
  static void collectFactors(Value v, bool isRoot, SmallVectorImpl<Value> &factors) {
    auto product = v.getDefiningOp<arith::MulFOp>();
    if (!product || (!isRoot && !v.hasOneUse()))
      return factors.push_back(v);
    collectFactors(product.getLhs(), false, factors);
    collectFactors(product.getRhs(), false, factors);
  }

  /// x of x · (1 + erf(x/√2)) · 1/2, in whatever order; null if it is none.
  static Value matchGelu(arith::MulFOp op) {
    SmallVector<Value> factors;
    collectFactors(op.getResult(), true, factors);
    if (factors.size() != 3 || !isF32(op.getResult()))
      return {};
    auto half = llvm::find_if(factors, [](Value v) { return isConstant(v, 0.5); });
    auto sum = llvm::find_if(factors, [](Value v) { return scaledArgument(v) != Value(); });
    if (half == factors.end() || sum == factors.end())
      return {};
    Value x = factors[3 - (half - factors.begin()) - (sum - factors.begin())];
    return scaledArgument(*sum) == x ? x : Value();
  }

  /// x of 1 + erf(x/√2); null if it is none.
  static Value scaledArgument(Value v) {
    auto sum = v.getDefiningOp<arith::AddFOp>();
    if (!sum)
      return {};
    bool oneFirst = isConstant(sum.getLhs(), 1.0);
    auto erf = (oneFirst ? sum.getRhs() : sum.getLhs()).getDefiningOp<math::ErfOp>();
    if (!erf || !isConstant(oneFirst ? sum.getLhs() : sum.getRhs(), 1.0))
      return {};
    if (auto quotient = erf.getOperand().getDefiningOp<arith::DivFOp>())
      return isConstant(quotient.getRhs(), llvm::numbers::sqrt2) ? quotient.getLhs() : Value();
    auto product = erf.getOperand().getDefiningOp<arith::MulFOp>();
    if (!product)
      return {};
    if (isConstant(product.getRhs(), llvm::numbers::inv_sqrt2))
      return product.getLhs();
    return isConstant(product.getLhs(), llvm::numbers::inv_sqrt2) ? product.getRhs() : Value();
  }
};

struct ApproximateMath : impl::ApproximateMathBase<ApproximateMath> {
  using ApproximateMathBase::ApproximateMathBase;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    MathPolynomialApproximationOptions options;
    populateMathPolynomialApproximationPatterns(patterns, options);
    math::populateExpansionPatterns(patterns, {"rsqrt"});
    patterns.add<ExpandErf>(&getContext());
    patterns.add<ExpandExp>(&getContext(), coarse);
    if (coarse)
      patterns.add<ExpandGelu>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace lowp::cpu
