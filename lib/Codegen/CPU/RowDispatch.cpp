//===- RowDispatch.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Codegen/CPU/Interface.h"

#include "llvm/IR/IRBuilder.h"

using namespace llvm;

namespace lowp::cpu {

namespace {

/// What the functions of the module share: the table of rows, as Runtime.h has it.
class DispatchEmitter {
public:
  DispatchEmitter(Module &module, const std::vector<RowSymbols> &rows)
      : module(module), ctx(module.getContext()), ptr(PointerType::get(ctx, 0)), i32(Type::getInt32Ty(ctx)) {
    std::vector<Constant *> infos;
    for (const RowSymbols &row : rows)
      infos.push_back(ConstantStruct::getAnon({string(row.name), string(row.features), describeOf(row)}));
    table = global("lowp_rows", ConstantArray::get(ArrayType::get(infos.front()->getType(), infos.size()), infos));
    count = ConstantInt::get(i32, rows.size());
  }

  void emitDescribe() {
    IRBuilder<> b(begin("lowp_describe", FunctionType::get(ptr, false)));
    b.CreateRet(b.CreateCall(runtime("lowp_choose_row", FunctionType::get(ptr, {ptr, i32}, false)), {table, count}));
  }

  void emitEntry(const std::string &name, size_t index) {
    IRBuilder<> b(begin(name, FunctionType::get(i32, {ptr, ptr, ptr}, false)));
    Function *function = b.GetInsertBlock()->getParent();
    FunctionCallee invoke =
        runtime("lowp_invoke_row", FunctionType::get(i32, {ptr, i32, i32, ptr, ptr, ptr}, false));
    b.CreateRet(b.CreateCall(invoke, {table, count, ConstantInt::get(i32, index), function->getArg(0),
                                      function->getArg(1), function->getArg(2)}));
  }

private:
  GlobalVariable *global(const Twine &name, Constant *value) {
    return new GlobalVariable(module, value->getType(), /*isConstant=*/true, GlobalValue::PrivateLinkage, value, name);
  }

  Constant *string(const std::string &text) { return global("lowp_string", ConstantDataArray::getString(ctx, text)); }

  Constant *describeOf(const RowSymbols &row) {
    auto *function = Function::Create(FunctionType::get(ptr, false), GlobalValue::ExternalLinkage,
                                      "lowp_describe" + row.suffix, module);
    function->setVisibility(GlobalValue::HiddenVisibility);
    return function;
  }

  FunctionCallee runtime(StringRef name, FunctionType *type) { return module.getOrInsertFunction(name, type); }

  BasicBlock *begin(const std::string &name, FunctionType *type) {
    return BasicBlock::Create(ctx, "", Function::Create(type, GlobalValue::ExternalLinkage, name, module));
  }

  Module &module;
  LLVMContext &ctx;
  PointerType *ptr;
  Type *i32;
  Constant *table, *count;
};

} // namespace

void emitRowDispatch(Module &module, const std::vector<std::string> &entries, const std::vector<RowSymbols> &rows) {
  DispatchEmitter emitter(module, rows);
  emitter.emitDescribe();
  for (size_t i = 0; i < entries.size(); ++i)
    emitter.emitEntry(entries[i], i);
}

} // namespace lowp::cpu
