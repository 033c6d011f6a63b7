//===- LowerContracts.cpp ------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Target.h"
#include "lowp/Codegen/CPU/Passes.h"

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_LOWERCONTRACTS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

/// Emits the loops of one contraction. Indices are (batch, row, column); a tile is `rows` × `vectors`
/// vectors of `lanes` columns.
class ContractEmitter {
public:
  ContractEmitter(ContractOp op, const CpuTarget &row) : op(op), b(op), loc(op.getLoc()) {
    auto out = cast<MemRefType>(op.getOut().getType());
    columns = out.getShape().back();
    staticRows = out.getShape()[out.getRank() - 2];
    reduction = cast<MemRefType>(op.getLhs().getType()).getShape().back();
    lanes = row.lanes();
    kBlock = row.kBlock(op.isInteger());
    tile = chooseTile(row, columns);
    panel = tile.vectors * lanes;
  }

  void emit() {
    if (op.getPacked())
      flattenPanels();
    rowsValue = dimension(op.getOut(), -2);
    Value units = arith::MulIOp::create(b, loc, batches(), index(numPanels()));
    if (staticRows != ShapedType::kDynamic && staticUnits() < kFewUnits &&
        staticRows >= 2 * kFewUnits)
      return emitOverRows();
    auto loop = scf::ParallelOp::create(b, loc, index(0), units, index(1));
    b.setInsertionPointToStart(loop.getBody());
    Value unit = loop.getInductionVars()[0];
    batch = op.isBatched() ? arith::DivUIOp::create(b, loc, unit, index(numPanels())).getResult()
                           : Value();
    emitPanel(op.isBatched() ? arith::RemUIOp::create(b, loc, unit, index(numPanels())).getResult()
                             : unit,
              [&] { emitRows(index(0), rowsValue); });
  }

private:
  /// Below this many units the rows are split among threads too.
  static constexpr int64_t kFewUnits = 4;

  //===--- sizes and constants -----------------------------------------------------------------===//

  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }
  int64_t numPanels() const { return llvm::divideCeil(columns, panel); }
  int64_t staticUnits() {
    auto type = cast<MemRefType>(op.getOut().getType());
    return numPanels() * (op.isBatched() ? type.getShape()[0] : 1);
  }
  Value dimension(Value memref, int64_t fromEnd) {
    int64_t dim = cast<MemRefType>(memref.getType()).getRank() + fromEnd;
    return b.createOrFold<memref::DimOp>(loc, memref, dim);
  }
  Value batches() { return op.isBatched() ? dimension(op.getOut(), -3) : index(1); }
  VectorType vectorOf(Type element) { return VectorType::get({lanes}, element); }
  Type accType() { return op.getBody().front().getArgument(0).getType(); }

  //===--- loops -------------------------------------------------------------------------------===//

  /// Few panels and many rows: the blocks of rows are the parallel iterations.
  void emitOverRows() {
    int64_t blocks = llvm::divideCeil(staticRows, tile.rows);
    auto loop = scf::ParallelOp::create(b, loc, index(0), index(blocks), index(1));
    b.setInsertionPointToStart(loop.getBody());
    Value first = arith::MulIOp::create(b, loc, loop.getInductionVars()[0], index(tile.rows));
    Value next = arith::AddIOp::create(b, loc, first, index(tile.rows));
    Value end = arith::MinUIOp::create(b, loc, next, rowsValue);
    auto overBatches = scf::ForOp::create(b, loc, index(0), batches(), index(1));
    b.setInsertionPointToStart(overBatches.getBody());
    batch = op.isBatched() ? overBatches.getInductionVar() : Value();
    auto overPanels = scf::ForOp::create(b, loc, index(0), index(numPanels()), index(1));
    b.setInsertionPointToStart(overPanels.getBody());
    emitPanel(overPanels.getInductionVar(), [&] { emitRows(first, end); });
  }

  /// The last panel may have fewer columns: it is code of its own, with masks.
  void emitPanel(Value panelIndex, llvm::function_ref<void()> body) {
    this->panelIndex = panelIndex;
    firstColumn = arith::MulIOp::create(b, loc, panelIndex, index(panel));
    int64_t rest = columns % panel;
    panelColumns = panel;
    if (rest == 0)
      return body();
    if (numPanels() == 1) {
      panelColumns = rest;
      return body();
    }
    Value isFull = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, panelIndex,
                                         index(numPanels() - 1));
    auto branch = scf::IfOp::create(b, loc, isFull, /*withElseRegion=*/true);
    b.setInsertionPointToStart(&branch.getThenRegion().front());
    body();
    panelColumns = rest;
    b.setInsertionPointToStart(&branch.getElseRegion().front());
    body();
  }

  /// Rows [begin, end): full tiles, then what is left in one smaller tile, or row by row where the
  /// number is known only at run time.
  void emitRows(Value begin, Value end) {
    OpBuilder::InsertionGuard guard(b);
    Value count = arith::SubIOp::create(b, loc, end, begin);
    Value rest = arith::RemUIOp::create(b, loc, count, index(tile.rows));
    Value fullEnd = arith::SubIOp::create(b, loc, end, rest);
    bool known = staticRows != ShapedType::kDynamic;
    if (!known || staticRows >= tile.rows)
      emitRowLoop(begin, fullEnd, tile.rows);
    if (!known)
      return emitRowLoop(fullEnd, end, 1);
    if (int64_t left = staticRows % tile.rows)
      emitRowLoop(fullEnd, end, left);
  }

  void emitRowLoop(Value begin, Value end, int64_t rows) {
    OpBuilder::InsertionGuard guard(b);
    auto loop = scf::ForOp::create(b, loc, begin, end, index(rows));
    b.setInsertionPointToStart(loop.getBody());
    emitTile(loop.getInductionVar(), rows);
  }

  //===--- one tile ----------------------------------------------------------------------------===//

  int64_t vectorsInPanel() const { return llvm::divideCeil(panelColumns, lanes); }
  int64_t lanesIn(int64_t v) const { return std::min(lanes, panelColumns - v * lanes); }

  void emitTile(Value firstRow, int64_t rows) {
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(vectorOf(accType())));
    SmallVector<Value> sums(rows * vectorsInPanel(), zero);
    int64_t steps = reduction / kBlock;
    if (steps > 0) {
      auto loop = scf::ForOp::create(b, loc, index(0), index(steps), index(1), sums);
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(loop.getBody());
      SmallVector<Value> next = emitStep(firstRow, rows, loop.getInductionVar(), kBlock,
                                         llvm::to_vector(ValueRange(loop.getRegionIterArgs())));
      scf::YieldOp::create(b, loc, next);
      sums = llvm::to_vector(ValueRange(loop.getResults()));
    }
    if (int64_t rest = reduction % kBlock)
      sums = emitStep(firstRow, rows, index(steps), rest, sums);
    emitEpilogue(firstRow, rows, sums);
  }

  /// sums + one step of `products` products per lane (fewer than kBlock only at the end).
  SmallVector<Value> emitStep(Value firstRow, int64_t rows, Value step, int64_t products,
                              ArrayRef<Value> sums) {
    SmallVector<Value> right, result;
    for (int64_t v = 0; v < vectorsInPanel(); ++v)
      right.push_back(loadRight(step, v));
    Value k = kBlock == 1 ? step : arith::MulIOp::create(b, loc, step, index(kBlock)).getResult();
    UnitAttr lhsUnsigned = op.getLhsUnsignedAttr(), rhsUnsigned = op.getRhsUnsignedAttr();
    for (int64_t r = 0; r < rows; ++r) {
      Value left = loadLeft(rowAt(firstRow, r), k, products);
      for (int64_t v = 0; v < vectorsInPanel(); ++v)
        result.push_back(DotOp::create(b, loc, sums[r * vectorsInPanel() + v], left, right[v],
                                       lhsUnsigned, rhsUnsigned));
    }
    return result;
  }

  Value rowAt(Value firstRow, int64_t r) {
    return r == 0 ? firstRow : arith::AddIOp::create(b, loc, firstRow, index(r)).getResult();
  }

  /// kBlock elements of a row, repeated in each lane.
  Value loadLeft(Value m, Value k, int64_t products) {
    SmallVector<Value> at = batch ? SmallVector<Value>{batch, m, k} : SmallVector<Value>{m, k};
    Type element = cast<MemRefType>(op.getLhs().getType()).getElementType();
    if (kBlock == 1) {
      Value scalar = memref::LoadOp::create(b, loc, op.getLhs(), at);
      return vector::BroadcastOp::create(b, loc, vectorOf(element), scalar);
    }
    auto group = VectorType::get({kBlock}, element);
    Value elements = products == kBlock
                         ? vector::LoadOp::create(b, loc, group, op.getLhs(), at).getResult()
                         : loadPartial(group, at, products);
    Type word = b.getIntegerType(kBlock * element.getIntOrFloatBitWidth());
    elements = vector::BitCastOp::create(b, loc, VectorType::get({1}, word), elements);
    elements = vector::BroadcastOp::create(b, loc, vectorOf(word), elements);
    return vector::BitCastOp::create(b, loc, VectorType::get({lanes * kBlock}, element), elements);
  }

  /// The last elements of a row; zeros beyond them meet the zeros of the packed operand.
  Value loadPartial(VectorType type, ArrayRef<Value> at, int64_t count) {
    Value result = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
    SmallVector<Value> position(at);
    for (int64_t i = 0; i < count; ++i) {
      position.back() = rowAt(at.back(), i);
      Value element = memref::LoadOp::create(b, loc, op.getLhs(), position);
      result = vector::InsertOp::create(b, loc, element, result, i);
    }
    return result;
  }

  Value loadRight(Value step, int64_t v) {
    Type element = cast<MemRefType>(op.getRhs().getType()).getElementType();
    if (op.getPacked())
      return vector::LoadOp::create(b, loc, VectorType::get({lanes * kBlock}, element), panels,
                                    ValueRange{panelIndex, step, index(v * lanes * kBlock)});
    SmallVector<Value> at;
    if (batch)
      at.push_back(batch);
    at.append({step, columnAt(v)});
    return load(vectorOf(element), op.getRhs(), at, v);
  }

  Value columnAt(int64_t v) {
    return v == 0 ? firstColumn
                  : arith::AddIOp::create(b, loc, firstColumn, index(v * lanes)).getResult();
  }

  /// [panel][step][NR · KB]: a row of the right operand is contiguous.
  void flattenPanels() {
    SmallVector<ReassociationIndices> groups = {{0}, {1}, {2, 3}};
    panels = memref::CollapseShapeOp::create(b, loc, op.getRhs(), groups);
  }

  //===--- masks -------------------------------------------------------------------------------===//

  Value mask(int64_t v) {
    auto type = VectorType::get({lanes}, b.getI1Type());
    return vector::CreateMaskOp::create(b, loc, type, index(lanesIn(v)));
  }

  Value load(VectorType type, Value memref, ValueRange at, int64_t v) {
    if (lanesIn(v) == lanes)
      return vector::LoadOp::create(b, loc, type, memref, at);
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
    return vector::MaskedLoadOp::create(b, loc, type, memref, at, mask(v), zero);
  }

  void store(Value vector, Value memref, ValueRange at, int64_t v) {
    if (lanesIn(v) == lanes)
      vector::StoreOp::create(b, loc, vector, memref, at);
    else
      vector::MaskedStoreOp::create(b, loc, memref, at, mask(v), vector);
  }

  //===--- epilogue ----------------------------------------------------------------------------===//

  void emitEpilogue(Value firstRow, int64_t rows, ArrayRef<Value> sums) {
    loaded.clear();
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t v = 0; v < vectorsInPanel(); ++v) {
        Value m = rowAt(firstRow, r);
        Value result = finish(sums[r * vectorsInPanel() + v], m, r, v);
        SmallVector<Value> at = batch ? SmallVector<Value>{batch, m, columnAt(v)}
                                      : SmallVector<Value>{m, columnAt(v)};
        store(result, op.getOut(), at, v);
      }
  }

  /// The region on one vector of sums.
  Value finish(Value sum, Value m, int64_t r, int64_t v) {
    Block &body = op.getBody().front();
    IRMapping mapping;
    mapping.map(body.getArgument(0), sum);
    for (auto [i, operand] : llvm::enumerate(op.getEpilogue()))
      mapping.map(body.getArgument(i + 1), loadEpilogue(i, operand, m, r, v));
    for (Operation &inner : body.without_terminator())
      cloneOnVectors(inner, mapping);
    return lookup(mapping, body.getTerminator()->getOperand(0));
  }

  void cloneOnVectors(Operation &inner, IRMapping &mapping) {
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
  Value lookup(IRMapping &mapping, Value value) {
    if (Value mapped = mapping.lookupOrNull(value))
      return mapped;
    return vector::BroadcastOp::create(b, loc, vectorOf(value.getType()), value);
  }

  /// Operand i for row r and vector v of the tile, loaded once for all tiles positions that share it.
  Value loadEpilogue(size_t i, Value operand, Value m, int64_t r, int64_t v) {
    auto type = dyn_cast<MemRefType>(operand.getType());
    if (!type)
      return vector::BroadcastOp::create(b, loc, vectorOf(operand.getType()), operand);
    AffineMap map = cast<AffineMapAttr>(op.getMaps()[i]).getValue();
    unsigned rowDim = map.getNumDims() - 2, columnDim = map.getNumDims() - 1;
    bool byRow = map.isFunctionOfDim(rowDim), byColumn = map.isFunctionOfDim(columnDim);
    Value &result = loaded[{i, byRow ? r : -1, byColumn ? v : -1}];
    if (result)
      return result;
    SmallVector<Value> at;
    for (AffineExpr expr : map.getResults()) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      at.push_back(!dim                             ? index(cast<AffineConstantExpr>(expr).getValue())
                   : dim.getPosition() == columnDim ? columnAt(v)
                   : dim.getPosition() == rowDim    ? m
                                                    : batch);
    }
    auto vector = vectorOf(type.getElementType());
    if (byColumn)
      return result = load(vector, operand, at, v);
    Value scalar = memref::LoadOp::create(b, loc, operand, at);
    return result = vector::BroadcastOp::create(b, loc, vector, scalar);
  }

  ContractOp op;
  OpBuilder b;
  Location loc;
  RegisterTile tile;
  int64_t columns, staticRows, reduction, lanes, kBlock, panel;
  int64_t panelColumns = 0; ///< columns of the panel that is being emitted
  Value panels, rowsValue, batch, panelIndex, firstColumn;
  std::map<std::tuple<size_t, int64_t, int64_t>, Value> loaded;
};

/// What the emitter expects and does not find; empty if nothing.
StringRef unmetExpectation(ContractOp op, const CpuTarget &row) {
  auto out = dyn_cast<MemRefType>(op.getOut().getType());
  if (row.dot == DotKind::None || !out)
    return "buffers and a row with dot instructions";
  int64_t columns = out.getShape().back();
  int64_t reduction = cast<MemRefType>(op.getLhs().getType()).getShape().back();
  if (ShapedType::isDynamic(columns) || ShapedType::isDynamic(reduction))
    return "static columns and a static reduction";
  int64_t kBlock = row.kBlock(op.isInteger());
  if (!op.getPacked())
    return kBlock == 1 ? "" : "a packed right operand";
  int64_t panel = chooseTile(row, columns).vectors * row.lanes();
  int64_t packed[] = {int64_t(llvm::divideCeil(columns, panel)),
                      int64_t(llvm::divideCeil(reduction, kBlock)), panel, kBlock};
  bool fits = cast<MemRefType>(op.getRhs().getType()).getShape() == ArrayRef(packed);
  return fits ? "" : "the right operand in the row's packing";
}

struct LowerContracts : impl::LowerContractsBase<LowerContracts> {
  using LowerContractsBase::LowerContractsBase;

  void runOnOperation() override {
    const CpuTarget *row = lookupTarget(getOperation(), target);
    if (!row)
      return signalPassFailure();
    SmallVector<ContractOp> ops;
    getOperation().walk([&](ContractOp op) { ops.push_back(op); });
    for (ContractOp op : ops) {
      if (StringRef expected = unmetExpectation(op, *row); !expected.empty()) {
        op.emitOpError("cannot be lowered for target '") << row->name << "': expected " << expected;
        return signalPassFailure();
      }
      ContractEmitter(op, *row).emit();
      op.erase();
    }
  }
};

} // namespace
} // namespace lowp::cpu
