//===- SiteError.cpp -----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/SiteError.h"

#include "lowp/Execution/FittingFunction.h"
#include "FunctionSlice.h"

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Execution/Compare.h"
#include "lowp/Execution/Dataset.h"
#include "lowp/Lowering/Passes.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Support/FormatVariadic.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/OwningOpRef.h"

#include <cmath>

using namespace mlir;

namespace lowp {

namespace {

//===----------------------------------------------------------------------===//
// The part of a function that belongs to a site
//===----------------------------------------------------------------------===//

bool isAffineArithmetic(Operation &op) {
  return isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp, linalg::YieldOp>(op);
}

/// Elementwise sums and products, copies and permutations: what equalisation inserts and folds
/// into.
bool isElementwise(Operation *op) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  return linalgOp && linalgOp.hasPureTensorSemantics() &&
         linalgOp.getNumParallelLoops() == linalgOp.getNumLoops() &&
         llvm::all_of(*linalgOp.getBlock(), isAffineArithmetic);
}

bool isQuantization(Operation *op) {
  return isa<ChooseQParamsOp, QuantizeOp, DequantizeOp, FakeQuantizeOp, EncodeOp, DecodeOp>(op);
}

bool isReshape(Operation *op) {
  return isa<tensor::PadOp, tensor::CastOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp,
             tensor::ExtractSliceOp>(op);
}

/// Everything between a site and the values that quantization leaves alone. Elementwise ops with
/// constants are part of it, whether quantization put them there or not: a scale may have been
/// folded into them. So the two forms of a model have the same inputs here.
class SiteSlice {
public:
  explicit SiteSlice(const QuantizationSite &site) : site(site) { visit(site.op); }

  /// The computed values it starts from.
  llvm::SetVector<Value> inputs;
  /// The site's op last, each op after what it reads.
  llvm::SetVector<Operation *> ops;
  QuantizationSite site;

  bool isQuantized() const { return llvm::any_of(ops, isQuantization); }
  Value output() const { return site.op->getResult(0); }

private:
  bool isConstant(Value value) {
    auto [it, isNew] = constants.try_emplace(value, false);
    if (!isNew)
      return it->second;
    Operation *op = value.getDefiningOp();
    bool result = op && (isa<arith::ConstantOp, tensor::EmptyOp>(op) || isQuantization(op) ||
                         isReshape(op) || isElementwise(op));
    result = result && llvm::all_of(readBy(op), [&](Value v) { return isConstant(v); });
    return constants[value] = result;
  }

  bool isInside(Operation *op) {
    if (isQuantization(op) || isReshape(op))
      return true;
    return isElementwise(op) &&
           llvm::count_if(readBy(op), [&](Value v) { return !isConstant(v); }) <= 1;
  }

  void visit(Operation *op) {
    if (ops.contains(op))
      return;
    for (Value value : readBy(op)) {
      if (isConstant(value) || (value.getDefiningOp() && isInside(value.getDefiningOp())))
        visit(value.getDefiningOp());
      else
        inputs.insert(value);
    }
    ops.insert(op);
  }

  llvm::DenseMap<Value, bool> constants;
};

/// By name, in the order of the program.
using Slices = llvm::MapVector<StringRef, SiteSlice>;

llvm::Expected<Slices> sliceSites(ModuleOp module, StringRef what) {
  Slices slices;
  for (const QuantizationSite &site : collectSites(module)) {
    if (!site.symbol())
      return llvm::createStringError(what + " has a site without a name, '" + site.name() +
                                     "': expected a module after the import phase");
    slices.insert({site.symbol().getValue(), SiteSlice(site)});
  }
  return slices;
}

//===----------------------------------------------------------------------===//
// Do the two modules fit?
//===----------------------------------------------------------------------===//

std::string textOf(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

/// What a probe can see, and the same in both modules.
llvm::Error checkType(StringRef site, StringRef what, Type found, Type expected) {
  // Types of two contexts are never equal.
  if (std::string type = textOf(found); type != textOf(expected))
    return llvm::createStringError("site '" + site + "': its " + what + " is " + type +
                                   ", in the reference " + textOf(expected));
  auto tensor = dyn_cast<RankedTensorType>(expected);
  if (!tensor || !tensor.getElementType().isF32() || tensor.getRank() == 0 ||
      !tensor.hasStaticShape())
    return llvm::createStringError("site '" + site + "': its " + what + " is " + textOf(expected) +
                                   ", expected a tensor of f32 with static shape");
  return llvm::Error::success();
}

llvm::Error checkFit(StringRef name, const SiteSlice &found, const SiteSlice &reference) {
  if (reference.isQuantized())
    return llvm::createStringError("site '" + name +
                                   "' of the reference is quantized, expected a float module");
  if (found.inputs.size() != reference.inputs.size())
    return llvm::createStringError(
        llvm::formatv("site '{0}' reads {1} computed values, in the reference {2}", name,
                      found.inputs.size(), reference.inputs.size()));
  for (auto [value, expected] : llvm::zip(found.inputs, reference.inputs))
    if (llvm::Error error = checkType(name, "input", value.getType(), expected.getType()))
      return error;
  return checkType(name, "output", found.output().getType(), reference.output().getType());
}

llvm::Error checkNames(const Slices &found, const Slices &reference) {
  for (const auto &[name, slice] : found)
    if (!reference.contains(name))
      return llvm::createStringError("site '" + name + "' is not in the reference");
  for (const auto &[name, slice] : reference)
    if (!found.contains(name))
      return llvm::createStringError("site '" + name + "' of the reference is not in the model");
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Measuring
//===----------------------------------------------------------------------===//

/// One quantized site, its values named by their probes.
struct Measured {
  std::string name;
  SmallVector<unsigned> inputs;
  unsigned output;
  Comparison comparison;
};

class SiteErrorMeter {
public:
  SiteErrorMeter(const CpuTarget &target, const SiteErrorOptions &options)
      : target(target), options(options) {}

  llvm::Expected<std::vector<SiteError>> run(ModuleOp quantized, ModuleOp reference) {
    ResourceScope quantizedScope(quantized.getContext());
    ResourceScope referenceScope(reference.getContext());
    OwningOpRef<ModuleOp> probed = reference.clone(), kept = quantized.clone();
    for (ModuleOp each : {*probed, *kept})
      if (llvm::Error error = keepFittingFunction(each, options.input))
        return std::move(error);
    OwningOpRef<ModuleOp> functions = ModuleOp::create(quantized.getLoc());
    if (llvm::Error error = pair(*kept, *probed, *functions))
      return std::move(error);
    if (llvm::Error error = compile(*probed, *functions))
      return std::move(error);
    if (llvm::Error error = runSamples())
      return std::move(error);
    return result();
  }

private:
  /// A function for each quantized site, probes on what it reads and computes in the reference.
  llvm::Error pair(ModuleOp quantized, ModuleOp probed, ModuleOp functions) {
    auto found = sliceSites(quantized, "the model");
    if (!found)
      return found.takeError();
    auto expected = sliceSites(probed, "the reference");
    if (!expected)
      return expected.takeError();
    if (llvm::Error error = checkNames(*found, *expected))
      return error;
    llvm::SetVector<Value> observed;
    for (const auto &[name, slice] : *found) {
      const SiteSlice &reference = expected->find(name)->second;
      if (!slice.isQuantized())
        continue;
      if (llvm::Error error = checkFit(name, slice, reference))
        return error;
      appendFunction(functions, functionName(sites.size()), slice.inputs.getArrayRef(),
                     slice.ops.getArrayRef(), slice.output());
      for (Value value : reference.inputs)
        observed.insert(value);
      observed.insert(reference.output());
      sites.push_back({name.str(), {}, 0, {}});
    }
    if (sites.empty())
      return llvm::createStringError(
          "no quantized site: expected a module after the quantize phase");
    insertProbes(observed, *expected);
    return llvm::Error::success();
  }

  static std::string functionName(size_t site) { return "site_" + std::to_string(site); }

  /// Probes are numbered in the order of the program.
  void insertProbes(const llvm::SetVector<Value> &observed, const Slices &reference) {
    func::FuncOp func;
    for (Value value : observed) {
      OpBuilder b(value.getContext());
      b.setInsertionPointAfterValue(value);
      auto what = b.getArrayAttr(StatisticAttr::get(b.getContext(), Statistic::MinMax));
      auto site = FlatSymbolRefAttr::get(b.getContext(), sites.front().name);
      ObserveOp::create(b, value.getLoc(), value, site, what);
      func = value.getParentRegion()->getParentOfType<func::FuncOp>();
    }
    llvm::DenseMap<Value, unsigned> numbers;
    func->getParentOfType<ModuleOp>().walk(
        [&](ObserveOp probe) { numbers.try_emplace(probe.getInput(), numbers.size()); });
    values.resize(numbers.size());
    readers.resize(numbers.size());
    for (Measured &site : sites) {
      const SiteSlice &slice = reference.find(site.name)->second;
      site.inputs = llvm::map_to_vector(slice.inputs, [&](Value v) { return numbers.lookup(v); });
      site.output = numbers.lookup(slice.output());
      for (unsigned input : site.inputs)
        ++readers[input];
    }
  }

  llvm::Error compile(ModuleOp probed, ModuleOp functions) {
    PassManager pm(functions.getContext());
    buildLegalizePipeline(pm);
    if (failed(pm.run(functions)))
      return llvm::createStringError("the quantized sites cannot be lowered");
    auto model = Model::compile(functions, target, {});
    if (!model)
      return model.takeError();
    quantizedSites = std::move(*model);
    auto floats = Model::compile(probed, target, {});
    if (!floats)
      return floats.takeError();
    floatModel = std::move(*floats);
    return llvm::Error::success();
  }

  llvm::Error runSamples() {
    auto entry = floatModel->entry("");
    if (!entry)
      return entry.takeError();
    auto data = Dataset::open(options.input, **entry, options.samples);
    if (!data)
      return data.takeError();
    std::unique_ptr<Context> context = floatModel->createContext(options.threads);
    siteContext = quantizedSites->createContext(options.threads);
    context->setProbeHandler([this](int64_t probe, const float *values, int64_t count) {
      observe(probe, ArrayRef(values, count));
    });
    length = data->length();
    std::vector<TensorBuffer> results = makeResults(**entry, length);
    for (int64_t i = 0; i < data->size(); ++i) {
      remaining = readers;
      if (llvm::Error error = lowp::run(*floatModel, **entry, data->sample(i), results, *context))
        return error;
      if (!message.empty())
        return llvm::createStringError(message);
    }
    return llvm::Error::success();
  }

  /// A value is kept until the last site that reads it has its output.
  void observe(unsigned probe, ArrayRef<float> seen) {
    if (readers[probe] != 0)
      values[probe] = std::vector<float>(seen.begin(), seen.end());
    for (auto [i, site] : llvm::enumerate(sites)) {
      if (site.output != probe)
        continue;
      if (llvm::Error error = compare(i, site, seen))
        message = llvm::toString(std::move(error));
      for (unsigned input : site.inputs)
        if (--remaining[input] == 0)
          values[input] = {};
    }
  }

  llvm::Error compare(size_t index, Measured &site, ArrayRef<float> expected) {
    auto entry = quantizedSites->entry(functionName(index));
    if (!entry)
      return entry.takeError();
    std::vector<TensorBuffer> arguments;
    for (auto [i, input] : llvm::enumerate(site.inputs)) {
      const lowp_value_info &info = (*entry)->arguments[i];
      arguments.emplace_back(info, shapeAt(info, length));
      llvm::copy(values[input], reinterpret_cast<float *>(arguments.back().data()));
    }
    std::vector<TensorBuffer> results = makeResults(**entry, length);
    if (llvm::Error error = lowp::run(*quantizedSites, **entry, arguments, results, *siteContext))
      return error;
    site.comparison.add({reinterpret_cast<const float *>(results[0].data()), expected.size()},
                        {expected.data(), expected.size()});
    return llvm::Error::success();
  }

  std::vector<SiteError> result() const {
    std::vector<SiteError> errors;
    for (const Measured &site : sites)
      errors.push_back({site.name, site.comparison.samples(), site.comparison.sqnr(),
                        site.comparison.relativeError(), site.comparison.maxError()});
    llvm::sort(errors, isWorse);
    return errors;
  }

  const CpuTarget &target;
  const SiteErrorOptions &options;
  std::vector<Measured> sites;
  /// By probe: how many sites read it, in all and still in this sample, and what it saw.
  std::vector<unsigned> readers, remaining;
  std::vector<std::vector<float>> values;
  int64_t length = 0; ///< of the samples
  std::unique_ptr<Model> floatModel, quantizedSites;
  std::unique_ptr<Context> siteContext;
  std::string message;
};

} // namespace

bool isWorse(const SiteError &a, const SiteError &b) {
  auto key = [](const SiteError &error) {
    bool isNumber = !std::isnan(error.sqnr);
    return std::tuple(isNumber, isNumber ? error.sqnr : 0, StringRef(error.site));
  };
  return key(a) < key(b);
}

llvm::Expected<std::vector<SiteError>> measureSiteErrors(ModuleOp quantized, ModuleOp reference,
                                                         const CpuTarget &target,
                                                         const SiteErrorOptions &options) {
  return SiteErrorMeter(target, options).run(quantized, reference);
}

} // namespace lowp
