//===- ParallelizeKernels.cpp --------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Buffers.h"
#include "lowp/Codegen/CPU/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace lowp::cpu {
#define GEN_PASS_DEF_PARALLELIZEKERNELS
#include "lowp/Codegen/CPU/Passes.h.inc"

namespace {

struct ParallelizeKernels : impl::ParallelizeKernelsBase<ParallelizeKernels> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    OpBuilder b = OpBuilder::atBlockBegin(module.getBody());
    auto ptr = LLVM::LLVMPointerType::get(&getContext());
    auto none = LLVM::LLVMVoidType::get(&getContext());
    parallelFor = LLVM::LLVMFuncOp::create(
        b, module.getLoc(), "lowp_parallel_for",
        LLVM::LLVMFunctionType::get(none, {ptr, ptr, ptr, b.getI64Type()}));
    for (auto func : llvm::to_vector(module.getOps<LLVM::LLVMFuncOp>()))
      if (func.isPublic() && !func.isExternal())
        rewriteEntry(func);
    for (auto func : module.getOps<LLVM::LLVMFuncOp>())
      if (func->removeAttr(kSerialAttr))
        func.setNoInline(true); // a kernel is compiled once, however many layers call it
  }

  void rewriteEntry(LLVM::LLVMFuncOp entry) {
    auto ptr = LLVM::LLVMPointerType::get(&getContext());
    Value context = entry.getBody().front().addArgument(ptr, entry.getLoc());
    SmallVector<Type> params(entry.getFunctionType().getParams());
    params.push_back(ptr);
    entry.setFunctionType(LLVM::LLVMFunctionType::get(
        entry.getFunctionType().getReturnType(), params));
    if (entry.getArgAttrsAttr())
      entry.removeArgAttrsAttr();
    SmallVector<LLVM::CallOp> calls;
    unsigned slots = 1;
    entry.walk([&](LLVM::CallOp call) {
      LLVM::LLVMFuncOp kernel = kernelOf(call);
      if (kernel && !kernel->hasAttr(kSerialAttr)) {
        calls.push_back(call);
        slots = std::max(slots, kernel.getNumArguments());
      }
    });
    // One closure serves all calls: each returns before the next begins.
    OpBuilder b = OpBuilder::atBlockBegin(&entry.getBody().front());
    Value size = LLVM::ConstantOp::create(b, entry.getLoc(), b.getI64IntegerAttr(slots));
    Value closure = LLVM::AllocaOp::create(b, entry.getLoc(), ptr, b.getI64Type(), size);
    for (LLVM::CallOp call : calls)
      rewriteCall(call, context, closure);
    passContextToRuntime(entry, context);
  }

  /// lowp_f.T(args…) → lowp_f(context, args…): functions of the runtime, declared under a name per type.
  void passContextToRuntime(LLVM::LLVMFuncOp entry, Value context) {
    SmallVector<LLVM::CallOp> calls;
    entry.walk([&](LLVM::CallOp call) {
      StringRef callee = call.getCallee().value_or("");
      if (callee.starts_with("lowp_") && callee.contains('.'))
        calls.push_back(call);
    });
    for (LLVM::CallOp call : calls) {
      OpBuilder b(call);
      SmallVector<Value> args = {context};
      llvm::append_range(args, call.getArgOperands());
      LLVM::CallOp::create(b, call.getLoc(), runtimeFunction(call.getCallee()->split('.').first, args), args);
      call.erase();
    }
  }

  LLVM::LLVMFuncOp runtimeFunction(StringRef name, ValueRange args) {
    if (auto existing = getOperation().lookupSymbol<LLVM::LLVMFuncOp>(name))
      return existing;
    OpBuilder b = OpBuilder::atBlockBegin(getOperation().getBody());
    return LLVM::LLVMFuncOp::create(
        b, getOperation().getLoc(), name,
        LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(&getContext()),
                                    llvm::to_vector(args.getTypes())));
  }

  /// The private function behind a call.
  LLVM::LLVMFuncOp kernelOf(LLVM::CallOp call) {
    if (!call.getCalleeAttr())
      return {};
    auto func = getOperation().lookupSymbol<LLVM::LLVMFuncOp>(call.getCalleeAttr());
    return func && func.isPrivate() && !func.isExternal() ? func : LLVM::LLVMFuncOp();
  }

  Value slot(OpBuilder &b, Location loc, Value closure, unsigned i) {
    return LLVM::GEPOp::create(b, loc, closure.getType(), b.getI64Type(), closure,
                               ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(i)});
  }

  void rewriteCall(LLVM::CallOp call, Value context, Value closure) {
    OpBuilder b(call);
    Location loc = call.getLoc();
    auto args = call.getArgOperands();
    for (auto [i, arg] : llvm::enumerate(args.drop_back(2)))
      LLVM::StoreOp::create(b, loc, arg, slot(b, loc, closure, i));
    LLVM::LLVMFuncOp task = taskFor(kernelOf(call));
    Value address = LLVM::AddressOfOp::create(b, loc, task);
    // Ranges begin at 0: what lowp-outline-kernels makes.
    LLVM::CallOp::create(b, loc, parallelFor, ValueRange{context, address, closure, args.back()});
    call.erase();
  }

  /// k.task(closure, begin, end): k(closure[0], closure[1], …, begin, end)
  LLVM::LLVMFuncOp taskFor(LLVM::LLVMFuncOp kernel) {
    std::string name = (kernel.getName() + ".task").str();
    if (auto existing = getOperation().lookupSymbol<LLVM::LLVMFuncOp>(name))
      return existing;
    OpBuilder b(kernel);
    b.setInsertionPointAfter(kernel);
    Location loc = kernel.getLoc();
    auto ptr = LLVM::LLVMPointerType::get(&getContext());
    auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(&getContext()),
                                            {ptr, b.getI64Type(), b.getI64Type()});
    auto task = LLVM::LLVMFuncOp::create(b, loc, name, type, LLVM::Linkage::Internal);
    Block *body = task.addEntryBlock(b);
    b.setInsertionPointToStart(body);
    SmallVector<Value> args;
    for (auto [i, param] : llvm::enumerate(kernel.getFunctionType().getParams().drop_back(2)))
      args.push_back(LLVM::LoadOp::create(b, loc, param, slot(b, loc, body->getArgument(0), i)));
    args.append({body->getArgument(1), body->getArgument(2)});
    LLVM::CallOp::create(b, loc, kernel, args);
    LLVM::ReturnOp::create(b, loc, ValueRange());
    return task;
  }

  LLVM::LLVMFuncOp parallelFor;
};

} // namespace
} // namespace lowp::cpu
