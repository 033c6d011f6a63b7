//===- Passes.h - the cache of keys and values ---------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_TRANSFORMS_CACHE_PASSES_H
#define LOWP_TRANSFORMS_CACHE_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace lowp::cache {

#define GEN_PASS_DECL
#include "lowp/Transforms/Cache/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "lowp/Transforms/Cache/Passes.h.inc"

} // namespace lowp::cache

#endif
