//===- LowerAsserts.cpp --------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_LOWERASSERTS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

struct LowerAsserts : impl::LowerAssertsBase<LowerAsserts> {
  void runOnOperation() override {
    SmallVector<cf::AssertOp> asserts;
    getOperation().walk([&](cf::AssertOp op) { asserts.push_back(op); });
    SymbolTable symbols(getOperation());
    for (cf::AssertOp op : asserts) {
      auto func = op->getParentOfType<func::FuncOp>();
      if (!func || !func.isPublic()) {
        op.emitOpError("stands in a kernel, expected one of a public function");
        return signalPassFailure();
      }
      lower(op, symbols);
    }
  }

  static void lower(cf::AssertOp op, SymbolTable &symbols) {
    OpBuilder b(op);
    Location loc = op.getLoc();
    SmallVector<Value> args = {message(b, op, symbols)};
    auto compare = op.getArg().getDefiningOp<arith::CmpIOp>();
    bool isIndex = compare && compare.getPredicate() == arith::CmpIPredicate::ult &&
                   compare.getLhs().getType().isInteger(64);
    if (isIndex)
      args.append({compare.getLhs(), compare.getRhs()});
    else
      args.push_back(arith::ExtUIOp::create(b, loc, b.getI64Type(), op.getArg()));
    StringRef name = isIndex ? "lowp_check_index.report" : "lowp_check.report";
    func::CallOp::create(b, loc, declaration(op, symbols, name, args), args);
    op.erase();
  }

  /// The address of the message, as C has strings.
  static Value message(OpBuilder &b, cf::AssertOp op, SymbolTable &symbols) {
    std::string text = op.getMsg().str() + '\0';
    auto type = LLVM::LLVMArrayType::get(b.getI8Type(), text.size());
    auto global = LLVM::GlobalOp::create(b, op.getLoc(), type, /*isConstant=*/true,
                                         LLVM::Linkage::Internal, "lowp_message",
                                         b.getStringAttr(text));
    global->remove();
    symbols.insert(global);
    return LLVM::AddressOfOp::create(b, op.getLoc(), global);
  }

  /// Without the context: lowp-parallelize-kernels puts it in front.
  static func::FuncOp declaration(Operation *op, SymbolTable &symbols, StringRef name, ValueRange args) {
    if (auto existing = symbols.lookup<func::FuncOp>(name))
      return existing;
    OpBuilder b(op->getContext());
    auto func = func::FuncOp::create(op->getLoc(), name, b.getFunctionType(args.getTypes(), {}));
    func.setPrivate();
    symbols.insert(func);
    return func;
  }
};

} // namespace
} // namespace lowp::cpu
