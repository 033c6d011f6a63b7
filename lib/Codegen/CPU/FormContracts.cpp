//===- FormContracts.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ContractMatch.h"
#include "DepthwiseDots.h"
#include "DepthwisePairs.h"
#include "GroupedMatch.h"
#include "Target.h"
#include "lowp/Codegen/CPU/Passes.h"

#include "lowp/Analysis/Elementwise.h"
#include "lowp/Bridge/Constants.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_FORMCONTRACTS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

//===----------------------------------------------------------------------===//
// Packing at compile time
//===----------------------------------------------------------------------===//

/// [⌈n/NR⌉][taps][⌈k/KB⌉][NR][KB]
template <typename T>
std::vector<T> pack(const ContractMatch &match, std::span<const T> w, int64_t panel, int64_t kBlock) {
  int64_t panels = llvm::divideCeil(match.columns, panel), taps = match.taps();
  int64_t steps = llvm::divideCeil(match.reduction, kBlock);
  std::vector<T> packed(panels * taps * steps * panel * kBlock, T(0));
  for (int64_t n = 0; n < match.columns; ++n)
    for (int64_t t = 0; t < taps; ++t)
      for (int64_t k = 0; k < match.reduction; ++k) {
        int64_t step = (n / panel * taps + t) * steps + k / kBlock;
        packed[(step * panel + n % panel) * kBlock + k % kBlock] = w[match.weightOffset(n, t, k)];
      }
  return packed;
}

/// [taps][n]
template <typename T>
std::vector<T> packDepthwise(const ContractMatch &match, std::span<const T> w) {
  std::vector<T> packed(match.taps() * match.columns);
  for (int64_t t = 0; t < match.taps(); ++t)
    for (int64_t n = 0; n < match.columns; ++n)
      packed[t * match.columns + n] = w[match.weightOffset(n, t, 0)];
  return packed;
}

/// [⌈n/W⌉][taps but for the last dimension][shifts][4 vectors][lanes][4 bytes of a group]
std::vector<int8_t> packDepthwiseDots(const ContractMatch &match, std::span<const int8_t> w,
                                      const DepthwiseDots &dots) {
  int64_t width = dots.channels(), panels = llvm::divideCeil(match.columns, width);
  int64_t kernel = match.window.getKernel().back(), outerTaps = match.taps() / kernel;
  std::vector<int8_t> packed;
  for (int64_t panel = 0; panel < panels; ++panel)
    for (int64_t t = 0; t < outerTaps; ++t)
      for (int64_t shift = 0; shift < int64_t(dots.shifts().size()); ++shift)
        for (int64_t i = 0; i < width * DepthwiseDots::kPixels; ++i) {
          int64_t v = i / width, lane = i % width / DepthwiseDots::kPixels;
          int64_t n = panel * width + DepthwiseDots::channelOf(v, lane);
          int64_t tap = dots.tapAt(shift, i % DepthwiseDots::kPixels);
          bool isThere = n < match.columns && tap >= 0;
          packed.push_back(isThere ? w[match.weightOffset(n, t * kernel + tap, 0)] : 0);
        }
  return packed;
}

/// [⌈n/W⌉][taps][W pairs], see DepthwisePairs
std::vector<uint16_t> packDepthwisePairs(const ContractMatch &match, std::span<const uint16_t> w,
                                         const DepthwisePairs &pairs) {
  int64_t panel = pairs.panel(), taps = match.taps();
  std::vector<uint16_t> packed(llvm::divideCeil(match.columns, panel) * taps * panel * 2);
  for (int64_t n = 0; n < match.columns; ++n)
    for (int64_t t = 0; t < taps; ++t)
      packed[(n / panel * taps + t) * panel * 2 + pairs.placeOf(n % panel)] = w[match.weightOffset(n, t, 0)];
  return packed;
}

//===----------------------------------------------------------------------===//
// The epilogue in the making
//===----------------------------------------------------------------------===//

/// Operands that are added to the sum.
struct Addends {
  SmallVector<Value> operands;
  SmallVector<AffineMap> maps;

  void add(Value operand, AffineMap map) {
    operands.push_back(operand);
    maps.push_back(map);
  }

  /// sum + operand + …, the region of `op`.
  void fill(OpBuilder &b, ContractOp op, Type acc) const {
    OpBuilder::InsertionGuard guard(b);
    Location loc = op.getLoc();
    Block *body = b.createBlock(&op.getBody());
    Value sum = body->addArgument(acc, loc);
    for (size_t i = 0; i < operands.size(); ++i) {
      Value arg = body->addArgument(acc, loc);
      sum = acc.isInteger() ? arith::AddIOp::create(b, loc, sum, arg).getResult()
                            : arith::AddFOp::create(b, loc, sum, arg).getResult();
    }
    YieldOp::create(b, loc, sum);
  }
};

struct FormContracts : impl::FormContractsBase<FormContracts> {
  using FormContractsBase::FormContractsBase;

  void runOnOperation() override {
    row = lookupTarget(getOperation(), target);
    if (!row)
      return signalPassFailure();
    if (!row->hasDots())
      return;
    for (func::FuncOp func : getOperation().getOps<func::FuncOp>()) {
      shifted.clear(); // values of one function
      SmallVector<linalg::LinalgOp> ops;
      func.walk([&](linalg::LinalgOp op) { ops.push_back(op); });
      for (linalg::LinalgOp op : ops)
        if (formGroupedContract(op, *row, [&](Value codes) { return withTopBitFlipped(codes); }))
          continue;
        else if (std::optional<ContractMatch> match = ContractMatch::get(op))
          rewrite(*match);
    }
  }

  void rewrite(ContractMatch &match) {
    OpBuilder b(match.op);
    arith::ConstantOp weight = match.weight();
    bool atCompileTime = weight && match.rhsOuterRank == 0;
    if (match.window && !atCompileTime)
      return;
    bool dots = match.depthwise ? hasDepthwiseDots(match) : match.integer || match.bf16;
    DotOperands operands = dots ? dotOperands(match) : DotOperands::f32();
    dot = row->dot(operands);
    if (!dot)
      return; // no instruction of the row
    depthwiseDots.reset();
    depthwisePairs.reset();
    if (match.depthwise && dots && match.bf16)
      depthwisePairs.emplace(*row, *dot, match.columns);
    else if (match.depthwise && dots)
      depthwiseDots.emplace(*row, *dot, match.window);
    bool packed = match.depthwise ? dots : atCompileTime || dots;
    Value rhs = atCompileTime ? packedWeight(match)
                : dots        ? packedAtRunTime(b, match)
                              : rowMajor(b, match);
    if (!rhs)
      return;
    Addends addends;
    Value lhs = match.lhs();
    bool lhsUnsigned = match.lhsUnsigned;
    if (int64_t shift = dot->leftShift(operands)) {
      lhs = withTopBitFlipped(match.lhs());
      addends.add(atCompileTime ? constantCorrection(b, match, -shift)
                                : computedCorrection(b, match, -shift),
                  columnsMap(b, match));
      lhsUnsigned = !lhsUnsigned;
    }
    if (!isZeroFill(match.init()))
      addends.add(match.init(), b.getMultiDimIdentityMap(match.type().getRank()));
    replace(b, match, lhs, rhs, packed, lhsUnsigned, addends, operands.rightLimit);
    if (weight && weight->use_empty())
      weight->erase();
  }

  /// Does a dot of the row make four taps of codes at once, or a tap of bf16?
  bool hasDepthwiseDots(const ContractMatch &match) const {
    const DotTile *found = match.integer || match.bf16 ? row->dot(dotOperands(match)) : nullptr;
    return found && (match.bf16 ? DepthwisePairs::apply(*found) : DepthwiseDots::apply(*found, match.window));
  }

  /// What the table needs to know. How large the weights are is found out only where a dot of the row
  /// asks for it.
  DotOperands dotOperands(const ContractMatch &match) const {
    auto type = [](Value v) { return getElementTypeOrSelf(v.getType()); };
    DotOperands operands{dotOperand(type(match.lhs()), match.lhsUnsigned),
                         dotOperand(type(match.rhs()), match.rhsUnsigned)};
    operands.rows = match.depthwise ? 1 : dotRows(match.type());
    operands.reduction = dotReduction(match.reduction);
    DotOperands bounded = operands;
    bounded.rightLimit = 0;
    const DotTile *best = row->dot(bounded);
    std::optional<std::span<const int8_t>> codes;
    if (match.integer && best != row->dot(operands))
      codes = matchCodes(match.rhs());
    if (!codes)
      return operands;
    bounded.rightLimit = largest(*codes);
    return row->dot(bounded) == best ? bounded : operands;
  }

  static int64_t largest(std::span<const int8_t> codes) {
    int64_t result = 0;
    for (int8_t code : codes)
      result = std::max<int64_t>(result, std::abs(int(code)));
    return result;
  }

  static void replace(OpBuilder &b, ContractMatch &match, Value lhs, Value rhs, bool packed,
                      bool lhsUnsigned, const Addends &addends, int64_t rightLimit) {
    Location loc = match.op->getLoc();
    Type acc = match.type().getElementType();
    Value out =
        tensor::EmptyOp::create(b, loc, tensor::getMixedSizes(b, loc, match.init()), acc);
    auto op = ContractOp::create(b, loc, match.type(), lhs, rhs, addends.operands, out,
                                 b.getAffineMapArrayAttr(addends.maps), packed, lhsUnsigned,
                                 match.rhsUnsigned, match.window, match.depthwise,
                                 rightLimit == DotOperands().rightLimit
                                     ? IntegerAttr()
                                     : b.getI64IntegerAttr(rightLimit),
                                 GroupsAttr());
    addends.fill(b, op, acc);
    match.op->getResult(0).replaceAllUsesWith(op.getResult());
    match.op->erase();
  }

  //===--- the right operand -------------------------------------------------------------------===//

  int64_t panelWidth(const ContractMatch &match) {
    return tileFor(*row, *dot, match.columns).vectors * dot->lanes;
  }

  RankedTensorType packedType(const ContractMatch &match, Type element) {
    SmallVector<int64_t> shape;
    if (depthwiseDots)
      return RankedTensorType::get(depthwiseDots->packedShape(match.window, match.columns), element);
    if (depthwisePairs)
      return RankedTensorType::get(depthwisePairs->packedShape(match.window), element);
    if (match.depthwise) {
      shape = SmallVector<int64_t>(match.window.getKernel());
      shape.push_back(match.columns);
      return RankedTensorType::get(shape, element);
    }
    int64_t panel = panelWidth(match), kBlock = dot->kBlock;
    shape.push_back(blocksIn(match.columns, panel));
    if (match.window)
      llvm::append_range(shape, match.window.getKernel());
    shape.append({blocksIn(match.reduction, kBlock), panel, kBlock});
    return RankedTensorType::get(shape, element);
  }

  template <typename T> std::vector<T> packedData(const ContractMatch &match, std::span<const T> w) {
    if (match.depthwise)
      return packDepthwise(match, w);
    return pack(match, w, panelWidth(match), dot->kBlock);
  }

  /// The packed constant; one per weight and layout, however many contractions read it. Null if its
  /// bytes are missing.
  Value packedWeight(const ContractMatch &match) {
    arith::ConstantOp weight = match.weight();
    RankedTensorType type = packedType(match, getElementTypeOrSelf(weight.getType()));
    OpBuilder b(weight);
    auto &known = packedWeights[weight.getValue()];
    for (const PackedWeight &candidate : known)
      if (candidate.packed.getType() == type && candidate.columnStride == match.columnStride &&
          candidate.tapStrides == match.tapStrides)
        return arith::ConstantOp::create(b, weight.getLoc(), candidate.packed);
    std::string name = (constantName(weight) + ".packed").str();
    arith::ConstantOp result;
    if (match.integer) {
      if (std::optional<std::span<const int8_t>> codes = matchCodes(weight))
        result = createConstant(b, weight.getLoc(), type, name,
                                depthwiseDots ? packDepthwiseDots(match, *codes, *depthwiseDots)
                                              : packedData(match, *codes));
    } else if (match.bf16) {
      if (std::optional<ArrayRef<char>> bytes = rawBytes(cast<ElementsAttr>(weight.getValue())))
        result = createConstant(b, weight.getLoc(), type, name,
                                depthwisePairs ? packDepthwisePairs(match, bitsOf(*bytes), *depthwisePairs)
                                               : packedData(match, bitsOf(*bytes)));
    } else if (std::optional<FloatView> floats = FloatView::match(weight)) {
      result = createConstant(b, weight.getLoc(), type, name, packedData(match, floats->values()));
    }
    if (result)
      known.push_back({match.columnStride, match.tapStrides, result.getValue()});
    return result ? result.getResult() : Value();
  }

  /// bf16 as it is stored.
  static std::span<const uint16_t> bitsOf(ArrayRef<char> bytes) {
    return {reinterpret_cast<const uint16_t *>(bytes.data()), bytes.size() / sizeof(uint16_t)};
  }

  /// The right operand k × n; computed operands that lie n × k are transposed at run time.
  static Value rowMajor(OpBuilder &b, const ContractMatch &match) {
    if (!match.columnsFirst)
      return match.rhs();
    Location loc = match.op->getLoc();
    auto type = cast<RankedTensorType>(match.rhs().getType());
    int64_t last = type.getRank() - 1;
    SmallVector<int64_t> permutation = llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
    SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, match.rhs());
    std::swap(permutation[last], permutation[last - 1]);
    std::swap(sizes[last], sizes[last - 1]);
    Value empty = tensor::EmptyOp::create(b, loc, sizes, type.getElementType());
    return linalg::TransposeOp::create(b, loc, match.rhs(), empty, permutation)->getResult(0);
  }

  /// Computed elements in the dot's packing, zeros beyond them.
  Value packedAtRunTime(OpBuilder &b, const ContractMatch &match) {
    Location loc = match.op->getLoc();
    Type element = getElementTypeOrSelf(match.rhs().getType());
    RankedTensorType inner = packedType(match, element);
    int64_t panel = inner.getDimSize(2), kBlock = inner.getDimSize(3), o = match.rhsOuterRank;
    SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, match.rhs());
    OpFoldResult panels = blocksIn(b, loc, sizes[match.columnDim()], panel);
    OpFoldResult steps = blocksIn(b, loc, sizes[match.reductionDim()], kBlock);
    Value source = padded(b, match, scaled(b, loc, panels, panel), scaled(b, loc, steps, kBlock));
    sizes.resize(o);
    sizes.append({panels, steps, b.getIndexAttr(panel), b.getIndexAttr(kBlock)});
    Value empty = tensor::EmptyOp::create(b, loc, sizes, element);
    auto dim = [&](int64_t i) { return b.getAffineDimExpr(o + i); };
    SmallVector<AffineExpr> at;
    for (int64_t i = 0; i < o; ++i)
      at.push_back(b.getAffineDimExpr(i));
    AffineExpr n = dim(0) * panel + dim(2), k = dim(1) * kBlock + dim(3);
    at.append({match.columnsFirst ? n : k, match.columnsFirst ? k : n});
    AffineMap maps[] = {AffineMap::get(o + 4, 0, at, b.getContext()),
                        b.getMultiDimIdentityMap(o + 4)};
    SmallVector<utils::IteratorType> parallel(o + 4, utils::IteratorType::parallel);
    return linalg::GenericOp::create(b, loc, empty.getType(), source, empty, maps, parallel,
                                     [](OpBuilder &b, Location loc, ValueRange args) {
                                       linalg::YieldOp::create(b, loc, args[0]);
                                     })
        .getResult(0);
  }

  /// The right operand with whole panels and steps.
  static Value padded(OpBuilder &b, const ContractMatch &match, OpFoldResult columns,
                      OpFoldResult reduction) {
    if (isConstantIntValue(columns, match.columns) && isConstantIntValue(reduction, match.reduction))
      return match.rhs();
    Location loc = match.op->getLoc();
    auto type = cast<RankedTensorType>(match.rhs().getType());
    SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, match.rhs());
    SmallVector<int64_t> shape(type.getShape());
    SmallVector<OpFoldResult> low(type.getRank(), b.getIndexAttr(0)), high(low);
    auto pad = [&](int64_t dim, OpFoldResult size) {
      shape[dim] = getConstantIntValue(size).value_or(ShapedType::kDynamic);
      high[dim] = difference(b, loc, size, sizes[dim]);
    };
    pad(match.columnDim(), columns);
    pad(match.reductionDim(), reduction);
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(type.getElementType()));
    return tensor::PadOp::create(b, loc, type.clone(shape), match.rhs(), low, high, zero);
  }

  //===--- sizes, folded where they are static -------------------------------------------------===//

  static int64_t blocksIn(int64_t size, int64_t block) {
    return ShapedType::isDynamic(size) ? size : llvm::divideCeil(size, block);
  }

  /// ⌈size/block⌉
  static OpFoldResult blocksIn(OpBuilder &b, Location loc, OpFoldResult size, int64_t block) {
    if (std::optional<int64_t> known = getConstantIntValue(size))
      return b.getIndexAttr(blocksIn(*known, block));
    Value last = arith::ConstantIndexOp::create(b, loc, block - 1);
    Value sum = arith::AddIOp::create(b, loc, cast<Value>(size), last);
    return b.createOrFold<arith::DivUIOp>(loc, sum, arith::ConstantIndexOp::create(b, loc, block));
  }

  static OpFoldResult scaled(OpBuilder &b, Location loc, OpFoldResult count, int64_t factor) {
    if (std::optional<int64_t> known = getConstantIntValue(count))
      return b.getIndexAttr(*known * factor);
    Value by = arith::ConstantIndexOp::create(b, loc, factor);
    return b.createOrFold<arith::MulIOp>(loc, cast<Value>(count), by);
  }

  static OpFoldResult difference(OpBuilder &b, Location loc, OpFoldResult left, OpFoldResult right) {
    auto known = getConstantIntValue(left), subtracted = getConstantIntValue(right);
    if (known && subtracted)
      return b.getIndexAttr(*known - *subtracted);
    return b.createOrFold<arith::SubIOp>(loc, getValueOrCreateConstantIndexOp(b, loc, left),
                                         getValueOrCreateConstantIndexOp(b, loc, right));
  }

  //===--- codes for instructions that want the other signedness -------------------------------===//

  /// Signed a as unsigned a + 128, unsigned a as signed a − 128. One op for all readers of `codes`.
  Value withTopBitFlipped(Value codes) {
    Value &result = shifted[codes];
    if (result)
      return result;
    OpBuilder b(codes.getContext());
    b.setInsertionPointAfterValue(codes);
    AffineMap identity = b.getMultiDimIdentityMap(cast<RankedTensorType>(codes.getType()).getRank());
    result = createElementwise(b, codes.getLoc(), codes, b.getI8Type(), codes, identity,
                               [](OpBuilder &b, Location loc, ValueRange args) {
                                 Value top = arith::ConstantIntOp::create(b, loc, -128, 8);
                                 return arith::XOrIOp::create(b, loc, args[0], top).getResult();
                               });
    return result;
  }

  /// How factor · Σ w is indexed by the result's dimensions.
  static AffineMap columnsMap(OpBuilder &b, const ContractMatch &match) {
    unsigned rank = match.type().getRank();
    SmallVector<AffineExpr> results;
    for (int64_t i = 0; i < match.rhsOuterRank; ++i)
      results.push_back(b.getAffineDimExpr(i));
    results.push_back(b.getAffineDimExpr(rank - 1));
    return AffineMap::get(rank, 0, results, b.getContext());
  }

  /// factor · Σ_{t,k} w[n, t, k]
  static Value constantCorrection(OpBuilder &b, const ContractMatch &match, int32_t factor) {
    std::span<const int8_t> w = *matchCodes(match.weight());
    std::vector<int32_t> correction(match.columns);
    for (int64_t n = 0; n < match.columns; ++n)
      for (int64_t t = 0; t < match.taps(); ++t)
        for (int64_t k = 0; k < match.reduction; ++k)
          correction[n] += factor * extended(w[match.weightOffset(n, t, k)], match.rhsUnsigned);
    arith::ConstantOp weight = match.weight();
    return createConstant(b, weight.getLoc(), RankedTensorType::get({match.columns}, b.getI32Type()),
                          (constantName(weight) + ".correction").str(), std::move(correction));
  }

  static int32_t extended(int8_t code, bool isUnsigned) { return isUnsigned ? uint8_t(code) : code; }

  /// The same for computed codes, per outer index; the loop over what lies contiguously is the inner one.
  static Value computedCorrection(OpBuilder &b, const ContractMatch &match, int32_t by) {
    Location loc = match.op->getLoc();
    int64_t o = match.rhsOuterRank;
    SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, match.rhs());
    OpFoldResult columns = sizes[match.columnDim()];
    sizes.resize(o);
    sizes.push_back(columns);
    Value empty = tensor::EmptyOp::create(b, loc, sizes, b.getI32Type());
    Value zero = arith::ConstantIntOp::create(b, loc, 0, 32);
    Value init = linalg::FillOp::create(b, loc, zero, empty).getResult(0);
    unsigned column = match.columnsFirst ? o : o + 1;
    SmallVector<AffineExpr> kept;
    for (int64_t i = 0; i < o; ++i)
      kept.push_back(b.getAffineDimExpr(i));
    kept.push_back(b.getAffineDimExpr(column));
    AffineMap maps[] = {b.getMultiDimIdentityMap(o + 2), AffineMap::get(o + 2, 0, kept, b.getContext())};
    SmallVector<utils::IteratorType> iterators(o + 2, utils::IteratorType::parallel);
    iterators[match.columnsFirst ? o + 1 : o] = utils::IteratorType::reduction;
    return linalg::GenericOp::create(
               b, loc, init.getType(), match.rhs(), init, maps, iterators,
               [&](OpBuilder &b, Location loc, ValueRange args) {
                 Type i32 = b.getI32Type();
                 Value wide = match.rhsUnsigned
                                  ? arith::ExtUIOp::create(b, loc, i32, args[0]).getResult()
                                  : arith::ExtSIOp::create(b, loc, i32, args[0]).getResult();
                 Value factor = arith::ConstantIntOp::create(b, loc, by, 32);
                 Value term = arith::MulIOp::create(b, loc, wide, factor);
                 linalg::YieldOp::create(b, loc,
                                         arith::AddIOp::create(b, loc, args[1], term).getResult());
               })
        .getResult(0);
  }

  struct PackedWeight {
    int64_t columnStride;
    SmallVector<int64_t> tapStrides;
    TypedAttr packed;
  };

  const CpuTarget *row = nullptr;
  const DotTile *dot = nullptr; ///< of the contraction at hand
  std::optional<DepthwiseDots> depthwiseDots;   ///< of a depthwise contraction of codes
  std::optional<DepthwisePairs> depthwisePairs; ///< of one of bf16
  llvm::DenseMap<Value, Value> shifted;
  llvm::DenseMap<Attribute, SmallVector<PackedWeight, 1>> packedWeights;
};

} // namespace
} // namespace lowp::cpu
