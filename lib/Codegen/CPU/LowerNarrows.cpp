//===- LowerNarrows.cpp --------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Target.h"
#include "lowp/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_LOWERNARROWS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

/// Writes the code of one lowp.narrow. The clip stands in front of the rounding: its ends are integers and
/// rounding is monotone, so that clip(rne(x) + z, lo, hi) = rne(clip(x, lo − z, hi − z)) + z.
class Narrower {
public:
  Narrower(NarrowOp op, const CpuTarget &row) : b(op.getLoc(), op), op(op), row(row), zeroPoint(op.getZeroPoint()),
                                                  lo(op.getLo()), hi(op.getHi()) {}

  Value lower() {
    if (!isa<VectorType>(op.getInputs().front().getType()))
      return rounded(clipped(op.getInputs().front(), true));
    auto type = cast<VectorType>(op.getInputs().front().getType());
    const NarrowRow *instructions = row.narrow(type.getNumElements());
    return instructions && op.getInputs().size() <= 4 ? packed(*instructions) : plain();
  }

private:
  Value constantLike(Type type, TypedAttr value) {
    if (auto vector = dyn_cast<VectorType>(type))
      return arith::ConstantOp::create(b, DenseElementsAttr::get(vector, value));
    return arith::ConstantOp::create(b, value);
  }

  Value bound(Type type, int32_t code) {
    return constantLike(type, b.getF32FloatAttr(float(code - zeroPoint)));
  }

  /// The bound stands where x86's max and min take the result for NaN from: lo, or NaN itself.
  Value clipped(Value x, bool fromBelow) {
    if (fromBelow) {
      Value least = bound(x.getType(), lo);
      Value above = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, x, least);
      x = arith::SelectOp::create(b, above, x, least);
    }
    Value most = bound(x.getType(), hi);
    Value below = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, most, x);
    return arith::SelectOp::create(b, below, most, x);
  }

  Type clone(Type type, Type element) {
    auto vector = dyn_cast<VectorType>(type);
    return vector ? vector.clone(element) : element;
  }

  /// rne(x) + z of what was clipped, as codes. lrint rounds as the mode says, which is to the nearest.
  Value rounded(Value x) {
    Type i32 = clone(x.getType(), b.getI32Type());
    Value steps = LLVM::LrintOp::create(b, i32, x);
    if (zeroPoint != 0)
      steps = arith::AddIOp::create(b, steps, constantLike(i32, b.getI32IntegerAttr(zeroPoint)));
    return arith::TruncIOp::create(b, clone(x.getType(), b.getI8Type()), steps);
  }

  /// One vector of all operands.
  Value plain() {
    auto codes = cast<VectorType>(op.getCodes().getType());
    if (op.getInputs().size() == 1)
      return rounded(clipped(op.getInputs().front(), true));
    Value result = arith::ConstantOp::create(b, b.getZeroAttr(codes));
    int64_t lanes = cast<VectorType>(op.getInputs().front().getType()).getNumElements();
    for (auto [i, x] : llvm::enumerate(op.getInputs()))
      result = vector::InsertStridedSliceOp::create(b, rounded(clipped(x, true)), result,
                                                    ArrayRef<int64_t>(int64_t(i) * lanes), ArrayRef<int64_t>(1));
    return result;
  }

  Value call(StringRef name, Type type, ValueRange args) {
    return LLVM::CallIntrinsicOp::create(b, type, b.getStringAttr(name), args)->getResult(0);
  }

  static StringRef text(std::string_view name) { return {name.data(), name.size()}; }

  /// What does not fit i32 gives its least value: below the range that is saturated to lo, as NaN is, and
  /// above it the clip has come first. Where everything fits, the packs clip to the codes alone.
  Value converted(const NarrowRow &r, Value x) {
    int32_t least = op.getIsUnsigned() ? 0 : -128;
    if (!op.getBounded() || lo != least || hi != least + 255)
      x = clipped(x, lo != least);
    auto type = cast<VectorType>(x.getType()).clone(b.getI32Type());
    SmallVector<Value> args = {x};
    if (r.lanes == 16) { // of 512 bits there is only the form with a mask and a mode: 4 is MXCSR's
      args.push_back(arith::ConstantOp::create(b, b.getZeroAttr(type)));
      args.push_back(arith::ConstantOp::create(b, b.getI16IntegerAttr(-1)));
      args.push_back(arith::ConstantOp::create(b, b.getI32IntegerAttr(4)));
    }
    return call(text(r.convert), type, args);
  }

  /// Saturated to i16, with the zero point.
  Value words(const NarrowRow &r, Value first, Value second) {
    auto type = VectorType::get({2 * r.lanes}, b.getI16Type());
    Value result = call(text(r.words), type, {first, second});
    if (zeroPoint == 0)
      return result;
    Value added = constantLike(type, b.getI16IntegerAttr(zeroPoint));
    return LLVM::SAddSat::create(b, result, added);
  }

  /// Up to four vectors at once; the last one stands in for those that are not there.
  Value packed(const NarrowRow &r) {
    SmallVector<Value> steps;
    for (Value x : op.getInputs())
      steps.push_back(converted(r, x));
    int64_t count = steps.size();
    steps.resize(4, steps.back());
    Value low = words(r, steps[0], steps[1]);
    Value high = count > 2 ? words(r, steps[2], steps[3]) : low;
    auto bytes = VectorType::get({4 * r.lanes}, b.getI8Type());
    Value mixed = call(text(op.getIsUnsigned() ? r.unsignedBytes : r.signedBytes), bytes, {low, high});
    SmallVector<int64_t> order;
    for (int64_t i = 0; i < count; ++i)
      for (int64_t lane = 0; lane < r.lanes; ++lane)
        order.push_back(lane / 4 * 16 + i * 4 + lane % 4);
    return vector::ShuffleOp::create(b, mixed, mixed, order);
  }

  ImplicitLocOpBuilder b;
  NarrowOp op;
  const CpuTarget &row;
  int32_t zeroPoint, lo, hi;
};

struct LowerNarrows : impl::LowerNarrowsBase<LowerNarrows> {
  using LowerNarrowsBase::LowerNarrowsBase;

  void runOnOperation() override {
    const CpuTarget *row = lookupTarget(getOperation(), target);
    if (!row)
      return signalPassFailure();
    SmallVector<NarrowOp> ops;
    getOperation().walk([&](NarrowOp op) { ops.push_back(op); });
    for (NarrowOp op : ops) {
      op.getCodes().replaceAllUsesWith(Narrower(op, *row).lower());
      op.erase();
    }
  }
};

} // namespace
} // namespace lowp::cpu
