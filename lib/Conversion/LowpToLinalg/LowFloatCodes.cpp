//===- LowFloatCodes.cpp - floats of 8 bits as bytes ----------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arithmetic on the bits, that LLVM vectorises: it has no conversions of these types.
//
//===----------------------------------------------------------------------===//

#include "CodeArithmetic.h"

#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>

using namespace mlir;

namespace lowp {

namespace {

constexpr int64_t kMantissa = 23, kBias = 127; // of f32

/// What the bits of a format mean, from LLVM's description of it.
struct LowFloat {
  explicit LowFloat(FloatType type) {
    const llvm::fltSemantics &semantics = type.getFloatSemantics();
    mantissa = APFloat::semanticsPrecision(semantics) - 1;
    bias = 1 - APFloat::semanticsMinExponent(semantics);
    APFloat top = APFloat::getLargest(semantics);
    largestCode = top.bitcastToAPInt().getZExtValue();
    largest = top.convertToFloat();
    smallestNormal = std::ldexp(1.0f, int(1 - bias));
    hasInfinity = APFloat::semanticsHasInf(semantics);
    nanCode = APFloat::getNaN(semantics).bitcastToAPInt().getZExtValue();
  }

  int64_t mantissa, bias, largestCode, nanCode;
  float largest, smallestNormal;
  bool hasInfinity;
};

/// Operators on i32 and f32.
struct Bits {
  ImplicitLocOpBuilder &b;

  Value i32(int64_t value) const { return arith::ConstantOp::create(b, b.getI32IntegerAttr(int32_t(value))); }
  Value f32(float value) const { return arith::ConstantOp::create(b, b.getF32FloatAttr(value)); }
  Value asFloat(Value bits) const { return arith::BitcastOp::create(b, b.getF32Type(), bits); }
  Value asBits(Value x) const { return arith::BitcastOp::create(b, b.getI32Type(), x); }
  Value shl(Value x, int64_t by) const { return arith::ShLIOp::create(b, x, i32(by)); }
  Value shr(Value x, int64_t by) const { return arith::ShRUIOp::create(b, x, i32(by)); }
  Value band(Value x, int64_t mask) const { return arith::AndIOp::create(b, x, i32(mask)); }
  Value bor(Value x, Value y) const { return arith::OrIOp::create(b, x, y); }
  Value select(Value which, Value x, Value y) const { return arith::SelectOp::create(b, which, x, y); }
  Value isAbove(Value x, int64_t y) const {
    return arith::CmpIOp::create(b, arith::CmpIPredicate::ugt, x, i32(y));
  }
};

} // namespace

Value decodeLowFloat(ImplicitLocOpBuilder &b, Value code, FloatType type) {
  LowFloat format(type);
  Bits o{b};
  Value wide = arith::ExtUIOp::create(b, b.getI32Type(), code);
  Value magnitude = o.band(wide, 0x7f), sign = o.shl(o.band(wide, 0x80), 24);
  // In the place of f32's bits it is the number times a power of two, subnormal where the code is.
  Value bits = o.shl(magnitude, kMantissa - format.mantissa);
  Value scaled = arith::MulFOp::create(b, o.asFloat(bits), o.f32(std::ldexp(1.0f, int(kBias - format.bias))));
  Value special = o.i32(0x7fc00000);
  if (format.hasInfinity)
    special = o.bor(bits, o.i32(0x7f800000));
  Value finite = o.asBits(scaled);
  return o.asFloat(o.bor(sign, o.select(o.isAbove(magnitude, format.largestCode), special, finite)));
}

Value encodeLowFloat(ImplicitLocOpBuilder &b, Value x, FloatType type) {
  LowFloat format(type);
  Bits o{b};
  Value bits = o.asBits(x), magnitude = o.band(bits, 0x7fffffff), sign = o.shl(o.shr(bits, 31), 7);
  Value y = o.asFloat(magnitude), top = o.f32(format.largest);
  y = o.select(arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, y, top), y, top);
  // A normal number: to nearest even by the bits that are cut off, a carry goes into the exponent.
  int64_t excess = kMantissa - format.mantissa;
  Value yBits = o.asBits(y), last = o.band(o.shr(yBits, excess), 1);
  Value offset = o.i32((int64_t(1) << (excess - 1)) - 1 - ((kBias - format.bias) << kMantissa));
  Value normal = arith::AddIOp::create(b, arith::AddIOp::create(b, yBits, offset), last);
  normal = o.shr(normal, excess);
  // A subnormal one: a whole number of smallest steps.
  Value steps = arith::MulFOp::create(b, y, o.f32(std::ldexp(1.0f, int(format.bias - 1 + format.mantissa))));
  Value subnormal = arith::FPToSIOp::create(b, b.getI32Type(), math::RoundEvenOp::create(b, steps));
  Value isSubnormal = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, y, o.f32(format.smallestNormal));
  Value code = o.select(isSubnormal, subnormal, normal);
  code = o.select(o.isAbove(magnitude, 0x7f800000), o.i32(format.nanCode & 0x7f), code);
  return arith::TruncIOp::create(b, b.getI8Type(), o.bor(sign, code));
}

float largestLowFloat(FloatType type) { return LowFloat(type).largest; }

} // namespace lowp
