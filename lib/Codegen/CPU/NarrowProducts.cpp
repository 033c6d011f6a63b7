//===- NarrowProducts.cpp ------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ContractMatch.h"
#include "GroupedMatch.h"
#include "Target.h"
#include "lowp/Codegen/CPU/Passes.h"

#include "lowp/Analysis/Elementwise.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Numerics/LowFloat.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SmallPtrSet.h"

#include <cmath>

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_NARROWPRODUCTS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

/// With fewer rows a computed right operand is read too seldom to be worth its packing.
constexpr int64_t kLeastRows = 16;

/// Gives values in bf16, each once for all products that read it: rounded where they are computed, so that the
/// rounding joins an epilogue and less memory is moved.
class Rounding {
public:
  /// `products` are what reads rounded values.
  explicit Rounding(const llvm::SmallPtrSetImpl<Operation *> &products) : products(products) {}

  /// The weight of a depthwise convolution.
  Value ofTaps(const ContractMatch &match) {
    Value result = roundConstant(match.weight(), &match);
    return result ? result : truncated(match.rhs());
  }

  Value of(Value value) {
    Value &known = rounded[value];
    if (!known) {
      Value result = round(value);
      return rounded[value] = result; // the map may have grown
    }
    return known;
  }

private:
  Value round(Value value) {
    if (auto constant = value.getDefiningOp<arith::ConstantOp>())
      if (Value result = roundConstant(constant))
        return result;
    Operation *op = value.getDefiningOp();
    return op && isMoved(op) ? behindRounded(op) : truncated(value);
  }

  /// Can the rounding stand in front of the op? Reshapes cost nothing; what moves elements does it for the products
  /// alone.
  bool isMoved(Operation *op) const {
    if (isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op))
      return true;
    auto pad = dyn_cast<tensor::PadOp>(op);
    return (isa<linalg::TransposeOp>(op) || (pad && constantPadding(pad))) &&
           llvm::all_of(op->getUsers(), [&](Operation *user) { return products.contains(user); });
  }

  static FloatAttr constantPadding(tensor::PadOp pad) {
    FloatAttr number;
    Value padding = pad.getConstantPaddingValue();
    return padding && matchPattern(padding, m_Constant(&number)) ? number : FloatAttr();
  }

  Value behindRounded(Operation *op) {
    Value source = of(op->getOperand(0));
    OpBuilder b(op);
    Location loc = op->getLoc();
    auto type = cast<RankedTensorType>(op->getResult(0).getType()).clone(b.getBF16Type());
    if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
      return tensor::CollapseShapeOp::create(b, loc, type, source, collapse.getReassociationIndices());
    if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
      return tensor::ExpandShapeOp::create(b, loc, type, source, expand.getReassociationIndices(),
                                           expand.getMixedOutputShape());
    if (auto pad = dyn_cast<tensor::PadOp>(op)) {
      Value padding = arith::ConstantOp::create(
          b, loc, b.getFloatAttr(b.getBF16Type(), constantPadding(pad).getValueAsDouble()));
      return tensor::PadOp::create(b, loc, type, source, pad.getMixedLowPad(), pad.getMixedHighPad(), padding);
    }
    auto transpose = cast<linalg::TransposeOp>(op);
    Value empty = tensor::EmptyOp::create(b, loc, tensor::getMixedSizes(b, loc, transpose.getInit()), b.getBF16Type());
    return linalg::TransposeOp::create(b, loc, source, empty, transpose.getPermutation())->getResult(0);
  }

  static Value truncated(Value value) {
    OpBuilder b(value.getContext());
    b.setInsertionPointAfterValue(value);
    AffineMap identity = b.getMultiDimIdentityMap(cast<RankedTensorType>(value.getType()).getRank());
    return createElementwise(b, value.getLoc(), value, b.getBF16Type(), value, identity,
                             [](OpBuilder &b, Location loc, ValueRange args) -> Value {
                               return arith::TruncFOp::create(b, loc, b.getBF16Type(), args[0]);
                             });
  }

  /// One for each weight, however many functions have it; null if its bytes are missing.
  Value roundConstant(arith::ConstantOp constant, const ContractMatch *depthwise = nullptr) {
    OpBuilder b(constant);
    TypedAttr &known = weights[constant.getValue()];
    if (known)
      return arith::ConstantOp::create(b, constant.getLoc(), known);
    std::optional<FloatView> floats = FloatView::match(constant);
    if (!floats)
      return {};
    std::vector<uint16_t> halves(floats->size());
    if (depthwise)
      roundTaps(*depthwise, floats->values(), halves);
    else
      llvm::transform(floats->values(), halves.begin(), encodeBFloat16);
    auto type = cast<RankedTensorType>(constant.getType()).clone(b.getBF16Type());
    auto result =
        createConstant(b, constant.getLoc(), type, (constantName(constant) + ".bf16").str(), std::move(halves));
    known = result.getValue();
    return result;
  }

  /// The error of each tap of a channel is made up for by the next smaller one: neighbouring pixels are alike, so what
  /// counts is the sum of the errors.
  static void roundTaps(const ContractMatch &match, std::span<const float> weights, std::vector<uint16_t> &halves) {
    SmallVector<int64_t> taps(match.taps());
    for (int64_t n = 0; n < match.columns; ++n) {
      for (int64_t t = 0; t < match.taps(); ++t)
        taps[t] = match.weightOffset(n, t, 0);
      llvm::sort(taps, [&](int64_t a, int64_t b) {
        return std::pair(std::fabs(weights[a]), a) > std::pair(std::fabs(weights[b]), b);
      });
      double rest = 0;
      for (int64_t tap : taps) {
        double wanted = weights[tap] + rest;
        halves[tap] = encodeBFloat16(float(wanted));
        rest = wanted - decode(halves[tap], bfloat16);
      }
    }
  }

  const llvm::SmallPtrSetImpl<Operation *> &products;
  llvm::DenseMap<Value, Value> rounded;
  llvm::DenseMap<Attribute, TypedAttr> weights;
};

struct NarrowProducts : impl::NarrowProductsBase<NarrowProducts> {
  using NarrowProductsBase::NarrowProductsBase;

  void runOnOperation() override {
    const CpuTarget *row = lookupTarget(getOperation(), target);
    if (!row)
      return signalPassFailure();
    if (weights && !row->dot({DotOperand::BF16, DotOperand::BF16}))
      emitWarning(getOperation().getLoc(), "target '") << row->name << "' has no dot of bf16: products of floats stay in f32";
    SmallVector<ContractMatch> matches;
    llvm::SmallPtrSet<Operation *, 16> products;
    getOperation().walk([&](linalg::LinalgOp op) {
      std::optional<ContractMatch> match = ContractMatch::get(op);
      if (match && applies(*match, *row)) {
        matches.push_back(*match);
        products.insert(op);
      }
    });
    Rounding rounding(products);
    for (const ContractMatch &match : matches)
      narrow(match, rounding);
    for (const ContractMatch &match : matches)
      match.op->erase(); // not before: the addresses stand for products
  }

  /// A product of floats that the row has a dot of bf16 for: of weights where those are asked for, of two computed
  /// matrices where there are rows enough. Codes in groups are dequantized in registers, to f32; a reduction over the three
  /// colours of an image leaves steps half empty.
  bool applies(const ContractMatch &match, const CpuTarget &row) const {
    if (match.integer || match.bf16 || GroupedMatch::get(match.op))
      return false;
    bool isWeight = match.weight() && match.rhsOuterRank == 0;
    DotOperands operands{DotOperand::BF16, DotOperand::BF16};
    operands.rows = match.depthwise ? 1 : dotRows(match.type());
    operands.reduction = dotReduction(match.reduction);
    const DotTile *dot = row.dot(operands);
    bool isHalfEmpty = dot && !match.depthwise && !ShapedType::isDynamic(match.reduction) && match.reduction < 2 * dot->kBlock;
    return dot && !isHalfEmpty && (isWeight ? weights : !match.window && operands.rows >= kLeastRows);
  }

  static void narrow(const ContractMatch &match, Rounding &rounding) {
    linalg::LinalgOp op = match.op;
    Value operands[] = {rounding.of(match.lhs()), match.depthwise ? rounding.ofTaps(match) : rounding.of(match.rhs())};
    OpBuilder b(op);
    auto product = linalg::GenericOp::create(
        b, op.getLoc(), match.type(), operands, match.init(), op.getIndexingMapsArray(),
        op.getIteratorTypesArray(), [](OpBuilder &b, Location loc, ValueRange args) {
          auto wide = [&](Value v) { return arith::ExtFOp::create(b, loc, b.getF32Type(), v); };
          Value term = arith::MulFOp::create(b, loc, wide(args[0]), wide(args[1]));
          linalg::YieldOp::create(b, loc, arith::AddFOp::create(b, loc, args[2], term).getResult());
        });
    op->replaceAllUsesWith(product);
  }
};

} // namespace
} // namespace lowp::cpu
