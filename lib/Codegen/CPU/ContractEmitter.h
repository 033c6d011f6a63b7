//===- ContractEmitter.h - the loops of a contraction -----------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One nest for every lowp.contract: parallel over units (outer index × panel of columns), then tiles of
// rows, then the taps of a window, then the reduction in steps of the row's instruction. A tile is
// `rows` × `vectors` accumulators that stay in registers until the epilogue has made results of them.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_CODEGEN_CPU_CONTRACTEMITTER_H
#define LOWP_LIB_CODEGEN_CPU_CONTRACTEMITTER_H

#include "DepthwiseDots.h"
#include "DepthwisePairs.h"
#include "RowTail.h"

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Target/CpuTarget.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/MapVector.h"

#include <map>
#include <optional>

namespace lowp::cpu {

/// Bytes that a prefetch brings.
inline constexpr int64_t kCacheLine = 64;

/// Is it a product of so many matrices that each is an iteration?
bool isLargeBatch(ContractOp op);

class ContractEmitter {
public:
  /// `tail` is made with it and then to be erased too.
  ContractEmitter(ContractOp op, const CpuTarget &row, RowTail tail = {});

  /// Writes the nest in front of the op, which is then to be erased.
  void emit();

private:
  using Values = llvm::SmallVector<mlir::Value>;
  using Body = llvm::function_ref<void()>;
  /// The next sums from an index and the sums so far.
  using SumBody = llvm::function_ref<Values(mlir::Value, Values)>;

  // Sizes and constants.
  mlir::Value index(int64_t value);
  mlir::Value dimension(mlir::Value memref, int64_t dim);
  mlir::Value scaled(mlir::Value value, int64_t factor);
  mlir::Value offset(mlir::Value value, int64_t distance);
  mlir::VectorType vectorOf(mlir::Type element);
  mlir::Type accType();
  mlir::Value numPanels();
  /// nullopt where it is known at run time.
  std::optional<int64_t> staticPanels() const;
  int64_t outerRank() const { return mlir::cast<mlir::MemRefType>(out.getType()).getRank() - 2; }
  int64_t staticUnits() const;

  // Views of the operands.
  bool canFlattenRows();
  void flattenRows();
  void flattenPanels();

  // Loops.
  void emitOverUnits();
  void emitOverBatch();
  void emitOverRows();
  void emitWholeRows();
  void emitPanel(mlir::Value panelIndex, Body body);
  void emitLastPanel(mlir::Value columnsLeft, Body body);
  void emitRows(mlir::Value begin, mlir::Value end);
  void emitLeftRows(mlir::Value begin, mlir::Value count, int64_t rows);
  void emitRowLoop(mlir::Value begin, mlir::Value end, int64_t rows);
  void emitCases(mlir::Value value, int64_t count, llvm::function_ref<void(int64_t)> body);
  Values accumulate(int64_t count, Values sums, SumBody body);
  Values accumulate(mlir::Value count, Values sums, SumBody body);

  // One tile.
  int64_t vectorsInPanel() const { return llvm::divideCeil(panelColumns, lanes); }
  /// Vectors of the right operand in a step.
  int64_t piecesInPanel() const { return vectorsInPanel() * block; }
  int64_t lanesIn(int64_t v) const { return std::min(lanes, panelColumns - v * lanes); }
  int64_t tileRows();
  void emitTile(mlir::Value firstRow, int64_t rows);
  Values emitTaps(mlir::Value firstRow, int64_t rows, Values sums);
  Values emitReduction(mlir::Value firstRow, int64_t rows, Values sums);
  Values emitDynamicReduction(mlir::Value firstRow, int64_t rows, Values sums);
  Values emitStep(mlir::Value firstRow, int64_t rows, mlir::Value step, mlir::OpFoldResult products,
                  Values sums);
  Values emitDepthwise(mlir::Value firstRow, int64_t rows, Values sums);
  /// An addition to the sums of an epilogue operand of columns.
  struct ColumnAddition {
    mlir::arith::AddIOp add;
    size_t operand;
  };
  std::optional<ColumnAddition> additionToSums();
  Values firstSums(int64_t rows);
  Values zeroSums(int64_t rows);
  Values rowsOfBlocks(int64_t rows, Values sums);
  Values pixel(mlir::Value row);
  mlir::Value loadLeft(mlir::Value row, mlir::Value k, mlir::OpFoldResult products);
  mlir::Value loadLeftBlock(mlir::Value firstRow, int64_t r, int64_t rows, mlir::Value k,
                            mlir::OpFoldResult products);
  mlir::Value loadGroup(mlir::Value row, mlir::Value k, mlir::OpFoldResult products);
  mlir::Value loadPartial(mlir::VectorType type, llvm::ArrayRef<mlir::Value> at, mlir::OpFoldResult count);
  mlir::Value loadRight(mlir::Value step, int64_t piece);
  void prefetchRight(mlir::Value step);
  mlir::Value columnAt(int64_t v);
  mlir::Value widened(mlir::Value codes, bool isUnsigned);

  // Four taps at once, DepthwiseDots.cpp.
  Values emitDepthwiseDots(mlir::Value firstRow, int64_t rows, Values sums);
  Values rowsOfInterleaved(int64_t rows, Values sums);
  bool staysInterleaved();
  void interleaveOperands();
  mlir::Value codesInOrder(mlir::Value codes);

  // Taps of bf16, DepthwisePairs.cpp.
  Values emitDepthwisePairs(mlir::Value firstRow, int64_t rows, Values sums);
  Values rowsOfPairs(int64_t rows, Values sums);

  // Accumulators in AMX tiles, ContractTiles.cpp.
  bool usesTiles() const { return dot.form == DotForm::Tiles; }
  int64_t elementBytes();
  mlir::Value i16(int64_t value);
  mlir::Value callTile(llvm::StringRef intrinsic, mlir::ValueRange operands);
  mlir::Value zeroTile(int64_t rows);
  mlir::Value loadTile(mlir::Value memref, llvm::ArrayRef<mlir::Value> at, int64_t rows, int64_t bytes,
                       int64_t rowDim, int64_t rowSteps);
  Values emitTileStep(mlir::Value firstRow, int64_t rows, mlir::Value step, int64_t products, Values sums);
  Values rowsOfTiles(int64_t rows, Values sums);

  // Weights of few bits in groups, GroupedContractEmitter.cpp.
  void emitGroupSums();
  mlir::Value sumOfCodes(llvm::ArrayRef<mlir::Value> row, mlir::Value first, int64_t count);
  Values emitGroups(mlir::Value firstRow, int64_t rows);
  Values emitGroup(mlir::Value firstRow, int64_t rows, mlir::Value group, int64_t products, llvm::ArrayRef<mlir::Value> scales,
                   Values totals);
  mlir::Value loadGroupSum(mlir::Value row, mlir::Value group);
  Values startOfSums(mlir::Value firstRow, int64_t rows, mlir::Value group, int64_t products,
                     llvm::ArrayRef<mlir::Value> zeros);
  Values addTerms(mlir::Value firstRow, int64_t rows, mlir::Value group, int64_t products,
                  llvm::ArrayRef<mlir::Value> sums, llvm::ArrayRef<mlir::Value> rowScales,
                  llvm::ArrayRef<mlir::Value> scales, llvm::ArrayRef<mlir::Value> zeros, Values totals);
  Values emitCodeUnit(mlir::Value firstRow, int64_t rows, mlir::Value k, mlir::Value bytes, int64_t products, Values sums);
  Values emitFloatUnit(mlir::Value firstRow, int64_t rows, mlir::Value k, mlir::Value bytes, int64_t products,
                       llvm::ArrayRef<mlir::Value> factors, llvm::ArrayRef<mlir::Value> offsets, Values totals);
  Values emitFloatProducts(mlir::Value firstRow, int64_t rows, mlir::Value k, llvm::ArrayRef<mlir::Value> weights,
                           Values totals);
  Values floatOffsets(mlir::Value bytes, int64_t products, llvm::ArrayRef<mlir::Value> scales);
  Values floatFactors(llvm::ArrayRef<mlir::Value> scales);
  Values loadWords(mlir::Value bytes);
  Values weightsOf(llvm::ArrayRef<mlir::Value> packed, int64_t i, llvm::ArrayRef<mlir::Value> factors,
                   llvm::ArrayRef<mlir::Value> offsets);
  mlir::Value fusedProduct(mlir::Value sum, mlir::Value x, mlir::Value y);

  // Many rows share weights that were taken apart for them, GroupedScratch.cpp.
  bool usesScratch();
  int64_t scratchRows(); ///< of a block
  int64_t groupsOfChunk();
  int64_t stepsOf(int64_t products) const { return llvm::divideCeil(products, kBlock); }
  int64_t rowsOfIteration();
  void emitScratchRows(mlir::Value begin, mlir::Value end);
  void emitLoop(mlir::Value count, llvm::function_ref<void(mlir::Value)> body);
  void emitChunks();
  void emitChunk(mlir::Value firstGroup, int64_t count, int64_t rest);
  void emitPieces(mlir::Value group, int64_t products);
  void dequantize(mlir::Value group, int64_t groupProducts, mlir::Value firstUnit, int64_t products,
                  mlir::Value scratchRow);
  void emitCodeChunk(mlir::Value firstGroup, int64_t count, int64_t rest);
  void unpackCodes(mlir::Value group, int64_t products, mlir::Value firstStep, mlir::Value slot);
  Values unpackUnit(mlir::Value bytes, mlir::Value firstStep, int64_t products, llvm::ArrayRef<mlir::Value> zeros,
                    Values sums);
  Values zeroBytes(mlir::Value bytes, int64_t products);
  mlir::Value shiftOfCodes(int64_t products);
  void multiplyScratch(mlir::Value firstK, int64_t products);
  void emitScratchTile(mlir::Value firstRow, int64_t rows);
  Values addFloatChunk(mlir::Value firstRow, int64_t rows, Values totals);
  void prefetchNextChunk(mlir::Value firstTotal, int64_t rows);
  Values addCodeChunk(mlir::Value firstRow, int64_t rows, Values totals);
  Values addUnpackedGroup(mlir::Value firstRow, int64_t rows, mlir::Value slot, int64_t products,
                          llvm::ArrayRef<mlir::Value> rowScales, Values totals);
  Values loadScratch(mlir::Value memory, mlir::Value row);
  Values emitUnits(mlir::Value group, int64_t products, mlir::Value bytes, Values sums,
                   llvm::function_ref<Values(mlir::Value k, mlir::Value bytes, int64_t products, Values)> body);
  mlir::Value loadBytes(mlir::Value at, int64_t distance, mlir::Type element, int64_t count);
  mlir::Value splat(mlir::Attribute value, mlir::Type element);
  Values loadGroupScales(mlir::Value bytes, int64_t products);
  Values loadGroupZeros(mlir::Value bytes, int64_t products);

  // Masked access at vector v of the panel.
  bool isWhole(int64_t v) const;
  mlir::Value mask(int64_t v, int64_t count = 1);
  mlir::Value load(mlir::VectorType type, mlir::Value memref, mlir::ValueRange at, int64_t v);
  mlir::Value loadFirst(mlir::VectorType type, mlir::Value memref, mlir::ValueRange at, int64_t count);
  void store(mlir::Value vector, mlir::Value memref, mlir::ValueRange at, int64_t v, int64_t count = 1);

  // Epilogue.
  void emitEpilogue(mlir::Value firstRow, int64_t rows, llvm::ArrayRef<mlir::Value> sums);
  mlir::Value finish(mlir::Value sum, mlir::Value row, int64_t r, int64_t v);
  NarrowOp narrowAtEnd();
  void storeCodes(llvm::ArrayRef<mlir::Value> steps, mlir::Value row, int64_t v);
  void cloneOnVectors(mlir::Operation &inner, mlir::IRMapping &mapping);
  mlir::Value lookup(mlir::IRMapping &mapping, mlir::Value value);
  bool isOfColumns(size_t i);
  bool hasColumns(size_t i);
  mlir::Value loadEpilogue(size_t i, mlir::Value row, int64_t r, int64_t v);
  mlir::Value loadOperand(mlir::Value operand, mlir::AffineMap map, size_t key, mlir::Value row, int64_t r, int64_t v);

  // What follows row by row, RowTail.cpp.
  /// A number, or the vectors of a row.
  struct RowValue {
    mlir::Value scalar;
    Values vectors;
  };
  using RowValues = llvm::MapVector<mlir::Value, RowValue>;
  static constexpr size_t kMostOperands = 64;
  void emitTail(mlir::Value row, int64_t r, Values results);
  RowValue emitTailOp(mlir::linalg::GenericOp generic, const RowValues &values, size_t key, mlir::Value row, int64_t r);
  mlir::Value tailOperand(mlir::linalg::GenericOp generic, size_t i, const RowValues &values, size_t key,
                          mlir::Value row, int64_t r, int64_t v);
  mlir::Value joined(mlir::Operation *join, mlir::Value accumulator, mlir::Value sum, mlir::IRMapping &mapping);
  RowValue rowOf(mlir::Value buffer, const RowValues &values, mlir::Value row);
  mlir::Value loadOfRow(mlir::Value operand, mlir::AffineMap map, mlir::Value row);
  mlir::Value splatOf(mlir::Value scalar);
  bool isOfRow(mlir::Value buffer) const;
  void storeRow(mlir::Value buffer, const RowValue &value, mlir::Value row);

  ContractOp op;
  const DotTile &dot;
  mlir::OpBuilder b;
  mlir::Location loc;
  mlir::Value lhs, rhs, out;
  Values epilogue;
  llvm::SmallVector<mlir::AffineMap> maps;
  WindowAttr window; ///< null: none
  const CpuTarget &row;
  RowTail tail;
  std::optional<DepthwiseDots> depthwise; ///< of a packed depthwise contraction of codes
  std::optional<DepthwisePairs> pairs;    ///< of one of bf16
  RegisterTile tile;
  int64_t columns, staticRows, reduction, lanes, kBlock, panel; ///< the first three may be dynamic
  int64_t block;                                                ///< rows of a vector, or tile, of sums
  int64_t rhsOuterRank;
  int64_t panelColumns = 0; ///< columns of the panel that is being emitted
  mlir::Value lastLanes;    ///< lanes of its last vector that hold columns; null: as panelColumns says
  mlir::Value rowCount, panelIndex, firstColumn;
  Values outer; ///< indices of the outer dimensions
  Values taps;  ///< indices into the window
  GroupsAttr groups;     ///< null: none
  /// Weights of a chunk, [k][NR] in f32 or [step][NR · KB] in bytes, and totals [row][NR] of a block of rows.
  struct Scratch {
    mlir::Value weights, totals;
    mlir::Value scales;     ///< f32 [group of a chunk of codes][NR]
    mlir::Value starts;     ///< i32, likewise: where sums of codes begin; null: at 0
    mlir::Value begin, end; ///< the rows of the block
    mlir::Value firstK;     ///< of the chunk
    int64_t groups = 0;     ///< whole ones in a chunk of codes
    int64_t rest = 0;       ///< products of one more
    int64_t products = 0;   ///< of the chunk; 0: the totals are complete
  };
  std::optional<Scratch> scratch;
  mlir::Value groupSums; ///< of the codes of each row and group, times minus the zero or minus one
  std::map<std::tuple<size_t, int64_t, int64_t>, mlir::Value> loaded;
  /// Epilogue operands of columns in the order of interleaved sums; empty where they are loaded as they lie.
  llvm::SmallVector<Values> interleavedOperands;
};

} // namespace lowp::cpu

#endif
