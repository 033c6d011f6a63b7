//===- ChannelsLast.cpp --------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Import/Passes.h"

#include "lowp/Analysis/Elementwise.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;

namespace lowp::import {
#define GEN_PASS_DEF_CHANNELSLAST
#include "lowp/Transforms/Import/Passes.h.inc"

namespace {

using Permutation = SmallVector<int64_t>;

/// `value` lies as `last` permuted: dimension i of `last` is dimension permutation[i] of the original.
struct Layout {
  Value last;
  Permutation permutation;
};

SmallVector<OpFoldResult> permuted(ArrayRef<OpFoldResult> sizes, ArrayRef<int64_t> permutation) {
  return llvm::map_to_vector(permutation, [&](int64_t d) { return sizes[d]; });
}

Value transposed(OpBuilder &b, Location loc, Value value, ArrayRef<int64_t> permutation) {
  if (isIdentityPermutation(permutation))
    return value;
  Value empty = tensor::EmptyOp::create(
      b, loc, permuted(tensor::getMixedSizes(b, loc, value), permutation),
      getElementTypeOrSelf(value.getType()));
  return linalg::TransposeOp::create(b, loc, value, empty, permutation)->getResult(0);
}

/// The map of an operand whose original is indexed by `map`, read as it lies permuted.
AffineMap permutedResults(AffineMap map, ArrayRef<int64_t> permutation) {
  SmallVector<AffineExpr> results =
      llvm::map_to_vector(permutation, [&](int64_t d) { return map.getResult(d); });
  return AffineMap::get(map.getNumDims(), 0, results, map.getContext());
}

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

/// A named or generic convolution with the roles of its loops.
struct Convolution {
  mutable linalg::LinalgOp op; // handles of MLIR are not const-correct
  linalg::ConvolutionDimensions dims;

  static std::optional<Convolution> match(linalg::LinalgOp op) {
    if (isa<linalg::GenericOp>(op) || op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 ||
        !op.hasPureTensorSemantics() || !linalg::isaConvolutionOpInterface(op) ||
        !isa<FloatType>(getElementTypeOrSelf(op->getResult(0).getType())))
      return std::nullopt;
    FailureOr<linalg::ConvolutionDimensions> dims = linalg::inferConvolutionDims(op);
    bool sums = succeeded(dims) && (!dims->inputChannel.empty() || !dims->depth.empty()) &&
                isa_and_present<arith::AddFOp>(
                    op.getBlock()->getTerminator()->getOperand(0).getDefiningOp());
    return sums ? std::optional(Convolution{op, *dims}) : std::nullopt;
  }

  /// The loops in their new order: (batch, image, group, output channel; kernel, input channel).
  SmallVector<unsigned> loopOrder() const {
    SmallVector<unsigned> order;
    for (const auto *group : {&dims.batch, &dims.outputImage, &dims.depth, &dims.outputChannel,
                              &dims.filterLoop, &dims.inputChannel})
      order.append(group->begin(), group->end());
    return order;
  }

  /// How the dimensions that `map` gives are ordered when those of `roles` come first to last.
  static Permutation orderBy(AffineMap map, ArrayRef<unsigned> roles) {
    Permutation result;
    for (unsigned loop : roles)
      for (auto [i, expr] : llvm::enumerate(map.getResults()))
        if (expr.isFunctionOfDim(loop))
          result.push_back(i);
    return result;
  }

  Permutation inputOrder() const {
    SmallVector<unsigned> roles(dims.batch.begin(), dims.batch.end());
    roles.append(dims.outputImage.begin(), dims.outputImage.end());
    roles.append(dims.depth.begin(), dims.depth.end());
    roles.append(dims.inputChannel.begin(), dims.inputChannel.end());
    return orderBy(op.getIndexingMapsArray()[0], roles);
  }

  Permutation outputOrder() const { return orderBy(op.getIndexingMapsArray()[2], loopOrder()); }

  /// One element, and slices of the input that are known.
  bool hasUnitKernel() const {
    SmallVector<int64_t> ranges = op.getStaticLoopRanges();
    for (auto [stride, image] : llvm::zip(dims.strides, dims.outputImage))
      if (stride != 1 && ShapedType::isDynamic(ranges[image]))
        return false;
    return llvm::all_of(dims.filterLoop, [&](unsigned d) { return ranges[d] == 1; });
  }
};

/// A constant vector broadcast along the channels: (vector, its dimension); nullopt otherwise.
std::optional<std::pair<Value, int64_t>> matchBias(Value init) {
  auto broadcast = init.getDefiningOp<linalg::BroadcastOp>();
  if (!broadcast || cast<ShapedType>(broadcast.getInput().getType()).getRank() != 1)
    return std::nullopt;
  int64_t rank = cast<ShapedType>(init.getType()).getRank();
  for (int64_t d = 0; d < rank; ++d)
    if (!llvm::is_contained(broadcast.getDimensions(), d))
      return std::pair(broadcast.getInput(), d);
  return std::nullopt;
}

Value addf(OpBuilder &b, Location loc, ValueRange args) {
  return arith::AddFOp::create(b, loc, args[0], args[1]);
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

class LayoutRewriter {
public:
  explicit LayoutRewriter(func::FuncOp func) : func(func), b(func.getContext()) {}

  void run() {
    SmallVector<Operation *> ops;
    func.walk([&](Operation *op) {
      if (op->getParentOp() == func.getOperation())
        ops.push_back(op);
    });
    for (Operation *op : ops) {
      b.setInsertionPoint(op);
      rewrite(op);
    }
    transposeBack();
  }

private:
  void rewrite(Operation *op) {
    if (auto pad = dyn_cast<tensor::PadOp>(op))
      return rewritePad(pad);
    auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
    if (!linalgOp || !linalgOp.hasPureTensorSemantics())
      return;
    if (std::optional<Convolution> conv = Convolution::match(linalgOp))
      return rewriteConvolution(*conv);
    if (isa<linalg::PoolingNchwMaxOp, linalg::PoolingNchwSumOp>(op))
      return rewritePooling(linalgOp);
    if (auto generic = dyn_cast<linalg::GenericOp>(op))
      return rewriteGeneric(generic);
  }

  /// `value` as it lies permuted: what is known, else transposed here, a pad behind that.
  Value inLayout(Value value, ArrayRef<int64_t> permutation) {
    auto it = layouts.find(value);
    if (it != layouts.end() && ArrayRef(it->second.permutation) == permutation)
      return it->second.last;
    auto pad = value.getDefiningOp<tensor::PadOp>();
    if (pad && pad.getConstantPaddingValue())
      return permutedPad(pad, inLayout(pad.getSource(), permutation), permutation);
    return transposed(b, value.getLoc(), value, permutation);
  }

  Value permutedPad(tensor::PadOp pad, Value source, ArrayRef<int64_t> permutation) {
    auto type = cast<RankedTensorType>(pad.getType());
    return tensor::PadOp::create(
        b, pad.getLoc(), type.clone(applyPermutation(type.getShape(), permutation)), source,
        permuted(pad.getMixedLowPad(), permutation), permuted(pad.getMixedHighPad(), permutation),
        pad.getConstantPaddingValue());
  }

  void record(Operation *op, Value last, ArrayRef<int64_t> permutation) {
    layouts[op->getResult(0)] = {last, Permutation(permutation)};
    replaced.push_back(op);
  }

  //===--- convolutions ------------------------------------------------------------------------===//

  void rewriteConvolution(const Convolution &conv) {
    Location loc = conv.op.getLoc();
    Permutation inputOrder = conv.inputOrder(), outputOrder = conv.outputOrder();
    Value input = inLayout(conv.op->getOperand(0), inputOrder);
    Value init = conv.op->getOperand(2);
    auto type = cast<RankedTensorType>(conv.op->getResult(0).getType());
    Value empty = tensor::EmptyOp::create(
        b, loc, permuted(tensor::getMixedSizes(b, loc, init), outputOrder), type.getElementType());
    Value none = arith::ConstantOp::create(b, loc, b.getZeroAttr(type.getElementType()));
    Value out = linalg::FillOp::create(b, loc, none, empty).getResult(0);
    Value sums = createGeneric(conv, input, out, inputOrder, outputOrder);
    if (!isZeroFill(init))
      sums = addInit(loc, sums, init, outputOrder);
    record(conv.op, sums, outputOrder);
  }

  Value createGeneric(const Convolution &conv, Value input, Value out,
                      ArrayRef<int64_t> inputOrder, ArrayRef<int64_t> outputOrder) {
    linalg::LinalgOp op = conv.op;
    SmallVector<unsigned> order = conv.loopOrder();
    SmallVector<AffineExpr> renumbered(order.size());
    SmallVector<utils::IteratorType> iterators;
    for (auto [position, loop] : llvm::enumerate(order)) {
      renumbered[loop] = b.getAffineDimExpr(position);
      iterators.push_back(op.getIteratorTypesArray()[loop]);
    }
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    if (conv.hasUnitKernel())
      input = withoutWindow(conv, input, inputOrder, maps[0]);
    maps[0] = permutedResults(maps[0], inputOrder);
    maps[2] = permutedResults(maps[2], outputOrder);
    for (AffineMap &map : maps)
      map = map.replaceDimsAndSymbols(renumbered, {}, order.size(), 0);
    auto result = linalg::GenericOp::create(b, op.getLoc(), out.getType(),
                                            ValueRange{input, op->getOperand(1)}, out, maps,
                                            iterators);
    IRMapping mapping;
    op->getRegion(0).cloneInto(&result.getRegion(), mapping);
    return result.getResult(0);
  }

  /// A kernel of one element reads every stride-th pixel: those alone, and the map without a window.
  Value withoutWindow(const Convolution &conv, Value input, ArrayRef<int64_t> inputOrder,
                      AffineMap &map) {
    SmallVector<AffineExpr> results(map.getResults());
    SmallVector<int64_t> strides(results.size(), 1);
    for (auto [i, loop] : llvm::enumerate(conv.dims.outputImage))
      for (auto [d, expr] : llvm::enumerate(results))
        if (expr.isFunctionOfDim(loop)) {
          expr = b.getAffineDimExpr(loop);
          strides[d] = conv.dims.strides[i];
        }
    map = AffineMap::get(map.getNumDims(), 0, results, b.getContext());
    if (llvm::all_of(strides, [](int64_t s) { return s == 1; }))
      return input;
    auto type = cast<RankedTensorType>(input.getType());
    SmallVector<OpFoldResult> offsets(type.getRank(), b.getIndexAttr(0)), sizes, steps;
    for (int64_t d : inputOrder)
      steps.push_back(b.getIndexAttr(strides[d]));
    Location loc = conv.op.getLoc();
    for (auto [size, step] : llvm::zip(tensor::getMixedSizes(b, loc, input), steps)) {
      int64_t stride = *getConstantIntValue(step);
      sizes.push_back(stride == 1 ? size
                                  : b.getIndexAttr(llvm::divideCeil(*getConstantIntValue(size), stride)));
    }
    return tensor::ExtractSliceOp::create(b, loc, input, offsets, sizes, steps);
  }

  Value addInit(Location loc, Value sums, Value init, ArrayRef<int64_t> outputOrder) {
    if (auto bias = matchBias(init)) {
      int64_t channels = llvm::find(outputOrder, bias->second) - outputOrder.begin();
      return combineAlong(b, loc, sums, bias->first, channels, addf);
    }
    AffineMap identity = b.getMultiDimIdentityMap(outputOrder.size());
    return createElementwise(b, loc, sums, getElementTypeOrSelf(sums.getType()),
                             {sums, inLayout(init, outputOrder)}, {identity, identity}, addf);
  }

  //===--- what carries the layout on ----------------------------------------------------------===//

  void rewritePad(tensor::PadOp pad) {
    auto it = layouts.find(pad.getSource());
    if (it == layouts.end() || !pad.getConstantPaddingValue())
      return;
    auto [last, permutation] = it->second;
    record(pad, permutedPad(pad, last, permutation), permutation);
  }

  /// NCHW poolings have a twin for NHWC.
  void rewritePooling(linalg::LinalgOp op) {
    auto it = layouts.find(op->getOperand(0));
    static constexpr int64_t kChannelsLast[] = {0, 2, 3, 1};
    if (it == layouts.end() || ArrayRef(it->second.permutation) != ArrayRef(kChannelsLast))
      return;
    Value init = inLayout(op->getOperand(2), kChannelsLast);
    SmallVector<Value> inputs = {it->second.last, op->getOperand(1)};
    Attribute strides = op->getAttr("strides"), dilations = op->getAttr("dilations");
    Operation *result =
        isa<linalg::PoolingNchwMaxOp>(op)
            ? linalg::PoolingNhwcMaxOp::create(b, op.getLoc(), init.getType(), inputs, init,
                                               strides, dilations)
            : linalg::PoolingNhwcSumOp::create(b, op.getLoc(), init.getType(), inputs, init,
                                               strides, dilations);
    record(op, result->getResult(0), kChannelsLast);
  }

  /// Operands are read as they lie; an elementwise result takes the layout on.
  void rewriteGeneric(linalg::GenericOp op) {
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    SmallVector<Value> inputs(op.getInputs());
    const Permutation *carried = nullptr;
    for (auto [i, input] : llvm::enumerate(inputs)) {
      auto it = layouts.find(input);
      if (it == layouts.end())
        continue;
      if (!carried && maps[i].isIdentity())
        carried = &it->second.permutation;
      maps[i] = permutedResults(maps[i], it->second.permutation);
      input = it->second.last;
    }
    if (inputs == SmallVector<Value>(op.getInputs()))
      return;
    bool elementwise = op.getNumParallelLoops() == op.getNumLoops() && op.getNumDpsInits() == 1 &&
                       maps.back().isIdentity() &&
                       op.getRegionOutputArgs().front().use_empty();
    if (carried && elementwise)
      return carryOn(op, inputs, maps, *carried);
    op.getInputsMutable().assign(inputs);
    op.setIndexingMapsAttr(b.getAffineMapArrayAttr(maps));
  }

  void carryOn(linalg::GenericOp op, ValueRange inputs, SmallVector<AffineMap> maps,
               Permutation permutation) {
    Location loc = op.getLoc();
    SmallVector<AffineExpr> renumbered(permutation.size());
    for (auto [position, d] : llvm::enumerate(permutation))
      renumbered[d] = b.getAffineDimExpr(position);
    maps.back() = permutedResults(maps.back(), permutation);
    for (AffineMap &map : maps)
      map = map.replaceDimsAndSymbols(renumbered, {}, map.getNumDims(), 0);
    auto type = cast<RankedTensorType>(op.getResult(0).getType());
    Value empty = tensor::EmptyOp::create(
        b, loc, permuted(tensor::getMixedSizes(b, loc, op.getOutputs()[0]), permutation),
        type.getElementType());
    auto result = linalg::GenericOp::create(b, loc, empty.getType(), inputs, empty, maps,
                                            op.getIteratorTypesArray());
    IRMapping mapping;
    op.getRegion().cloneInto(&result.getRegion(), mapping);
    record(op, result.getResult(0), permutation);
  }

  //===--- what does not -----------------------------------------------------------------------===//

  /// Readers that are left get the value as it lay.
  void transposeBack() {
    for (Operation *op : llvm::reverse(replaced)) {
      Value value = op->getResult(0);
      if (!value.use_empty()) {
        Layout layout = layouts.lookup(value);
        b.setInsertionPointAfterValue(layout.last);
        value.replaceAllUsesWith(transposed(b, value.getLoc(), layout.last,
                                            invertPermutationVector(layout.permutation)));
      }
      op->erase();
    }
  }

  func::FuncOp func;
  OpBuilder b;
  llvm::DenseMap<Value, Layout> layouts;
  SmallVector<Operation *> replaced;
};

struct ChannelsLast : impl::ChannelsLastBase<ChannelsLast> {
  void runOnOperation() override {
    if (!getOperation().isDeclaration())
      LayoutRewriter(getOperation()).run();
  }
};

} // namespace
} // namespace lowp::import
