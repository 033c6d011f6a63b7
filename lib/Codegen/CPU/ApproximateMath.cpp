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
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_APPROXIMATEMATH
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

/// A constant of the type of `like`: a scalar or a vector of f32.
Value constantLike(OpBuilder &b, Location loc, Value like, float value) {
  auto element = b.getF32FloatAttr(value);
  if (auto type = dyn_cast<VectorType>(like.getType()))
    return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, element));
  return arith::ConstantOp::create(b, loc, element);
}

/// c0 + x (c1 + x (c2 + …))
Value horner(OpBuilder &b, Location loc, Value x, ArrayRef<float> coefficients) {
  Value sum = constantLike(b, loc, x, coefficients.back());
  for (float c : llvm::reverse(coefficients.drop_back()))
    sum = math::FmaOp::create(b, loc, sum, x, constantLike(b, loc, x, c));
  return sum;
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
    if (!getElementTypeOrSelf(x.getType()).isF32())
      return b.notifyMatchFailure(op, "not f32");
    Location loc = op.getLoc();
    Value z = clamp(b, loc, x, kBound);
    Value square = arith::MulFOp::create(b, loc, z, z);
    Value numerator = arith::MulFOp::create(b, loc, z, horner(b, loc, square, kP));
    b.replaceOpWithNewOp<arith::DivFOp>(op, numerator, horner(b, loc, square, kQ));
    return success();
  }

  /// min(max(x, −bound), bound); NaN stays NaN.
  static Value clamp(OpBuilder &b, Location loc, Value x, float bound) {
    Value high = constantLike(b, loc, x, bound), low = constantLike(b, loc, x, -bound);
    Value above = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, high, x);
    x = arith::SelectOp::create(b, loc, above, high, x);
    Value below = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, low, x);
    return arith::SelectOp::create(b, loc, below, low, x);
  }
};

struct ApproximateMath : impl::ApproximateMathBase<ApproximateMath> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    MathPolynomialApproximationOptions options;
    populateMathPolynomialApproximationPatterns(patterns, options);
    math::populateExpansionPatterns(patterns, {"rsqrt"});
    patterns.add<ExpandErf>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace lowp::cpu
