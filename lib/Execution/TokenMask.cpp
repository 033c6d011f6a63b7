//===- TokenMask.cpp -----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TokenMask.h"

using namespace llvm;

namespace lowp {

Expected<TokenMask> TokenMask::find(ArrayRef<lowp_value_info> arguments, StringRef name) {
  TokenMask mask;
  for (auto [i, info] : enumerate(arguments)) {
    bool byDefault = StringRef(info.name) == "mask" || StringRef(info.name) == "attention_mask";
    if (name.empty() ? byDefault && isInteger(fileType(info.dtype)) : name == info.name) {
      mask.argument = i;
      return mask;
    }
  }
  if (!name.empty())
    return createStringError("no argument '" + name + "' to be the mask of padding");
  return mask;
}

void TokenMask::setSample(ArrayRef<TensorBuffer> arguments) {
  if (!argument)
    return;
  lowp_tensor mask = arguments[*argument].tensor();
  int64_t count = 1, width = byteWidth(fileType(mask.dtype));
  for (int64_t size : ArrayRef(mask.shape, mask.rank))
    count *= size;
  tokens.resize(count);
  for (int64_t i = 0; i < count; ++i) {
    const char *p = static_cast<const char *>(mask.data) + i * width;
    tokens[i] = any_of(ArrayRef(p, width), [](char c) { return c != 0; });
  }
}

std::span<const float> TokenMask::keepTokens(std::span<const float> values, int64_t channels) {
  int64_t length = tokens.size(), rows = values.size() / channels;
  if (length <= 1 || rows % length != 0)
    return values;
  kept.clear();
  for (int64_t r = 0; r < rows; ++r)
    if (tokens[r % length])
      kept.insert(kept.end(), values.begin() + r * channels, values.begin() + (r + 1) * channels);
  return kept;
}

} // namespace lowp
