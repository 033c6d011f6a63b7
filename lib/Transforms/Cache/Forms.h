//===- Forms.h - the forms that a cache is rewritten to ---------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_TRANSFORMS_CACHE_FORMS_H
#define LOWP_LIB_TRANSFORMS_CACHE_FORMS_H

#include "StateSignature.h"

#include "lowp/Numerics/CacheFormat.h"

namespace lowp::cache {

/// Codes with a scale per token and head; readers read what the codes mean, those of this call included.
void rewritePerToken(const CacheState &state, CacheCodes codes, StateSignature &signature);

/// KIVI's form can be made of it.
Status checkKivi(const CacheState &state, const CacheFormat &format);
/// Codes of 4 bits in groups, and the newest tokens in float; `count` is how many of the new tokens are real.
void rewriteKivi(const CacheState &state, const CacheFormat &format, mlir::Value count, StateSignature &signature);
/// How many of the function's new tokens are real: where there are several, all but those that the argument `padding`
/// says, which is added in front of the states if there is none.
mlir::Value countTokens(const CacheState &first, StateSignature &signature);

} // namespace lowp::cache

#endif
