//===- ScaleCommuting.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Analysis/ScaleCommuting.h"

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Analysis/ScaleResponse.h"
#include "lowp/Analysis/WeightExpression.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/TypeSwitch.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <numeric>

using namespace mlir;

namespace lowp {

std::vector<float> ChannelLayout::gather(std::span<const float> factors) const {
  std::vector<float> result(channels.size());
  llvm::transform(channels, result.begin(), [&](int32_t channel) { return factors[channel]; });
  return result;
}

namespace {

/// Which channels need one factor: a forest over channels.
class Ties {
public:
  explicit Ties(int64_t channels) : parent(channels) { std::iota(parent.begin(), parent.end(), 0); }

  int32_t find(int32_t channel) const {
    while (parent[channel] != channel)
      channel = parent[channel];
    return channel;
  }
  void join(int32_t a, int32_t b) {
    a = find(a);
    b = find(b);
    parent[std::max(a, b)] = std::min(a, b);
  }
  /// Empty if no two are tied.
  std::vector<int32_t> classes() const {
    std::vector<int32_t> result(parent.size());
    for (size_t i = 0; i < result.size(); ++i)
      result[i] = find(i);
    return llvm::all_of(llvm::enumerate(result), [](auto r) { return int32_t(r.index()) == r.value(); })
               ? std::vector<int32_t>()
               : result;
  }

private:
  std::vector<int32_t> parent;
};

/// A dimension of the space that two values share: of a loop nest, or of the finer shape of a reshape.
struct Axis {
  int64_t id, size;
  friend bool operator==(const Axis &, const Axis &) = default;
};
using Axes = SmallVector<Axis>;

/// Row-major position, along `axes`, of the point at `index` of `space`.
int64_t positionIn(ArrayRef<Axis> axes, ArrayRef<Axis> space, ArrayRef<int64_t> index) {
  int64_t position = 0;
  for (const Axis &axis : axes)
    position = position * axis.size + index[llvm::find(space, axis) - space.begin()];
  return position;
}

/// The channels by position along `to`, from those along `from`: repeated along axes that only `to` has,
/// tied along those that only `from` has.
std::vector<int32_t> relayout(const std::vector<int32_t> &channels, ArrayRef<Axis> from, ArrayRef<Axis> to,
                              Ties &ties) {
  Axes space(from);
  for (const Axis &axis : to)
    if (!llvm::is_contained(space, axis))
      space.push_back(axis);
  auto sizeOf = [](ArrayRef<Axis> axes) {
    return std::accumulate(axes.begin(), axes.end(), int64_t(1),
                           [](int64_t n, const Axis &axis) { return n * axis.size; });
  };
  std::vector<int32_t> result(sizeOf(to), -1);
  SmallVector<int64_t> index(space.size());
  for (int64_t point = 0, count = sizeOf(space); point < count; ++point) {
    int64_t rest = point;
    for (size_t i = space.size(); i-- > 0; rest /= space[i].size)
      index[i] = rest % space[i].size;
    int32_t channel = channels[positionIn(from, space, index)];
    int32_t &slot = result[positionIn(to, space, index)];
    if (slot < 0)
      slot = channel;
    else
      ties.join(slot, channel);
  }
  return result;
}

/// No quantizer of the site rounds with one scale what gets several factors.
bool bears(SpecAttr spec, const ChannelLayout &layout) {
  if (!spec)
    return true;
  return llvm::all_of(llvm::zip(layout.dims, layout.sizes), [&](auto dim) {
    return std::get<1>(dim) == 1 || spec.getBlock()[std::get<0>(dim)] == 1;
  });
}

/// What a fold is made of, while it is looked for. Copied at each choice.
struct Plan {
  explicit Plan(int64_t channels) : ties(channels) {}

  llvm::MapVector<Value, ChannelLayout> scaled; ///< computed values that take the factor
  SmallVector<Value> pending;                   ///< those of them whose operands are not chosen yet
  llvm::SmallPtrSet<OpOperand *, 16> covered;   ///< uses that the factor goes through
  SmallVector<ScaledOperand> constants, observed;
  SmallVector<ScaledResult> observedResults;
  Ties ties;
};

using Choice = SmallVector<ScaledOperand, 2>;

class Search {
public:
  std::optional<Plan> run(Value x, int64_t dim, ArrayRef<OpOperand *> readers) {
    int64_t channels = cast<RankedTensorType>(x.getType()).getDimSize(dim);
    ChannelLayout layout{{dim}, {channels}, std::vector<int32_t>(channels)};
    std::iota(layout.channels.begin(), layout.channels.end(), 0);
    Plan plan(channels);
    plan.covered.insert_range(readers);
    plan.scaled.insert({x, std::move(layout)});
    plan.pending.push_back(x);
    return solve(std::move(plan));
  }

private:
  /// The first plan in which every choice works out.
  std::optional<Plan> solve(Plan plan) {
    constexpr int kMaxSteps = 1000;
    if (++steps > kMaxSteps)
      return std::nullopt;
    if (plan.pending.empty())
      return isClosed(plan) ? std::optional(std::move(plan)) : std::nullopt;
    Value value = plan.pending.pop_back_val();
    // Choices tie channels in a copy: those that are not taken must leave no trace.
    for (auto &[choice, ties] : choicesFor(value, plan)) {
      Plan next = plan;
      next.ties = std::move(ties);
      if (choice.empty()) // the same with and without the factor
        next.scaled.erase(value);
      else if (isRecordedSite(value))
        next.observedResults.push_back({cast<OpResult>(value), plan.scaled.find(value)->second});
      if (llvm::all_of(choice, [&](ScaledOperand &operand) { return take(next, operand); }))
        if (std::optional<Plan> solved = solve(std::move(next)))
          return solved;
    }
    return std::nullopt;
  }

  static bool isRecordedSite(Value value) {
    std::optional<QuantizationSite> site = QuantizationSite::get(value.getDefiningOp());
    return site && lookupRecord(*site);
  }

  /// Does the factor reach everything that reads a scaled value?
  static bool isClosed(const Plan &plan) {
    return llvm::all_of(plan.scaled, [&](const auto &entry) {
      return llvm::all_of(entry.first.getUses(),
                          [&](OpOperand &use) { return plan.covered.contains(&use); });
    });
  }

  /// Puts the factor on an operand.
  static bool take(Plan &plan, const ScaledOperand &operand) {
    Value value = operand.use->get();
    plan.covered.insert(operand.use);
    if (!crossSite(plan, operand))
      return false;
    if (std::optional<WeightExpression> constant = WeightExpression::match(value)) {
      plan.constants.push_back(operand);
      return getElementTypeOrSelf(value.getType()).isF32() && FloatView::match(constant->constant);
    }
    auto [known, isNew] = plan.scaled.insert({value, operand.layout});
    if (isNew) {
      plan.pending.push_back(value);
      return true;
    }
    if (known->second.dims != operand.layout.dims)
      return false;
    for (auto [a, b] : llvm::zip_equal(known->second.channels, operand.layout.channels))
      plan.ties.join(a, b);
    return true;
  }

  /// The factor goes through a site: its quantizers must bear it, its statistics change.
  static bool crossSite(Plan &plan, const ScaledOperand &operand) {
    std::optional<QuantizationSite> site = QuantizationSite::get(operand.use->getOwner());
    SiteOp record = site ? lookupRecord(*site) : SiteOp();
    if (!record)
      return true;
    unsigned number = operand.use->getOperandNumber();
    bool isWeight = number == site->weightOperand, isInput = number == site->activationOperand;
    if ((isWeight || isInput) && !WeightExpression::match(operand.use->get()))
      plan.observed.push_back(operand);
    SchemeAttr scheme = record.getSchemeAttr();
    if (!scheme)
      return true;
    SpecAttr spec = isWeight ? scheme.getWeight() : isInput ? scheme.getInput() : scheme.getOutput();
    return bears(spec, operand.layout);
  }

  using Choices = SmallVector<std::pair<Choice, Ties>, 2>;

  /// The operands that can take the factor of `value` in its place: each choice suffices.
  static Choices choicesFor(Value value, const Plan &plan) {
    const ChannelLayout &layout = plan.scaled.find(value)->second;
    Operation *op = value.getDefiningOp();
    if (!op || op->getNumResults() != 1)
      return {};
    return llvm::TypeSwitch<Operation *, Choices>(op)
        .Case([&](linalg::LinalgOp op) { return throughBody(op, layout, plan.ties); })
        .Case([&](tensor::CollapseShapeOp op) {
          return throughReshape(op, op.getReassociationIndices(), layout, op.getSrcType(),
                                /*splits=*/true, plan.ties);
        })
        .Case([&](tensor::ExpandShapeOp op) {
          return throughReshape(op, op.getReassociationIndices(), layout, op.getResultType(),
                                /*splits=*/false, plan.ties);
        })
        .Case([&](tensor::ExtractSliceOp op) { return throughSlice(op, layout, plan.ties); })
        .Case([&](tensor::CastOp op) {
          return Choices{{Choice{{&op->getOpOperand(0), layout}}, plan.ties}};
        })
        .Default([](Operation *) { return Choices(); });
  }

  /// A structured op: its body says which operands, its maps where their channels lie.
  static Choices throughBody(linalg::LinalgOp op, const ChannelLayout &layout, const Ties &ties) {
    Choices choices;
    Axes loops;
    AffineMap result = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
    for (auto [dim, size] : llvm::zip(layout.dims, layout.sizes)) {
      auto loop = dyn_cast<AffineDimExpr>(result.getResult(dim));
      if (!loop)
        return choices;
      loops.push_back({loop.getPosition(), size});
    }
    for (const SmallVector<unsigned> &operands : operandsThatScale(op, channelReaders(op, loops))) {
      choices.push_back({Choice(), ties});
      for (unsigned number : operands)
        choices.back().first.push_back(
            scaledOperand(op, op->getOpOperand(number), layout, loops, choices.back().second));
    }
    return choices;
  }

  /// Operands that differ along the channels, or some of them; constants first.
  static SmallVector<unsigned> channelReaders(linalg::LinalgOp op, ArrayRef<Axis> loops) {
    SmallVector<unsigned> readers;
    auto isLoop = [&](AffineExpr expr) {
      return llvm::any_of(loops, [&](const Axis &axis) {
        return axis.size != 1 && expr == getAffineDimExpr(axis.id, expr.getContext());
      });
    };
    for (OpOperand &operand : op->getOpOperands())
      if (llvm::any_of(op.getMatchingIndexingMap(&operand).getResults(), isLoop))
        readers.push_back(operand.getOperandNumber());
    auto rank = [&](unsigned number) {
      return std::pair(!WeightExpression::match(op->getOperand(number)), number);
    };
    llvm::sort(readers, [&](unsigned a, unsigned b) { return rank(a) < rank(b); });
    return readers;
  }

  static ScaledOperand scaledOperand(linalg::LinalgOp op, OpOperand &operand, const ChannelLayout &layout,
                                     ArrayRef<Axis> loops, Ties &ties) {
    ScaledOperand result{&operand, {}};
    Axes kept;
    for (auto [dim, expr] : llvm::enumerate(op.getMatchingIndexingMap(&operand).getResults())) {
      auto loop = dyn_cast<AffineDimExpr>(expr);
      const Axis *axis = llvm::find_if(
          loops, [&](const Axis &axis) { return loop && axis.id == int64_t(loop.getPosition()); });
      if (axis == loops.end())
        continue;
      result.layout.dims.push_back(dim);
      result.layout.sizes.push_back(axis->size);
      kept.push_back(*axis);
    }
    result.layout.channels = relayout(layout.channels, loops, kept, ties);
    return result;
  }

  /// A reshape between the shape `fine` and one where each group of its dimensions is one. `splits`: the
  /// channels lie in the coarse shape, and in the fine one above.
  static Choices throughReshape(Operation *op, ArrayRef<ReassociationIndices> groups,
                                const ChannelLayout &layout, RankedTensorType fine, bool splits,
                                const Ties &ties) {
    Choices choices;
    ScaledOperand operand{&op->getOpOperand(0), {}};
    Axes from, to; // dimensions of the fine shape
    for (auto [coarseDim, group] : llvm::enumerate(groups)) {
      auto isChannel = [&](int64_t dim) { return llvm::is_contained(layout.dims, dim); };
      if (!(splits ? isChannel(coarseDim) : llvm::any_of(group, isChannel)))
        continue;
      int64_t size = 1;
      for (int64_t dim : group) {
        if (fine.isDynamicDim(dim))
          return choices;
        Axis axis{dim, fine.getDimSize(dim)};
        size *= axis.size;
        to.push_back(axis);
        if (splits || isChannel(dim))
          from.push_back(axis);
        if (splits && axis.size != 1) { // a dimension of 1 tells no channels apart
          operand.layout.dims.push_back(dim);
          operand.layout.sizes.push_back(axis.size);
        }
      }
      if (!splits) {
        operand.layout.dims.push_back(coarseDim);
        operand.layout.sizes.push_back(size);
      }
    }
    choices.push_back({Choice(), ties});
    operand.layout.channels = relayout(layout.channels, from, to, choices.back().second);
    choices.back().first.push_back(std::move(operand));
    return choices;
  }

  /// A slice of other dimensions than the channels'.
  static Choices throughSlice(tensor::ExtractSliceOp op, const ChannelLayout &layout, const Ties &ties) {
    llvm::SmallBitVector dropped = op.getDroppedDims();
    ScaledOperand operand{&op->getOpOperand(0), {{}, layout.sizes, layout.channels}};
    int64_t resultDim = 0;
    for (int64_t dim = 0; dim < op.getSourceType().getRank(); ++dim) {
      if (dropped.test(dim))
        continue;
      if (!llvm::is_contained(layout.dims, resultDim++))
        continue;
      if (op.getSourceType().getDimSize(dim) != op.getStaticSizes()[dim] || op.getStaticOffsets()[dim] != 0 ||
          op.getStaticStrides()[dim] != 1)
        return {};
      operand.layout.dims.push_back(dim);
    }
    return {{Choice{std::move(operand)}, ties}};
  }

  int steps = 0;
};

/// Is it the weight of a site that will be quantized?
bool waitsForQuantization(OpOperand &use) {
  std::optional<QuantizationSite> site = QuantizationSite::get(use.getOwner());
  SiteOp record = site && use.getOperandNumber() == site->weightOperand ? lookupRecord(*site) : SiteOp();
  return record && record.getSchemeAttr() && record.getSchemeAttr().getWeight();
}

/// data[i…] *= factors[i_dims]
void multiply(std::vector<float> &data, ArrayRef<int64_t> shape, const ChannelLayout &layout,
              ArrayRef<float> factors) {
  SmallVector<int64_t> index(shape.size());
  for (size_t at = 0; at < data.size(); ++at) {
    int64_t rest = at, position = 0;
    for (size_t d = shape.size(); d-- > 0; rest /= shape[d])
      index[d] = rest % shape[d];
    for (auto [dim, size] : llvm::zip(layout.dims, layout.sizes))
      position = position * size + index[dim];
    data[at] *= factors[position];
  }
}

void scaleConstant(const ScaledOperand &operand, std::span<const float> factors) {
  OpOperand &use = *operand.use;
  OpBuilder b(use.getOwner());
  WeightExpression expression = *WeightExpression::match(use.get());
  Location loc = expression.constant.getLoc();
  std::string name = constantName(expression.constant).str();
  auto type = cast<RankedTensorType>(use.get().getType());
  std::vector<float> along = operand.layout.gather(factors);
  if (waitsForQuantization(use) && operand.layout.dims.size() == 1) {
    auto vectorType = RankedTensorType::get(operand.layout.sizes, b.getF32Type());
    Value vector = createConstant(b, loc, vectorType, name + ".output_scale", std::move(along));
    use.set(scaleAlong(b, loc, use.get(), vector, operand.layout.dims.front()));
    return;
  }
  std::vector<float> data = *expression.evaluate();
  multiply(data, type.getShape(), operand.layout, along);
  Value replaced = use.get();
  use.set(createConstant(b, loc, type, name, std::move(data)));
  eraseUnusedWeight(replaced);
}

} // namespace

std::optional<ScaleFold> ScaleFold::find(Value x, int64_t dim, ArrayRef<OpOperand *> readers) {
  auto type = cast<RankedTensorType>(x.getType());
  if (type.isDynamicDim(dim) || !type.getElementType().isF32())
    return std::nullopt;
  std::optional<Plan> plan = Search().run(x, dim, readers);
  if (!plan)
    return std::nullopt;
  ScaleFold fold;
  fold.constants = std::move(plan->constants);
  fold.observed = std::move(plan->observed);
  fold.observedResults = std::move(plan->observedResults);
  fold.ties = plan->ties.classes();
  return fold;
}

void ScaleFold::apply(std::span<const float> factors) const {
  for (const ScaledOperand &operand : constants)
    scaleConstant(operand, factors);
}

} // namespace lowp
