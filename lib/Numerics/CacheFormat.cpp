//===- CacheFormat.cpp - what a cache of keys and values holds ------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/CacheFormat.h"

#include <algorithm>
#include <array>
#include <string>

namespace lowp {

static constexpr std::array<std::string_view, 5> kNames = {"float", "int8", "f8E4M3FN", "f8E5M2", "int4"};

std::string_view cacheCodesName(CacheCodes codes) { return kNames[static_cast<size_t>(codes)]; }

std::optional<CacheCodes> parseCacheCodes(std::string_view name) {
  const auto *it = std::find(kNames.begin(), kNames.end(), name);
  if (it == kNames.end())
    return std::nullopt;
  return static_cast<CacheCodes>(it - kNames.begin());
}

Status checkCacheFormat(const CacheFormat &format) {
  if (!format.isKivi())
    return Success();
  if (format.group < 1)
    return Failure{"groups of " + std::to_string(format.group) + ", expected at least 1"};
  if (format.residual < 1 || format.residual % format.group != 0)
    return Failure{std::to_string(format.residual) + " tokens in float, expected a multiple of the group of " +
                   std::to_string(format.group)};
  return Success();
}

Status checkCacheFits(const CacheFormat &format, int64_t width, int64_t tokens) {
  if (!format.isKivi())
    return Success();
  if (Status status = checkCacheFormat(format); !status)
    return status;
  if (width % (2 * format.group) != 0)
    return Failure{"heads of " + std::to_string(width) + " channels, expected an even multiple of the group of " +
                   std::to_string(format.group)};
  if (tokens % format.residual != 0)
    return Failure{"room for " + std::to_string(tokens) + " tokens, expected a multiple of the " +
                   std::to_string(format.residual) + " that stay in float"};
  return Success();
}

int64_t cacheBytes(const CacheFormat &format, int64_t heads, int64_t width, int64_t tokens) {
  constexpr int64_t f32 = 4, f16 = 2;
  int64_t count = heads * width * tokens;
  if (format.isFloat())
    return count * f32;
  if (!format.isKivi())
    return count + heads * tokens * f32;
  return count / 2 + count / format.group * 2 * f16 + heads * width * format.residual * f32;
}

} // namespace lowp
