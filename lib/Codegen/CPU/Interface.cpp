//===- Interface.cpp -----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Codegen/CPU/Interface.h"

#include "lowp/Analysis/LengthAnalysis.h"
#include "lowp/Codegen/CPU/Compile.h"
#include "lowp/Dialect/Lowp/IR/EntryAttributes.h"

#include "llvm/IR/IRBuilder.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace lowp::cpu {

//===----------------------------------------------------------------------===//
// Collecting
//===----------------------------------------------------------------------===//

static std::optional<lowp_dtype> dtypeOf(Type type) {
  if (type.isInteger(1))
    return LOWP_BOOL;
  if (type.isInteger(8))
    return type.isUnsignedInteger() ? LOWP_U8 : LOWP_I8;
  if (type.isInteger(16))
    return LOWP_I16;
  if (type.isInteger(32))
    return LOWP_I32;
  if (type.isInteger(64))
    return LOWP_I64;
  if (type.isF16())
    return LOWP_F16;
  if (type.isBF16())
    return LOWP_BF16;
  if (type.isF32())
    return LOWP_F32;
  if (type.isF64())
    return LOWP_F64;
  return std::nullopt;
}

static llvm::Expected<ValueInterface> describe(func::FuncOp func, Type type, DictionaryAttr attrs,
                                               std::string fallback) {
  ValueInterface value;
  value.name = fallback;
  if (attrs)
    if (auto name = attrs.getAs<StringAttr>("lowp.name"))
      value.name = name.str();
  auto tensor = dyn_cast<RankedTensorType>(type);
  std::optional<lowp_dtype> dtype = tensor ? dtypeOf(tensor.getElementType()) : std::nullopt;
  std::string found;
  llvm::raw_string_ostream(found) << type;
  if (!dtype || tensor.getRank() > LOWP_MAX_RANK)
    return llvm::createStringError("function '" + func.getName() + "': '" + value.name + "' is " +
                                   found + ", expected a ranked tensor of numbers of rank at most " +
                                   Twine(LOWP_MAX_RANK));
  value.dtype = *dtype;
  for (int64_t size : tensor.getShape())
    value.shape.push_back(ShapedType::isDynamic(size) ? LOWP_DYNAMIC : size);
  if (auto result = attrs ? attrs.getAs<IntegerAttr>(kInPlaceAttr) : IntegerAttr())
    value.result = static_cast<int32_t>(result.getInt());
  value.optional = attrs && attrs.contains(kOptionalAttr);
  if (auto holds = attrs ? attrs.getAs<StringAttr>(kHoldsAttr) : StringAttr()) {
    llvm::raw_string_ostream os(value.holds);
    os << value.name << ", ";
    llvm::interleave(tensor.getShape(), os, [&](int64_t size) { os << (ShapedType::isDynamic(size) ? "?" : Twine(size).str()); }, "x");
    os << "x" << tensor.getElementType() << ": " << holds.getValue();
  }
  return value;
}

/// An argument and the result that it is updated to have one type, and no other argument is that result's.
static llvm::Error checkUpdates(func::FuncOp func, const EntryInterface &entry) {
  llvm::SmallDenseSet<int32_t> updated;
  for (auto [i, argument] : llvm::enumerate(entry.arguments)) {
    if (argument.result == -1)
      continue;
    auto fail = [&](const Twine &expected) {
      return llvm::createStringError("function '" + func.getName() + "': '" + argument.name +
                                     "' is updated in place to result " + Twine(argument.result) +
                                     ", expected " + expected);
    };
    if (argument.result < 0 || argument.result >= static_cast<int32_t>(func.getNumResults()))
      return fail("one of " + Twine(func.getNumResults()) + " results");
    if (func.getArgumentTypes()[i] != func.getResultTypes()[argument.result])
      return fail("one of its type");
    if (!updated.insert(argument.result).second)
      return fail("one that no other argument is updated to");
  }
  return llvm::Error::success();
}

/// The caller must know the results' shapes: each dynamic dimension is the length.
static llvm::Error checkResults(func::FuncOp func, const EntryInterface &entry, LengthAnalysis &lengths) {
  Operation *ret = func.getBody().front().getTerminator();
  for (auto [value, info] : llvm::zip_equal(ret->getOperands(), entry.results))
    for (auto [d, size] : llvm::enumerate(info.shape)) {
      std::optional<LengthExpr> expr = lengths.dimension(value, d);
      if (size == LOWP_DYNAMIC && !(expr && expr->isLength()))
        return llvm::createStringError("function '" + func.getName() + "': dimension " + Twine(d) + " of '" +
                                       info.name + "' is dynamic, but not the length of the arguments");
    }
  return llvm::Error::success();
}

static llvm::Expected<EntryInterface> describe(func::FuncOp func) {
  EntryInterface entry;
  entry.name = func.getName().str();
  for (unsigned i = 0; i < func.getNumArguments(); ++i) {
    auto value = describe(func, func.getArgumentTypes()[i], func.getArgAttrDict(i),
                          "arg" + std::to_string(i));
    if (!value)
      return value.takeError();
    entry.arguments.push_back(std::move(*value));
  }
  for (unsigned i = 0; i < func.getNumResults(); ++i) {
    auto value = describe(func, func.getResultTypes()[i], func.getResultAttrDict(i),
                          "result" + std::to_string(i));
    if (!value)
      return value.takeError();
    entry.results.push_back(std::move(*value));
  }
  LengthAnalysis lengths(func);
  entry.isDynamic = !lengths.dynamicDims().empty();
  entry.maxLength = lengths.maximum();
  if (llvm::Error error = checkResults(func, entry, lengths))
    return std::move(error);
  if (llvm::Error error = checkUpdates(func, entry))
    return std::move(error);
  return entry;
}

llvm::Expected<std::vector<EntryInterface>> collectInterface(ModuleOp module) {
  std::vector<EntryInterface> entries;
  for (func::FuncOp func : module.getOps<func::FuncOp>()) {
    if (!func.isPublic() || func.isDeclaration())
      continue;
    llvm::Expected<EntryInterface> entry = describe(func);
    if (!entry)
      return entry.takeError();
    entries.push_back(std::move(*entry));
  }
  if (entries.empty())
    return llvm::createStringError("the module has no public function to compile");
  return entries;
}

//===----------------------------------------------------------------------===//
// Emitting
//===----------------------------------------------------------------------===//

namespace {

/// Builds the constants of Runtime.h's structs; the field order is that header's.
class InterfaceEmitter {
public:
  InterfaceEmitter(llvm::Module &module, bool isRow)
      : module(module), isRow(isRow), ctx(module.getContext()), ptr(llvm::PointerType::get(ctx, 0)),
        i32(llvm::Type::getInt32Ty(ctx)), i64(llvm::Type::getInt64Ty(ctx)) {}

  void emit(const std::vector<EntryInterface> &entries, std::string_view target,
            const std::string &hash, int64_t tokenizerBytes) {
    SmallVector<llvm::Constant *> infos;
    for (const EntryInterface &entry : entries)
      infos.push_back(entryInfo(entry));
    auto *type = cast<llvm::StructType>(infos.front()->getType());
    auto *table = global("lowp_entries",
                         llvm::ConstantArray::get(llvm::ArrayType::get(type, infos.size()), infos));
    for (auto [i, entry] : llvm::enumerate(entries))
      if (!isRow)
        exportEntry(entry, llvm::ConstantExpr::getInBoundsGetElementPtr(
                               table->getValueType(), table,
                               ArrayRef<llvm::Constant *>{llvm::ConstantInt::get(i64, 0),
                                                          llvm::ConstantInt::get(i64, i)}));
    llvm::Constant *info = llvm::ConstantStruct::getAnon(
        {llvm::ConstantInt::get(i32, LOWP_ABI_VERSION), llvm::ConstantInt::get(i32, entries.size()),
         table, string(std::string(target)), string(hash), tokenizer(tokenizerBytes),
         llvm::ConstantInt::get(i64, tokenizerBytes)});
    auto *describe = llvm::Function::Create(llvm::FunctionType::get(ptr, false),
                                            llvm::Function::ExternalLinkage, "lowp_describe", module);
    if (isRow)
      describe->setVisibility(llvm::GlobalValue::HiddenVisibility);
    llvm::IRBuilder<> b(llvm::BasicBlock::Create(ctx, "", describe));
    b.CreateRet(global("lowp_model", info));
  }

private:
  llvm::GlobalVariable *global(const Twine &name, llvm::Constant *value) {
    return new llvm::GlobalVariable(module, value->getType(), /*isConstant=*/true,
                                    llvm::GlobalValue::PrivateLinkage, value, name);
  }

  /// Its bytes lie with the weights.
  llvm::Constant *tokenizer(int64_t bytes) {
    if (bytes == 0)
      return llvm::ConstantPointerNull::get(ptr);
    auto *symbol = new llvm::GlobalVariable(module, llvm::Type::getInt8Ty(ctx), /*isConstant=*/true,
                                            llvm::GlobalValue::ExternalLinkage, nullptr,
                                            CompiledObject::kTokenizer);
    symbol->setVisibility(llvm::GlobalValue::HiddenVisibility);
    return symbol;
  }

  llvm::Constant *string(const std::string &text) {
    return global("lowp_string", llvm::ConstantDataArray::getString(ctx, text));
  }

  llvm::Constant *valueInfo(const ValueInterface &value) {
    SmallVector<uint64_t> shape(value.shape.begin(), value.shape.end());
    shape.resize(LOWP_MAX_RANK, 0);
    return llvm::ConstantStruct::getAnon({string(value.name), llvm::ConstantInt::get(i32, value.dtype),
                                          llvm::ConstantInt::get(i32, value.shape.size()),
                                          llvm::ConstantDataArray::get(ctx, ArrayRef(shape)),
                                          llvm::ConstantInt::getSigned(i32, value.result),
                                          llvm::ConstantInt::get(i32, value.optional)});
  }

  llvm::Constant *valueTable(const std::vector<ValueInterface> &values) {
    SmallVector<llvm::Constant *> infos;
    for (const ValueInterface &value : values)
      infos.push_back(valueInfo(value));
    if (infos.empty())
      return llvm::ConstantPointerNull::get(ptr);
    auto *type = llvm::ArrayType::get(infos.front()->getType(), infos.size());
    return global("lowp_values", llvm::ConstantArray::get(type, infos));
  }

  llvm::Constant *entryInfo(const EntryInterface &entry) {
    return llvm::ConstantStruct::getAnon(
        {string(entry.name), llvm::ConstantInt::get(i32, entry.arguments.size()),
         llvm::ConstantInt::get(i32, entry.results.size()), valueTable(entry.arguments),
         valueTable(entry.results), body(entry), arenaBytes(entry),
         llvm::ConstantInt::get(i64, entry.maxLength)});
  }

  /// body(args, results, length, arena, context): the code with its pointers unpacked.
  llvm::Function *body(const EntryInterface &entry) {
    llvm::Function *code = module.getFunction(entry.name);
    code->setName(entry.name + ".code");
    code->setLinkage(llvm::GlobalValue::InternalLinkage);
    auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(ctx), {ptr, ptr, i64, ptr, ptr}, false);
    auto *result = llvm::Function::Create(type, llvm::GlobalValue::InternalLinkage,
                                          entry.name + ".body", module);
    llvm::IRBuilder<> b(llvm::BasicBlock::Create(ctx, "", result));
    SmallVector<llvm::Value *> args;
    auto unpack = [&](llvm::Value *array, size_t i) {
      args.push_back(b.CreateLoad(ptr, b.CreateConstInBoundsGEP1_64(ptr, array, i)));
    };
    for (size_t i = 0; i < entry.arguments.size(); ++i)
      unpack(result->getArg(0), i);
    if (entry.isDynamic)
      args.push_back(result->getArg(2));
    for (size_t i = 0; i < entry.results.size(); ++i)
      if (!entry.isUpdated(i))
        unpack(result->getArg(1), i);
    args.push_back(result->getArg(3));
    args.push_back(result->getArg(4));
    b.CreateCall(code, args);
    b.CreateRetVoid();
    return result;
  }

  /// arena_bytes(length)
  llvm::Function *arenaBytes(const EntryInterface &entry) {
    std::string name = entry.name + ".arena_bytes";
    if (entry.isDynamic) {
      llvm::Function *computed = module.getFunction(name);
      computed->setLinkage(llvm::GlobalValue::InternalLinkage);
      return computed;
    }
    auto *result = llvm::Function::Create(llvm::FunctionType::get(i64, {i64}, false),
                                          llvm::GlobalValue::InternalLinkage, name, module);
    llvm::IRBuilder<> b(llvm::BasicBlock::Create(ctx, "", result));
    b.CreateRet(llvm::ConstantInt::get(i64, entry.arenaBytes));
    return result;
  }

  void exportEntry(const EntryInterface &entry, llvm::Constant *info) {
    llvm::FunctionCallee invoke = module.getOrInsertFunction(
        "lowp_invoke", llvm::FunctionType::get(i32, {ptr, ptr, ptr, ptr}, false));
    auto *function = llvm::Function::Create(llvm::FunctionType::get(i32, {ptr, ptr, ptr}, false),
                                            llvm::GlobalValue::ExternalLinkage, entry.name, module);
    llvm::IRBuilder<> b(llvm::BasicBlock::Create(ctx, "", function));
    b.CreateRet(b.CreateCall(
        invoke, {info, function->getArg(0), function->getArg(1), function->getArg(2)}));
  }

  llvm::Module &module;
  bool isRow; ///< one of several: what a library exports is elsewhere
  llvm::LLVMContext &ctx;
  llvm::PointerType *ptr;
  llvm::Type *i32, *i64;
};

} // namespace

void emitInterface(llvm::Module &module, const std::vector<EntryInterface> &entries,
                   std::string_view target, const std::string &sourceHash, int64_t tokenizerBytes,
                   bool isRow) {
  InterfaceEmitter(module, isRow).emit(entries, target, sourceHash, tokenizerBytes);
}

} // namespace lowp::cpu
