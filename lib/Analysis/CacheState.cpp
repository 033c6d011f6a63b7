//===- CacheState.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Analysis/CacheState.h"

#include "lowp/Dialect/Lowp/IR/EntryAttributes.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"

using namespace mlir;

namespace lowp {

namespace {

/// Looks at one argument; where it is no cache, `reason` says why.
class StateFinder {
public:
  StateFinder(func::FuncOp func, unsigned argument, unsigned result) {
    state.func = func;
    state.argument = argument;
    state.result = result;
  }

  bool find() { return findUpdate() && findTokens() && findReaders(state.update.getResult()) && findChannels(); }

  CacheState state;
  std::string reason;

private:
  bool fail(const Twine &text) {
    reason = text.str();
    return false;
  }

  /// The argument is read by nothing but the insertion that the result is.
  bool findUpdate() {
    BlockArgument argument = state.func.getArgument(state.argument);
    auto ret = cast<func::ReturnOp>(state.func.getBody().front().getTerminator());
    if (state.result >= ret.getNumOperands())
      return fail("there is no result " + Twine(state.result));
    state.update = ret.getOperand(state.result).getDefiningOp<tensor::InsertSliceOp>();
    if (!state.update || state.update.getDest() != argument || !argument.hasOneUse())
      return fail("it is not replaced by an insertion into it");
    if (!state.type().hasStaticShape() || !state.type().getElementType().isF32())
      return fail("it is no tensor of f32 of static shape");
    if (!state.update.hasUnitStride() || !state.update.getSourceType().hasStaticShape())
      return fail("what is inserted has gaps, or no static shape");
    return true;
  }

  /// Whole in all dimensions but the one that tokens lie along.
  bool findTokens() {
    int64_t found = -1;
    for (auto [d, offset, size] : llvm::enumerate(state.update.getMixedOffsets(), state.update.getMixedSizes())) {
      if (isConstantIntValue(offset, 0) && isConstantIntValue(size, state.type().getDimSize(d)))
        continue;
      if (found != -1 || state.update.isDynamicSize(d))
        return fail("what is inserted is a part in several dimensions");
      found = d;
    }
    state.tokenDim = found;
    return found != -1 || fail("it is replaced as a whole");
  }

  /// Products that read `x`, through codes that are made of it for them.
  bool findReaders(Value x) {
    for (OpOperand &use : x.getUses()) {
      Operation *op = use.getOwner();
      if (isa<func::ReturnOp>(op) && x == state.update.getResult() && use.getOperandNumber() == state.result)
        continue;
      if (isa<ChooseQParamsOp>(op))
        continue;
      if (isa<QuantizeOp, DequantizeOp>(op) && use.getOperandNumber() == 0) {
        if (!findReaders(op->getResult(0)))
          return false;
        continue;
      }
      std::optional<QuantizationSite> site = QuantizationSite::get(op);
      if (!site || site->isConvolution() || !addReader(*site, use.getOperandNumber()))
        return fail("'" + op->getName().getStringRef() + "' reads it, expected products of two activations");
    }
    return !state.readers.empty() || x != state.update.getResult() || fail("no product reads it");
  }

  /// Does it read the cache as others do, once?
  bool addReader(const QuantizationSite &site, unsigned operand) {
    if (operand > 1 || site.op->getOperand(0) == site.op->getOperand(1))
      return false;
    ArrayRef<DimRole> dims = operand == site.weightOperand ? site.weightRoles : site.activationRoles;
    if (!state.readers.empty() && dims != ArrayRef(roles))
      return false;
    roles.assign(dims.begin(), dims.end());
    state.readers.push_back(site);
    return true;
  }

  bool findChannels() {
    state.kind = roles[state.tokenDim] == DimRole::Reduction ? CacheState::Kind::Values : CacheState::Kind::Keys;
    int64_t found = -1;
    for (auto [d, role] : llvm::enumerate(roles)) {
      if (d == state.tokenDim || role == DimRole::Batch)
        continue;
      if (found != -1)
        return fail("its readers have no one dimension of channels");
      found = d;
    }
    state.channelDim = found;
    bool summed = found != -1 && roles[found] == DimRole::Reduction;
    return (roles[state.tokenDim] != DimRole::Batch && summed == (state.kind == CacheState::Kind::Keys)) ||
           fail("its readers sum over neither its channels nor its tokens");
  }

  SmallVector<DimRole> roles; ///< of the state's dimensions, for its readers
};

} // namespace

std::string argumentName(func::FuncOp func, unsigned argument) {
  auto name = func.getArgAttrOfType<StringAttr>(argument, "lowp.name");
  return name ? name.getValue().str() : "arg" + std::to_string(argument);
}

Value CacheState::inserted(OpBuilder &b) const {
  Value source = update.getSource();
  RankedTensorType from = update.getSourceType();
  auto type = RankedTensorType::get(update.getStaticSizes(), from.getElementType());
  if (from == type)
    return source;
  auto groups = getReassociationIndicesForReshape(from, type);
  return tensor::ExpandShapeOp::create(b, update.getLoc(), type, source, *groups);
}

std::vector<CacheState> findCacheStates(func::FuncOp func,
                                        llvm::function_ref<void(unsigned, const Twine &)> skipped) {
  std::vector<CacheState> states;
  if (!func.getBody().hasOneBlock())
    return states;
  for (unsigned i = 0; i < func.getNumArguments(); ++i) {
    auto result = func.getArgAttrOfType<IntegerAttr>(i, kInPlaceAttr);
    if (!result)
      continue;
    StateFinder finder(func, i, result.getInt());
    if (finder.find())
      states.push_back(std::move(finder.state));
    else
      skipped(i, finder.reason);
  }
  return states;
}

} // namespace lowp
