//===- PerToken.cpp - a scale per token and head -------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Forms.h"

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

using namespace mlir;

namespace lowp::cache {

/// i8 in [-127, 127], or low floats; the channels of a token in one block.
static SpecAttr specOf(const CacheState &state, CacheCodes codes) {
  Builder b(state.func.getContext());
  SmallVector<int64_t> block(state.type().getRank(), 1);
  block[state.channelDim] = SpecAttr::kWhole;
  Type storage = codes == CacheCodes::Int8           ? Type(b.getI8Type())
                 : codes == CacheCodes::Float8E4M3FN ? Type(b.getType<Float8E4M3FNType>())
                                                     : Type(b.getType<Float8E5M2Type>());
  int64_t largest = codes == CacheCodes::Int8 ? 127 : 0;
  return SpecAttr::get(b.getContext(), storage, block, /*symmetric=*/true, -largest, largest,
                       /*reciprocal=*/codes == CacheCodes::Int8);
}

/// Codes as a signature has them, and back.
static Value bitcast(OpBuilder &b, Location loc, Value codes, Type element) {
  auto type = cast<RankedTensorType>(codes.getType()).clone(element);
  return codes.getType() == type ? codes : tensor::BitcastOp::create(b, loc, type, codes).getResult();
}

void rewritePerToken(const CacheState &state, CacheCodes codes, StateSignature &signature) {
  SpecAttr spec = specOf(state, codes);
  tensor::InsertSliceOp update = state.update;
  OpBuilder b(update);
  Location loc = update.getLoc();
  RankedTensorType codesType = state.type().clone(b.getI8Type());
  auto scalesType = RankedTensorType::get(spec.getScaleShape(state.type().getShape()), b.getF32Type());
  std::string kind = codes == CacheCodes::Int8 ? "i8 codes" : std::string(cacheCodesName(codes)) + " codes, a byte each";
  SmallVector<Value> arguments = signature.split(
      state, {{"", codesType, kind + ": a number is its code times the scale of its token and head"},
              {".scale", scalesType, "scales of " + state.name()}});

  Value fresh = state.inserted(b);
  Value scale = ChooseQParamsOp::create(b, loc, fresh, spec).getScale();
  Value quantized = bitcast(b, loc, QuantizeOp::create(b, loc, fresh, scale, Value(), spec), b.getI8Type());
  SmallVector<OpFoldResult> sizes = update.getMixedSizes(), offsets = update.getMixedOffsets();
  auto insert = [&](Value source, Value into) {
    return tensor::InsertSliceOp::create(b, loc, source, into, offsets, sizes, update.getMixedStrides()).getResult();
  };
  Value allCodes = insert(quantized, arguments[0]);
  sizes[state.channelDim] = b.getIndexAttr(1);
  Value allScales = insert(scale, arguments[1]);
  Value meant = DequantizeOp::create(b, loc, state.type(), bitcast(b, loc, allCodes, spec.getCodeType()), allScales,
                                     Value(), spec);
  update.getResult().replaceUsesWithIf(meant, [](OpOperand &use) { return !isa<func::ReturnOp>(use.getOwner()); });
  signature.update(state, {allCodes, allScales});
}

} // namespace lowp::cache
