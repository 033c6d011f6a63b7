//===- GroupedScratch.cpp - weights taken apart for many rows -------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Taking weights of few bits apart costs a quarter of the products of a tile of rows. Where there are several
// tiles, a chunk of a panel is taken apart once for a block of rows into memory that stays in the first cache, f32 weights
// of f32 rows and bytes of i8 rows, and so do the sums of the block between chunks. The products are added in the same
// order, to the same bits.
//
//===----------------------------------------------------------------------===//

#include "ContractEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace lowp::cpu {

/// Products of a chunk of f32 weights; a multiple of every unit.
static constexpr int64_t kChunk = 64;

/// Products of a chunk of codes, of which groups lie in it as a whole: 8 KiB on AVX-512.
static constexpr int64_t kCodeChunk = 128;

/// Tiles of a block of rows: 16 KiB of weights and 12 of sums on AVX-512.
static constexpr int64_t kTilesOfBlock = 8;

bool ContractEmitter::usesScratch() const {
  bool pays = groups && (cast<ShapedType>(lhs.getType()).getElementType().isF32() || groups.getBits() == 4);
  return pays && (ShapedType::isDynamic(staticRows) || staticRows >= 2 * tile.rows);
}

int64_t ContractEmitter::scratchRows() const { return kTilesOfBlock * tile.rows; }

/// Of the parallel iterations over rows: two at least, for threads to share.
int64_t ContractEmitter::rowsOfIteration() const {
  if (!usesScratch())
    return tile.rows;
  int64_t half = ShapedType::isDynamic(staticRows) ? scratchRows() : int64_t(llvm::divideCeil(staticRows, 2));
  return std::min<int64_t>(scratchRows(), llvm::alignTo(half, tile.rows));
}

void ContractEmitter::emitLoop(Value count, llvm::function_ref<void(Value)> body) {
  auto loop = scf::ForOp::create(b, loc, index(0), count, index(1));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

/// Rows [begin, end) of the panel, block by block.
void ContractEmitter::emitScratchRows(Value begin, Value end) {
  OpBuilder::InsertionGuard guard(b);
  int64_t blockRows = scratchRows();
  auto allocate = [&](int64_t rows, int64_t width, Type element) -> Value {
    return memref::AllocaOp::create(b, loc, MemRefType::get({rows, width}, element), b.getI64IntegerAttr(64));
  };
  Scratch memory;
  int64_t size = groups.getSize(), whole = reduction / size, rest = reduction % size;
  int64_t together = std::max<int64_t>(1, kCodeChunk / size), left = whole % together;
  memory.weights = op.isInteger()
                       ? allocate(llvm::divideCeil(together * size, kBlock), panel * kBlock, b.getI8Type())
                       : allocate(kChunk, panel, b.getF32Type());
  memory.totals = allocate(blockRows, panel, b.getF32Type());
  auto blocks = scf::ForOp::create(b, loc, begin, end, index(blockRows));
  b.setInsertionPointToStart(blocks.getBody());
  memory.begin = blocks.getInductionVar();
  memory.end = arith::MinUIOp::create(b, loc, offset(memory.begin, blockRows), end);
  scratch = memory;
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(vectorOf(b.getF32Type())));
  emitLoop(index(blockRows), [&](Value row) {
    for (int64_t v = 0; v < vectorsInPanel(); ++v)
      vector::StoreOp::create(b, loc, zero, scratch->totals, ValueRange{row, index(v * lanes)});
  });
  if (op.isInteger()) {
    emitLoop(index(whole / together), [&](Value i) { emitCodeChunk(scaled(i, together), together, 0); });
    if (left || rest)
      emitCodeChunk(index(whole - left), left, rest);
  } else {
    emitChunks();
  }
  multiplyScratch(index(0), 0);
  scratch.reset();
}

//===----------------------------------------------------------------------===//
// Chunks
//===----------------------------------------------------------------------===//

/// Chunks of several groups, or of pieces of one.
void ContractEmitter::emitChunks() {
  int64_t size = groups.getSize(), whole = reduction / size, rest = reduction % size;
  if (size > kChunk) {
    emitLoop(index(whole), [&](Value group) { emitPieces(group, size); });
    if (rest)
      emitPieces(index(whole), rest);
    return;
  }
  int64_t together = kChunk / size, left = whole % together;
  if (whole >= together)
    emitLoop(index(whole / together), [&](Value chunk) { emitChunk(scaled(chunk, together), together, 0); });
  if (left || rest)
    emitChunk(index(whole - left), left, rest);
}

/// `count` whole groups and one of `rest` products, if any.
void ContractEmitter::emitChunk(Value firstGroup, int64_t count, int64_t rest) {
  int64_t size = groups.getSize();
  emitLoop(index(count), [&](Value i) {
    Value group = b.createOrFold<arith::AddIOp>(loc, firstGroup, i);
    dequantize(group, size, index(0), size, scaled(i, size));
  });
  if (rest)
    dequantize(offset(firstGroup, count), rest, index(0), rest, index(count * size));
  multiplyScratch(scaled(firstGroup, size), count * size + rest);
}

/// A group of many products.
void ContractEmitter::emitPieces(Value group, int64_t products) {
  int64_t units = kChunk / groups.getUnitProducts(), whole = products / kChunk, rest = products % kChunk;
  auto emitPiece = [&](Value piece, int64_t count) {
    dequantize(group, products, scaled(piece, units), count, index(0));
    Value firstK = scaled(group, groups.getSize());
    multiplyScratch(b.createOrFold<arith::AddIOp>(loc, firstK, scaled(piece, kChunk)), count);
  };
  emitLoop(index(whole), [&](Value piece) { emitPiece(piece, kChunk); });
  if (rest)
    emitPiece(index(whole), rest);
}

/// The weights of `products` products of a group, from a unit on, in rows of the scratch memory.
void ContractEmitter::dequantize(Value group, int64_t groupProducts, Value firstUnit, int64_t products,
                                 Value scratchRow) {
  Value bytes = scaled(group, groups.getGroupBytes(groups.getSize(), panel));
  Values scales = loadGroupScales(bytes, groupProducts);
  Values offsets = floatOffsets(bytes, groupProducts, scales), factors = floatFactors(scales);
  int64_t unit = groups.getUnitProducts(), whole = products / unit;
  auto emitUnit = [&](Value number, int64_t count) {
    Value at = b.createOrFold<arith::AddIOp>(loc, firstUnit, number);
    at = b.createOrFold<arith::AddIOp>(loc, bytes, scaled(at, groups.getCodeBytes(unit, panel)));
    Value row = b.createOrFold<arith::AddIOp>(loc, scratchRow, scaled(number, unit));
    Values packed = loadWords(at);
    for (int64_t i = 0; i < count; ++i)
      for (auto [v, weight] : llvm::enumerate(weightsOf(packed, i, factors, offsets)))
        vector::StoreOp::create(b, loc, weight, scratch->weights, ValueRange{offset(row, i), index(v * lanes)});
  };
  emitLoop(index(whole), [&](Value number) { emitUnit(number, unit); });
  if (int64_t rest = products % unit)
    emitUnit(index(whole), rest);
}

/// `count` whole groups and one of `rest` products, if any.
void ContractEmitter::emitCodeChunk(Value firstGroup, int64_t count, int64_t rest) {
  int64_t size = groups.getSize();
  emitLoop(index(count), [&](Value i) {
    unpackCodes(b.createOrFold<arith::AddIOp>(loc, firstGroup, i), size, scaled(i, size / kBlock));
  });
  if (rest)
    unpackCodes(offset(firstGroup, count), rest, index(count * size / kBlock));
  scratch->firstGroup = firstGroup;
  scratch->groups = count;
  scratch->rest = rest;
  multiplyScratch(scaled(firstGroup, size), count * size + rest);
}

/// The nibbles of a group as bytes, in rows of one step of the dot. The next group is on its way meanwhile: what is
/// computed with this one takes longer than memory needs for it.
void ContractEmitter::unpackCodes(Value group, int64_t products, Value firstStep) {
  int64_t groupBytes = groups.getGroupBytes(groups.getSize(), panel);
  Value bytes = scaled(group, groupBytes);
  for (int64_t line = 0; line < groupBytes; line += kCacheLine)
    memref::PrefetchOp::create(b, loc, rhs, ValueRange{panelIndex, offset(bytes, groupBytes + line)},
                               /*isWrite=*/false, /*localityHint=*/3, /*isDataCache=*/true);
  int64_t elements = lanes * kBlock, unit = groups.getUnitProducts();
  auto type = VectorType::get({elements}, b.getI8Type());
  Value low = splat(b.getI8IntegerAttr(15), type), four = splat(b.getI8IntegerAttr(4), type);
  auto emitUnit = [&](Value number, int64_t count) {
    Value at = b.createOrFold<arith::AddIOp>(loc, bytes, scaled(number, groups.getCodeBytes(unit, panel)));
    Value step = b.createOrFold<arith::AddIOp>(loc, firstStep, scaled(number, unit / kBlock));
    for (int64_t v = 0; v < vectorsInPanel(); ++v) {
      Value both = loadBytes(at, v * elements, b.getI8Type(), elements);
      for (int64_t done = 0; done < count; done += kBlock) {
        Value codes = done == 0 ? arith::AndIOp::create(b, loc, both, low).getResult()
                                : arith::ShRUIOp::create(b, loc, both, four).getResult();
        vector::StoreOp::create(b, loc, codes, scratch->weights,
                                ValueRange{offset(step, done / kBlock), index(v * elements)});
      }
    }
  };
  emitLoop(index(products / unit), [&](Value number) { emitUnit(number, unit); });
  if (int64_t rest = products % unit)
    emitUnit(index(products / unit), rest);
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

/// The rows of the block times the weights of the chunk; with no products, the block's results.
void ContractEmitter::multiplyScratch(Value firstK, int64_t products) {
  scratch->firstK = firstK;
  scratch->products = products;
  emitRows(scratch->begin, scratch->end);
}

void ContractEmitter::emitScratchTile(Value firstRow, int64_t rows) {
  Value firstTotal = arith::SubIOp::create(b, loc, firstRow, scratch->begin);
  auto at = [&](int64_t r, int64_t v) { return Values{offset(firstTotal, r), index(v * lanes)}; };
  Values totals;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t v = 0; v < vectorsInPanel(); ++v)
      totals.push_back(vector::LoadOp::create(b, loc, vectorOf(b.getF32Type()), scratch->totals, at(r, v)));
  if (scratch->products == 0)
    return emitEpilogue(firstRow, rows, totals);
  totals = op.isInteger() ? addCodeChunk(firstRow, rows, std::move(totals))
                          : addFloatChunk(firstRow, rows, std::move(totals));
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t v = 0; v < vectorsInPanel(); ++v)
      vector::StoreOp::create(b, loc, totals[r * vectorsInPanel() + v], scratch->totals, at(r, v));
}

ContractEmitter::Values ContractEmitter::addFloatChunk(Value firstRow, int64_t rows, Values totals) {
  VectorType floats = vectorOf(b.getF32Type());
  return accumulate(scratch->products, std::move(totals), [&](Value i, Values carried) {
    Values weights;
    for (int64_t v = 0; v < vectorsInPanel(); ++v)
      weights.push_back(vector::LoadOp::create(b, loc, floats, scratch->weights, ValueRange{i, index(v * lanes)}));
    Value k = b.createOrFold<arith::AddIOp>(loc, scratch->firstK, i);
    return emitFloatProducts(firstRow, rows, k, weights, std::move(carried));
  });
}

ContractEmitter::Values ContractEmitter::addCodeChunk(Value firstRow, int64_t rows, Values totals) {
  Values rowScales;
  loaded.clear();
  for (int64_t r = 0; r < rows; ++r)
    rowScales.push_back(loadEpilogue(0, offset(firstRow, r), r, 0));
  int64_t steps = groups.getSize() / kBlock;
  totals = accumulate(scratch->groups, std::move(totals), [&](Value i, Values carried) {
    Value group = b.createOrFold<arith::AddIOp>(loc, scratch->firstGroup, i);
    return addUnpackedGroup(firstRow, rows, group, groups.getSize(), scaled(i, steps), rowScales, std::move(carried));
  });
  if (scratch->rest)
    totals = addUnpackedGroup(firstRow, rows, offset(scratch->firstGroup, scratch->groups), scratch->rest,
                              index(scratch->groups * steps), rowScales, std::move(totals));
  return totals;
}

ContractEmitter::Values ContractEmitter::addUnpackedGroup(Value firstRow, int64_t rows, Value group, int64_t products,
                                                          Value firstStep, ArrayRef<Value> rowScales, Values totals) {
  int64_t elements = lanes * kBlock;
  auto type = VectorType::get({elements}, b.getI8Type());
  UnitAttr isUnsigned = dot.left == DotOperand::S8 ? UnitAttr() : b.getUnitAttr();
  Value firstK = scaled(group, groups.getSize());
  auto emitStep = [&](Value step, int64_t count, Values sums) {
    Values codes;
    Value at = b.createOrFold<arith::AddIOp>(loc, firstStep, step);
    for (int64_t v = 0; v < vectorsInPanel(); ++v)
      codes.push_back(vector::LoadOp::create(b, loc, type, scratch->weights, ValueRange{at, index(v * elements)}));
    Value k = b.createOrFold<arith::AddIOp>(loc, firstK, scaled(step, kBlock));
    for (int64_t r = 0; r < rows; ++r) {
      Value left = loadLeft(offset(firstRow, r), k, b.getIndexAttr(count));
      for (int64_t v = 0; v < vectorsInPanel(); ++v) {
        Value &sum = sums[r * vectorsInPanel() + v];
        sum = DotOp::create(b, loc, sum, codes[v], left, isUnsigned, UnitAttr(), IntegerAttr(), b.getI64IntegerAttr(1));
      }
    }
    return sums;
  };
  Value bytes = scaled(group, groups.getGroupBytes(groups.getSize(), panel));
  Values zeros = groups.getZeroPoints() ? loadGroupZeros(bytes, products) : Values();
  Values sums = startOfSums(firstRow, rows, group, products, zeros);
  sums = accumulate(products / kBlock, std::move(sums),
                    [&](Value step, Values carried) { return emitStep(step, kBlock, std::move(carried)); });
  if (int64_t rest = products % kBlock)
    sums = emitStep(index(products / kBlock), rest, std::move(sums));
  return addTerms(firstRow, rows, group, products, sums, rowScales, loadGroupScales(bytes, products), zeros,
                  std::move(totals));
}

} // namespace lowp::cpu
