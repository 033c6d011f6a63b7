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
// Bytes are c − z, with a sign, so that nothing is left to be done for zeros behind the dots. Where the row of the table
// wants unsigned codes of the rows, a + 128, sums begin at −128 · Σ(c − z), which is found with the bytes.
//
//===----------------------------------------------------------------------===//

#include "ContractEmitter.h"

#include "Target.h"

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

/// Steps of a group of codes without a loop, whose end no processor foresees.
static constexpr int64_t kUnrolled = 16;

/// Tiles of a block of rows: 16 KiB of f32 weights and 12 of sums on AVX-512.
static constexpr int64_t kTilesOfBlock = 8;

/// The same of codes, 8 KiB of which serve 132 rows: taking them apart costs more than sums that come from the second cache.
static constexpr int64_t kTilesOfCodes = 22;

/// Codes of many rows were told apart where the contraction was formed: they have a limit of the weights.
bool ContractEmitter::usesScratch() {
  return groups && (!op.isInteger() || op.getRhsLimit()) && hasManyRows(staticRows, tile);
}

int64_t ContractEmitter::scratchRows() { return (op.isInteger() ? kTilesOfCodes : kTilesOfBlock) * tile.rows; }

int64_t ContractEmitter::groupsOfChunk() { return std::max<int64_t>(1, kCodeChunk / groups.getSize()); }

/// Of the parallel iterations over rows: two at least, for threads to share.
int64_t ContractEmitter::rowsOfIteration() {
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
  int64_t together = groupsOfChunk(), left = whole % together;
  if (op.isInteger()) {
    memory.weights = allocate(together * stepsOf(size), panel * kBlock, b.getI8Type());
    memory.scales = allocate(together, panel, b.getF32Type());
    if (op.getLhsUnsigned())
      memory.starts = allocate(together, panel, b.getI32Type());
  } else {
    memory.weights = allocate(kChunk, panel, b.getF32Type());
  }
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
    unpackCodes(b.createOrFold<arith::AddIOp>(loc, firstGroup, i), size, scaled(i, stepsOf(size)), i);
  });
  if (rest)
    unpackCodes(offset(firstGroup, count), rest, index(count * stepsOf(size)), index(count));
  scratch->groups = count;
  scratch->rest = rest;
  multiplyScratch(scaled(firstGroup, size), count * size + rest);
}

/// The weights of a group as bytes in rows of one step of the dot; in the row `slot` their scales, and where sums begin.
void ContractEmitter::unpackCodes(Value group, int64_t products, Value firstStep, Value slot) {
  Value bytes = scaled(group, groups.getGroupBytes(groups.getSize(), panel));
  for (auto [v, scale] : llvm::enumerate(loadGroupScales(bytes, products)))
    vector::StoreOp::create(b, loc, scale, scratch->scales, ValueRange{slot, index(v * lanes)});
  Values zeros = zeroBytes(bytes, products), sums;
  Value none = splat(b.getI32IntegerAttr(0), vectorOf(b.getI32Type()));
  if (scratch->starts)
    sums = Values(vectorsInPanel(), none);
  int64_t unit = groups.getUnitProducts();
  auto emitUnit = [&](Value number, int64_t count, Values carried) {
    Value at = b.createOrFold<arith::AddIOp>(loc, bytes, scaled(number, groups.getCodeBytes(unit, panel)));
    Value step = b.createOrFold<arith::AddIOp>(loc, firstStep, scaled(number, unit / kBlock));
    return unpackUnit(at, step, count, zeros, std::move(carried));
  };
  sums = accumulate(products / unit, std::move(sums),
                    [&](Value number, Values carried) { return emitUnit(number, unit, std::move(carried)); });
  if (int64_t rest = products % unit)
    sums = emitUnit(index(products / unit), rest, std::move(sums));
  for (auto [v, sum] : llvm::enumerate(sums))
    vector::StoreOp::create(b, loc, arith::SubIOp::create(b, loc, none, sum), scratch->starts,
                            ValueRange{slot, index(v * lanes)});
}

/// The weights of a unit of nibbles. sums + 128 · what is added up of them, where sums are asked for.
ContractEmitter::Values ContractEmitter::unpackUnit(Value bytes, Value firstStep, int64_t products,
                                                    ArrayRef<Value> zeros, Values sums) {
  int64_t elements = lanes * kBlock;
  auto type = VectorType::get({elements}, b.getI8Type());
  Value low = splat(b.getI8IntegerAttr(15), type), four = splat(b.getI8IntegerAttr(4), type);
  for (int64_t v = 0; v < vectorsInPanel(); ++v) {
    Value both = loadBytes(bytes, v * elements, b.getI8Type(), elements);
    for (int64_t done = 0; done < products; done += kBlock) {
      Value codes = done == 0 ? arith::AndIOp::create(b, loc, both, low).getResult()
                              : arith::ShRUIOp::create(b, loc, both, four).getResult();
      codes = arith::SubIOp::create(b, loc, codes, zeros[v]);
      vector::StoreOp::create(b, loc, codes, scratch->weights,
                              ValueRange{offset(firstStep, done / kBlock), index(v * elements)});
      if (!sums.empty())
        sums[v] = DotOp::create(b, loc, sums[v], shiftOfCodes(std::min(kBlock, products - done)), codes,
                                b.getUnitAttr(), UnitAttr(), op.getRhsLimitAttr(), b.getI64IntegerAttr(1));
    }
  }
  return sums;
}

/// The zeros of the columns, next to each of their codes.
ContractEmitter::Values ContractEmitter::zeroBytes(Value bytes, int64_t products) {
  int64_t elements = lanes * kBlock, begin = groups.getCodeBytes(products, panel) + panel * groups.getScaleBytes();
  if (!groups.getZeroPoints())
    return Values(vectorsInPanel(),
                  splat(b.getI8IntegerAttr(groups.getZero()), VectorType::get({elements}, b.getI8Type())));
  SmallVector<int64_t> column = llvm::map_to_vector(llvm::seq<int64_t>(0, elements), [&](int64_t i) { return i / kBlock; });
  Values zeros;
  for (int64_t v = 0; v < vectorsInPanel(); ++v) {
    Value loaded = loadBytes(bytes, begin + v * lanes, b.getI8Type(), lanes);
    zeros.push_back(vector::ShuffleOp::create(b, loc, loaded, loaded, column));
  }
  return zeros;
}

/// 128 in the first bytes of each lane, as many as a step has products.
Value ContractEmitter::shiftOfCodes(int64_t products) {
  SmallVector<int8_t> bytes =
      llvm::map_to_vector(llvm::seq<int64_t>(0, lanes * kBlock),
                          [&](int64_t i) { return int8_t(i % kBlock < products ? -128 : 0); });
  return arith::ConstantOp::create(
      b, loc, DenseElementsAttr::get(VectorType::get({lanes * kBlock}, b.getI8Type()), ArrayRef<int8_t>(bytes)));
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
  if (op.isInteger())
    prefetchNextChunk(firstTotal, rows);
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

/// Asks for a part of the next chunk's bytes: what is computed with this one takes longer than memory needs for them. All
/// at once they would wait for each other, and what is loaded for them.
void ContractEmitter::prefetchNextChunk(Value firstTotal, int64_t rows) {
  int64_t bytes = groupsOfChunk() * groups.getGroupBytes(groups.getSize(), panel), blockRows = scratchRows();
  int64_t known = ShapedType::isDynamic(staticRows) ? blockRows : std::min(staticRows, blockRows);
  int64_t distance = llvm::divideCeil(bytes, known * kCacheLine) * kCacheLine;
  Value chunk = arith::DivUIOp::create(b, loc, scratch->firstK, index(groups.getSize()));
  Value next = offset(scaled(chunk, groups.getGroupBytes(groups.getSize(), panel)), bytes);
  next = b.createOrFold<arith::AddIOp>(loc, next, scaled(firstTotal, distance));
  for (int64_t line = 0; line < rows * distance; line += kCacheLine)
    memref::PrefetchOp::create(b, loc, rhs, ValueRange{panelIndex, offset(next, line)}, /*isWrite=*/false,
                               /*localityHint=*/3, /*isDataCache=*/true);
}

ContractEmitter::Values ContractEmitter::addCodeChunk(Value firstRow, int64_t rows, Values totals) {
  Values rowScales;
  loaded.clear();
  for (int64_t r = 0; r < rows; ++r)
    rowScales.push_back(loadEpilogue(0, offset(firstRow, r), r, 0));
  totals = accumulate(scratch->groups, std::move(totals), [&](Value slot, Values carried) {
    return addUnpackedGroup(firstRow, rows, slot, groups.getSize(), rowScales, std::move(carried));
  });
  if (scratch->rest)
    totals = addUnpackedGroup(firstRow, rows, index(scratch->groups), scratch->rest, rowScales, std::move(totals));
  return totals;
}

/// A row of memory with a vector for each of the panel's.
ContractEmitter::Values ContractEmitter::loadScratch(Value memory, Value row) {
  Values vectors;
  for (int64_t v = 0; v < vectorsInPanel(); ++v)
    vectors.push_back(vector::LoadOp::create(b, loc, vectorOf(cast<MemRefType>(memory.getType()).getElementType()),
                                             memory, ValueRange{row, index(v * lanes)}));
  return vectors;
}

/// totals + the term of the group `slot` of the chunk.
ContractEmitter::Values ContractEmitter::addUnpackedGroup(Value firstRow, int64_t rows, Value slot, int64_t products,
                                                          ArrayRef<Value> rowScales, Values totals) {
  int64_t elements = lanes * kBlock;
  auto type = VectorType::get({elements}, b.getI8Type());
  Value firstStep = scaled(slot, stepsOf(groups.getSize()));
  Value firstK = b.createOrFold<arith::AddIOp>(loc, scratch->firstK, scaled(slot, groups.getSize()));
  auto emitStep = [&](Value step, int64_t count, Values sums) {
    Values weights;
    Value at = b.createOrFold<arith::AddIOp>(loc, firstStep, step);
    for (int64_t v = 0; v < vectorsInPanel(); ++v)
      weights.push_back(vector::LoadOp::create(b, loc, type, scratch->weights, ValueRange{at, index(v * elements)}));
    Value k = b.createOrFold<arith::AddIOp>(loc, firstK, scaled(step, kBlock));
    for (int64_t r = 0; r < rows; ++r) {
      Value left = loadLeft(offset(firstRow, r), k, b.getIndexAttr(count));
      for (int64_t v = 0; v < vectorsInPanel(); ++v) {
        Value &sum = sums[r * vectorsInPanel() + v];
        sum = DotOp::create(b, loc, sum, left, weights[v], op.getLhsUnsignedAttr(), UnitAttr(), op.getRhsLimitAttr(),
                            b.getI64IntegerAttr(1));
      }
    }
    return sums;
  };
  Values starts(vectorsInPanel(), splat(b.getI32IntegerAttr(0), vectorOf(b.getI32Type()))), sums;
  if (scratch->starts)
    starts = loadScratch(scratch->starts, slot);
  for (int64_t r = 0; r < rows; ++r)
    sums.append(starts);
  int64_t whole = products / kBlock, looped = whole / kUnrolled * kUnrolled;
  sums = accumulate(looped / kUnrolled, std::move(sums), [&](Value round, Values carried) {
    for (int64_t i = 0; i < kUnrolled; ++i)
      carried = emitStep(offset(scaled(round, kUnrolled), i), kBlock, std::move(carried));
    return carried;
  });
  for (int64_t step = looped; step < whole; ++step)
    sums = emitStep(index(step), kBlock, std::move(sums));
  if (int64_t rest = products % kBlock)
    sums = emitStep(index(whole), rest, std::move(sums));
  return addTerms(firstRow, rows, /*group=*/Value(), products, sums, rowScales, loadScratch(scratch->scales, slot),
                  /*zeros=*/{}, std::move(totals));
}

} // namespace lowp::cpu
