//===- Kivi.cpp - groups of 4 bits and the newest tokens in float ---------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// KIVI (Liu et al., arXiv 2402.02750). The token at position P sees as floats the keys of its own block of `residual`
// positions and the `residual` newest values; all others as codes. Keys become codes with their block, values when they
// are written: what a token sees does not depend on how many tokens a call reads.
//
// A window of floats is at hand in each call, [tokens before | new tokens]; the product with it and the product with
// the codes are joined by position. Both are computed for all positions: which one counts depends on the row.
//
//===----------------------------------------------------------------------===//

#include "Forms.h"

#include "lowp/Analysis/Elementwise.h"
#include "lowp/Dialect/Lowp/IR/EntryAttributes.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;

namespace lowp::cache {

namespace {

using Sizes = SmallVector<int64_t>;

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

RankedTensorType typeOf(Value x) { return cast<RankedTensorType>(x.getType()); }

Sizes shapeOf(Value x) { return Sizes(typeOf(x).getShape()); }

/// x with dimension `dim` as two, the first of `outer`.
Value splitDim(ImplicitLocOpBuilder &b, Value x, int64_t dim, int64_t outer) {
  Sizes shape = shapeOf(x);
  int64_t inner = shape[dim] / outer;
  shape[dim] = outer;
  shape.insert(shape.begin() + dim + 1, inner);
  RankedTensorType type = typeOf(x).clone(shape);
  return tensor::ExpandShapeOp::create(b, type, x, *getReassociationIndicesForReshape(typeOf(x), type));
}

/// x with the dimensions `dim` and the one behind it as one.
Value joinDims(ImplicitLocOpBuilder &b, Value x, int64_t dim) {
  SmallVector<ReassociationIndices> groups;
  for (int64_t d = 0; d < typeOf(x).getRank(); ++d)
    if (d == dim + 1)
      groups.back().push_back(d);
    else
      groups.push_back({d});
  return tensor::CollapseShapeOp::create(b, x, groups);
}

SmallVector<OpFoldResult> constants(OpBuilder &b, ArrayRef<int64_t> values) {
  return llvm::map_to_vector(values, [&](int64_t value) { return OpFoldResult(b.getIndexAttr(value)); });
}

/// `source` in `into` from `offset` on along `dim`.
Value insertAt(ImplicitLocOpBuilder &b, Value source, Value into, int64_t dim, OpFoldResult offset) {
  SmallVector<OpFoldResult> offsets = constants(b, Sizes(typeOf(into).getRank(), 0));
  offsets[dim] = offset;
  return tensor::InsertSliceOp::create(b, source, into, offsets, constants(b, shapeOf(source)),
                                       constants(b, Sizes(offsets.size(), 1)));
}

/// `size` elements of `source` from `offset` on along `dim`.
Value sliceAt(ImplicitLocOpBuilder &b, Value source, int64_t dim, OpFoldResult offset, int64_t size) {
  SmallVector<OpFoldResult> offsets = constants(b, Sizes(typeOf(source).getRank(), 0));
  offsets[dim] = offset;
  Sizes sizes = shapeOf(source);
  sizes[dim] = size;
  return tensor::ExtractSliceOp::create(b, typeOf(source).clone(sizes), source, offsets, constants(b, sizes),
                                        constants(b, Sizes(offsets.size(), 1)));
}

Value zeros(ImplicitLocOpBuilder &b, ArrayRef<int64_t> shape) {
  Value zero = arith::ConstantOp::create(b, b.getF32FloatAttr(0));
  Value empty = tensor::EmptyOp::create(b, shape, b.getF32Type());
  return linalg::FillOp::create(b, zero, empty).getResult(0);
}

/// `parts` one after the other along `dim`, then zeros up to `size`.
Value concatenated(ImplicitLocOpBuilder &b, ValueRange parts, int64_t dim, int64_t size) {
  Sizes shape = shapeOf(parts[0]);
  shape[dim] = size;
  int64_t used = 0;
  for (Value part : parts)
    used += shapeOf(part)[dim];
  Value result = used < size ? zeros(b, shape) : tensor::EmptyOp::create(b, shape, b.getF32Type()).getResult();
  int64_t offset = 0;
  for (Value part : parts) {
    result = insertAt(b, part, result, dim, b.getIndexAttr(offset));
    offset += shapeOf(part)[dim];
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Codes two in a byte
//===----------------------------------------------------------------------===//

/// Codes along `dim` to bytes: the first half of them in the low bits, the second in the high ones.
Value packHalves(ImplicitLocOpBuilder &b, Value codes, int64_t dim) {
  Value halves = splitDim(b, codes, dim, 2);
  Value low = joinDims(b, sliceAt(b, halves, dim, b.getIndexAttr(0), 1), dim);
  Value high = joinDims(b, sliceAt(b, halves, dim, b.getIndexAttr(1), 1), dim);
  AffineMap identity = b.getMultiDimIdentityMap(typeOf(low).getRank());
  return createElementwise(b, b.getLoc(), low, b.getI8Type(), {low, high}, {identity, identity},
                           [](OpBuilder &b, Location loc, ValueRange args) -> Value {
                             Value four = arith::ConstantIntOp::create(b, loc, 4, 8);
                             Value top = arith::ShLIOp::create(b, loc, args[1], four);
                             return arith::OrIOp::create(b, loc, args[0], top);
                           });
}

/// The codes of bytes, with a dimension of 2, the halves, in front of `dim`.
Value unpackHalves(ImplicitLocOpBuilder &b, Value bytes, int64_t dim) {
  Sizes shape = shapeOf(bytes);
  shape.insert(shape.begin() + dim, 2);
  Value like = tensor::EmptyOp::create(b, shape, b.getI8Type());
  SmallVector<AffineExpr> at;
  for (int64_t d = 0; d < int64_t(shape.size()); ++d)
    if (d != dim)
      at.push_back(b.getAffineDimExpr(d));
  AffineMap map = AffineMap::get(shape.size(), 0, at, b.getContext());
  return createElementwise(b, b.getLoc(), like, b.getI8Type(), bytes, map,
                           [&](OpBuilder &b, Location loc, ValueRange args) -> Value {
                             Value half = arith::IndexCastOp::create(b, loc, b.getI8Type(), linalg::IndexOp::create(b, loc, dim));
                             Value shift = arith::ShLIOp::create(b, loc, half, arith::ConstantIntOp::create(b, loc, 2, 8));
                             Value mask = arith::ConstantIntOp::create(b, loc, 15, 8);
                             return arith::AndIOp::create(b, loc, arith::ShRUIOp::create(b, loc, args[0], shift), mask);
                           });
}

//===----------------------------------------------------------------------===//
// Rows and positions
//===----------------------------------------------------------------------===//

/// x or `other`, by row and column of matrices [heads, rows, columns]; `isX(row's new token, column)`.
Value choose(ImplicitLocOpBuilder &b, Value x, Value other, int64_t newTokens,
             llvm::function_ref<Value(ImplicitLocOpBuilder &, Value token, Value column)> isX) {
  AffineMap identity = b.getMultiDimIdentityMap(3);
  return createElementwise(b, b.getLoc(), x, b.getF32Type(), {x, other}, {identity, identity},
                           [&](OpBuilder &inner, Location loc, ValueRange args) -> Value {
                             ImplicitLocOpBuilder b(loc, inner);
                             Value row = linalg::IndexOp::create(b, 1), column = linalg::IndexOp::create(b, 2);
                             Value count = arith::ConstantIndexOp::create(b, newTokens);
                             Value token = arith::RemUIOp::create(b, row, count);
                             return arith::SelectOp::create(b, isX(b, token, column), args[0], args[1]);
                           });
}

Value index(ImplicitLocOpBuilder &b, int64_t value) { return arith::ConstantIndexOp::create(b, value); }
Value add(ImplicitLocOpBuilder &b, Value x, Value y) { return arith::AddIOp::create(b, x, y); }
Value subtract(ImplicitLocOpBuilder &b, Value x, Value y) { return arith::SubIOp::create(b, x, y); }

/// The largest multiple of `block` up to x.
Value roundedDown(ImplicitLocOpBuilder &b, Value x, int64_t block) {
  return subtract(b, x, arith::RemUIOp::create(b, x, index(b, block)));
}

Value isBelow(ImplicitLocOpBuilder &b, Value x, Value y) {
  return arith::CmpIOp::create(b, arith::CmpIPredicate::slt, x, y);
}

//===----------------------------------------------------------------------===//
// The form
//===----------------------------------------------------------------------===//

class KiviRewriter {
public:
  KiviRewriter(const CacheState &state, const CacheFormat &format, Value count, StateSignature &signature)
      : state(state), format(format), count(count), signature(signature), reader(state.readers.front().op),
        b(state.update.getLoc(), state.update.getOperation()) {
    position = getValueOrCreateConstantIndexOp(b, b.getLoc(), state.update.getMixedOffsets()[state.tokenDim]);
    fresh = state.inserted(b);
  }

  void rewrite() {
    if (state.kind == CacheState::Kind::Keys)
      rewriteKeys();
    else
      rewriteValues();
  }

private:
  /// u4 in bytes, with a minimum; the last dimension is a group.
  SpecAttr spec(int64_t rank) const {
    Builder b(state.func.getContext());
    Sizes block(rank, 1);
    block.back() = SpecAttr::kWhole;
    return SpecAttr::get(b.getContext(), b.getIntegerType(8, /*isSigned=*/false), block, /*symmetric=*/false, 0, 15,
                         /*reciprocal=*/true, b.getF16Type(), /*floatZero=*/true, ScaleRule::Restricted);
  }

  /// Codes, scales, minima, and the tokens in float; of shapes that differ from the cache's in one size each.
  SmallVector<Value> split(int64_t groupedDim) {
    auto shaped = [&](Type element, int64_t dim, int64_t size) {
      Sizes shape(state.type().getShape());
      shape[dim] = size;
      return RankedTensorType::get(shape, element);
    };
    std::string axis = state.kind == CacheState::Kind::Keys ? "tokens of a channel" : "channels of a token";
    std::string groups = std::to_string(format.group) + " " + axis;
    int64_t groupCount = state.type().getDimSize(groupedDim) / format.group;
    return signature.split(
        state,
        {{"", shaped(b.getI8Type(), state.channelDim, state.width() / 2),
          "codes of 4 bits, channel c in the low bits of byte c, channel c + " + std::to_string(state.width() / 2) +
              " in its high ones: a number is its code times the scale, plus the minimum, of its " + groups},
         {".scale", shaped(b.getF16Type(), groupedDim, groupCount), "scales of " + state.name()},
         {".minimum", shaped(b.getF16Type(), groupedDim, groupCount), "minima of " + state.name()},
         {".newest", shaped(b.getF32Type(), state.tokenDim, format.residual),
          "the " + std::to_string(format.residual) + " newest tokens of " + state.name() + ", the last one last"}});
  }

  /// Puts what [..., groups, group] of floats becomes into the state from `token` on, of which a scale stands for
  /// `perScale`. All in the dimensions of the cache.
  void write(MutableArrayRef<Value> pieces, Value grouped, Value token, int64_t perScale) {
    SpecAttr spec = this->spec(4);
    auto params = ChooseQParamsOp::create(b, grouped, spec);
    Value codes = QuantizeOp::create(b, grouped, params.getScale(), params.getZeroPoint(), spec);
    Value bytes = joinDims(b, packHalves(b, codes, state.kind == CacheState::Kind::Keys ? 1 : 2), 2);
    Value scaleAt = perScale == 1 ? token : arith::DivUIOp::create(b, token, index(b, perScale)).getResult();
    pieces[0] = insertAt(b, bytes, pieces[0], state.tokenDim, token);
    pieces[1] = insertAt(b, joinDims(b, params.getScale(), 2), pieces[1], state.tokenDim, scaleAt);
    pieces[2] = insertAt(b, joinDims(b, params.getZeroPoint(), 2), pieces[2], state.tokenDim, scaleAt);
  }

  /// What the codes mean, as the cache was: [heads, 2, channels / 2, groups, group] or [heads, tokens, 2, groups / 2, group].
  Value read(ArrayRef<Value> pieces) {
    int64_t dim = state.channelDim;
    auto params = [&](Value piece) { // a group along the last dimension
      Value halves = splitDim(b, piece, dim, 2);
      return splitDim(b, halves, 3, shapeOf(halves)[3]);
    };
    Value grouped = splitDim(b, pieces[0], 2, shapeOf(pieces[0])[2] / format.group);
    Value codes = unpackHalves(b, grouped, dim);
    auto type = typeOf(codes).clone(b.getF32Type());
    Value meant = DequantizeOp::create(b, type, codes, params(pieces[1]), params(pieces[2]), spec(5));
    return joinDims(b, joinDims(b, meant, 3), dim);
  }

  /// The reader with `rhs` for the cache, and `lhs` and `init` for its own operands.
  Value product(Value lhs, Value rhs, Value init, bool isNewest) {
    auto type = typeOf(init);
    linalg::LinalgOp copy = cast<linalg::LinalgOp>(
        clone(b, reader.getOperation(), type, ValueRange{lhs, rhs, init}));
    if (isNewest)
      nameSite(copy);
    return copy->getResult(0);
  }

  /// A record of its own for the product with the newest tokens.
  void nameSite(Operation *copy) {
    SiteOp record = lookupRecord(state.readers.front());
    if (!record)
      return;
    auto [weight, function] = record.getSymName().rsplit('@');
    std::string name = (weight + ".newest" + (function.empty() ? "" : "@") + function).str();
    OpBuilder builder(record);
    builder.setInsertionPointAfter(record);
    auto added = SiteOp::create(builder, record.getLoc(), name);
    added.setReason("the newest tokens of a cache are in float");
    copy->setAttr(kSiteAttr, FlatSymbolRefAttr::get(b.getContext(), name));
  }

  void rewriteKeys() {
    int64_t residual = format.residual, tokens = state.newTokens();
    int64_t written = llvm::divideCeil(tokens, residual), seen = llvm::divideCeil(residual - 1 + tokens, residual);
    SmallVector<Value> pieces = split(/*groupedDim=*/2);
    Value before = pieces[3];
    // Position p - residual is at 0.
    Value window = concatenated(b, {before, fresh}, 2, residual * (1 + seen));
    pieces[3] = sliceAt(b, window, 2, count, residual);
    Value block = roundedDown(b, position, residual);
    Value start = subtract(b, index(b, residual), subtract(b, position, block));
    // Blocks that are not complete are written too: nobody reads them before they are.
    Value complete = sliceAt(b, window, 2, start, written * residual);
    write(pieces, splitDim(b, complete, 2, written * residual / format.group), block, format.group);

    b.setInsertionPoint(reader);
    Value meant = read(pieces);
    Value queries = reader->getOperand(0), init = reader->getOperand(2);
    Value byCodes = product(queries, meant, init, /*isNewest=*/false);
    Value floats = sliceAt(b, window, 2, start, seen * residual);
    Sizes shape = shapeOf(byCodes);
    int64_t all = shape[2];
    shape[2] = seen * residual;
    Value byFloats = product(queries, floats, zeros(b, shape), /*isNewest=*/true);
    // At the positions that they are of; the last block may end behind the cache, and is all that is there in front of it.
    shape[2] = all + residual;
    Value wide = insertAt(b, byFloats, tensor::EmptyOp::create(b, shape, b.getF32Type()), 2, block);
    Value aligned = sliceAt(b, wide, 2, b.getIndexAttr(0), all);
    Value end = add(b, block, index(b, seen * residual));
    Value scores = choose(b, aligned, byCodes, tokens, [&](ImplicitLocOpBuilder &b, Value token, Value column) -> Value {
      Value own = roundedDown(b, add(b, position, token), residual);
      Value isOld = isBelow(b, column, own), isThere = isBelow(b, column, end);
      return arith::CmpIOp::create(b, arith::CmpIPredicate::ult, isOld, isThere); // there and not old
    });
    finish(pieces, scores);
  }

  void rewriteValues() {
    int64_t residual = format.residual, tokens = state.newTokens();
    SmallVector<Value> pieces = split(/*groupedDim=*/2);
    Value before = pieces[3];
    Value window = concatenated(b, {before, fresh}, 1, residual + tokens);
    pieces[3] = sliceAt(b, window, 1, count, residual);
    write(pieces, splitDim(b, fresh, 2, state.width() / format.group), position, 1);

    b.setInsertionPoint(reader);
    Value meant = read(pieces);
    Value weights = reader->getOperand(0), init = reader->getOperand(2);
    Sizes shape = shapeOf(weights);
    Value nothing = zeros(b, shape);
    Value old = choose(b, weights, nothing, tokens, [&](ImplicitLocOpBuilder &b, Value token, Value column) {
      Value newest = subtract(b, add(b, position, token), index(b, residual));
      return isBelow(b, column, add(b, newest, index(b, 1)));
    });
    Value byCodes = product(old, meant, init, /*isNewest=*/false);
    shape[2] += residual;
    Value wide = insertAt(b, weights, zeros(b, shape), 2, b.getIndexAttr(residual));
    Value near = sliceAt(b, wide, 2, position, residual + tokens);
    Value newest = choose(b, near, zeros(b, shapeOf(near)), tokens,
                          [&](ImplicitLocOpBuilder &b, Value token, Value column) { return isBelow(b, token, column); });
    finish(pieces, product(newest, window, byCodes, /*isNewest=*/true));
  }

  void finish(ArrayRef<Value> pieces, Value result) {
    reader->getResult(0).replaceAllUsesWith(result);
    reader->erase();
    signature.update(state, pieces);
  }

  const CacheState &state;
  const CacheFormat &format;
  Value count; ///< of new tokens that are real
  StateSignature &signature;
  linalg::LinalgOp reader;
  ImplicitLocOpBuilder b;
  Value position, fresh;
};

} // namespace

//===----------------------------------------------------------------------===//
// What it is for
//===----------------------------------------------------------------------===//

/// [heads, rows, k] times the cache, [heads, k, columns].
static bool isBatchMatmul(linalg::LinalgOp op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  auto dims = [](AffineMap map) {
    return llvm::map_to_vector(map.getResults(), [](AffineExpr expr) { return cast<AffineDimExpr>(expr).getPosition(); });
  };
  if (op.getNumLoops() != 4 || !llvm::all_of(maps, [](AffineMap map) { return map.isProjectedPermutation(); }))
    return false;
  SmallVector<unsigned> lhs = dims(maps[0]), rhs = dims(maps[1]), out = dims(maps[2]);
  return lhs.size() == 3 && rhs.size() == 3 && out.size() == 3 && lhs[0] == rhs[0] && lhs[0] == out[0] &&
         lhs[2] == rhs[1] && lhs[1] == out[1] && rhs[2] == out[2];
}

/// Is row r of the scores of new token r mod `newTokens`? Known of their mask, [new tokens, tokens].
static bool rowsEndInTokens(linalg::LinalgOp scores, int64_t newTokens) {
  Value x = scores->getResult(0);
  int64_t tokenDim = 1;
  if (newTokens == 1 || typeOf(x).getDimSize(1) == newTokens)
    return true;
  while (x.hasOneUse()) {
    Operation *user = *x.user_begin();
    if (auto expand = dyn_cast<tensor::ExpandShapeOp>(user)) {
      tokenDim = expand.getReassociationIndices()[tokenDim].back();
    } else if (auto op = dyn_cast<linalg::LinalgOp>(user); op && op.getNumParallelLoops() == op.getNumLoops()) {
      for (auto [operand, map] : llvm::zip(op.getDpsInputs(), op.getIndexingMapsArray())) {
        auto dim = map.getNumResults() == 2 ? dyn_cast<AffineDimExpr>(map.getResult(0)) : AffineDimExpr(nullptr);
        if (dim && shapeOf(operand)[0] == newTokens)
          return dim.getPosition() == tokenDim && shapeOf(x)[tokenDim] == newTokens;
      }
    } else {
      return false;
    }
    x = user->getResult(0);
  }
  return false;
}

Status checkKivi(const CacheState &state, const CacheFormat &format) {
  bool isKeys = state.kind == CacheState::Kind::Keys;
  const char *layout = isKeys ? "[heads, channels, tokens]" : "[heads, tokens, channels]";
  if (state.type().getRank() != 3 || state.tokenDim != (isKeys ? 2 : 1) || state.channelDim != (isKeys ? 1 : 2))
    return Failure{std::string("another layout, expected ") + layout};
  const QuantizationSite &site = state.readers.front();
  if (state.readers.size() != 1 || site.op->getOperand(1) != state.update.getResult() || !isBatchMatmul(site.op))
    return Failure{"its readers are not one product of floats by batches, expected [heads, rows, …] times the cache"};
  if (isKeys && !rowsEndInTokens(site.op, state.newTokens()))
    return Failure{"no mask says which rows of the scores are of which token, expected rows of heads by tokens"};
  return checkCacheFits(format, state.width(), state.tokens());
}

/// The argument of that name, or a new one in front of the states.
static Value paddingOf(ImplicitLocOpBuilder &b, const CacheState &first, StateSignature &signature) {
  func::FuncOp func = first.func;
  auto type = RankedTensorType::get({1}, b.getI64Type());
  for (unsigned i = 0; i < func.getNumArguments(); ++i)
    if (argumentName(func, i) == kPaddingName && func.getArgumentTypes()[i] == type)
      return func.getArgument(i);
  auto attributes = b.getDictionaryAttr(
      {b.getNamedAttr("lowp.name", b.getStringAttr(kPaddingName)), b.getNamedAttr(kOptionalAttr, b.getUnitAttr()),
       b.getNamedAttr(kHoldsAttr, b.getStringAttr("how many of the last tokens of this call are none"))});
  return signature.addBefore(first.argument, type, attributes);
}

Value countTokens(const CacheState &first, StateSignature &signature) {
  func::FuncOp func = first.func;
  ImplicitLocOpBuilder b(func.getLoc(), func.getBody());
  int64_t tokens = first.newTokens();
  if (tokens == 1)
    return index(b, 1);
  Value padding = tensor::ExtractOp::create(b, paddingOf(b, first, signature), index(b, 0));
  Value limit = arith::ConstantIntOp::create(b, tokens, 64);
  Value isValid = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, padding, limit);
  cf::AssertOp::create(b, isValid, "padding of " + std::to_string(tokens) + " tokens");
  Value count = subtract(b, index(b, tokens), arith::IndexCastOp::create(b, b.getIndexType(), padding));
  count = arith::MaxSIOp::create(b, count, index(b, 0)); // for memory's sake
  return arith::MinSIOp::create(b, count, index(b, tokens));
}

void rewriteKivi(const CacheState &state, const CacheFormat &format, Value count, StateSignature &signature) {
  KiviRewriter(state, format, count, signature).rewrite();
}

} // namespace lowp::cache
