//===- FormContracts.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Target.h"
#include "lowp/Codegen/CPU/Passes.h"

#include "lowp/Bridge/Constants.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_FORMCONTRACTS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

/// A linalg contraction that lowp.contract can express.
struct Match {
  explicit Match(linalg::LinalgOp op) : op(op) {}

  linalg::LinalgOp op;
  bool batched = false, integer = false, lhsUnsigned = false, rhsUnsigned = false;
  bool rhsTransposed = false; ///< the right operand lies n × k, not k × n

  Value lhs() { return op->getOperand(0); }
  Value rhs() { return op->getOperand(1); }
  Value init() { return op->getOperand(2); }
  RankedTensorType type() { return cast<RankedTensorType>(op->getResult(0).getType()); }
  int64_t columns() { return type().getShape().back(); }
  int64_t reduction() { return cast<RankedTensorType>(lhs().getType()).getShape().back(); }
};

/// Are the operands indexed as [b,] m, k and [b,] (n, k | k, n) and [b,] m, n?
bool matchMaps(Match &match, const linalg::ContractionDimensions &dims) {
  if (dims.m.size() != 1 || dims.n.size() != 1 || dims.k.size() != 1 || dims.batch.size() > 1)
    return false;
  match.batched = !dims.batch.empty();
  auto is = [&](AffineMap map, unsigned first, unsigned second) {
    SmallVector<unsigned> expected(dims.batch.begin(), dims.batch.end());
    expected.append({first, second});
    return map == AffineMap::getMultiDimMapWithTargets(map.getNumDims(), expected, map.getContext());
  };
  unsigned m = dims.m[0], n = dims.n[0], k = dims.k[0];
  SmallVector<AffineMap> maps = match.op.getIndexingMapsArray();
  match.rhsTransposed = is(maps[1], n, k);
  return is(maps[0], m, k) && (match.rhsTransposed || is(maps[1], k, n)) && is(maps[2], m, n);
}

/// Does the body zero-extend this argument? nullopt: it is not extended at all.
std::optional<bool> isZeroExtended(BlockArgument arg) {
  if (!arg.hasOneUse())
    return std::nullopt;
  Operation *user = *arg.user_begin();
  if (isa<arith::ExtUIOp>(user))
    return true;
  return isa<arith::ExtSIOp>(user) ? std::optional(false) : std::nullopt;
}

bool matchTypes(Match &match) {
  auto element = [](Value v) { return getElementTypeOrSelf(v.getType()); };
  Type lhs = element(match.lhs()), rhs = element(match.rhs()), out = element(match.init());
  if (lhs.isF32() && rhs.isF32() && out.isF32()) {
    match.integer = false;
    return true;
  }
  auto generic = dyn_cast<linalg::GenericOp>(*match.op);
  if (!generic || !lhs.isInteger(8) || !rhs.isInteger(8) || !out.isInteger(32))
    return false;
  std::optional<bool> a = isZeroExtended(generic.getBody()->getArgument(0));
  std::optional<bool> b = isZeroExtended(generic.getBody()->getArgument(1));
  if (!a || !b)
    return false;
  match.integer = true;
  match.lhsUnsigned = *a;
  match.rhsUnsigned = *b;
  return true;
}

std::optional<Match> matchContraction(linalg::LinalgOp op) {
  if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 || !op.hasPureTensorSemantics() ||
      !linalg::isaContractionOpInterface(op))
    return std::nullopt;
  FailureOr<linalg::ContractionDimensions> dims = linalg::inferContractionDims(op);
  Match match(op);
  if (failed(dims) || !matchMaps(match, *dims) || !matchTypes(match) ||
      ShapedType::isDynamic(match.columns()) || ShapedType::isDynamic(match.reduction()))
    return std::nullopt;
  return match;
}

//===----------------------------------------------------------------------===//
// Packing
//===----------------------------------------------------------------------===//

/// The right operand as w(n, k), whatever its layout.
template <typename T> struct WeightView {
  std::span<const T> data;
  int64_t columns, reduction;
  bool transposed;
  T operator()(int64_t n, int64_t k) const {
    return transposed ? data[n * reduction + k] : data[k * columns + n];
  }
};

/// [⌈n/NR⌉][⌈k/KB⌉][NR][KB]
template <typename T> std::vector<T> pack(WeightView<T> w, int64_t panel, int64_t kBlock) {
  int64_t panels = llvm::divideCeil(w.columns, panel), steps = llvm::divideCeil(w.reduction, kBlock);
  std::vector<T> packed(panels * steps * panel * kBlock, T(0));
  for (int64_t n = 0; n < w.columns; ++n)
    for (int64_t k = 0; k < w.reduction; ++k)
      packed[((n / panel * steps + k / kBlock) * panel + n % panel) * kBlock + k % kBlock] = w(n, k);
  return packed;
}

struct FormContracts : impl::FormContractsBase<FormContracts> {
  using FormContractsBase::FormContractsBase;

  void runOnOperation() override {
    row = lookupTarget(getOperation(), target);
    if (!row)
      return signalPassFailure();
    if (row->dot == DotKind::None)
      return;
    shifted.clear();
    packedWeights.clear();
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    for (linalg::LinalgOp op : ops)
      if (std::optional<Match> match = matchContraction(op))
        rewrite(*match);
  }

  void rewrite(Match &match) {
    OpBuilder b(match.op);
    auto constant = match.rhs().getDefiningOp<arith::ConstantOp>();
    bool pack = constant && !match.batched;
    if (match.integer && (!pack || match.rhsUnsigned))
      return; // no instruction of the row, or operands to be packed at run time
    Value rhs = pack ? packed(match, constant) : rowMajor(b, match);
    if (!rhs)
      return;
    Epilogue epilogue(b, match);
    Value lhs = match.lhs();
    bool lhsUnsigned = match.lhsUnsigned;
    if (match.integer && row->needsUnsignedActivation() && !lhsUnsigned) {
      lhs = shiftToUnsigned(match.lhs());
      epilogue.addColumns(columnCorrection(b, match, constant));
      lhsUnsigned = true;
    }
    epilogue.addInit();
    Value result = epilogue.finish(lhs, rhs, pack, lhsUnsigned);
    match.op->getResult(0).replaceAllUsesWith(result);
    match.op->erase();
    if (constant && constant->use_empty())
      constant->erase();
  }

  /// Collects the operands and the region of the new op.
  struct Epilogue {
    Epilogue(OpBuilder &b, Match &match) : b(b), match(match) {}

    OpBuilder &b;
    Match &match;
    SmallVector<Value> operands;
    SmallVector<AffineMap> maps;

    void add(Value operand, AffineMap map) {
      operands.push_back(operand);
      maps.push_back(map);
    }
    void addColumns(Value vector) {
      unsigned rank = match.type().getRank();
      add(vector, AffineMap::get(rank, 0, b.getAffineDimExpr(rank - 1)));
    }
    /// An init that is not zero is added to the sum.
    void addInit() {
      auto fill = match.init().getDefiningOp<linalg::FillOp>();
      if (fill && (matchPattern(fill.getInputs()[0], m_Zero()) ||
                   matchPattern(fill.getInputs()[0], m_AnyZeroFloat())))
        return;
      add(match.init(), b.getMultiDimIdentityMap(match.type().getRank()));
    }
    Value finish(Value lhs, Value rhs, bool packed, bool lhsUnsigned) {
      Location loc = match.op->getLoc();
      Value out = tensor::EmptyOp::create(b, loc, tensor::getMixedSizes(b, loc, match.init()),
                                          match.type().getElementType());
      auto op = ContractOp::create(b, loc, match.type(), lhs, rhs, operands, out,
                                   b.getAffineMapArrayAttr(maps), b.getBoolAttr(packed),
                                   lhsUnsigned ? b.getUnitAttr() : UnitAttr(), UnitAttr());
      Type acc = match.type().getElementType();
      Block *body = b.createBlock(&op.getBody());
      Value sum = body->addArgument(acc, loc);
      for (size_t i = 0; i < operands.size(); ++i) {
        Value arg = body->addArgument(acc, loc);
        sum = match.integer ? arith::AddIOp::create(b, loc, sum, arg).getResult()
                            : arith::AddFOp::create(b, loc, sum, arg).getResult();
      }
      YieldOp::create(b, loc, sum);
      return op.getResult();
    }
  };

  int64_t panelWidth(Match &match) {
    return chooseTile(*row, match.columns()).vectors * row->lanes();
  }

  /// The packed constant; one per weight, however many contractions read it. Null if its bytes are
  /// missing.
  Value packed(Match &match, arith::ConstantOp constant) {
    Value &result = packedWeights[{constant.getValue(), match.rhsTransposed}];
    if (result)
      return result;
    OpBuilder b(constant);
    int64_t n = match.columns(), k = match.reduction(), panel = panelWidth(match);
    int64_t kBlock = row->kBlock(match.integer);
    auto type = RankedTensorType::get(
        {int64_t(llvm::divideCeil(n, panel)), int64_t(llvm::divideCeil(k, kBlock)), panel, kBlock},
        getElementTypeOrSelf(constant.getType()));
    std::string name = (constantName(constant) + ".packed").str();
    if (match.integer) {
      if (std::optional<std::span<const int8_t>> codes = matchCodes(constant))
        result = createConstant(b, constant.getLoc(), type, name,
                                pack(WeightView<int8_t>{*codes, n, k, match.rhsTransposed}, panel, kBlock));
    } else if (std::optional<FloatView> floats = FloatView::match(constant)) {
      result = createConstant(
          b, constant.getLoc(), type, name,
          pack(WeightView<float>{floats->values(), n, k, match.rhsTransposed}, panel, kBlock));
    }
    return result;
  }

  /// The right operand k × n; computed operands that lie n × k are transposed at run time.
  static Value rowMajor(OpBuilder &b, Match &match) {
    if (!match.rhsTransposed)
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

  /// a + 128 modulo 256, as unsigned: a with its top bit flipped. One op for all readers of `codes`.
  Value shiftToUnsigned(Value codes) {
    Value &result = shifted[codes];
    if (result)
      return result;
    OpBuilder b(codes.getContext());
    b.setInsertionPointAfterValue(codes);
    Location loc = codes.getLoc();
    auto type = cast<RankedTensorType>(codes.getType());
    Value empty = tensor::EmptyOp::create(b, loc, tensor::getMixedSizes(b, loc, codes), b.getI8Type());
    AffineMap identity = b.getMultiDimIdentityMap(type.getRank());
    SmallVector<utils::IteratorType> iterators(type.getRank(), utils::IteratorType::parallel);
    result = linalg::GenericOp::create(
                 b, loc, type, codes, empty, ArrayRef{identity, identity}, iterators,
                 [](OpBuilder &b, Location loc, ValueRange args) {
                   Value top = arith::ConstantIntOp::create(b, loc, -128, 8);
                   Value flipped = arith::XOrIOp::create(b, loc, args[0], top);
                   linalg::YieldOp::create(b, loc, flipped);
                 })
                 .getResult(0);
    return result;
  }

  /// −128 · Σ_k w[n, k]
  static Value columnCorrection(OpBuilder &b, Match &match, arith::ConstantOp constant) {
    WeightView<int8_t> w{*matchCodes(constant), match.columns(), match.reduction(),
                         match.rhsTransposed};
    std::vector<int32_t> correction(w.columns);
    for (int64_t n = 0; n < w.columns; ++n)
      for (int64_t k = 0; k < w.reduction; ++k)
        correction[n] -= 128 * int32_t(w(n, k));
    auto type = RankedTensorType::get({w.columns}, b.getI32Type());
    return createConstant(b, constant.getLoc(), type,
                          (constantName(constant) + ".correction").str(), std::move(correction));
  }

  const CpuTarget *row = nullptr;
  llvm::DenseMap<Value, Value> shifted;
  llvm::DenseMap<std::pair<Attribute, unsigned>, Value> packedWeights;
};

} // namespace
} // namespace lowp::cpu
