//===- ContractEmitter.cpp -----------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ContractEmitter.h"

#include "KeepShortLoops.h"
#include "Target.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace lowp::cpu {

/// Below this many units the rows are split among threads too.
static constexpr int64_t kFewUnits = 4;

/// So many products of a batch are enough for the threads.
static constexpr int64_t kLargeBatch = 8;

/// Up to so many rows of a tile there is code for each number of rows that may be left over.
static constexpr int64_t kMostCases = 8;

/// Vectors whose codes are packed into one.
static constexpr int64_t kNarrowed = 4;

/// How far ahead rows of a right operand that is read once are prefetched.
static constexpr int64_t kStepsAhead = 8;

ContractEmitter::ContractEmitter(ContractOp op, const CpuTarget &row, RowTail tail)
    : op(op), dot(*lookupDot(op, row)), b(op), loc(op.getLoc()), lhs(op.getLhs()), rhs(op.getRhs()), out(op.getOut()),
      epilogue(op.getEpilogue()),
      maps(llvm::to_vector(op.getMaps().getAsValueRange<AffineMapAttr>())),
      window(op.getWindowAttr()), row(row), tail(std::move(tail)), rhsOuterRank(op.getRhsOuterRank()) {
  columns = op.getOutType().getShape().back();
  reduction = op.getLhsType().getShape().back();
  lanes = dot.lanes;
  kBlock = dot.kBlock;
  block = dot.block;
  tile = tileFor(row, dot, columns);
  if (op.getDepthwise() && op.getPacked() && op.isInteger()) {
    depthwise.emplace(row, dot, window);
    tile = {depthwise->results(), DepthwiseDots::kPixels};
  } else if (op.getDepthwise() && op.getPacked()) {
    pairs.emplace(row, dot, columns);
    tile = pairs->getTile();
  }
  panel = tile.vectors * lanes;
  if (!this->tail.empty())
    tile.rows = this->tail.rows;
  groups = op.getGroupsAttr();
}

void ContractEmitter::emit() {
  if (canFlattenRows())
    flattenRows();
  if (op.getPacked() && !depthwise && !pairs && !groups)
    flattenPanels();
  auto type = cast<MemRefType>(out.getType());
  staticRows = type.getShape()[type.getRank() - 2];
  rowCount = dimension(out, type.getRank() - 2);
  if (groups && op.isInteger() && !usesScratch())
    emitGroupSums();
  bool fewUnits = tail.empty() && staticUnits() < kFewUnits;
  if (fewUnits && (ShapedType::isDynamic(staticRows) || staticRows >= 2 * kFewUnits))
    return emitOverRows();
  if (!tail.empty())
    return emitWholeRows();
  if (isLargeBatch(op))
    return emitOverBatch();
  emitOverUnits();
}

//===----------------------------------------------------------------------===//
// Sizes and constants
//===----------------------------------------------------------------------===//

Value ContractEmitter::index(int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}

Value ContractEmitter::dimension(Value memref, int64_t dim) {
  return b.createOrFold<memref::DimOp>(loc, memref, dim);
}

Value ContractEmitter::scaled(Value value, int64_t factor) {
  return factor == 1 ? value : b.createOrFold<arith::MulIOp>(loc, value, index(factor));
}

Value ContractEmitter::offset(Value value, int64_t distance) {
  return distance == 0 ? value : b.createOrFold<arith::AddIOp>(loc, value, index(distance));
}

VectorType ContractEmitter::vectorOf(Type element) { return VectorType::get({lanes}, element); }

Type ContractEmitter::accType() { return op.getBody().front().getArgument(0).getType(); }

std::optional<int64_t> ContractEmitter::staticPanels() const {
  return ShapedType::isDynamic(columns) ? std::nullopt
                                        : std::optional<int64_t>(llvm::divideCeil(columns, panel));
}

Value ContractEmitter::numPanels() {
  if (std::optional<int64_t> known = staticPanels())
    return index(*known);
  Value count = dimension(out, cast<MemRefType>(out.getType()).getRank() - 1);
  return arith::DivUIOp::create(b, loc, offset(count, panel - 1), index(panel));
}

/// Where that is known; what is known only at run time is taken for many.
int64_t ContractEmitter::staticUnits() const {
  int64_t units = staticPanels().value_or(kFewUnits);
  for (int64_t size : cast<MemRefType>(out.getType()).getShape().drop_back(2))
    units = ShapedType::isDynamic(size) ? std::max(units, kFewUnits) : units * size;
  return units;
}

//===----------------------------------------------------------------------===//
// Views of the operands
//===----------------------------------------------------------------------===//

/// Does the map begin with all outer dimensions and the rows, in order, and use them nowhere else?
static bool beginsWithRows(AffineMap map, unsigned rowDims) {
  if (map.getNumResults() < rowDims)
    return false;
  for (auto [i, expr] : llvm::enumerate(map.getResults())) {
    bool isRow = i < rowDims;
    if (isRow && expr != getAffineDimExpr(i, map.getContext()))
      return false;
    for (unsigned d = 0; !isRow && d < rowDims; ++d)
      if (expr.isFunctionOfDim(d))
        return false;
  }
  return true;
}

static bool readsNoRow(AffineMap map, unsigned rowDims) {
  for (unsigned d = 0; d < rowDims; ++d)
    if (map.isFunctionOfDim(d))
      return false;
  return true;
}

/// Are outer dimensions nothing but more rows?
bool ContractEmitter::canFlattenRows() {
  unsigned rowDims = outerRank() + 1;
  if (window || rhsOuterRank > 0 || rowDims == 1)
    return false;
  auto contiguous = [](Value v) { return cast<MemRefType>(v.getType()).getLayout().isIdentity(); };
  if (!contiguous(lhs) || !contiguous(out))
    return false;
  for (auto [operand, map] : llvm::zip(epilogue, maps))
    if (!readsNoRow(map, rowDims) &&
        !(isa<MemRefType>(operand.getType()) && contiguous(operand) && beginsWithRows(map, rowDims)))
      return false;
  return true;
}

void ContractEmitter::flattenRows() {
  int64_t rowDims = outerRank() + 1;
  auto flatten = [&](Value memref) -> Value {
    SmallVector<ReassociationIndices> groups(1);
    for (int64_t d = 0; d < cast<MemRefType>(memref.getType()).getRank(); ++d) {
      if (d >= rowDims)
        groups.emplace_back();
      groups.back().push_back(d);
    }
    return memref::CollapseShapeOp::create(b, loc, memref, groups);
  };
  lhs = flatten(lhs);
  out = flatten(out);
  SmallVector<AffineExpr> dims(rowDims, b.getAffineDimExpr(0));
  dims.push_back(b.getAffineDimExpr(1));
  for (auto [operand, map] : llvm::zip(epilogue, maps)) {
    bool hasRows = !readsNoRow(map, rowDims);
    SmallVector<AffineExpr> results(map.getResults().drop_front(hasRows ? rowDims - 1 : 0));
    if (hasRows)
      operand = flatten(operand);
    map = AffineMap::get(rowDims + 1, 0, results, b.getContext()).replaceDimsAndSymbols(dims, {}, 2, 0);
  }
}

/// […][step][NR · KB]: a row of the right operand is contiguous.
void ContractEmitter::flattenPanels() {
  SmallVector<ReassociationIndices> groups;
  int64_t rank = cast<MemRefType>(rhs.getType()).getRank();
  for (int64_t d = 0; d + 1 < rank; ++d)
    groups.push_back({d});
  groups.back().push_back(rank - 1);
  rhs = memref::CollapseShapeOp::create(b, loc, rhs, groups);
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

void ContractEmitter::emitOverUnits() {
  Values sizes;
  Value panels = numPanels(), units = panels;
  for (int64_t d = 0; d < outerRank(); ++d) {
    sizes.push_back(dimension(out, d));
    units = b.createOrFold<arith::MulIOp>(loc, units, sizes.back());
  }
  auto loop = scf::ParallelOp::create(b, loc, index(0), units, index(1));
  b.setInsertionPointToStart(loop.getBody());
  Value rest = loop.getInductionVars()[0], thisPanel = rest;
  if (outerRank() > 0) {
    thisPanel = arith::RemUIOp::create(b, loc, rest, panels);
    rest = arith::DivUIOp::create(b, loc, rest, panels);
  }
  outer.assign(outerRank(), Value());
  for (int64_t d = outerRank() - 1; d > 0; --d) {
    outer[d] = arith::RemUIOp::create(b, loc, rest, sizes[d]);
    rest = arith::DivUIOp::create(b, loc, rest, sizes[d]);
  }
  if (outerRank() > 0)
    outer[0] = rest;
  emitPanel(thisPanel, [&] { emitRows(index(0), rowCount); });
}

bool isLargeBatch(ContractOp op) {
  ArrayRef<int64_t> shape = op.getOutType().getShape();
  return shape.size() == 3 && op.getRhsOuterRank() == 1 && !ShapedType::isDynamic(shape.front()) &&
         shape.front() >= kLargeBatch;
}

/// The products of a large batch are the parallel iterations: nests over the same batch that make operands or read
/// results can run with them, one product at a time in the cache (lowp-fuse-rows).
void ContractEmitter::emitOverBatch() {
  Value begin[] = {index(0), index(0)}, step[] = {index(1), index(1)};
  Value end[] = {dimension(out, 0), numPanels()};
  auto loop = scf::ParallelOp::create(b, loc, begin, end, step);
  b.setInsertionPointToStart(loop.getBody());
  outer.assign(1, loop.getInductionVars()[0]);
  emitPanel(loop.getInductionVars()[1], [&] { emitRows(index(0), rowCount); });
}

/// A batch whose tiles hold whole rows, across all panels.
void ContractEmitter::emitWholeRows() {
  auto loop = scf::ParallelOp::create(b, loc, index(0), dimension(out, 0), index(1));
  b.setInsertionPointToStart(loop.getBody());
  outer.assign(1, loop.getInductionVars()[0]);
  panelColumns = columns;
  firstColumn = index(0);
  emitRows(index(0), rowCount);
}

/// Few panels and many rows: the blocks of rows are the parallel iterations.
void ContractEmitter::emitOverRows() {
  int64_t rows = rowsOfIteration();
  Value blocks = ShapedType::isDynamic(staticRows)
                     ? arith::DivUIOp::create(b, loc, offset(rowCount, rows - 1), index(rows))
                     : index(llvm::divideCeil(staticRows, rows));
  auto loop = scf::ParallelOp::create(b, loc, index(0), blocks, index(1));
  b.setInsertionPointToStart(loop.getBody());
  Value first = scaled(loop.getInductionVars()[0], rows);
  Value end = arith::MinUIOp::create(b, loc, offset(first, rows), rowCount);
  for (int64_t d = 0; d < outerRank(); ++d) {
    auto overOuter = scf::ForOp::create(b, loc, index(0), dimension(out, d), index(1));
    b.setInsertionPointToStart(overOuter.getBody());
    outer.push_back(overOuter.getInductionVar());
  }
  auto overPanels = scf::ForOp::create(b, loc, index(0), numPanels(), index(1));
  b.setInsertionPointToStart(overPanels.getBody());
  emitPanel(overPanels.getInductionVar(), [&] { emitRows(first, end); });
}

/// The last panel may have fewer columns: it is code of its own, with masks.
void ContractEmitter::emitPanel(Value thisPanel, Body body) {
  panelIndex = thisPanel;
  firstColumn = scaled(panelIndex, panel);
  bool isDynamic = ShapedType::isDynamic(columns);
  int64_t rest = isDynamic ? 0 : columns % panel;
  panelColumns = panel;
  if (!isDynamic && rest == 0)
    return body();
  if (staticPanels() == 1) {
    panelColumns = rest;
    return body();
  }
  Value left, isFull;
  if (isDynamic) {
    Value count = dimension(out, cast<MemRefType>(out.getType()).getRank() - 1);
    left = arith::SubIOp::create(b, loc, count, firstColumn);
    isFull = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::uge, left, index(panel));
  } else {
    isFull = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, panelIndex,
                                   index(*staticPanels() - 1));
  }
  auto branch = scf::IfOp::create(b, loc, isFull, /*withElseRegion=*/true);
  b.setInsertionPointToStart(&branch.getThenRegion().front());
  body();
  b.setInsertionPointToStart(&branch.getElseRegion().front());
  if (isDynamic)
    return emitLastPanel(left, body);
  panelColumns = rest;
  body();
}

/// A panel of fewer columns than are known: code for each number of vectors, the last behind a mask.
void ContractEmitter::emitLastPanel(Value columnsLeft, Body body) {
  Value vectors = arith::DivUIOp::create(b, loc, offset(columnsLeft, lanes - 1), index(lanes));
  emitCases(vectors, tile.vectors, [&](int64_t count) {
    panelColumns = count * lanes;
    lastLanes = arith::SubIOp::create(b, loc, columnsLeft, index((count - 1) * lanes));
    body();
    lastLanes = {};
  });
}

/// Fewer vectors leave registers for more rows; sums of codes beside totals of floats halve them.
int64_t ContractEmitter::tileRows() {
  if (scratch && op.isInteger())
    return std::max<int64_t>(1, tile.rows / 2);
  return lastLanes ? tileFor(row, dot, panelColumns).rows : tile.rows;
}

/// Rows [begin, end): full tiles, then what is left in one smaller tile.
void ContractEmitter::emitRows(Value begin, Value end) {
  if (usesScratch() && !scratch)
    return emitScratchRows(begin, end);
  OpBuilder::InsertionGuard guard(b);
  interleaveOperands();
  int64_t rows = tileRows();
  Value count = arith::SubIOp::create(b, loc, end, begin);
  Value rest = arith::RemUIOp::create(b, loc, count, index(rows));
  Value fullEnd = arith::SubIOp::create(b, loc, end, rest);
  bool known = !ShapedType::isDynamic(staticRows);
  if (!known || staticRows >= rows)
    emitRowLoop(begin, fullEnd, rows);
  if (!known)
    return emitLeftRows(fullEnd, rest, rows);
  if (int64_t left = staticRows % rows)
    emitRowLoop(fullEnd, end, left);
}

/// Fewer than `rows` rows whose number is known only at run time: code for each number. Of a tall tile half is
/// taken first, which halves the cases.
void ContractEmitter::emitLeftRows(Value begin, Value count, int64_t rows) {
  if (rows > kMostCases) {
    rows /= 2;
    Value rest = arith::RemUIOp::create(b, loc, count, index(rows));
    Value end = arith::AddIOp::create(b, loc, begin, arith::SubIOp::create(b, loc, count, rest));
    emitRowLoop(begin, end, rows);
    begin = end;
    count = rest;
  }
  emitCases(count, rows - 1, [&](int64_t left) { emitTile(begin, left); });
}

/// Code for each value from 1 to `count`; none for others.
void ContractEmitter::emitCases(Value value, int64_t count, llvm::function_ref<void(int64_t)> body) {
  OpBuilder::InsertionGuard guard(b);
  SmallVector<int64_t> cases = llvm::to_vector(llvm::seq<int64_t>(1, count + 1));
  auto choice = scf::IndexSwitchOp::create(b, loc, TypeRange(), value, cases, cases.size());
  for (auto [number, region] : llvm::zip(cases, choice.getCaseRegions())) {
    b.setInsertionPointToStart(&region.emplaceBlock());
    Operation *yield = scf::YieldOp::create(b, loc);
    b.setInsertionPoint(yield);
    body(number);
  }
  b.setInsertionPointToStart(&choice.getDefaultRegion().emplaceBlock());
  scf::YieldOp::create(b, loc);
}

void ContractEmitter::emitRowLoop(Value begin, Value end, int64_t rows) {
  OpBuilder::InsertionGuard guard(b);
  auto loop = scf::ForOp::create(b, loc, begin, end, index(rows));
  b.setInsertionPointToStart(loop.getBody());
  emitTile(loop.getInductionVar(), rows);
}

/// A loop that carries the sums; none where there is one iteration.
ContractEmitter::Values ContractEmitter::accumulate(int64_t count, Values sums, SumBody body) {
  if (count == 0)
    return sums;
  if (count == 1)
    return body(index(0), std::move(sums));
  return accumulate(index(count), std::move(sums), body);
}

ContractEmitter::Values ContractEmitter::accumulate(Value count, Values sums, SumBody body) {
  auto loop = scf::ForOp::create(b, loc, index(0), count, index(1), sums);
  if (op.getDepthwise() && !depthwise)
    keepLoop(loop); // unrolled, the taps share pixels, for which there are no registers left
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Values next = body(loop.getInductionVar(), Values(loop.getRegionIterArgs()));
  if (!next.empty()) // a loop that carries nothing has its end already
    scf::YieldOp::create(b, loc, next);
  return Values(loop.getResults());
}

//===----------------------------------------------------------------------===//
// One tile
//===----------------------------------------------------------------------===//

void ContractEmitter::emitTile(Value firstRow, int64_t rows) {
  if (scratch)
    return emitScratchTile(firstRow, rows);
  taps.clear();
  if (groups)
    return emitEpilogue(firstRow, rows, emitGroups(firstRow, rows));
  loaded.clear();
  Values sums = emitTaps(firstRow, rows, firstSums(rows));
  if (pairs)
    sums = rowsOfPairs(rows, std::move(sums));
  else if (!depthwise)
    sums = rowsOfBlocks(rows, std::move(sums));
  else if (!staysInterleaved())
    sums = rowsOfInterleaved(rows, std::move(sums));
  emitEpilogue(firstRow, rows, sums);
}

/// One loop per dimension of the window, then what is summed at one tap, or at once along the last dimension.
ContractEmitter::Values ContractEmitter::emitTaps(Value firstRow, int64_t rows, Values sums) {
  if (depthwise && taps.size() + 1 == window.getRank())
    return emitDepthwiseDots(firstRow, rows, std::move(sums));
  if (window && taps.size() < window.getRank())
    return accumulate(window.getKernel()[taps.size()], std::move(sums), [&](Value tap, Values carried) {
      taps.push_back(tap);
      Values next = emitTaps(firstRow, rows, std::move(carried));
      taps.pop_back();
      return next;
    });
  return pairs               ? emitDepthwisePairs(firstRow, rows, std::move(sums))
         : op.getDepthwise() ? emitDepthwise(firstRow, rows, std::move(sums))
                             : emitReduction(firstRow, rows, std::move(sums));
}

ContractEmitter::Values ContractEmitter::emitReduction(Value firstRow, int64_t rows, Values sums) {
  if (ShapedType::isDynamic(reduction))
    return emitDynamicReduction(firstRow, rows, std::move(sums));
  int64_t whole = dot.stepProducts(), steps = reduction / whole;
  sums = accumulate(steps, std::move(sums), [&](Value step, Values carried) {
    return emitStep(firstRow, rows, step, b.getIndexAttr(whole), std::move(carried));
  });
  if (int64_t rest = reduction % whole)
    sums = emitStep(firstRow, rows, index(steps), b.getIndexAttr(rest), std::move(sums));
  return sums;
}

ContractEmitter::Values ContractEmitter::emitDynamicReduction(Value firstRow, int64_t rows, Values sums) {
  Value count = dimension(lhs, cast<MemRefType>(lhs.getType()).getRank() - 1);
  Value steps = kBlock == 1 ? count : arith::DivUIOp::create(b, loc, count, index(kBlock)).getResult();
  sums = accumulate(steps, std::move(sums), [&](Value step, Values carried) {
    return emitStep(firstRow, rows, step, b.getIndexAttr(kBlock), std::move(carried));
  });
  if (kBlock == 1)
    return sums;
  Value rest = arith::RemUIOp::create(b, loc, count, index(kBlock));
  Value isLeft = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, rest, index(0));
  auto branch = scf::IfOp::create(b, loc, TypeRange(ValueRange(sums)), isLeft, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&branch.getElseRegion().front());
  scf::YieldOp::create(b, loc, sums);
  b.setInsertionPointToStart(&branch.getThenRegion().front());
  scf::YieldOp::create(b, loc, emitStep(firstRow, rows, steps, rest, sums));
  return Values(branch.getResults());
}

/// sums + one step of `products` products per lane (fewer than kBlock only at the end).
ContractEmitter::Values ContractEmitter::emitStep(Value firstRow, int64_t rows, Value step,
                                                  OpFoldResult products, Values sums) {
  if (usesTiles()) // of a static reduction, Target.h
    return emitTileStep(firstRow, rows, step, *getConstantIntValue(products), std::move(sums));
  Values right, result;
  if (!op.getPacked() && rows == staticRows && staticPanels() != 1)
    prefetchRight(step);
  for (int64_t piece = 0; piece < piecesInPanel(); ++piece)
    right.push_back(loadRight(step, piece));
  Value k = scaled(step, kBlock);
  UnitAttr lhsUnsigned = op.getLhsUnsignedAttr(), rhsUnsigned = op.getRhsUnsignedAttr();
  for (int64_t r = 0; r < rows; r += block) {
    Value left = block == 1 ? loadLeft(offset(firstRow, r), k, products)
                            : loadLeftBlock(firstRow, r, rows, k, products);
    for (Value piece : right)
      result.push_back(DotOp::create(b, loc, sums[result.size()], left, piece, lhsUnsigned, rhsUnsigned,
                                     op.getRhsLimitAttr(), b.getI64IntegerAttr(block)));
  }
  return result;
}

/// Integers that the epilogue adds to each column first (a zero point's, a shift's) are what sums begin with: the order
/// of additions modulo 2³² is free.
std::optional<ContractEmitter::ColumnAddition> ContractEmitter::additionToSums() {
  Block &body = op.getBody().front();
  Value sum = body.getArgument(0);
  auto add = sum.hasOneUse() ? dyn_cast<arith::AddIOp>(*sum.user_begin()) : arith::AddIOp();
  if (!add || !op.isInteger() || groups || block != 1 || usesTiles() || (depthwise && !staysInterleaved()))
    return std::nullopt;
  auto other = dyn_cast<BlockArgument>(add.getLhs() == sum ? add.getRhs() : add.getLhs());
  if (!other || other.getOwner() != &body || !isOfColumns(other.getArgNumber() - 1))
    return std::nullopt;
  return ColumnAddition{add, other.getArgNumber() - 1};
}

ContractEmitter::Values ContractEmitter::firstSums(int64_t rows) {
  std::optional<ColumnAddition> addition = additionToSums();
  if (!addition)
    return zeroSums(rows);
  Values result;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t v = 0; v < vectorsInPanel(); ++v)
      result.push_back(loadEpilogue(addition->operand, Value(), r, v));
  return result;
}

ContractEmitter::Values ContractEmitter::zeroSums(int64_t rows) {
  if (usesTiles()) {
    Values tiles;
    for (int64_t r = 0; r < rows; r += block)
      tiles.append(vectorsInPanel(), zeroTile(std::min(block, rows - r)));
    return tiles;
  }
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(vectorOf(accType())));
  int64_t pieces = depthwise ? DepthwiseDots::kPixels : pairs ? llvm::alignTo(vectorsInPanel(), 2) : piecesInPanel();
  return Values(llvm::divideCeil(rows, block) * pieces, zero);
}

/// Sums in blocks of 2 × 2, [pair of rows][pair of columns], as vectors of one row, [row][v].
ContractEmitter::Values ContractEmitter::rowsOfBlocks(int64_t rows, Values sums) {
  if (usesTiles())
    return rowsOfTiles(rows, std::move(sums));
  if (block == 1)
    return sums;
  Values result;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t v = 0; v < vectorsInPanel(); ++v) {
      int64_t first = r / 2 * piecesInPanel() + 2 * v, in = r % 2 * 2;
      result.push_back(vector::ShuffleOp::create(b, loc, sums[first], sums[first + 1],
                                                 ArrayRef<int64_t>{in, in + 1, in + 4, in + 5}));
    }
  return result;
}

/// sums + the products of one tap, channel by channel.
ContractEmitter::Values ContractEmitter::emitDepthwise(Value firstRow, int64_t rows, Values sums) {
  auto loadColumns = [&](Value memref, Values at, int64_t v, bool isUnsigned) {
    at.push_back(columnAt(v));
    Type element = cast<MemRefType>(memref.getType()).getElementType();
    return widened(load(vectorOf(element), memref, at, v), isUnsigned);
  };
  Values right, result;
  for (int64_t v = 0; v < vectorsInPanel(); ++v)
    right.push_back(loadColumns(rhs, taps, v, op.getRhsUnsigned()));
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t v = 0; v < vectorsInPanel(); ++v) {
      Value left = loadColumns(lhs, pixel(offset(firstRow, r)), v, op.getLhsUnsigned());
      Value sum = sums[r * vectorsInPanel() + v];
      if (op.isInteger()) {
        Value product = arith::MulIOp::create(b, loc, left, right[v]);
        result.push_back(arith::AddIOp::create(b, loc, sum, product));
      } else {
        result.push_back(DotOp::create(b, loc, sum, left, right[v], UnitAttr(), UnitAttr(), IntegerAttr(),
                                       b.getI64IntegerAttr(1)));
      }
    }
  return result;
}

/// Where `row` of the result is read in the left operand, but for the last index.
ContractEmitter::Values ContractEmitter::pixel(Value row) {
  Values at(outer);
  at.push_back(row);
  if (!window)
    return at;
  size_t image = at.size() - window.getRank();
  for (auto [i, tap] : llvm::enumerate(taps)) {
    Value begin = scaled(at[image + i], window.getStrides()[i]);
    at[image + i] =
        b.createOrFold<arith::AddIOp>(loc, begin, scaled(tap, window.getDilations()[i]));
  }
  return at;
}

/// kBlock elements of a row.
Value ContractEmitter::loadGroup(Value row, Value k, OpFoldResult products) {
  Values at = pixel(row);
  at.push_back(k);
  auto group = VectorType::get({kBlock}, cast<MemRefType>(lhs.getType()).getElementType());
  return isConstantIntValue(products, kBlock) ? vector::LoadOp::create(b, loc, group, lhs, at).getResult()
                                              : loadPartial(group, at, products);
}

/// The groups of two rows. A last one alone stands twice: its second sums are not used.
Value ContractEmitter::loadLeftBlock(Value firstRow, int64_t r, int64_t rows, Value k,
                                     OpFoldResult products) {
  Value first = loadGroup(offset(firstRow, r), k, products);
  Value second = r + 1 < rows ? loadGroup(offset(firstRow, r + 1), k, products) : first;
  return vector::ShuffleOp::create(b, loc, first, second,
                                   llvm::to_vector(llvm::seq<int64_t>(0, 2 * kBlock)));
}

/// kBlock elements of a row, repeated in each lane.
Value ContractEmitter::loadLeft(Value row, Value k, OpFoldResult products) {
  Type element = cast<MemRefType>(lhs.getType()).getElementType();
  if (kBlock == 1) {
    Values at = pixel(row);
    at.push_back(k);
    Value scalar = memref::LoadOp::create(b, loc, lhs, at);
    return vector::BroadcastOp::create(b, loc, vectorOf(element), scalar);
  }
  Value elements = loadGroup(row, k, products);
  Type word = b.getIntegerType(kBlock * element.getIntOrFloatBitWidth());
  elements = vector::BitCastOp::create(b, loc, VectorType::get({1}, word), elements);
  elements = vector::BroadcastOp::create(b, loc, vectorOf(word), elements);
  return vector::BitCastOp::create(b, loc, VectorType::get({lanes * kBlock}, element), elements);
}

/// The last elements of a row; zeros beyond them meet the zeros of the packed operand.
Value ContractEmitter::loadPartial(VectorType type, ArrayRef<Value> at, OpFoldResult count) {
  Value result = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  std::optional<int64_t> known = getConstantIntValue(count);
  if (!known) {
    Value isInside = vector::CreateMaskOp::create(b, loc, type.clone(b.getI1Type()), cast<Value>(count));
    return vector::MaskedLoadOp::create(b, loc, type, lhs, at, isInside, result);
  }
  Values position(at);
  for (int64_t i = 0; i < *known; ++i) {
    position.back() = offset(at.back(), i);
    Value element = memref::LoadOp::create(b, loc, lhs, position);
    result = vector::InsertOp::create(b, loc, element, result, i);
  }
  return result;
}

/// Rows of a right operand that was not packed lie far apart, where no processor looks for the next one: those some
/// steps ahead are asked for.
void ContractEmitter::prefetchRight(Value step) {
  Type element = cast<MemRefType>(rhs.getType()).getElementType();
  int64_t line = kCacheLine * 8 / element.getIntOrFloatBitWidth();
  for (int64_t column = 0; column < panelColumns; column += line) {
    Values at(ArrayRef(outer).take_front(rhsOuterRank));
    at.append({offset(step, kStepsAhead), offset(firstColumn, column)});
    memref::PrefetchOp::create(b, loc, rhs, at, /*isWrite=*/false, /*localityHint=*/3, /*isDataCache=*/true);
  }
}

Value ContractEmitter::loadRight(Value step, int64_t piece) {
  Type element = cast<MemRefType>(rhs.getType()).getElementType();
  Values at(ArrayRef(outer).take_front(rhsOuterRank));
  if (op.getPacked()) {
    if (!tail.empty()) { // the pieces of all panels
      at.push_back(index(piece / tile.vectors));
      piece %= tile.vectors;
    } else {
      at.push_back(panelIndex);
    }
    at.append(taps);
    int64_t elements = lanes * kBlock / block;
    at.append({step, index(piece * elements)});
    return vector::LoadOp::create(b, loc, VectorType::get({elements}, element), rhs, at);
  }
  at.append({step, columnAt(piece)});
  return load(vectorOf(element), rhs, at, piece);
}

Value ContractEmitter::columnAt(int64_t v) { return offset(firstColumn, v * lanes); }

/// Codes as i32, floats as f32.
Value ContractEmitter::widened(Value codes, bool isUnsigned) {
  if (!op.isInteger()) {
    VectorType wide = vectorOf(b.getF32Type());
    return codes.getType() == wide ? codes : arith::ExtFOp::create(b, loc, wide, codes).getResult();
  }
  VectorType wide = vectorOf(b.getI32Type());
  return isUnsigned ? arith::ExtUIOp::create(b, loc, wide, codes).getResult()
                    : arith::ExtSIOp::create(b, loc, wide, codes).getResult();
}

//===----------------------------------------------------------------------===//
// Masks
//===----------------------------------------------------------------------===//

bool ContractEmitter::isWhole(int64_t v) const {
  return lanesIn(v) == lanes && !(lastLanes && v == vectorsInPanel() - 1);
}

/// Which lanes of `count` vectors, of which all but the last are whole, hold columns.
Value ContractEmitter::mask(int64_t v, int64_t count) {
  auto type = VectorType::get({count * lanes}, b.getI1Type());
  int64_t whole = (count - 1) * lanes;
  Value inside = lastLanes ? offset(lastLanes, whole) : index(whole + lanesIn(v + count - 1));
  return vector::CreateMaskOp::create(b, loc, type, inside);
}

/// The first `count` elements of a vector, zeros behind them.
Value ContractEmitter::loadFirst(VectorType type, Value memref, ValueRange at, int64_t count) {
  if (count == type.getNumElements())
    return vector::LoadOp::create(b, loc, type, memref, at);
  Value inside = vector::CreateMaskOp::create(b, loc, type.clone(b.getI1Type()), index(count));
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  return vector::MaskedLoadOp::create(b, loc, type, memref, at, inside, zero);
}

Value ContractEmitter::load(VectorType type, Value memref, ValueRange at, int64_t v) {
  if (isWhole(v))
    return vector::LoadOp::create(b, loc, type, memref, at);
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  return vector::MaskedLoadOp::create(b, loc, type, memref, at, mask(v), zero);
}

/// One vector for `count` of the panel's, from v on.
void ContractEmitter::store(Value vector, Value memref, ValueRange at, int64_t v, int64_t count) {
  if (isWhole(v + count - 1))
    vector::StoreOp::create(b, loc, vector, memref, at);
  else
    vector::MaskedStoreOp::create(b, loc, memref, at, mask(v, count), vector);
}

//===----------------------------------------------------------------------===//
// Epilogue
//===----------------------------------------------------------------------===//

void ContractEmitter::emitEpilogue(Value firstRow, int64_t rows, ArrayRef<Value> sums) {
  loaded.clear();
  bool isNarrowed = narrowAtEnd() != nullptr;
  for (int64_t r = 0; r < rows; ++r) {
    Value row = offset(firstRow, r);
    Values finished;
    for (int64_t v = 0; v < vectorsInPanel(); ++v) {
      Value result = finish(sums[r * vectorsInPanel() + v], row, r, v);
      finished.push_back(result);
      if (isNarrowed || !tail.empty())
        continue;
      Values at(outer);
      at.append({row, columnAt(v)});
      store(result, out, at, v);
    }
    if (!tail.empty())
      emitTail(row, r, std::move(finished));
    for (int64_t v = 0; isNarrowed && v < vectorsInPanel(); v += kNarrowed)
      storeCodes(ArrayRef(finished).drop_front(v).take_front(kNarrowed), row, v);
  }
}

/// The rounding that ends the region, which is made for several vectors at once; null if there is none.
NarrowOp ContractEmitter::narrowAtEnd() {
  auto narrow = op.getBody().front().getTerminator()->getOperand(0).getDefiningOp<NarrowOp>();
  return narrow && narrow->hasOneUse() ? narrow : NarrowOp();
}

/// Codes of consecutive vectors, stored as one.
void ContractEmitter::storeCodes(ArrayRef<Value> steps, Value row, int64_t v) {
  NarrowOp narrow = narrowAtEnd();
  auto type = VectorType::get({int64_t(steps.size()) * lanes}, b.getI8Type());
  Value codes = NarrowOp::create(b, loc, type, steps, narrow.getZeroPoint(), narrow.getLo(), narrow.getHi(),
                                 narrow.getIsUnsigned(), narrow.getBounded());
  if (staysInterleaved())
    codes = codesInOrder(codes);
  Values at(outer);
  at.append({row, columnAt(v)});
  store(codes, out, at, v, steps.size());
}

/// The region on one vector of sums, but for a rounding at its end.
Value ContractEmitter::finish(Value sum, Value row, int64_t r, int64_t v) {
  Block &body = op.getBody().front();
  IRMapping mapping;
  mapping.map(body.getArgument(0), sum);
  for (size_t i = 0; i < epilogue.size(); ++i)
    mapping.map(body.getArgument(i + 1), loadEpilogue(i, row, r, v));
  NarrowOp last = narrowAtEnd();
  std::optional<ColumnAddition> done = additionToSums();
  if (done)
    mapping.map(done->add.getResult(), sum);
  for (Operation &inner : body.without_terminator())
    if (&inner != last && !(done && &inner == done->add))
      cloneOnVectors(inner, mapping);
  return lookup(mapping, last ? last.getInputs()[0] : body.getTerminator()->getOperand(0));
}

void ContractEmitter::cloneOnVectors(Operation &inner, IRMapping &mapping) {
  if (auto constant = dyn_cast<arith::ConstantOp>(inner)) {
    auto type = vectorOf(constant.getType());
    mapping.map(inner.getResult(0),
                arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, constant.getValue())));
    return;
  }
  for (Value operand : inner.getOperands())
    mapping.map(operand, lookup(mapping, operand));
  Operation *clone = b.clone(inner, mapping);
  for (OpResult result : clone->getResults())
    result.setType(vectorOf(result.getType()));
}

/// The vector for a value of the region; values from outside are the same in every lane.
Value ContractEmitter::lookup(IRMapping &mapping, Value value) {
  if (Value mapped = mapping.lookupOrNull(value))
    return mapped;
  return vector::BroadcastOp::create(b, loc, vectorOf(value.getType()), value);
}

/// Operand i for row r and vector v of the tile, loaded once for all positions that share it.
Value ContractEmitter::loadEpilogue(size_t i, Value row, int64_t r, int64_t v) {
  if (i < interleavedOperands.size() && !interleavedOperands[i].empty())
    return interleavedOperands[i][v];
  return loadOperand(epilogue[i], maps[i], i, row, r, v);
}

/// Is operand i a number per column, whatever the row?
bool ContractEmitter::isOfColumns(size_t i) {
  return hasColumns(i) && !maps[i].isFunctionOfDim(maps[i].getNumDims() - 2);
}

/// Does operand i differ from column to column?
bool ContractEmitter::hasColumns(size_t i) {
  return isa<MemRefType>(epilogue[i].getType()) && maps[i].isFunctionOfDim(maps[i].getNumDims() - 1);
}

/// The same for an operand by its map, known by `key`.
Value ContractEmitter::loadOperand(Value operand, AffineMap map, size_t key, Value row, int64_t r, int64_t v) {
  auto type = dyn_cast<MemRefType>(operand.getType());
  if (!type)
    return vector::BroadcastOp::create(b, loc, vectorOf(operand.getType()), operand);
  unsigned rowDim = map.getNumDims() - 2, columnDim = map.getNumDims() - 1;
  bool byRow = map.isFunctionOfDim(rowDim), byColumn = map.isFunctionOfDim(columnDim);
  Value &result = loaded[{key, byRow ? r : -1, byColumn ? v : -1}];
  if (result)
    return result;
  Values at;
  for (AffineExpr expr : map.getResults()) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    at.push_back(!dim                             ? index(cast<AffineConstantExpr>(expr).getValue())
                 : dim.getPosition() == columnDim ? columnAt(v)
                 : dim.getPosition() == rowDim    ? row
                                                  : outer[dim.getPosition()]);
  }
  auto vector = vectorOf(type.getElementType());
  if (byColumn)
    return result = load(vector, operand, at, v);
  Value scalar = memref::LoadOp::create(b, loc, operand, at);
  return result = vector::BroadcastOp::create(b, loc, vector, scalar);
}

} // namespace lowp::cpu
