//===- Constants.h - constant tensors as plain data -------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The only place that turns attributes into spans of numbers and back. Weights are never copied to
// be read: a view of a resource aliases its blob, which may be a mapped file.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_BRIDGE_CONSTANTS_H
#define LOWP_BRIDGE_CONSTANTS_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include "llvm/ADT/StringSet.h"

#include <optional>
#include <span>
#include <vector>

namespace lowp {

/// The largest constant, in bytes, that stays inline; everything above becomes a resource.
constexpr int64_t kMaxInlineBytes = 1024;

/// A constant f32 tensor as numbers: an alias of the blob where it is stored densely as f32, else
/// an expanded copy (splats, f16, bf16, f64).
class FloatView {
public:
  FloatView() = default;
  FloatView(FloatView &&) = default;
  FloatView &operator=(FloatView &&) = default;

  /// The numbers of a float tensor attribute; nullopt if it is none or its resource is missing.
  static std::optional<FloatView> get(mlir::Attribute attr);
  /// The numbers of `value` if an `arith.constant` of a float tensor defines it.
  static std::optional<FloatView> match(mlir::Value value);

  std::span<const float> values() const { return view; }
  float operator[](size_t i) const { return view[i]; }
  size_t size() const { return view.size(); }

private:
  std::span<const float> view;
  std::vector<float> storage;
};

/// The codes of a constant i8 tensor; nullopt if `value` is not one.
std::optional<std::span<const int8_t>> matchCodes(mlir::Value value);

/// The numbers of a tensor of i1…i8, one byte each, read with their sign or without; nullopt if its resource is
/// missing.
std::optional<std::vector<int8_t>> codesInBytes(mlir::ElementsAttr attr, bool isSigned);

/// The bytes of a dense tensor attribute, row-major, without a copy; nullopt for splats, packed
/// booleans and missing resources.
std::optional<llvm::ArrayRef<char>> rawBytes(mlir::ElementsAttr attr);

/// The attribute of type `type` that holds `data`. Above kMaxInlineBytes it is a resource whose key
/// starts with `name`. `data` must have exactly the bytes of the type.
template <typename T>
mlir::ElementsAttr createTensorAttr(mlir::RankedTensorType type, llvm::StringRef name,
                                    std::vector<T> data);

/// A constant of createTensorAttr.
template <typename T>
mlir::arith::ConstantOp createConstant(mlir::OpBuilder &builder, mlir::Location loc,
                                       mlir::RankedTensorType type, llvm::StringRef name,
                                       std::vector<T> data);

/// The parameter's name of a constant: that of its location, else its resource key, else "".
llvm::StringRef constantName(mlir::arith::ConstantOp constant);

/// Frees the blob of a resource constant that nothing refers to any more.
void dropUnusedBlob(mlir::arith::ConstantOp constant);

/// While it lives, resources may be added to a context; when it ends, their bytes are freed. For
/// modules that are compiled, run and thrown away beside one that stays.
class ResourceScope {
public:
  explicit ResourceScope(mlir::MLIRContext *context);
  ~ResourceScope();
  ResourceScope(const ResourceScope &) = delete;

private:
  mlir::DialectResourceBlobManager &manager;
  llvm::StringSet<> before;
};

/// Bytes that a tensor of this static shape occupies in a resource: i1…i7 take one byte each.
int64_t byteSize(mlir::ShapedType type);

} // namespace lowp

#endif
