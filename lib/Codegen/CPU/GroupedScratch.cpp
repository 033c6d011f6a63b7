//===- GroupedScratch.cpp - weights dequantized for many rows -------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Taking weights of few bits apart costs a quarter of the products of a tile of f32 rows. Where there are several
// tiles, a chunk of a panel is dequantized once for a block of rows into memory that stays in the first cache, and so do
// the sums of the block between chunks. The products are added in the same order, to the same bits.
//
//===----------------------------------------------------------------------===//

#include "ContractEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace lowp::cpu {

/// Products of a chunk; a multiple of every unit.
static constexpr int64_t kChunk = 64;

/// Tiles of a block of rows: 16 KiB of weights and 12 of sums on AVX-512.
static constexpr int64_t kTilesOfBlock = 8;

bool ContractEmitter::usesScratch() const {
  return groups && !cast<ShapedType>(lhs.getType()).getElementType().isInteger() &&
         (ShapedType::isDynamic(staticRows) || staticRows >= 2 * tile.rows);
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
  int64_t blockRows = kTilesOfBlock * tile.rows;
  auto allocate = [&](int64_t rows) -> Value {
    return memref::AllocaOp::create(b, loc, MemRefType::get({rows, panel}, b.getF32Type()), b.getI64IntegerAttr(64));
  };
  Scratch memory;
  memory.weights = allocate(kChunk);
  memory.totals = allocate(blockRows);
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
  emitChunks();
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
  VectorType floats = vectorOf(b.getF32Type());
  Value firstTotal = arith::SubIOp::create(b, loc, firstRow, scratch->begin);
  auto at = [&](int64_t r, int64_t v) { return Values{offset(firstTotal, r), index(v * lanes)}; };
  Values totals;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t v = 0; v < vectorsInPanel(); ++v)
      totals.push_back(vector::LoadOp::create(b, loc, floats, scratch->totals, at(r, v)));
  if (scratch->products == 0)
    return emitEpilogue(firstRow, rows, totals);
  totals = accumulate(scratch->products, std::move(totals), [&](Value i, Values carried) {
    Values weights;
    for (int64_t v = 0; v < vectorsInPanel(); ++v)
      weights.push_back(vector::LoadOp::create(b, loc, floats, scratch->weights, ValueRange{i, index(v * lanes)}));
    Value k = b.createOrFold<arith::AddIOp>(loc, scratch->firstK, i);
    return emitFloatProducts(firstRow, rows, k, weights, std::move(carried));
  });
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t v = 0; v < vectorsInPanel(); ++v)
      vector::StoreOp::create(b, loc, totals[r * vectorsInPanel() + v], scratch->totals, at(r, v));
}

} // namespace lowp::cpu
