//===- StagedRun.cpp -----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/StagedRun.h"

#include "FunctionSlice.h"
#include "TokenMask.h"

#include "lowp/Analysis/LengthAnalysis.h"
#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Bridge/ConstantCodes.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Dialect/Lowp/IR/EntryAttributes.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Execution/FittingFunction.h"
#include "lowp/Execution/Model.h"
#include "lowp/Lowering/Passes.h"

#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace lowp {

/// Ops and the values that go in and out of them.
struct StagedRun::Stage {
  llvm::SetVector<Value> inputs;   ///< saved ones
  llvm::SetVector<Value> outputs;  ///< what was asked for, then what later stages read
  size_t numAsked = 0;             ///< of the outputs
  llvm::DenseSet<Value> kept;      ///< outputs that later stages read
  SmallVector<Operation *> ops;    ///< in order of the program
  llvm::DenseSet<Operation *> run; ///< those of them that depend on an argument
  std::unique_ptr<Model> model;
};

StagedRun::StagedRun(func::FuncOp function, const CalibrationOptions &options)
    : function(function), options(options) {}
StagedRun::~StagedRun() = default;

llvm::Expected<std::unique_ptr<StagedRun>> StagedRun::create(ModuleOp module,
                                                             const CalibrationOptions &options) {
  auto function = findFittingFunction(module, options.data);
  if (!function)
    return function.takeError();
  if (!llvm::hasSingleElement(function->getBody()))
    return llvm::createStringError("function '" + function->getName() + "' has " +
                                   Twine(function->getBody().getBlocks().size()) +
                                   " blocks, expected one");
  CalibrationOptions own = options;
  own.products = productsOf(hostTarget(), options.products);
  if (own.products != options.products)
    function->emitWarning("is run with products of f32: this machine multiplies no bf16");
  return std::unique_ptr<StagedRun>(new StagedRun(*function, own));
}

llvm::Error StagedRun::advance(ArrayRef<Value> values, Handler handle) {
  Stage stage = cut(values);
  ResourceScope scope(function.getContext());
  if (llvm::Error error = compile(stage))
    return error;
  if (llvm::Error error = runSamples(stage, handle))
    return error;
  release(stage);
  if (!firstModel)
    firstModel = std::move(stage.model);
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Cutting
//===----------------------------------------------------------------------===//

/// The op of the function's own block that `op` is in.
static Operation *topLevel(Operation *op, func::FuncOp function) {
  return function.getBody().front().findAncestorOpInBlock(*op);
}

/// Will a later stage run it?
bool StagedRun::isPending(Operation *op, const Stage &stage) {
  op = topLevel(op, function);
  return !op->hasTrait<OpTrait::IsTerminator>() && !done.contains(op) && !stage.run.contains(op);
}

/// Can its bytes be kept between stages? A size that is not static must be the model's length.
static bool canSave(Value value, LengthAnalysis &lengths) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !type.getElementType().isIntOrFloat() ||
      (type.getElementTypeBitWidth() % 8 != 0 && !type.getElementType().isInteger(1)))
    return false;
  return llvm::all_of(llvm::seq<int64_t>(0, type.getRank()), [&](int64_t d) {
    std::optional<LengthExpr> size = lengths.dimension(value, d);
    return size && (size->constant() || size->isLength());
  });
}

StagedRun::Stage StagedRun::cut(ArrayRef<Value> values) {
  Stage stage;
  SetVector<Operation *> needed;
  SmallVector<Value> work(values);
  while (!work.empty()) {
    Value value = work.pop_back_val();
    if (saved.contains(value))
      stage.inputs.insert(value);
    else if (Operation *op = value.getDefiningOp(); op && needed.insert(op))
      llvm::append_range(work, readBy(op));
  }
  for (Operation &op : function.getBody().front()) {
    if (!needed.contains(&op))
      continue;
    stage.ops.push_back(&op);
    if (llvm::any_of(readBy(&op), [&](Value v) {
          return isa<BlockArgument>(v) || saved.contains(v) || stage.run.contains(v.getDefiningOp());
        }))
      stage.run.insert(&op);
  }
  LengthAnalysis lengths(function);
  stage.outputs.insert(values.begin(), values.end());
  stage.numAsked = stage.outputs.size();
  for (Operation *op : stage.ops)
    for (Value result : op->getResults())
      if (stage.run.contains(op) && canSave(result, lengths) &&
          llvm::any_of(result.getUsers(), [&](Operation *user) { return isPending(user, stage); })) {
        stage.kept.insert(result);
        stage.outputs.insert(result);
      }
  return stage;
}

/// Drops what no later stage reads.
void StagedRun::release(const Stage &stage) {
  LengthAnalysis lengths(function);
  for (Operation *op : stage.run)
    if (llvm::all_of(op->getResults(), [&](Value v) { return canSave(v, lengths); }))
      done.insert(op);
  saved.remove_if([&](auto &entry) {
    return llvm::none_of(entry.first.getUsers(), [&](Operation *user) {
      Operation *op = topLevel(user, function);
      return !op->hasTrait<OpTrait::IsTerminator>() && !done.contains(op);
    });
  });
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

/// Weights that stay codes in a product of floats are decoded once instead of once per sample.
static void decodeWeights(func::FuncOp func) {
  SmallVector<DequantizeOp> weights;
  func.walk([&](DequantizeOp op) {
    bool ofFloats = llvm::all_of(op->getUsers(), [](Operation *user) {
      std::optional<QuantizationSite> site = QuantizationSite::get(user);
      return site && !site->activation().getDefiningOp<DequantizeOp>();
    });
    if (ofFloats)
      weights.push_back(op);
  });
  for (DequantizeOp op : weights) {
    std::optional<std::vector<float>> values = evaluate(op);
    if (!values)
      continue;
    OpBuilder b(op);
    auto type = cast<RankedTensorType>(op.getType());
    op.getResult().replaceAllUsesWith(
        createConstant(b, op.getLoc(), type, "decoded", std::move(*values)).getResult());
    op.erase();
  }
}

/// A function of the model's arguments, then of the saved values.
llvm::Error StagedRun::compile(Stage &stage) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(function.getLoc());
  SmallVector<Value> inputs(function.getArguments().begin(), function.getArguments().end());
  llvm::append_range(inputs, stage.inputs);
  func::FuncOp func =
      appendFunction(*module, "stage", inputs, stage.ops, stage.outputs.getArrayRef());
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    func.setArgAttrs(i, function.getArgAttrDict(i));
    func.removeArgAttr(i, kInPlaceAttr); // the results are others
  }
  decodeWeights(func);
  // Hundreds of stages, all cut from a module that was verified.
  PassManager pm(function.getContext());
  pm.enableVerifier(false);
  buildLegalizePipeline(pm);
  if (failed(pm.run(*module)))
    return llvm::createStringError("a stage of the module cannot be lowered");
  CompileOptions compile;
  compile.cache = &objects;
  compile.verify = false;
  compile.floatProducts = options.products;
  auto model = Model::compile(*module, hostTarget(), compile);
  if (!model)
    return model.takeError();
  stage.model = std::move(*model);
  return llvm::Error::success();
}

llvm::Error StagedRun::openData(const lowp_entry_info &entry) {
  ArrayRef<lowp_value_info> arguments(entry.arguments, function.getNumArguments());
  auto opened = Dataset::open(options.data, arguments, options.samples);
  if (!opened)
    return opened.takeError();
  data = std::make_unique<Dataset>(std::move(*opened));
  auto found = TokenMask::find(arguments, options.mask);
  if (!found)
    return found.takeError();
  mask = std::make_unique<TokenMask>(std::move(*found));
  return llvm::Error::success();
}

llvm::Error StagedRun::runSamples(const Stage &stage, Handler handle) {
  auto entry = stage.model->entry("");
  if (!entry)
    return entry.takeError();
  if (!data)
    if (llvm::Error error = openData(**entry))
      return error;
  std::unique_ptr<Context> context = stage.model->createContext(options.threads);
  for (int64_t i = 0; i < data->size(); ++i) {
    std::vector<TensorBuffer> arguments = data->sample(i), results = makeResults(**entry, data->length());
    SmallVector<lowp_tensor> in = tensorsOf(arguments), out = tensorsOf(results);
    for (Value input : stage.inputs)
      in.push_back(saved.find(input)->second[i].tensor());
    if (llvm::Error error = stage.model->run(**entry, in.data(), out.data(), *context))
      return error;
    mask->setSample(arguments);
    for (size_t v = 0; v < stage.numAsked; ++v) {
      int64_t channels = ObserveOp::channelsOf(cast<RankedTensorType>(stage.outputs[v].getType()));
      const auto *values = reinterpret_cast<const float *>(results[v].data());
      handle(i, v, mask->keepTokens({values, results[v].size() / sizeof(float)}, channels));
    }
    for (auto [value, buffer] : llvm::zip(stage.outputs, results))
      if (stage.kept.contains(value))
        saved[value].push_back(std::move(buffer));
  }
  return llvm::Error::success();
}

} // namespace lowp
