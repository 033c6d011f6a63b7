//===- SiteWeight.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SiteWeight.h"

#include "lowp/Bridge/Constants.h"

using namespace mlir;

namespace lowp::weights {

static SpecAttr specOf(const QuantizationSite &site) {
  SiteOp record = lookupRecord(site);
  SchemeAttr scheme = record ? record.getSchemeAttr() : SchemeAttr();
  return scheme ? scheme.getWeight() : SpecAttr();
}

bool SiteWeight::waits(const QuantizationSite &site) {
  return specOf(site) && WeightExpression::match(site.weight());
}

/// Integers of at most a byte with a scale, and a zero point, that the numerics know.
static bool isSupported(SpecAttr spec) {
  Type scale = spec.getScaleType();
  return !spec.isFloat() && !spec.getFloatZero() && (scale.isF32() || scale.isF16() || scale.isBF16()) &&
         spec.getStorage().getIntOrFloatBitWidth() <= 8;
}

FailureOr<SiteWeight> SiteWeight::read(const QuantizationSite &site) {
  SiteWeight weight(site, specOf(site), *WeightExpression::match(site.weight()), {});
  if (!isSupported(weight.spec))
    return weight.emitError() << "cannot be rounded to " << weight.spec
                              << ", expected integers of at most 8 bits with f32, f16 or bf16 scales";
  std::optional<std::vector<float>> numbers = weight.expression.evaluate();
  if (!numbers)
    return weight.emitError() << "its bytes are missing";
  weight.numbers = std::move(*numbers);
  return weight;
}

InFlightDiagnostic SiteWeight::emitError() const {
  return site.op->emitError("weight '") << constantName(expression.constant) << "' of site '" << site.name()
                                        << "': ";
}

/// Scales as they are stored; the numerics have rounded them to that.
static Value scaleConstant(OpBuilder &b, Location loc, RankedTensorType type, StringRef name,
                           std::vector<float> scales, ConstantPool &constants) {
  Type element = type.getElementType();
  if (element.isF32())
    return constants.create(b, loc, type, name, std::move(scales));
  std::vector<uint16_t> bits(scales.size());
  const LowFloatFormat &format = element.isF16() ? float16 : bfloat16;
  llvm::transform(scales, bits.begin(), [&](float scale) { return encode(scale, format); });
  return constants.create(b, loc, type, name, std::move(bits));
}

/// One byte per element, zero-extended: what constants of fewer bits hold.
static void clearUnusedBits(std::vector<int8_t> &codes, unsigned bits) {
  for (int8_t &code : codes)
    code = static_cast<int8_t>(code & ((1u << bits) - 1));
}

bool SiteWeight::equals(const QuantizationSite &other) const {
  if (!waits(other) || specOf(other) != spec)
    return false;
  WeightExpression theirs = *WeightExpression::match(other.weight());
  return theirs.constant.getValue() == WeightExpression(expression).constant.getValue() &&
         llvm::equal(theirs.scales, expression.scales, [&](const auto &a, const auto &b) {
           return a.dim == b.dim && FloatView::match(a.vector) && FloatView::match(b.vector) &&
                  llvm::equal(FloatView::match(a.vector)->values(), FloatView::match(b.vector)->values());
         });
}

void SiteWeight::replace(QuantizedTensor codes, ConstantPool &constants) const {
  OpBuilder b(site.op);
  Location loc = site.weight().getLoc();
  arith::ConstantOp original = expression.constant;
  Location originalLoc = original.getLoc();
  std::string name = constantName(original).str();
  RankedTensorType codeType = RankedTensorType::get(type.getShape(), spec.getCodeType());
  auto scaleType = RankedTensorType::get(spec.getScaleShape(type.getShape()), spec.getScaleType());
  clearUnusedBits(codes.codes, spec.getStorage().getIntOrFloatBitWidth());
  Value q = constants.create(b, originalLoc, codeType, name + ".codes", std::move(codes.codes));
  Value s = scaleConstant(b, originalLoc, scaleType, name + ".scale", std::move(codes.scales), constants);
  Value z;
  if (!spec.getSymmetric())
    z = constants.create(b, originalLoc, scaleType.clone(b.getI32Type()), name + ".zero_point",
                         std::move(codes.zeroPoints));
  Value w = DequantizeOp::create(b, loc, type, q, s, z, spec);
  Value replaced = site.weight();
  site.op->setOperand(site.weightOperand, w);
  eraseUnusedWeight(replaced);
}

} // namespace lowp::weights
