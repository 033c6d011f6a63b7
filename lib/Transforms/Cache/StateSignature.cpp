//===- StateSignature.cpp ------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StateSignature.h"

#include "lowp/Dialect/Lowp/IR/EntryAttributes.h"

using namespace mlir;

namespace lowp::cache {

SmallVector<Value> StateSignature::split(const CacheState &state, ArrayRef<StatePiece> pieces) {
  Block &body = func.getBody().front();
  Split &split = splits.emplace_back();
  split.state = state;
  split.pieces = llvm::to_vector(pieces);
  for (const StatePiece &piece : pieces)
    split.arguments.push_back(body.addArgument(piece.type, body.getArgument(state.argument).getLoc()));
  return split.arguments;
}

void StateSignature::update(const CacheState &state, ValueRange results) {
  for (Split &split : splits)
    if (split.state.argument == state.argument)
      split.results = llvm::to_vector(results);
}

Value StateSignature::addBefore(unsigned argument, RankedTensorType type, DictionaryAttr attributes) {
  Value value = func.getBody().front().addArgument(type, func.getLoc());
  added.push_back({argument, value, attributes});
  return value;
}

void StateSignature::finish() {
  finishResults();
  finishArguments();
}

const StateSignature::Split *StateSignature::splitOf(unsigned CacheState::*place, unsigned index) const {
  auto it = llvm::find_if(splits, [&](const Split &split) { return split.state.*place == index; });
  return it == splits.end() ? nullptr : &*it;
}

static NamedAttribute nameOf(Builder &b, const CacheState &state, const StatePiece &piece) {
  return b.getNamedAttr("lowp.name", b.getStringAttr(state.name() + piece.suffix));
}

void StateSignature::finishResults() {
  Builder b(func.getContext());
  auto ret = cast<func::ReturnOp>(func.getBody().front().getTerminator());
  SmallVector<Value> values;
  SmallVector<Attribute> attributes;
  for (auto [i, value] : llvm::enumerate(ret.getOperands())) {
    newResult.push_back(values.size());
    const Split *split = splitOf(&CacheState::result, i);
    if (!split) {
      values.push_back(value);
      attributes.push_back(NamedAttrList(func.getResultAttrDict(i)).getDictionary(func.getContext()));
      continue;
    }
    llvm::append_range(values, split->results);
    for (const StatePiece &piece : split->pieces)
      attributes.push_back(b.getDictionaryAttr(nameOf(b, split->state, piece)));
  }
  ret->setOperands(values);
  func.setResAttrsAttr({}); // of another number of results
  func.setType(b.getFunctionType(func.getArgumentTypes(), ret.getOperandTypes()));
  func.setResAttrsAttr(b.getArrayAttr(attributes));
}

void StateSignature::finishArguments() {
  Builder b(func.getContext());
  Block &body = func.getBody().front();
  unsigned before = func.getNumArguments(), all = body.getNumArguments();
  SmallVector<Attribute> attributes;
  auto add = [&](Value old, NamedAttrList list, unsigned result) {
    if (list.get(kInPlaceAttr))
      list.set(kInPlaceAttr, b.getI64IntegerAttr(result));
    attributes.push_back(list.getDictionary(func.getContext()));
    old.replaceAllUsesWith(body.addArgument(old.getType(), old.getLoc()));
  };
  for (unsigned i = 0; i < before; ++i) {
    NamedAttrList list(func.getArgAttrDict(i));
    auto inPlace = dyn_cast_if_present<IntegerAttr>(list.get(kInPlaceAttr));
    unsigned result = inPlace ? newResult[inPlace.getInt()] : 0;
    for (const Added &one : added)
      if (one.before == i)
        add(one.argument, one.attributes, 0);
    const Split *split = splitOf(&CacheState::argument, i);
    if (!split) {
      add(body.getArgument(i), list, result);
      continue;
    }
    for (auto [piece, argument] : llvm::zip_equal(split->pieces, split->arguments)) {
      list.set("lowp.name", nameOf(b, split->state, piece).getValue());
      list.set(kHoldsAttr, b.getStringAttr(piece.holds));
      add(argument, list, result++);
    }
  }
  for (const Split &split : splits)
    split.state.update->erase();
  func.setArgAttrsAttr({}); // of another number of arguments
  body.eraseArguments(0, all);
  func.setType(b.getFunctionType(body.getArgumentTypes(), func.getResultTypes()));
  func.setArgAttrsAttr(b.getArrayAttr(attributes));
}

} // namespace lowp::cache
