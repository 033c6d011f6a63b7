//===- Magnitude.cpp -----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Magnitude.h"

#include "lowp/Bridge/Constants.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace lowp::cpu {

using Bound = std::optional<double>;

/// Chains are as long as an epilogue; where they fork the same value may be visited twice.
static constexpr int kDeepest = 32;

/// What f32 cannot hold might have become infinite on the way.
static Bound finite(double bound) {
  return bound <= std::numeric_limits<float>::max() / 2 ? Bound(bound) : std::nullopt;
}

static Bound ofConstant(Value value) {
  APFloat scalar(0.0f);
  if (value.getType().isF32() && matchPattern(value, m_ConstantFloat(&scalar)))
    return finite(std::abs(scalar.convertToFloat()));
  if (!getElementTypeOrSelf(value.getType()).isF32())
    return std::nullopt;
  std::optional<FloatView> numbers = FloatView::match(value);
  if (!numbers)
    return std::nullopt;
  double largest = 0;
  for (float number : numbers->values()) {
    if (!std::isfinite(number))
      return std::nullopt;
    largest = std::max<double>(largest, std::abs(number));
  }
  return finite(largest);
}

/// The operand that an argument of a region stands for; null where it is the op's own.
static Value operandOf(BlockArgument argument) {
  Operation *op = argument.getOwner()->getParentOp();
  unsigned i = argument.getArgNumber();
  if (auto contract = dyn_cast_or_null<ContractOp>(op))
    return i == 0 ? Value() : contract.getEpilogue()[i - 1];
  auto generic = dyn_cast_or_null<linalg::GenericOp>(op);
  return generic && i < generic.getNumDpsInputs() ? generic.getDpsInputs()[i] : Value();
}

static Bound bound(Value value, int depth) {
  if (depth > kDeepest)
    return std::nullopt;
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    Value operand = operandOf(argument);
    return operand ? ofConstant(operand) : std::nullopt;
  }
  auto of = [&](Value operand) { return bound(operand, depth + 1); };
  auto both = [&](Value first, Value second, auto combine) -> Bound {
    Bound a = of(first), c = of(second);
    return a && c ? finite(combine(*a, *c)) : std::nullopt;
  };
  auto sum = [](double a, double c) { return a + c; };
  return llvm::TypeSwitch<Operation *, Bound>(value.getDefiningOp())
      .Case<arith::ConstantOp>([&](auto) { return ofConstant(value); })
      .Case<arith::SIToFPOp, arith::UIToFPOp>([&](Operation *op) {
        return finite(std::ldexp(1.0, op->getOperand(0).getType().getIntOrFloatBitWidth()));
      })
      .Case<arith::MulFOp>([&](auto op) { return both(op.getLhs(), op.getRhs(), std::multiplies<double>()); })
      .Case<arith::AddFOp, arith::SubFOp>([&](auto op) { return both(op.getLhs(), op.getRhs(), sum); })
      .Case<arith::SelectOp>([&](auto op) {
        return both(op.getTrueValue(), op.getFalseValue(), [](double a, double c) { return std::max(a, c); });
      })
      .Case<arith::NegFOp>([&](auto op) { return of(op.getOperand()); })
      .Default([](Operation *) -> Bound { return std::nullopt; });
}

Bound magnitude(Value value) { return bound(value, 0); }

} // namespace lowp::cpu
