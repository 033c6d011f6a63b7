//===- ConstantPool.h - equal constants once -------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_BRIDGE_CONSTANTPOOL_H
#define LOWP_BRIDGE_CONSTANTPOOL_H

#include "lowp/Bridge/Constants.h"

#include <unordered_map>

namespace lowp {

/// Makes constants like createConstant, but one attribute for equal data of one type: functions that share
/// a weight share its codes.
class ConstantPool {
public:
  template <typename T>
  mlir::arith::ConstantOp create(mlir::OpBuilder &builder, mlir::Location loc, mlir::RankedTensorType type,
                                 llvm::StringRef name, std::vector<T> data) {
    mlir::ElementsAttr known = find(type, bytesOf(data));
    if (known)
      return mlir::arith::ConstantOp::create(builder, loc, type, known);
    auto constant = createConstant(builder, loc, type, name, std::move(data));
    add(llvm::cast<mlir::ElementsAttr>(constant.getValue()));
    return constant;
  }

private:
  template <typename T> static llvm::ArrayRef<char> bytesOf(const std::vector<T> &data) {
    return {reinterpret_cast<const char *>(data.data()), data.size() * sizeof(T)};
  }
  mlir::ElementsAttr find(mlir::Type type, llvm::ArrayRef<char> bytes) const;
  void add(mlir::ElementsAttr attr);

  std::unordered_multimap<uint64_t, mlir::ElementsAttr> known; ///< by the hash of the bytes
};

} // namespace lowp

#endif
