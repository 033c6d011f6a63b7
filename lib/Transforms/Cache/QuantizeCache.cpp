//===- QuantizeCache.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Cache/Passes.h"

#include "Forms.h"

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"

using namespace mlir;

namespace lowp::cache {
#define GEN_PASS_DEF_QUANTIZECACHE
#include "lowp/Transforms/Cache/Passes.h.inc"

namespace {

StringRef kindName(CacheState::Kind kind) { return kind == CacheState::Kind::Keys ? "keys" : "values"; }

struct QuantizeCache : impl::QuantizeCacheBase<QuantizeCache> {
  using QuantizeCacheBase::QuantizeCacheBase;

  void runOnOperation() override {
    std::vector<std::vector<CacheState>> functions;
    for (auto func : getOperation().getOps<func::FuncOp>())
      if (func.isPublic() && !func.isDeclaration())
        functions.push_back(find(func));
    if (failed(readFormat()) || failed(check(functions)))
      return signalPassFailure();
    for (const std::vector<CacheState> &states : functions)
      rewrite(states);
  }

  LogicalResult readFormat() {
    std::optional<CacheCodes> known = parseCacheCodes(codes);
    if (!known || *known == CacheCodes::Float)
      return emitError(getOperation().getLoc(), "unknown codes '")
             << codes << "' of a cache, expected int8, f8E4M3FN, f8E5M2 or int4";
    format = {*known, group, residual};
    if (Status status = checkCacheFormat(format); !status)
      return emitError(getOperation().getLoc(), "the cache in ") << codes << ": " << status.error();
    return success();
  }

  std::vector<CacheState> find(func::FuncOp func) {
    return findCacheStates(func, [&](unsigned argument, const Twine &reason) {
      std::string name = argumentName(func, argument);
      emitRemark(func.getArgument(argument).getLoc())
          << "state '" << name << "' of @" << func.getName() << " stays as it is: " << reason;
      others[name] = func;
    });
  }

  /// There is something to do, it can be done, and functions that share a cache agree on it.
  LogicalResult check(ArrayRef<std::vector<CacheState>> functions) {
    llvm::StringMap<const CacheState *> byName;
    for (const std::vector<CacheState> &states : functions)
      for (const CacheState &state : states) {
        if (Status status = format.isKivi() ? checkKivi(state, format) : Success(); !status)
          return state.update.emitError("cache '") << state.name() << "' in " << codes << ": " << status.error();
        const CacheState *&first = byName[state.name()];
        if (first && (first->type() != state.type() || first->kind != state.kind || first->tokenDim != state.tokenDim))
          return state.update.emitError("cache '")
                 << state.name() << "' is " << kindName(state.kind) << ", " << state.type() << ", in @"
                 << state.func.getName() << " and " << kindName(first->kind) << ", " << first->type() << ", in @"
                 << first->func.getName() << ", expected the same";
        first = &state;
        if (func::FuncOp other = others.lookup(state.name()))
          return state.update.emitError("cache '") << state.name() << "' of @" << state.func.getName() << " is none in @"
                                                   << other.getName() << ", expected one in both";
      }
    if (byName.empty())
      return emitError(getOperation().getLoc(), "no cache of keys and values to quantize: expected arguments that results "
                                                "replace, that tokens are inserted into and attention reads");
    return success();
  }

  void rewrite(ArrayRef<CacheState> states) {
    if (states.empty())
      return;
    StateSignature signature(states.front().func);
    Value count = format.isKivi() ? countTokens(states.front(), signature) : Value();
    for (const CacheState &state : states)
      if (format.isKivi())
        rewriteKivi(state, format, count, signature);
      else
        rewritePerToken(state, format.codes, signature);
    signature.finish();
  }

  CacheFormat format;
  llvm::StringMap<func::FuncOp> others; ///< states that are no caches, by name
};

} // namespace
} // namespace lowp::cache
