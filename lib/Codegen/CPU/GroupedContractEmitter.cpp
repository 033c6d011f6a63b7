//===- GroupedContractEmitter.cpp - weights of few bits in groups ---------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A panel is read once from its first byte to its last: codes, scales and zeros of a group lie together. Codes of 4
// bits are taken apart in registers, next to the dots that use them; no wider copy of a weight is ever in memory.
//
//===----------------------------------------------------------------------===//

#include "ContractEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace lowp::cpu {

/// Codes of a row that are added at a time.
static constexpr int64_t kSummed = 32;

/// The bits of 1.0f: with a code of b bits at the top of the mantissa it is 1 + c / 2ᵇ.
static constexpr int32_t kOne = 0x3F800000;
static constexpr int64_t kMantissaBits = 23;

//===----------------------------------------------------------------------===//
// Sums of the rows' codes
//===----------------------------------------------------------------------===//

/// Σ a · (c − z) = Σ a · c − z · Σ a: the last sum is the same for all panels.
void ContractEmitter::emitGroupSums() {
  OpBuilder::InsertionGuard guard(b);
  auto lhsType = cast<MemRefType>(lhs.getType());
  SmallVector<int64_t> shape(lhsType.getShape());
  shape.back() = llvm::divideCeil(reduction, groups.getSize());
  Values dynamic, sizes, zeros, ones;
  for (int64_t d = 0; d + 1 < lhsType.getRank(); ++d) {
    sizes.push_back(dimension(lhs, d));
    if (lhsType.isDynamicDim(d))
      dynamic.push_back(sizes.back());
    zeros.push_back(index(0));
    ones.push_back(index(1));
  }
  groupSums = memref::AllocOp::create(b, loc, MemRefType::get(shape, b.getI32Type()), dynamic);
  Value factor = arith::ConstantIntOp::create(b, loc, groups.getZeroPoints() ? -1 : -groups.getZero(), 32);
  auto loop = scf::ParallelOp::create(b, loc, zeros, sizes, ones);
  b.setInsertionPointToStart(loop.getBody());
  Values row(loop.getInductionVars());
  auto storeSum = [&](Value group, int64_t products) {
    Value sum = sumOfCodes(row, scaled(group, groups.getSize()), products);
    Values at(row);
    at.push_back(group);
    memref::StoreOp::create(b, loc, arith::MulIOp::create(b, loc, sum, factor), groupSums, at);
  };
  int64_t whole = reduction / groups.getSize();
  auto overGroups = scf::ForOp::create(b, loc, index(0), index(whole), index(1));
  {
    OpBuilder::InsertionGuard inLoop(b);
    b.setInsertionPointToStart(overGroups.getBody());
    storeSum(overGroups.getInductionVar(), groups.getSize());
  }
  if (int64_t rest = reduction % groups.getSize())
    storeSum(index(whole), rest);
}

/// Σ of `count` codes of a row.
Value ContractEmitter::sumOfCodes(ArrayRef<Value> row, Value first, int64_t count) {
  auto add = [&](Value sum, Value k, int64_t codes) -> Value {
    Values at(row);
    at.push_back(k);
    auto type = VectorType::get({codes}, b.getI8Type());
    Value loaded = vector::LoadOp::create(b, loc, type, lhs, at);
    Value wide = arith::ExtSIOp::create(b, loc, type.clone(b.getI32Type()), loaded);
    return vector::ReductionOp::create(b, loc, vector::CombiningKind::ADD, wide, sum);
  };
  Value none = arith::ConstantIntOp::create(b, loc, 0, 32);
  int64_t chunks = count / kSummed;
  Values sum = accumulate(chunks, {none}, [&](Value chunk, Values carried) {
    Value k = arith::AddIOp::create(b, loc, first, scaled(chunk, kSummed));
    return Values{add(carried[0], k, kSummed)};
  });
  if (int64_t rest = count % kSummed)
    return add(sum[0], offset(first, chunks * kSummed), rest);
  return sum[0];
}

//===----------------------------------------------------------------------===//
// Groups
//===----------------------------------------------------------------------===//

/// A tile of f32 sums.
ContractEmitter::Values ContractEmitter::emitGroups(Value firstRow, int64_t rows) {
  Values rowScales;
  loaded.clear();
  for (int64_t r = 0; op.isInteger() && r < rows; ++r)
    rowScales.push_back(loadEpilogue(0, offset(firstRow, r), r, 0));
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(vectorOf(b.getF32Type())));
  Values totals(rows * vectorsInPanel(), zero);
  int64_t whole = reduction / groups.getSize();
  totals = accumulate(whole, std::move(totals), [&](Value group, Values carried) {
    return emitGroup(firstRow, rows, group, groups.getSize(), rowScales, std::move(carried));
  });
  if (int64_t rest = reduction % groups.getSize())
    totals = emitGroup(firstRow, rows, index(whole), rest, rowScales, std::move(totals));
  return totals;
}

/// totals + the term of one group of `products` products.
ContractEmitter::Values ContractEmitter::emitGroup(Value firstRow, int64_t rows, Value group, int64_t products,
                                                   ArrayRef<Value> rowScales, Values totals) {
  Value bytes = scaled(group, groups.getGroupBytes(groups.getSize(), panel));
  Values scales = loadGroupScales(bytes, products);
  if (!op.isInteger()) {
    Values offsets = floatOffsets(bytes, products, scales), factors = floatFactors(scales);
    return emitUnits(group, products, bytes, std::move(totals),
                     [&](Value k, Value at, int64_t count, Values carried) {
                       return emitFloatUnit(firstRow, rows, k, at, count, factors, offsets, std::move(carried));
                     });
  }
  Values zeros = groups.getZeroPoints() ? loadGroupZeros(bytes, products) : Values();
  Values sums = startOfSums(firstRow, rows, group, products, zeros);
  sums = emitUnits(group, products, bytes, std::move(sums), [&](Value k, Value at, int64_t count, Values carried) {
    return emitCodeUnit(firstRow, rows, k, at, count, std::move(carried));
  });
  return addTerms(firstRow, rows, group, products, sums, rowScales, scales, zeros, std::move(totals));
}

/// Are Σ a · c, z · Σ a and their difference exact in f32? Codes are bytes at most.
static bool isExactInFloat(int64_t products) { return products * 128 * 255 < int64_t(1) << 24; }

/// −zΣa of each row and group, or −Σa where each column has its zero.
Value ContractEmitter::loadGroupSum(Value row, Value group) {
  Values at = pixel(row);
  at.push_back(group);
  return memref::LoadOp::create(b, loc, groupSums, at);
}

/// Where the sums of a group begin: at −zΣa, unless that comes in behind them.
ContractEmitter::Values ContractEmitter::startOfSums(Value firstRow, int64_t rows, Value group, int64_t products,
                                                     ArrayRef<Value> zeros) {
  VectorType words = vectorOf(b.getI32Type());
  if (!zeros.empty() && isExactInFloat(products))
    return Values(rows * vectorsInPanel(), arith::ConstantOp::create(b, loc, b.getZeroAttr(words)));
  Values sums;
  for (int64_t r = 0; r < rows; ++r) {
    Value correction = vector::BroadcastOp::create(b, loc, words, loadGroupSum(offset(firstRow, r), group));
    for (int64_t v = 0; v < vectorsInPanel(); ++v)
      sums.push_back(zeros.empty() ? correction : arith::MulIOp::create(b, loc, correction, zeros[v]).getResult());
  }
  return sums;
}

/// totals + f32(Σ a · (c − z)) · row scale · scale. −zΣa is added by a fused product where that is exact: products of
/// i32 take twice the time.
ContractEmitter::Values ContractEmitter::addTerms(Value firstRow, int64_t rows, Value group, int64_t products,
                                                  ArrayRef<Value> sums, ArrayRef<Value> rowScales,
                                                  ArrayRef<Value> scales, ArrayRef<Value> zeros, Values totals) {
  VectorType floats = vectorOf(b.getF32Type());
  bool addsZeros = !zeros.empty() && isExactInFloat(products);
  Values floatZeros;
  for (Value zero : addsZeros ? zeros : ArrayRef<Value>())
    floatZeros.push_back(arith::SIToFPOp::create(b, loc, floats, zero));
  for (int64_t r = 0; r < rows; ++r) {
    Value rowSum;
    if (addsZeros) {
      Value number = arith::SIToFPOp::create(b, loc, b.getF32Type(), loadGroupSum(offset(firstRow, r), group));
      rowSum = vector::BroadcastOp::create(b, loc, floats, number);
    }
    for (int64_t v = 0; v < vectorsInPanel(); ++v) {
      Value &total = totals[r * vectorsInPanel() + v];
      Value term = arith::SIToFPOp::create(b, loc, floats, sums[r * vectorsInPanel() + v]);
      if (addsZeros)
        term = fusedProduct(term, floatZeros[v], rowSum);
      term = arith::MulFOp::create(b, loc, term, rowScales[r]);
      term = arith::MulFOp::create(b, loc, term, scales[v]);
      total = arith::AddFOp::create(b, loc, total, term);
    }
  }
  return totals;
}

/// A loop over the whole units of a group, then what is left.
ContractEmitter::Values
ContractEmitter::emitUnits(Value group, int64_t products, Value bytes, Values sums,
                           llvm::function_ref<Values(Value, Value, int64_t, Values)> body) {
  Value first = scaled(group, groups.getSize());
  int64_t unit = groups.getUnitProducts(), whole = products / unit;
  auto at = [&](Value number, int64_t count, Values carried) {
    Value k = b.createOrFold<arith::AddIOp>(loc, first, scaled(number, unit));
    Value byte = b.createOrFold<arith::AddIOp>(loc, bytes, scaled(number, groups.getCodeBytes(unit, panel)));
    return body(k, byte, count, std::move(carried));
  };
  sums = accumulate(whole, std::move(sums),
                    [&](Value number, Values carried) { return at(number, unit, std::move(carried)); });
  if (int64_t rest = products % unit)
    sums = at(index(whole), rest, std::move(sums));
  return sums;
}

//===----------------------------------------------------------------------===//
// Units
//===----------------------------------------------------------------------===//

/// sums + dots of the steps of a unit.
ContractEmitter::Values ContractEmitter::emitCodeUnit(Value firstRow, int64_t rows, Value k, Value bytes,
                                                      int64_t products, Values sums) {
  int64_t elements = lanes * kBlock;
  auto type = VectorType::get({elements}, b.getI8Type());
  Value low = splat(b.getI8IntegerAttr(15), type), four = splat(b.getI8IntegerAttr(4), type);
  UnitAttr isUnsigned = dot.left == DotOperand::S8 ? UnitAttr() : b.getUnitAttr();
  Values packed;
  for (int64_t v = 0; v < vectorsInPanel(); ++v)
    packed.push_back(loadBytes(bytes, v * elements, b.getI8Type(), elements));
  for (int64_t done = 0; done < products; done += kBlock) {
    Values codes;
    for (Value both : packed)
      codes.push_back(groups.getBits() == 8 ? both
                      : done == 0           ? arith::AndIOp::create(b, loc, both, low).getResult()
                                            : arith::ShRUIOp::create(b, loc, both, four).getResult());
    OpFoldResult count = b.getIndexAttr(std::min(kBlock, products - done));
    for (int64_t r = 0; r < rows; ++r) {
      Value left = loadLeft(offset(firstRow, r), offset(k, done), count);
      for (int64_t v = 0; v < vectorsInPanel(); ++v) {
        Value &sum = sums[r * vectorsInPanel() + v];
        sum = DotOp::create(b, loc, sum, codes[v], left, isUnsigned, UnitAttr(), IntegerAttr(), b.getI64IntegerAttr(1));
      }
    }
  }
  return sums;
}

/// Has a scale few enough digits that scale · (2ᵇ + z) is exact?
static bool isShort(GroupsAttr groups) { return !groups.getScale().isF32(); }

/// What makes weights of 1 + c / 2ᵇ and scale · 2ᵇ with one rounding, that of scale · (c − z): −scale · (2ᵇ + z), to be
/// added to their product, where that is exact, else 1 + z / 2ᵇ, to be subtracted first.
ContractEmitter::Values ContractEmitter::floatOffsets(Value bytes, int64_t products, ArrayRef<Value> scales) {
  VectorType floats = vectorOf(b.getF32Type());
  int64_t base = 1 << groups.getBits();
  Values zeros = groups.getZeroPoints() ? loadGroupZeros(bytes, products) : Values(), offsets;
  for (auto [v, scale] : llvm::enumerate(scales)) {
    Value zero = splat(b.getF32FloatAttr(base + groups.getZero()), floats);
    if (!zeros.empty())
      zero = arith::AddFOp::create(b, loc, zero, arith::SIToFPOp::create(b, loc, floats, zeros[v]));
    Value factor = splat(b.getF32FloatAttr(1.0f / base), floats);
    if (isShort(groups))
      factor = arith::NegFOp::create(b, loc, scale);
    offsets.push_back(arith::MulFOp::create(b, loc, zero, factor));
  }
  return offsets;
}

/// scale · 2ᵇ
ContractEmitter::Values ContractEmitter::floatFactors(ArrayRef<Value> scales) {
  return llvm::map_to_vector(scales, [&](Value scale) -> Value {
    return arith::MulFOp::create(b, loc, scale, splat(b.getF32FloatAttr(1 << groups.getBits()), scale.getType()));
  });
}

/// The words of a unit: of each column its codes.
ContractEmitter::Values ContractEmitter::loadWords(Value bytes) {
  Values words;
  for (int64_t v = 0; v < vectorsInPanel(); ++v)
    words.push_back(loadBytes(bytes, v * lanes * groups.getStep(), b.getI32Type(), lanes));
  return words;
}

/// The weights of product i of a unit.
ContractEmitter::Values ContractEmitter::weightsOf(ArrayRef<Value> packed, int64_t i, ArrayRef<Value> factors,
                                                   ArrayRef<Value> offsets) {
  VectorType words = vectorOf(b.getI32Type()), floats = vectorOf(b.getF32Type());
  int64_t top = kMantissaBits - groups.getBits();
  Value mask = splat(b.getI32IntegerAttr(((1 << groups.getBits()) - 1) << top), words);
  Value one = splat(b.getI32IntegerAttr(kOne), words);
  int64_t shift = i % groups.getStep() * 8 + i / groups.getStep() * 4 - top;
  Value by = splat(b.getI32IntegerAttr(std::abs(shift)), words);
  Values weights;
  for (auto [v, word] : llvm::enumerate(packed)) {
    Value code = shift < 0 ? arith::ShLIOp::create(b, loc, word, by).getResult()
                           : arith::ShRUIOp::create(b, loc, word, by).getResult();
    code = arith::OrIOp::create(b, loc, arith::AndIOp::create(b, loc, code, mask), one);
    Value number = arith::BitcastOp::create(b, loc, floats, code);
    weights.push_back(isShort(groups) ? fusedProduct(offsets[v], number, factors[v])
                                      : arith::MulFOp::create(b, loc, arith::SubFOp::create(b, loc, number, offsets[v]),
                                                              factors[v])
                                            .getResult());
  }
  return weights;
}

Value ContractEmitter::fusedProduct(Value sum, Value x, Value y) {
  return DotOp::create(b, loc, sum, x, y, UnitAttr(), UnitAttr(), IntegerAttr(), b.getI64IntegerAttr(1));
}

/// totals + lhs · (scale · (c − z)), product by product.
ContractEmitter::Values ContractEmitter::emitFloatUnit(Value firstRow, int64_t rows, Value k, Value bytes,
                                                       int64_t products, ArrayRef<Value> factors,
                                                       ArrayRef<Value> offsets, Values totals) {
  Values packed = loadWords(bytes);
  for (int64_t i = 0; i < products; ++i) {
    Values weights = weightsOf(packed, i, factors, offsets);
    totals = emitFloatProducts(firstRow, rows, offset(k, i), weights, std::move(totals));
  }
  return totals;
}

/// totals + lhs[row, k] · weights of each row of a tile.
ContractEmitter::Values ContractEmitter::emitFloatProducts(Value firstRow, int64_t rows, Value k,
                                                           ArrayRef<Value> weights, Values totals) {
  for (int64_t r = 0; r < rows; ++r) {
    Value left = loadLeft(offset(firstRow, r), k, b.getIndexAttr(1));
    for (int64_t v = 0; v < vectorsInPanel(); ++v) {
      Value &total = totals[r * vectorsInPanel() + v];
      total = fusedProduct(total, left, weights[v]);
    }
  }
  return totals;
}

//===----------------------------------------------------------------------===//
// Bytes of a group
//===----------------------------------------------------------------------===//

Value ContractEmitter::splat(Attribute value, Type type) {
  return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(cast<VectorType>(type), value));
}

Value ContractEmitter::loadBytes(Value at, int64_t distance, Type element, int64_t count) {
  auto bytes = VectorType::get({count * element.getIntOrFloatBitWidth() / 8}, b.getI8Type());
  Value loaded = vector::LoadOp::create(b, loc, bytes, rhs, ValueRange{panelIndex, offset(at, distance)});
  return element.isInteger(8) ? loaded
                              : vector::BitCastOp::create(b, loc, VectorType::get({count}, element), loaded).getResult();
}

ContractEmitter::Values ContractEmitter::loadGroupScales(Value bytes, int64_t products) {
  VectorType floats = vectorOf(b.getF32Type()), words = vectorOf(b.getI32Type());
  bool isBF16 = groups.getScale().isBF16(); // taken by its bits: LLVM rounds vectors of it back where there are none
  Type stored = isBF16 ? Type(b.getI16Type()) : groups.getScale();
  Values scales;
  int64_t begin = groups.getCodeBytes(products, panel);
  for (int64_t v = 0; v < vectorsInPanel(); ++v) {
    Value scale = loadBytes(bytes, begin + v * lanes * groups.getScaleBytes(), stored, lanes);
    if (isBF16) {
      scale = arith::ExtUIOp::create(b, loc, words, scale);
      scale = arith::ShLIOp::create(b, loc, scale, splat(b.getI32IntegerAttr(16), words));
      scale = arith::BitcastOp::create(b, loc, floats, scale);
    } else if (!stored.isF32()) {
      scale = arith::ExtFOp::create(b, loc, floats, scale);
    }
    scales.push_back(scale);
  }
  return scales;
}

/// The zeros of the columns.
ContractEmitter::Values ContractEmitter::loadGroupZeros(Value bytes, int64_t products) {
  Values zeros;
  int64_t begin = groups.getCodeBytes(products, panel) + panel * groups.getScaleBytes();
  for (int64_t v = 0; v < vectorsInPanel(); ++v)
    zeros.push_back(arith::ExtUIOp::create(b, loc, vectorOf(b.getI32Type()),
                                           loadBytes(bytes, begin + v * lanes, b.getI8Type(), lanes)));
  return zeros;
}

} // namespace lowp::cpu
