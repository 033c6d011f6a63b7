//===- FormNarrows.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Magnitude.h"

#include "lowp/Codegen/CPU/Passes.h"

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Numerics/QuantParams.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_FORMNARROWS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::optional<float> constantFloat(Value value) {
  APFloat result(0.0f);
  if (!value.getType().isF32() || !matchPattern(value, m_ConstantFloat(&result)))
    return std::nullopt;
  return result.convertToFloat();
}

std::optional<int32_t> constantInteger(Value value) {
  std::optional<float> f = constantFloat(value);
  if (!f || !(std::abs(*f) <= 255) || *f != std::trunc(*f))
    return std::nullopt;
  return static_cast<int32_t>(*f);
}

/// min(x, bound) or max(x, bound), as an ordered comparison and a selection. The second operand is the
/// result for NaN.
struct Clamp {
  Value input;
  float bound;
  bool isMin, boundForNaN;

  static std::optional<Clamp> match(Value value) {
    auto select = value.getDefiningOp<arith::SelectOp>();
    auto compare = select ? select.getCondition().getDefiningOp<arith::CmpFOp>() : arith::CmpFOp();
    if (!compare || compare.getLhs() != select.getTrueValue() || compare.getRhs() != select.getFalseValue())
      return std::nullopt;
    bool isMin = compare.getPredicate() == arith::CmpFPredicate::OLT;
    if (!isMin && compare.getPredicate() != arith::CmpFPredicate::OGT)
      return std::nullopt;
    if (std::optional<float> bound = constantFloat(compare.getRhs()))
      return Clamp{compare.getLhs(), *bound, isMin, true};
    if (std::optional<float> bound = constantFloat(compare.getLhs()))
      return Clamp{compare.getRhs(), *bound, isMin, false};
    return std::nullopt;
  }

  float operator()(float x) const {
    if (std::isnan(x))
      return boundForNaN ? bound : x;
    return isMin ? std::min(x, bound) : std::max(x, bound);
  }
};

/// clip(rne(steps) + zeroPoint, range), converted to codes of 8 bits.
struct Rounding {
  Value steps;
  int32_t zeroPoint = 0;
  CodeRange range;

  static std::optional<Rounding> match(Operation *conversion) {
    if (!isa<arith::FPToUIOp, arith::FPToSIOp>(conversion) || !conversion->getResult(0).getType().isInteger(8))
      return std::nullopt;
    std::optional<Clamp> below = Clamp::match(conversion->getOperand(0));
    std::optional<Clamp> above = below && below->isMin ? Clamp::match(below->input) : std::nullopt;
    if (!above || above->isMin || !above->boundForNaN)
      return std::nullopt;
    bool isUnsigned = isa<arith::FPToUIOp>(conversion);
    float least = isUnsigned ? 0 : -128;
    bool fits = above->bound >= least && above->bound <= below->bound && below->bound <= least + 255 &&
                above->bound == std::trunc(above->bound) && below->bound == std::trunc(below->bound);
    if (!fits)
      return std::nullopt;
    Rounding result;
    result.range = {static_cast<int32_t>(above->bound), static_cast<int32_t>(below->bound)};
    Value rounded = above->input;
    if (auto add = rounded.getDefiningOp<arith::AddFOp>()) {
      std::optional<int32_t> zeroPoint = constantInteger(add.getRhs());
      if (!zeroPoint)
        return std::nullopt;
      result.zeroPoint = *zeroPoint;
      rounded = add.getLhs();
    }
    auto rne = rounded.getDefiningOp<math::RoundEvenOp>();
    if (!rne || !rne.getType().isF32())
      return std::nullopt;
    result.steps = rne.getOperand();
    return result;
  }
};

/// The steps as a function of what is clamped in front of the scaling: steps = x · c or x / c, c > 0.
struct Scaling {
  Operation *op = nullptr;
  float factor = 1;
  bool divides = false;
  Value input;

  static Scaling match(Value steps) {
    Scaling result;
    result.input = steps;
    Operation *op = steps.getDefiningOp();
    if (!isa_and_present<arith::MulFOp, arith::DivFOp>(op))
      return result;
    std::optional<float> factor = constantFloat(op->getOperand(1));
    if (!factor || !(*factor > 0) || *factor == kInfinity)
      return result;
    return {op, *factor, isa<arith::DivFOp>(op), op->getOperand(0)};
  }

  float operator()(float x) const { return divides ? x / factor : x * factor; }
};

/// Clamps in front of a monotone function are clips of its result, at what the function makes of their ends:
/// m(clamp(x, a, b)) = clamp(m(x), m(a), m(b)). Scaling by a positive number, rounding, adding the zero point and
/// clipping are monotone, so the codes of ±∞ are the ends of the one clip that remains. NaN is to give lo.
class FoldedClamps {
public:
  FoldedClamps(const Rounding &rounding, const Scaling &scaling) : rounding(rounding), scaling(scaling) {
    input = scaling.input;
    while (std::optional<Clamp> clamp = Clamp::match(input)) {
      if (std::isnan(clamp->bound))
        break;
      clamps.push_back(*clamp);
      input = clamp->input;
    }
  }

  Value input; ///< of the scaling, without the clamps
  CodeRange range() const { return {codeOf(-kInfinity), codeOf(kInfinity)}; }
  bool areExact() const { return codeOf(std::numeric_limits<float>::quiet_NaN()) == range().lo; }

private:
  int32_t codeOf(float x) const {
    for (const Clamp &clamp : llvm::reverse(clamps))
      x = clamp(x);
    return quantizeByReciprocal(scaling(x), 1, rounding.zeroPoint, rounding.range);
  }

  const Rounding &rounding;
  const Scaling &scaling;
  SmallVector<Clamp> clamps; ///< the outermost first
};

/// Steps so small that i32 holds them whatever the rounding of sums in between.
bool isBounded(Value steps) {
  std::optional<double> bound = magnitude(steps);
  return bound && *bound <= double(1 << 29);
}

void rewrite(Operation *conversion, Rounding rounding) {
  OpBuilder b(conversion);
  Scaling scaling = Scaling::match(rounding.steps);
  FoldedClamps folded(rounding, scaling);
  Value steps = rounding.steps;
  CodeRange range = rounding.range;
  if (folded.areExact()) {
    range = folded.range();
    steps = folded.input;
    if (scaling.op) {
      IRMapping mapping;
      mapping.map(scaling.input, folded.input);
      steps = b.clone(*scaling.op, mapping)->getResult(0);
    }
  }
  auto narrow = NarrowOp::create(b, conversion->getLoc(), b.getI8Type(), steps, rounding.zeroPoint,
                                 range.lo, range.hi, isa<arith::FPToUIOp>(conversion), isBounded(steps));
  conversion->getResult(0).replaceAllUsesWith(narrow.getCodes());
  conversion->erase();
}

struct FormNarrows : impl::FormNarrowsBase<FormNarrows> {
  void runOnOperation() override {
    SmallVector<Operation *> conversions;
    getOperation().walk([&](Operation *op) {
      if (isa<arith::FPToUIOp, arith::FPToSIOp>(op))
        conversions.push_back(op);
    });
    for (Operation *conversion : conversions)
      if (std::optional<Rounding> rounding = Rounding::match(conversion))
        rewrite(conversion, *rounding);
  }
};

} // namespace
} // namespace lowp::cpu
