//===- ConstantPool.cpp --------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Bridge/ConstantPool.h"

#include "llvm/Support/xxhash.h"

using namespace mlir;

namespace lowp {

ElementsAttr ConstantPool::find(Type type, ArrayRef<char> bytes) const {
  auto [begin, end] = known.equal_range(llvm::xxh3_64bits(StringRef(bytes.data(), bytes.size())));
  for (auto it = begin; it != end; ++it)
    if (it->second.getType() == type && rawBytes(it->second) == bytes)
      return it->second;
  return {};
}

void ConstantPool::add(ElementsAttr attr) {
  if (std::optional<ArrayRef<char>> bytes = rawBytes(attr)) // none of what is inline and a splat
    known.emplace(llvm::xxh3_64bits(StringRef(bytes->data(), bytes->size())), attr);
}

} // namespace lowp
