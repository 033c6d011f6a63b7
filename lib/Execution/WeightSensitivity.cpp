//===- WeightSensitivity.cpp ---------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/WeightSensitivity.h"

#include "FunctionSlice.h"

#include "lowp/Dialect/Lowp/IR/EntryAttributes.h"
#include "lowp/Execution/FittingFunction.h"
#include "lowp/Execution/LogitScore.h"
#include "lowp/Lowering/Passes.h"

#include "llvm/ADT/ScopeExit.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace lowp {

/// The function with `weights` as further arguments.
static OwningOpRef<ModuleOp> withWeightsAsArguments(func::FuncOp function, ArrayRef<Value> weights) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(function.getLoc());
  SmallVector<Value> inputs(function.getArguments().begin(), function.getArguments().end());
  llvm::append_range(inputs, weights);
  llvm::DenseSet<Value> given(weights.begin(), weights.end());
  SmallVector<Operation *> ops;
  for (Operation &op : function.getBody().front().without_terminator())
    if (op.getNumResults() != 1 || !given.contains(op.getResult(0)))
      ops.push_back(&op);
  Operation *end = function.getBody().front().getTerminator();
  func::FuncOp func = appendFunction(*module, "model", inputs, ops, end->getOperands());
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    func.setArgAttrs(i, function.getArgAttrDict(i));
    func.removeArgAttr(i, kInPlaceAttr); // each run begins with what the samples say
  }
  return module;
}

llvm::Expected<std::unique_ptr<WeightSensitivity>>
WeightSensitivity::create(ModuleOp module, ArrayRef<Value> weights, ArrayRef<std::span<const float>> originals,
                          const CalibrationOptions &options) {
  llvm::Expected<func::FuncOp> function = findFittingFunction(module, options.data);
  if (!function)
    return function.takeError();
  if (!llvm::hasSingleElement(function->getBody()))
    return llvm::createStringError("function '" + function->getName() + "' has several blocks, expected one");
  std::unique_ptr<WeightSensitivity> result(new WeightSensitivity());
  result->ofTokens = llvm::all_of(function->getArgumentTypes(), [](Type type) {
    return getElementTypeOrSelf(type).isIntOrIndex();
  });
  result->scope = std::make_unique<ResourceScope>(module.getContext());
  OwningOpRef<ModuleOp> open = withWeightsAsArguments(*function, weights);
  PassManager pm(module.getContext());
  buildLegalizePipeline(pm);
  if (failed(pm.run(*open)))
    return llvm::createStringError("the module cannot be lowered");
  auto model = Model::compile(*open, hostTarget(), {});
  if (!model)
    return model.takeError();
  result->model = std::move(*model);
  if (llvm::Error error = result->open(options, originals))
    return std::move(error);
  return std::move(result);
}

llvm::Error WeightSensitivity::open(const CalibrationOptions &options,
                                    ArrayRef<std::span<const float>> originals) {
  auto found = model->entry("");
  if (!found)
    return found.takeError();
  entry = *found;
  for (const lowp_value_info &info : ArrayRef(entry->results, entry->num_results))
    if (info.dtype != LOWP_F32)
      return llvm::createStringError("result '" + Twine(info.name) + "' is not f32");
  ArrayRef<lowp_value_info> arguments(entry->arguments, entry->num_arguments);
  for (auto [info, numbers] : llvm::zip_equal(arguments.take_back(originals.size()), originals)) {
    weights.emplace_back(info, ArrayRef(info.shape, info.rank));
    std::memcpy(weights.back().data(), numbers.data(), numbers.size_bytes());
  }
  auto opened = Dataset::open(options.data, arguments.drop_back(originals.size()), options.samples);
  if (!opened)
    return opened.takeError();
  data = std::make_unique<Dataset>(std::move(*opened));
  context = model->createContext(options.threads);
  for (int64_t i = 0; i < data->size(); ++i) {
    auto results = run(i);
    if (!results)
      return results.takeError();
    references.push_back(std::move(*results));
  }
  return llvm::Error::success();
}

llvm::Expected<std::vector<TensorBuffer>> WeightSensitivity::run(int64_t sample) {
  std::vector<TensorBuffer> arguments = data->sample(sample), results = makeResults(*entry, data->length());
  SmallVector<lowp_tensor> in = tensorsOf(arguments), out = tensorsOf(results);
  llvm::append_range(in, tensorsOf(weights));
  if (llvm::Error error = model->run(*entry, in.data(), out.data(), *context))
    return std::move(error);
  return results;
}

static std::span<const float> floatsOf(const TensorBuffer &buffer) {
  return {reinterpret_cast<const float *>(buffer.data()), buffer.size() / sizeof(float)};
}

double WeightSensitivity::difference(const std::vector<TensorBuffer> &found,
                                     const std::vector<TensorBuffer> &original) const {
  double total = 0;
  for (size_t r = 0; r < found.size(); ++r) {
    std::span<const float> x = floatsOf(found[r]), reference = floatsOf(original[r]);
    if (ofTokens) {
      LogitScore score;
      score.addReference(x, reference, entry->results[r].shape[entry->results[r].rank - 1]);
      total += std::max(score.kl(), 0.0);
      continue;
    }
    double error = 0, size = 0;
    for (size_t i = 0; i < x.size(); ++i) {
      double d = double(x[i]) - double(reference[i]);
      error += d * d;
      size += double(reference[i]) * double(reference[i]);
    }
    total += size > 0 ? error / size : error;
  }
  return total;
}

llvm::Expected<double> WeightSensitivity::loss(size_t index, std::span<const float> numbers) {
  std::span<const float> view = floatsOf(weights[index]);
  std::vector<float> original(view.begin(), view.end());
  auto put = [&](std::span<const float> values) {
    std::memcpy(weights[index].data(), values.data(), values.size_bytes());
  };
  put(numbers);
  llvm::scope_exit restore([&] { put(original); });
  double total = 0;
  for (int64_t i = 0; i < data->size(); ++i) {
    auto results = run(i);
    if (!results)
      return results.takeError();
    total += difference(*results, references[i]);
  }
  return total / static_cast<double>(data->size());
}

} // namespace lowp
