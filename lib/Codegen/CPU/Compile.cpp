//===- Compile.cpp -------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Codegen/CPU/Compile.h"

#include "lowp/Bridge/Constants.h"
#include "lowp/Codegen/CPU/Interface.h"
#include "lowp/Codegen/CPU/Passes.h"
#include "lowp/Dialect/Lowp/IR/EntryAttributes.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "Buffers.h"
#include "Machine.h"

#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace lowp {

llvm::Expected<FloatProducts> parseFloatProducts(StringRef name) {
  if (name == "f32")
    return FloatProducts::F32;
  if (name == "bf16")
    return FloatProducts::BF16;
  return llvm::createStringError("unknown products of floats '" + name + "', expected f32 or bf16");
}

FloatProducts productsOf(const CpuTarget &row, FloatProducts products) {
  return row.dot({DotOperand::BF16, DotOperand::BF16}) ? products : FloatProducts::F32;
}

//===----------------------------------------------------------------------===//
// Pipelines
//===----------------------------------------------------------------------===//

static void addBufferization(OpPassManager &pm) {
  bufferization::OneShotBufferizePassOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.functionBoundaryTypeConversion = bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createEmptyTensorEliminationPass());
  pm.addPass(bufferization::createOneShotBufferizePass(options));
}

void buildBufferPipeline(OpPassManager &pm, const CpuTarget &target,
                         const CompileOptions &options) {
  std::string row = options.reference ? "generic" : std::string(target.name);
  pm.addPass(cpu::createLowerProbes());
  pm.addPass(createInlinerPass()); // kernels are made of what stands in public functions
  pm.addPass(cpu::createPassLength());
  bool narrowsWeights = options.floatProducts == FloatProducts::BF16;
  if (!options.reference && (options.coarseMath || narrowsWeights))
    pm.addPass(cpu::createNarrowProducts({row, narrowsWeights}));
  pm.addPass(cpu::createFormContracts({row}));
  pm.addNestedPass<func::FuncOp>(cpu::createFuseElementwise());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addNestedPass<func::FuncOp>(cpu::createFuseEpilogues());
  if (!options.reference)
    pm.addNestedPass<func::FuncOp>(cpu::createFormNarrows());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  if (!options.reference) {
    pm.addNestedPass<func::FuncOp>(cpu::createSkipMasked({row}));
    pm.addNestedPass<func::FuncOp>(cpu::createSeparateDestinations());
  }
  pm.addPass(cpu::createResultsToDestinations());
  addBufferization(pm);
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(cpu::createPassPointers());
  pm.addNestedPass<func::FuncOp>(cpu::createResolveDims());
  pm.addPass(cpu::createExternalizeWeights());
  if (!options.reference) {
    pm.addNestedPass<func::FuncOp>(cpu::createFoldTransposes());
    pm.addNestedPass<func::FuncOp>(cpu::createFoldPads());
  }
  if (!options.reference && target.hasDots())
    pm.addNestedPass<func::FuncOp>(cpu::createLowerContracts({row}));
  pm.addNestedPass<func::FuncOp>(cpu::createLowerLoops({target.hasDots()}));
  pm.addNestedPass<func::FuncOp>(cpu::createResolveDims());
  pm.addPass(createCanonicalizerPass());
  if (!options.reference) {
    pm.addNestedPass<func::FuncOp>(cpu::createCarryAccumulators());
    pm.addNestedPass<func::FuncOp>(cpu::createFuseRows());
  }
  pm.addPass(cpu::createOutlineKernels());
  pm.addPass(cpu::createPlanMemory());
  pm.addPass(cpu::createVerifyCodegen());
}

void buildLLVMPipeline(OpPassManager &pm, const CpuTarget &target, const CompileOptions &options) {
  pm.addPass(cpu::createLowerAsserts());
  pm.addNestedPass<func::FuncOp>(cpu::createLowerDots({std::string(target.name)}));
  pm.addNestedPass<func::FuncOp>(cpu::createLowerNarrows({std::string(target.name)}));
  pm.addNestedPass<func::FuncOp>(cpu::createApproximateMath({options.coarseMath}));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createConvertVectorToSCFPass());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addNestedPass<func::FuncOp>(cpu::createKeepShortLoops());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createConvertVectorToLLVMPass());
  ConvertFuncToLLVMPassOptions func;
  func.useBarePtrCallConv = true;
  pm.addPass(createConvertFuncToLLVMPass(func));
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createConvertIndexToLLVMPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createUBToLLVMConversionPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(cpu::createParallelizeKernels());
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

/// Collects what lowp-externalize-weights put aside.
static llvm::Expected<std::vector<WeightSymbol>> takeWeights(ModuleOp module) {
  std::vector<WeightSymbol> weights;
  for (auto global : module.getOps<memref::GlobalOp>()) {
    auto value = dyn_cast_if_present<ElementsAttr>(global->removeAttr("lowp.bytes"));
    if (!value)
      continue;
    std::optional<ArrayRef<char>> bytes = rawBytes(value);
    if (!bytes)
      return llvm::createStringError("weight '" + global.getSymName() + "' has no bytes");
    weights.push_back({global.getSymName().str(), *bytes});
  }
  if (auto tokenizer = dyn_cast_if_present<ElementsAttr>(module->removeAttr(kTokenizerAttr))) {
    std::optional<ArrayRef<char>> bytes = rawBytes(tokenizer);
    if (!bytes)
      return llvm::createStringError("the tokenizer has no bytes");
    weights.push_back({CompiledObject::kTokenizer, *bytes});
  }
  return weights;
}

static int64_t tokenizerBytes(const CompiledObject &object) {
  for (const WeightSymbol &weight : object.weights)
    if (StringRef(weight.name).starts_with(CompiledObject::kTokenizer))
      return static_cast<int64_t>(weight.bytes.size());
  return 0;
}

/// The names of one row of several: kernels and weights are no other row's.
static void addSuffix(std::vector<WeightSymbol> &weights, llvm::Module &module, const std::string &suffix) {
  for (llvm::Function &function : module)
    if (!function.isDeclaration())
      function.setName(function.getName() + suffix);
  for (WeightSymbol &weight : weights) {
    if (llvm::GlobalVariable *symbol = module.getNamedGlobal(weight.name))
      symbol->setName(weight.name + suffix);
    weight.name += suffix;
  }
}

/// What LLVM must not see: our records and marks, but for that of lowp-parallelize-kernels, which takes it off.
static void strip(ModuleOp module) {
  for (auto site : llvm::make_early_inc_range(module.getOps<SiteOp>()))
    site.erase();
  module.walk([](Operation *op) {
    SmallVector<StringAttr> marks;
    for (NamedAttribute attr : op->getDiscardableAttrs())
      if (attr.getName() != cpu::kSerialAttr && attr.getName().strref().starts_with("lowp."))
        marks.push_back(attr.getName());
    for (StringAttr mark : marks)
      op->removeAttr(mark);
  });
}

//===----------------------------------------------------------------------===//
// LLVM
//===----------------------------------------------------------------------===//

/// Full vectors where the row has them: some processors prefer half of them by default.
static void setVectorWidth(llvm::Module &module, const CpuTarget &target) {
  if (target.vectorBits == 0)
    return;
  for (llvm::Function &function : module)
    if (!function.isDeclaration()) {
      function.addFnAttr("prefer-vector-width", std::to_string(target.vectorBits));
      function.addFnAttr("min-legal-vector-width", std::to_string(target.vectorBits));
    }
}

static void optimize(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager cgscc;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(cgscc);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, cgscc, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3).run(module, modules);
}

static llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> emitObject(llvm::Module &module,
                                                                      llvm::TargetMachine &machine) {
  SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream os(bytes);
  llvm::legacy::PassManager pm;
  if (machine.addPassesToEmitFile(pm, os, nullptr, llvm::CodeGenFileType::ObjectFile))
    return llvm::createStringError("the code generator cannot emit an object");
  pm.run(module);
  return std::make_unique<llvm::SmallVectorMemoryBuffer>(std::move(bytes),
                                                         /*RequiresNullTerminator=*/false);
}

/// From the cache where that has the object of this very IR.
static llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
compileIR(llvm::Module &module, llvm::TargetMachine &machine, ObjectCache *cache) {
  std::string ir;
  if (cache) {
    llvm::raw_string_ostream os(ir);
    module.print(os, nullptr);
    if (const llvm::MemoryBuffer *known = cache->find(ir))
      return llvm::MemoryBuffer::getMemBufferCopy(known->getBuffer());
  }
  optimize(module, machine);
  auto object = emitObject(module, machine);
  if (object && cache)
    cache->insert(ir, **object);
  return object;
}

//===----------------------------------------------------------------------===//
// The road
//===----------------------------------------------------------------------===//

/// Arena sizes that lowp-plan-memory found, by function.
static void takeArenaSizes(ModuleOp module, std::vector<cpu::EntryInterface> &entries) {
  for (cpu::EntryInterface &entry : entries)
    if (auto func = module.lookupSymbol<func::FuncOp>(entry.name))
      if (auto bytes = func->getAttrOfType<IntegerAttr>("lowp.arena_bytes"))
        entry.arenaBytes = bytes.getInt();
}

static CompiledEntry describeEntry(const cpu::EntryInterface &entry) {
  CompiledEntry result{entry.name, {}};
  for (auto [i, argument] : llvm::enumerate(entry.arguments))
    if (argument.result >= 0 || !argument.holds.empty())
      result.notes.push_back({i, argument.result, argument.holds});
  return result;
}

llvm::Expected<CompiledObject> compileToObject(ModuleOp module, const CpuTarget &target,
                                               const CompileOptions &options) {
  llvm::Expected<std::vector<cpu::EntryInterface>> entries = cpu::collectInterface(module);
  if (!entries)
    return entries.takeError();
  MLIRContext *ctx = module.getContext();
  PassManager buffers(ctx);
  buffers.enableVerifier(options.verify);
  buildBufferPipeline(buffers, target, options);
  (void)applyPassManagerCLOptions(buffers); // fails where the tool has no such options
  if (failed(buffers.run(module)))
    return llvm::createStringError("lowering to buffers failed");
  CompiledObject result;
  llvm::Expected<std::vector<WeightSymbol>> weights = takeWeights(module);
  if (!weights)
    return weights.takeError();
  result.weights = std::move(*weights);
  takeArenaSizes(module, *entries);
  strip(module);
  PassManager llvmDialect(ctx);
  llvmDialect.enableVerifier(options.verify);
  buildLLVMPipeline(llvmDialect, target, options);
  (void)applyPassManagerCLOptions(llvmDialect);
  if (failed(llvmDialect.run(module)))
    return llvm::createStringError("lowering to LLVM failed");

  DialectRegistry registry;
  registerAllToLLVMIRTranslations(registry);
  ctx->appendDialectRegistry(registry);
  llvm::Expected<std::unique_ptr<llvm::TargetMachine>> machine =
      cpu::createMachine(target, options.cpu);
  if (!machine)
    return machine.takeError();
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> llvmModule = translateModuleToLLVMIR(module, llvmContext);
  if (!llvmModule)
    return llvm::createStringError("translation to LLVM IR failed");
  llvmModule->setTargetTriple((*machine)->getTargetTriple());
  llvmModule->setDataLayout((*machine)->createDataLayout());
  cpu::emitInterface(*llvmModule, *entries, target.name, options.sourceHash, tokenizerBytes(result),
                     /*isRow=*/!options.suffix.empty());
  if (!options.suffix.empty())
    addSuffix(result.weights, *llvmModule, options.suffix);
  setVectorWidth(*llvmModule, target);
  auto object = compileIR(*llvmModule, **machine, options.cache);
  if (!object)
    return object.takeError();
  result.object = std::move(*object);
  result.floatProducts = productsOf(target, options.floatProducts);
  for (const cpu::EntryInterface &entry : *entries)
    result.entries.push_back(describeEntry(entry));
  return result;
}

//===----------------------------------------------------------------------===//
// Several rows
//===----------------------------------------------------------------------===//

/// The entry points of a library with several rows.
static llvm::Expected<CompiledObject> compileDispatch(std::vector<CompiledEntry> entries,
                                                      const std::vector<cpu::RowSymbols> &rows) {
  auto machine = cpu::createMachine(*CpuTarget::lookup("generic"), /*cpu=*/"");
  if (!machine)
    return machine.takeError();
  llvm::LLVMContext llvmContext;
  llvm::Module module("dispatch", llvmContext);
  module.setTargetTriple((*machine)->getTargetTriple());
  module.setDataLayout((*machine)->createDataLayout());
  std::vector<std::string> names;
  for (const CompiledEntry &entry : entries)
    names.push_back(entry.name);
  cpu::emitRowDispatch(module, names, rows);
  auto object = emitObject(module, **machine);
  if (!object)
    return object.takeError();
  return CompiledObject{std::move(*object), {}, std::move(entries)};
}

llvm::Expected<std::vector<CompiledObject>>
compileForLibrary(ModuleOp module, ArrayRef<TargetChoice> targets, const CompileOptions &options) {
  std::vector<CompiledObject> objects;
  std::vector<cpu::RowSymbols> rows;
  std::vector<CompiledEntry> entries;
  for (auto [i, target] : llvm::enumerate(targets)) {
    CompileOptions own = options;
    own.cpu = target.cpu;
    own.suffix = targets.size() > 1 ? ".row" + std::to_string(i) : "";
    bool isLast = i + 1 == targets.size();
    OwningOpRef<ModuleOp> clone = isLast ? ModuleOp() : module.clone();
    auto object = compileToObject(isLast ? module : *clone, *target.row, own);
    if (!object)
      return object.takeError();
    objects.push_back(std::move(*object));
    rows.push_back({std::string(target.row->name), std::string(target.row->features), own.suffix});
  }
  if (targets.size() == 1)
    return std::move(objects);
  for (CompiledObject &object : objects)
    entries = std::move(object.entries); // the same of all
  for (CompiledObject &object : objects)
    object.entries.clear();
  auto dispatch = compileDispatch(std::move(entries), rows);
  if (!dispatch)
    return dispatch.takeError();
  objects.push_back(std::move(*dispatch));
  return std::move(objects);
}

} // namespace lowp
