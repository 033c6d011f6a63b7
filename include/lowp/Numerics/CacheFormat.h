//===- CacheFormat.h - what a cache of keys and values holds ----*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two forms (docs/Methods/KVCache.md). Per token: the `width` numbers of a head at one token share a scale. KIVI
// (Liu et al., arXiv 2402.02750): keys in groups of `group` tokens of one channel, values in groups of `group`
// channels of one token, each group with a scale and a minimum, and the newest tokens in float.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_CACHEFORMAT_H
#define LOWP_NUMERICS_CACHEFORMAT_H

#include "lowp/Numerics/Result.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace lowp {

/// What the numbers of a cache are stored as.
enum class CacheCodes { Float, Int8, Float8E4M3FN, Float8E5M2, Int4 };

struct CacheFormat {
  CacheCodes codes = CacheCodes::Float;
  int64_t group = 32;    ///< of Int4: tokens of a key's channel, or channels of a value's token, that share a scale
  int64_t residual = 32; ///< of Int4: tokens that stay in float, a multiple of the group

  bool isFloat() const { return codes == CacheCodes::Float; }
  /// In KIVI's form, otherwise per token.
  bool isKivi() const { return codes == CacheCodes::Int4; }
  friend bool operator==(const CacheFormat &, const CacheFormat &) = default;
};

/// "float", "int8", "f8E4M3FN", "f8E5M2", "int4".
std::string_view cacheCodesName(CacheCodes codes);
std::optional<CacheCodes> parseCacheCodes(std::string_view name);

/// Fails where the numbers of the format are none, or the residual is no multiple of the group.
Status checkCacheFormat(const CacheFormat &format);
/// Fails where the format does not fit a cache of `tokens` tokens whose heads are `width` wide: the residual
/// divides the tokens, and each of the two halves of a head, which share bytes, consists of groups.
Status checkCacheFits(const CacheFormat &format, int64_t width, int64_t tokens);

/// Bytes of a cache of keys, or of values, of that many heads: codes, scales (f32 per token, f16 in groups),
/// minima (f16) and the f32 of the newest tokens.
int64_t cacheBytes(const CacheFormat &format, int64_t heads, int64_t width, int64_t tokens);

} // namespace lowp

#endif
