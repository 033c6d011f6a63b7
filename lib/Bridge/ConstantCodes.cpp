//===- ConstantCodes.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Bridge/ConstantCodes.h"

#include "lowp/Bridge/Constants.h"
#include "lowp/Bridge/Schemes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace lowp {

/// The bytes of a constant of integers, one per element up to 8 bits; a splat is spread out.
static std::optional<std::vector<char>> bytesOf(Value value) {
  auto constant = value ? value.getDefiningOp<arith::ConstantOp>() : arith::ConstantOp();
  auto attr = constant ? dyn_cast<ElementsAttr>(constant.getValue()) : ElementsAttr();
  if (!attr || !attr.getElementType().isInteger())
    return std::nullopt;
  if (std::optional<ArrayRef<char>> raw = rawBytes(attr))
    return std::vector<char>(raw->begin(), raw->end());
  if (!attr.isSplat())
    return std::nullopt;
  int64_t bits = attr.getSplatValue<APInt>().getSExtValue(), width = byteSize(attr.getShapedType()) / attr.size();
  std::vector<char> bytes;
  for (int64_t i = 0; i < attr.size(); ++i)
    for (int64_t b = 0; b < width; ++b)
      bytes.push_back(static_cast<char>(bits >> (8 * b)));
  return bytes;
}

/// One byte per element with the sign in the byte's own.
static std::vector<int8_t> signExtended(const std::vector<char> &bytes, SpecAttr spec) {
  unsigned unused = 8 - spec.getStorage().getIntOrFloatBitWidth();
  std::vector<int8_t> codes(bytes.size());
  llvm::transform(bytes, codes.begin(), [&](char byte) {
    auto top = static_cast<uint8_t>(static_cast<uint8_t>(byte) << unused);
    return static_cast<int8_t>(spec.isSigned() ? static_cast<int8_t>(top) >> unused : top >> unused);
  });
  return codes;
}

std::optional<QuantizedTensor> readCodes(DequantizeOp op) {
  SpecAttr spec = op.getSpec();
  if (spec.isFloat() || spec.getFloatZero() || spec.getStorage().getIntOrFloatBitWidth() > 8)
    return std::nullopt;
  std::optional<std::vector<char>> bytes = bytesOf(op.getCodes());
  std::optional<FloatView> scales = FloatView::match(op.getScale());
  if (!bytes || !scales)
    return std::nullopt;
  QuantizedTensor tensor;
  tensor.codes = signExtended(*bytes, spec);
  tensor.scales.assign(scales->values().begin(), scales->values().end());
  tensor.zeroPoints.resize(tensor.scales.size());
  if (!op.getZeroPoint())
    return tensor;
  std::optional<std::vector<char>> zeros = bytesOf(op.getZeroPoint());
  if (!zeros || zeros->size() != tensor.zeroPoints.size() * sizeof(int32_t))
    return std::nullopt;
  std::memcpy(tensor.zeroPoints.data(), zeros->data(), zeros->size());
  return tensor;
}

std::optional<std::vector<float>> evaluate(DequantizeOp op) {
  std::optional<QuantizedTensor> tensor = readCodes(op);
  auto type = cast<RankedTensorType>(op.getType());
  if (!tensor || !type.getElementType().isF32())
    return std::nullopt;
  BlockGrid grid(type.getShape(), op.getSpec().getBlock());
  return dequantizeBlocks(*tensor, grid, rtnScheme(op.getSpec()).range);
}

} // namespace lowp
