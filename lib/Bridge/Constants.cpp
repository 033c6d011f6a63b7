//===- Constants.cpp ------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Bridge/Constants.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinDialect.h"

#include <cassert>
#include <memory>

using namespace mlir;

namespace lowp {

int64_t byteSize(ShapedType type) {
  unsigned bits = type.getElementTypeBitWidth();
  return type.getNumElements() * ((bits + 7) / 8);
}

std::optional<ArrayRef<char>> rawBytes(ElementsAttr attr) {
  ArrayRef<char> bytes;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr)) {
    const AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return std::nullopt;
    bytes = blob->getData();
  } else if (auto dense = dyn_cast<DenseElementsAttr>(attr); dense && !dense.isSplat()) {
    bytes = dense.getRawData();
  } else {
    return std::nullopt;
  }
  // DenseElementsAttr packs booleans into bits.
  if (static_cast<int64_t>(bytes.size()) != byteSize(attr.getShapedType()))
    return std::nullopt;
  return bytes;
}

static arith::ConstantOp constantOf(Value value) {
  return value ? value.getDefiningOp<arith::ConstantOp>() : arith::ConstantOp();
}

/// Converts a contiguous buffer of floats of semantics other than f32.
static std::vector<float> widen(ArrayRef<char> bytes, FloatType type) {
  unsigned width = type.getWidth() / 8;
  std::vector<float> result(bytes.size() / width);
  for (size_t i = 0; i < result.size(); ++i) {
    uint64_t bits = 0;
    std::memcpy(&bits, bytes.data() + i * width, width);
    APFloat number(type.getFloatSemantics(), APInt(type.getWidth(), bits));
    bool losesInfo;
    number.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &losesInfo);
    result[i] = number.convertToFloat();
  }
  return result;
}

std::optional<FloatView> FloatView::match(Value value) {
  arith::ConstantOp constant = constantOf(value);
  return constant ? get(constant.getValue()) : std::nullopt;
}

std::optional<FloatView> FloatView::get(Attribute attribute) {
  auto attr = dyn_cast_if_present<ElementsAttr>(attribute);
  auto type = attr ? dyn_cast<FloatType>(attr.getElementType()) : FloatType();
  if (!type)
    return std::nullopt;
  FloatView result;
  if (auto splat = dyn_cast<SplatElementsAttr>(attr)) {
    APFloat number = splat.getSplatValue<APFloat>();
    bool losesInfo;
    number.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &losesInfo);
    result.storage.assign(attr.getNumElements(), number.convertToFloat());
  } else if (std::optional<ArrayRef<char>> bytes = rawBytes(attr)) {
    bool aligned = reinterpret_cast<uintptr_t>(bytes->data()) % alignof(float) == 0;
    if (type.isF32() && aligned) {
      result.view = {reinterpret_cast<const float *>(bytes->data()), bytes->size() / sizeof(float)};
      return result;
    }
    result.storage = widen(*bytes, type);
  } else {
    return std::nullopt;
  }
  result.view = result.storage;
  return result;
}

std::optional<std::span<const int8_t>> matchCodes(Value value) {
  arith::ConstantOp constant = constantOf(value);
  auto attr = constant ? dyn_cast<ElementsAttr>(constant.getValue()) : ElementsAttr();
  if (!attr || !attr.getElementType().isInteger(8))
    return std::nullopt;
  std::optional<ArrayRef<char>> bytes = rawBytes(attr);
  if (!bytes)
    return std::nullopt;
  return std::span(reinterpret_cast<const int8_t *>(bytes->data()), bytes->size());
}

std::optional<std::vector<int8_t>> codesInBytes(ElementsAttr attr, bool isSigned) {
  unsigned unused = 8 - attr.getElementType().getIntOrFloatBitWidth();
  auto extended = [&](uint8_t code) -> int8_t {
    uint8_t top = code << unused;
    return isSigned ? int8_t(top) >> unused : top >> unused;
  };
  std::vector<int8_t> result;
  if (auto dense = dyn_cast<DenseElementsAttr>(attr)) {
    for (APInt code : dense.getValues<APInt>())
      result.push_back(extended(code.getZExtValue()));
    return result;
  }
  std::optional<ArrayRef<char>> bytes = rawBytes(attr);
  if (!bytes)
    return std::nullopt;
  result.resize(bytes->size());
  llvm::transform(*bytes, result.begin(), extended);
  return result;
}

/// A blob that owns `data`: the vector lives until the blob is destroyed.
template <typename T> static AsmResourceBlob ownedBlob(std::vector<T> data) {
  auto owner = std::make_shared<std::vector<T>>(std::move(data));
  ArrayRef<T> view(*owner);
  return UnmanagedAsmResourceBlob::allocateWithAlign(
      ArrayRef<char>(reinterpret_cast<const char *>(view.data()), view.size() * sizeof(T)),
      alignof(T), [owner](void *, size_t, size_t) mutable { owner.reset(); });
}

template <typename T>
ElementsAttr createTensorAttr(RankedTensorType type, StringRef name, std::vector<T> data) {
  int64_t bytes = data.size() * sizeof(T);
  assert(bytes == byteSize(type) && "data must have exactly the bytes of the type");
  if (bytes <= kMaxInlineBytes)
    return DenseElementsAttr::getFromRawBuffer(
        type, ArrayRef<char>(reinterpret_cast<const char *>(data.data()), bytes));
  return DenseResourceElementsAttr::get(type, name, ownedBlob(std::move(data)));
}

template <typename T>
arith::ConstantOp createConstant(OpBuilder &builder, Location loc, RankedTensorType type,
                                 StringRef name, std::vector<T> data) {
  return arith::ConstantOp::create(builder, loc, type,
                                   createTensorAttr(type, name, std::move(data)));
}

template ElementsAttr createTensorAttr(RankedTensorType, StringRef, std::vector<float>);
template ElementsAttr createTensorAttr(RankedTensorType, StringRef, std::vector<uint64_t>);
template arith::ConstantOp createConstant(OpBuilder &, Location, RankedTensorType, StringRef,
                                          std::vector<float>);
template arith::ConstantOp createConstant(OpBuilder &, Location, RankedTensorType, StringRef,
                                          std::vector<int8_t>);
template arith::ConstantOp createConstant(OpBuilder &, Location, RankedTensorType, StringRef,
                                          std::vector<int32_t>);
template arith::ConstantOp createConstant(OpBuilder &, Location, RankedTensorType, StringRef,
                                          std::vector<uint16_t>);

StringRef constantName(arith::ConstantOp constant) {
  if (auto named = dyn_cast<NameLoc>(constant.getLoc()))
    return named.getName().strref();
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(constant.getValue()))
    return resource.getRawHandle().getKey();
  return "";
}

ResourceScope::ResourceScope(MLIRContext *context)
    : manager(DenseResourceElementsHandle::getManagerInterface(context).getBlobManager()) {
  manager.getBlobMap([&](const auto &map) {
    for (const auto &entry : map)
      before.insert(entry.getKey());
  });
}

ResourceScope::~ResourceScope() {
  SmallVector<std::string> added;
  manager.getBlobMap([&](const auto &map) {
    for (const auto &entry : map)
      if (!before.contains(entry.getKey()) && entry.getValue().getBlob())
        added.push_back(entry.getKey().str());
  });
  for (const std::string &key : added)
    manager.lookup(key)->setBlob(AsmResourceBlob());
}

void dropUnusedBlob(arith::ConstantOp constant) {
  auto resource = dyn_cast<DenseResourceElementsAttr>(constant.getValue());
  if (!resource || !constant->use_empty())
    return;
  Operation *root = constant;
  while (Operation *parent = root->getParentOp())
    root = parent;
  bool shared = false;
  root->walk([&](arith::ConstantOp other) {
    shared |= other != constant && other.getValue() == constant.getValue();
  });
  if (!shared)
    resource.getRawHandle().getResource()->setBlob(AsmResourceBlob());
}

} // namespace lowp
