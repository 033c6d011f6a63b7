//===- WidenCodes.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Lowering/Passes.h"

#include "lowp/Bridge/Constants.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;

namespace lowp {
#define GEN_PASS_DEF_WIDENCODES
#include "lowp/Lowering/Passes.h.inc"

namespace {

/// The spec of the same numbers in bytes.
SpecAttr inBytes(SpecAttr spec) {
  MLIRContext *ctx = spec.getContext();
  auto sign = spec.isSigned() ? IntegerType::Signless : IntegerType::Unsigned;
  return SpecAttr::get(ctx, IntegerType::get(ctx, 8, sign), spec.getBlock(), spec.getSymmetric(),
                       spec.getLo(), spec.getHi(), spec.getReciprocal(), spec.getScaleType(),
                       spec.getFloatZero(), spec.getScaleRule());
}

bool isNarrow(Type type) {
  auto integer = dyn_cast<IntegerType>(getElementTypeOrSelf(type));
  return integer && integer.getWidth() < 8;
}

struct WidenCodes : impl::WidenCodesBase<WidenCodes> {
  void runOnOperation() override {
    for (auto func : getOperation().getOps<FunctionOpInterface>()) {
      known.clear(); // values of one function
      WalkResult result = func.walk([&](Operation *op) -> WalkResult {
        if (auto quantize = dyn_cast<QuantizeOp>(op))
          return widenResult(quantize);
        if (auto dequantize = dyn_cast<DequantizeOp>(op))
          return widenOperand(dequantize);
        if (auto decode = dyn_cast<DecodeOp>(op))
          return widenOperand(decode);
        return success();
      });
      if (result.wasInterrupted())
        return signalPassFailure();
    }
    for (arith::ConstantOp constant : replaced)
      if (constant->use_empty()) // its bytes stay: other modules of the context may have them
        constant->erase();
  }

  /// Codes that are computed: their readers come later in the walk.
  LogicalResult widenResult(QuantizeOp op) {
    auto type = cast<RankedTensorType>(op.getCodes().getType());
    if (!isNarrow(type) || op.getSpec().isFloat())
      return success();
    op.setSpecAttr(inBytes(op.getSpec()));
    op.getCodes().setType(type.clone(IntegerType::get(&getContext(), 8)));
    for (Operation *user : op.getCodes().getUsers())
      if (!isa<DequantizeOp>(user))
        return user->emitOpError("reads codes of type ") << type << ", expected lowp.dequantize to be their only reader";
    return success();
  }

  template <typename OpTy> LogicalResult widenOperand(OpTy op) {
    SpecAttr spec = op.getSpec();
    if (spec.isFloat() || spec.getStorage().getIntOrFloatBitWidth() >= 8)
      return success();
    Value codes = op.getCodes();
    if (isNarrow(codes.getType()))
      codes = widened(codes, spec.isSigned());
    if (!codes)
      return op.emitOpError("reads codes of type ")
             << op.getCodes().getType() << ", expected those of a constant or of lowp.quantize";
    op.getCodesMutable().assign(codes);
    op.setSpecAttr(inBytes(spec));
    return success();
  }

  /// One constant per constant and signedness; null where the codes are not known.
  Value widened(Value codes, bool isSigned) {
    auto constant = codes.getDefiningOp<arith::ConstantOp>();
    if (!constant)
      return {};
    Value &result = known[{constant.getValue(), unsigned(isSigned)}];
    auto type = cast<RankedTensorType>(codes.getType());
    if (!result)
      if (std::optional<std::vector<int8_t>> bytes = codesInBytes(cast<ElementsAttr>(constant.getValue()), isSigned)) {
        OpBuilder b(constant->getParentOfType<FunctionOpInterface>().getFunctionBody());
        result = createConstant(b, constant.getLoc(), type.clone(b.getI8Type()), constantName(constant),
                                std::move(*bytes));
      }
    replaced.insert(constant);
    return result;
  }

  llvm::DenseMap<std::pair<Attribute, unsigned>, Value> known;
  llvm::SetVector<arith::ConstantOp> replaced;
};

} // namespace
} // namespace lowp
