//===- ContractTiles.cpp - contractions in AMX tiles ----------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A tile is 16 rows of 64 bytes. One of sums is 16 rows of the result × a vector of columns; a step
// multiplies 16 rows of the left operand, 64 bytes of k each, with k/KB rows of the packed one. The values
// are LLVM's x86_amx: they are carried by loops as vectors are, and LLVM configures the tiles.
//
//===----------------------------------------------------------------------===//

#include "ContractEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace lowp::cpu {

static constexpr int64_t kTileRowBytes = 64;

int64_t ContractEmitter::elementBytes() {
  return cast<MemRefType>(lhs.getType()).getElementTypeBitWidth() / 8;
}

Value ContractEmitter::i16(int64_t value) { return arith::ConstantIntOp::create(b, loc, value, 16); }

Value ContractEmitter::callTile(StringRef intrinsic, ValueRange operands) {
  Type tile = LLVM::LLVMX86AMXType::get(b.getContext());
  return LLVM::CallIntrinsicOp::create(b, loc, tile, b.getStringAttr(intrinsic), operands)->getResult(0);
}

Value ContractEmitter::zeroTile(int64_t rows) {
  return callTile("llvm.x86.tilezero.internal", {i16(rows), i16(kTileRowBytes)});
}

/// `rows` rows of `bytes` bytes from `at` on, `rowSteps` indices of dimension `rowDim` apart.
Value ContractEmitter::loadTile(Value memref, ArrayRef<Value> at, int64_t rows, int64_t bytes,
                                int64_t rowDim, int64_t rowSteps) {
  auto metadata = memref::ExtractStridedMetadataOp::create(b, loc, memref);
  Value element = metadata.getOffset();
  for (auto [i, stride] : llvm::zip(at, metadata.getStrides()))
    element = arith::AddIOp::create(b, loc, element, arith::MulIOp::create(b, loc, i, stride));
  Value base = memref::ExtractAlignedPointerAsIndexOp::create(b, loc, memref);
  Type i64 = b.getI64Type();
  auto inBytes = [&](Value elements) { return scaled(elements, elementBytes()); };
  Value address = arith::AddIOp::create(b, loc, base, inBytes(element));
  Value number = arith::IndexCastOp::create(b, loc, i64, address);
  Value pointer =
      LLVM::IntToPtrOp::create(b, loc, LLVM::LLVMPointerType::get(b.getContext()), number);
  Value distance = arith::IndexCastOp::create(
      b, loc, i64, inBytes(scaled(metadata.getStrides()[rowDim], rowSteps)));
  return callTile("llvm.x86.tileloadd64.internal", {i16(rows), i16(bytes), pointer, distance});
}

/// sums + `products` products along k: those of one tile, fewer only at the end.
ContractEmitter::Values ContractEmitter::emitTileStep(Value firstRow, int64_t rows, Value step,
                                                      int64_t products, Values sums) {
  int64_t bytes = products * elementBytes(), groups = products / kBlock;
  Values right, result;
  for (int64_t v = 0; v < vectorsInPanel(); ++v) {
    Values at(ArrayRef(outer).take_front(rhsOuterRank));
    at.push_back(panelIndex);
    at.append(taps);
    at.append({scaled(step, dot.stepProducts() / kBlock), index(v * lanes * kBlock)});
    right.push_back(loadTile(rhs, at, groups, kTileRowBytes, at.size() - 2, 1));
  }
  Value k = scaled(step, dot.stepProducts());
  for (int64_t r = 0; r < rows; r += block) {
    Values at = pixel(offset(firstRow, r));
    int64_t rowDim = at.size() - 1, tileRows = std::min(block, rows - r);
    at.push_back(k);
    Value left = loadTile(lhs, at, tileRows, bytes, rowDim, window ? window.getStrides().back() : 1);
    for (Value tile : right)
      result.push_back(callTile(StringRef(dot.intrinsic.data(), dot.intrinsic.size()),
                                {i16(tileRows), i16(kTileRowBytes), i16(bytes), sums[result.size()],
                                 left, tile}));
  }
  return result;
}

/// Tiles, [block of rows][v], as vectors of one row, [row][v].
ContractEmitter::Values ContractEmitter::rowsOfTiles(int64_t rows, Values sums) {
  Values result, vectors;
  auto flat = VectorType::get({block * lanes}, accType());
  std::string name = "llvm.x86.cast.tile.to.vector.v" + std::to_string(block * lanes) +
                     (op.isInteger() ? "i32" : "f32");
  for (Value tile : sums)
    vectors.push_back(
        LLVM::CallIntrinsicOp::create(b, loc, flat, b.getStringAttr(name), tile)->getResult(0));
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t v = 0; v < vectorsInPanel(); ++v)
      result.push_back(vector::ExtractStridedSliceOp::create(
          b, loc, vectors[r / block * vectorsInPanel() + v], ArrayRef<int64_t>{r % block * lanes},
          ArrayRef<int64_t>{lanes}, ArrayRef<int64_t>{1}));
  return result;
}

} // namespace lowp::cpu
