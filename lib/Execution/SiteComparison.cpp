//===- SiteComparison.cpp ------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/SiteComparison.h"

#include "lowp/Execution/FittingFunction.h"
#include "FunctionSlice.h"

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Execution/Compare.h"
#include "lowp/Execution/Dataset.h"
#include "lowp/Execution/Model.h"
#include "lowp/Lowering/Passes.h"
#include "lowp/Numerics/IntegerContraction.h"

#include "llvm/ADT/SetVector.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/OwningOpRef.h"

using namespace mlir;

namespace lowp {

namespace {

//===----------------------------------------------------------------------===//
// Sites of codes
//===----------------------------------------------------------------------===//

/// One operand of a site: codes that were recorded, or those of a constant.
struct CodeOperand {
  std::optional<unsigned> recorded;
  std::span<const int8_t> constant;
  bool isSigned;
};

/// A site whose operands are both codes.
struct IntegerSite {
  std::string name;
  CodeOperand operands[2];
  std::vector<ContractionLoop> loops;
  int64_t outputs;
};

/// The factor of loop `dim` in an index that is a sum of loops times constants.
int64_t factorOf(AffineExpr expr, unsigned dim) {
  if (auto loop = dyn_cast<AffineDimExpr>(expr))
    return loop.getPosition() == dim ? 1 : 0;
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return 0;
  if (binary.getKind() == AffineExprKind::Add)
    return factorOf(binary.getLHS(), dim) + factorOf(binary.getRHS(), dim);
  return factorOf(binary.getLHS(), dim) * cast<AffineConstantExpr>(binary.getRHS()).getValue();
}

/// How many elements one step of loop `dim` is in an operand of this shape.
int64_t stepOf(AffineMap map, ArrayRef<int64_t> shape, unsigned dim) {
  int64_t step = 0, stride = 1;
  for (int64_t i = shape.size() - 1; i >= 0; --i) {
    step += factorOf(map.getResult(i), dim) * stride;
    stride *= shape[i];
  }
  return step;
}

std::vector<ContractionLoop> loopsOf(linalg::LinalgOp op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  std::vector<ContractionLoop> loops;
  auto step = [&](unsigned operand, unsigned dim) {
    auto type = cast<ShapedType>(op->getOperand(operand).getType());
    return stepOf(maps[operand], type.getShape(), dim);
  };
  // Sums last, the one along contiguous elements innermost.
  auto rank = [](const ContractionLoop &l) { return l.out ? 0 : 1 + (l.a == 1 && l.b == 1); };
  for (int wanted : {0, 1, 2})
    for (auto [d, size] : llvm::enumerate(op.getStaticLoopRanges())) {
      ContractionLoop loop{size, step(0, d), step(1, d), step(2, d)};
      if (rank(loop) == wanted)
        loops.push_back(loop);
    }
  return loops;
}

/// Are there several scales of the weight along the reduction?
bool hasGroups(const QuantizationSite &site) {
  SpecAttr spec = site.weight().getDefiningOp<DequantizeOp>().getSpec();
  return llvm::any_of(llvm::zip_equal(site.weightRoles, spec.getBlock()), [](auto pair) {
    return std::get<0>(pair) == DimRole::Reduction && std::get<1>(pair) != SpecAttr::kWhole;
  });
}

bool isConstantZeroPoint(DequantizeOp op) {
  return !op.getZeroPoint() || op.getZeroPoint().getDefiningOp<arith::ConstantOp>();
}

//===----------------------------------------------------------------------===//
// What lies between two sites
//===----------------------------------------------------------------------===//

/// Do the plain and the optimised lowering of the op give the same bits?
bool isExact(Operation *op) {
  if (isa<lowp::QuantizeOp, lowp::DequantizeOp, lowp::ChooseQParamsOp, linalg::FillOp,
          linalg::BroadcastOp, linalg::TransposeOp, tensor::EmptyOp, tensor::CollapseShapeOp,
          tensor::ExpandShapeOp, tensor::PadOp, tensor::ExtractSliceOp, arith::ConstantOp>(op))
    return true;
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp)
    return false;
  if (std::optional<QuantizationSite> site = QuantizationSite::get(op))
    return site->activation().getDefiningOp<DequantizeOp>() &&
           site->weight().getDefiningOp<DequantizeOp>();
  bool bodyIsExact = llvm::none_of(linalgOp.getBlock()->without_terminator(), [](Operation &inner) {
    return isa<math::MathDialect>(inner.getDialect()) && !isa<math::RoundEvenOp, math::AbsFOp>(inner);
  });
  return linalgOp.getNumReductionLoops() == 0 && bodyIsExact;
}

/// The ops from `codes` back to other recorded codes; nullopt where something inexact or a float from
/// elsewhere takes part.
std::optional<llvm::SetVector<Operation *>>
sliceBetween(Value codes, const llvm::MapVector<Value, unsigned> &recorded) {
  llvm::SetVector<Operation *> slice;
  SmallVector<Value> pending = {codes};
  while (!pending.empty()) {
    Value value = pending.pop_back_val();
    if (value != codes && recorded.contains(value))
      continue;
    Operation *op = value.getDefiningOp();
    if (!op || !isExact(op))
      return std::nullopt;
    if (!slice.insert(op))
      continue;
    llvm::append_range(pending, readBy(op));
  }
  return slice;
}

/// A function of recorded codes that gives other recorded codes.
struct Requantization {
  std::vector<unsigned> inputs;
  unsigned output;
};

class SiteComparer {
public:
  SiteComparer(ModuleOp module, const CpuTarget &target, const SiteComparisonOptions &options)
      : module(module), target(target), options(options) {}

  llvm::Expected<SiteComparison> run() {
    ResourceScope scope(module.getContext());
    OwningOpRef<ModuleOp> simulation = module.clone();
    if (llvm::Error error = keepFittingFunction(*simulation, options.input))
      return std::move(error);
    OwningOpRef<ModuleOp> legalized = simulation->clone();
    PassManager widen(module.getContext()); // codes are compared as bytes
    widen.addPass(createWidenCodes());
    if (failed(widen.run(*simulation)))
      return llvm::createStringError("the codes cannot be widened");
    if (llvm::Error error = recordCodes(*simulation))
      return std::move(error);
    OwningOpRef<ModuleOp> between = extractRequantizations(*simulation);
    for (ModuleOp each : {*legalized, *between, *simulation})
      if (llvm::Error error = legalize(each))
        return std::move(error);
    auto contractions = extractContractions(*legalized);
    if (!contractions)
      return contractions.takeError();
    OwningOpRef<ModuleOp> running = simulation->clone();
    CompileOptions plain;
    plain.reference = true;
    if (llvm::Error error = load(*simulation, plain, simulated))
      return std::move(error);
    if (!sites.empty())
      if (llvm::Error error = load(**contractions, {}, compiledSites))
        return std::move(error);
    if (!requantizations.empty())
      if (llvm::Error error = load(*between, {}, compiledBetween))
        return std::move(error);
    if (llvm::Error error = load(*running, {}, compiledModel))
      return std::move(error);
    if (llvm::Error error = compareAll())
      return std::move(error);
    return std::move(result);
  }

private:
  static llvm::Error legalize(ModuleOp module) {
    PassManager pm(module.getContext());
    buildLegalizePipeline(pm);
    return succeeded(pm.run(module)) ? llvm::Error::success()
                                     : llvm::createStringError("the simulation cannot be lowered");
  }

  llvm::Error load(ModuleOp from, const CompileOptions &how, std::unique_ptr<Model> &to) {
    auto model = Model::compile(from, target, how);
    if (!model)
      return model.takeError();
    to = std::move(*model);
    return llvm::Error::success();
  }

  //===--- recording ---------------------------------------------------------------------------===//

  /// Lets the entry point return, beside its results, the codes that sites read.
  llvm::Error recordCodes(ModuleOp simulation) {
    auto funcs = llvm::make_filter_range(simulation.getOps<func::FuncOp>(),
                                         [](func::FuncOp f) { return f.isPublic(); });
    if (std::distance(funcs.begin(), funcs.end()) != 1)
      return llvm::createStringError("expected a module with one entry point");
    func::FuncOp func = *funcs.begin();
    for (const QuantizationSite &site : collectSites(simulation))
      if (llvm::Error error = recordSite(site))
        return error;
    if (sites.empty() && recorded.empty())
      return llvm::createStringError("no site of integer codes: expected a module after the "
                                     "quantize phase");
    auto ret = cast<func::ReturnOp>(func.getBody().front().getTerminator());
    firstCodes = ret.getNumOperands();
    SmallVector<Value> results(ret.getOperands());
    llvm::append_range(results, llvm::make_first_range(recorded));
    ret->setOperands(results);
    func.setType(FunctionType::get(func.getContext(), func.getArgumentTypes(),
                                   ValueRange(results).getTypes()));
    return llvm::Error::success();
  }

  llvm::Error recordSite(const QuantizationSite &site) {
    linalg::LinalgOp op = site.op;
    DequantizeOp operands[] = {op->getOperand(0).getDefiningOp<DequantizeOp>(),
                               op->getOperand(1).getDefiningOp<DequantizeOp>()};
    if (!operands[0] || !operands[1])
      return llvm::Error::success();
    SmallVector<int64_t> ranges = op.getStaticLoopRanges();
    if (llvm::is_contained(ranges, ShapedType::kDynamic))
      return llvm::createStringError("site '" + site.name() + "' has dynamic shapes, not compared");
    if (hasGroups(site)) { // one sum per group, none of which leaves the kernel: its codes are compared alone
      for (DequantizeOp operand : operands)
        recordOperand(operand, site.name());
      return llvm::Error::success();
    }
    IntegerSite entry{site.name(), {}, loopsOf(op),
                      cast<ShapedType>(op->getResult(0).getType()).getNumElements()};
    for (unsigned i : {0, 1}) {
      if (!isConstantZeroPoint(operands[i]))
        return llvm::createStringError("site '" + site.name() +
                                       "' has zero points that no constant folds, not compared");
      entry.operands[i] = recordOperand(operands[i], site.name());
    }
    sites.push_back(std::move(entry));
    return llvm::Error::success();
  }

  CodeOperand recordOperand(DequantizeOp op, const std::string &site) {
    CodeOperand operand{{}, {}, op.getSpec().isSigned()};
    if (auto codes = matchCodes(op.getCodes())) {
      operand.constant = *codes;
      return operand;
    }
    auto [it, isNew] = recorded.try_emplace(op.getCodes(), recorded.size());
    if (isNew)
      readers.push_back(site);
    operand.recorded = it->second;
    return operand;
  }

  //===--- extraction --------------------------------------------------------------------------===//

  /// One function per site: codes → accumulators.
  llvm::Expected<OwningOpRef<ModuleOp>> extractContractions(ModuleOp legalized) {
    OwningOpRef<ModuleOp> module = ModuleOp::create(legalized.getLoc());
    llvm::StringMap<linalg::GenericOp> ops;
    legalized.walk([&](linalg::GenericOp op) {
      if (auto name = op->getAttrOfType<FlatSymbolRefAttr>(kSiteAttr))
        ops[name.getValue()] = op;
    });
    for (auto [i, site] : llvm::enumerate(sites)) {
      linalg::GenericOp op = ops.lookup(site.name);
      if (!op || op.getInputs().size() != 2)
        return llvm::createStringError("site '" + site.name + "' is no plain contraction of codes "
                                       "after legalize, not compared");
      extract(*module, op, "site_" + std::to_string(i));
    }
    return std::move(module);
  }

  static void extract(ModuleOp into, linalg::GenericOp op, const std::string &name) {
    OpBuilder b = OpBuilder::atBlockEnd(into.getBody());
    Location loc = op.getLoc();
    auto type = cast<RankedTensorType>(op.getResult(0).getType());
    SmallVector<Value> computed;
    for (Value input : op.getInputs())
      if (!input.getDefiningOp<arith::ConstantOp>() && !llvm::is_contained(computed, input))
        computed.push_back(input);
    auto func = func::FuncOp::create(b, loc, name,
                                     b.getFunctionType(ValueRange(computed).getTypes(), type));
    b.setInsertionPointToStart(func.addEntryBlock());
    IRMapping mapping;
    mapping.map(computed, func.getArguments());
    for (Value input : op.getInputs())
      if (auto constant = input.getDefiningOp<arith::ConstantOp>())
        mapping.map(input, b.clone(*constant)->getResult(0));
    Value empty = tensor::EmptyOp::create(b, loc, type.getShape(), type.getElementType());
    Value zero = arith::ConstantIntOp::create(b, loc, 0, 32);
    mapping.map(op.getOutputs()[0], linalg::FillOp::create(b, loc, zero, empty).getResult(0));
    Operation *contraction = b.clone(*op, mapping);
    func::ReturnOp::create(b, loc, contraction->getResults());
  }

  /// One function per tensor of codes that others lead to: codes → codes.
  OwningOpRef<ModuleOp> extractRequantizations(ModuleOp simulation) {
    OwningOpRef<ModuleOp> module = ModuleOp::create(simulation.getLoc());
    for (auto [codes, index] : recorded) {
      auto slice = sliceBetween(codes, recorded);
      if (!slice)
        continue;
      std::string name = "between_" + std::to_string(requantizations.size());
      requantizations.push_back(extractSlice(*module, codes, index, *slice, name));
      result.requantized.push_back({readers[index]});
    }
    return module;
  }

  Requantization extractSlice(ModuleOp into, Value codes, unsigned index,
                              const llvm::SetVector<Operation *> &slice, const std::string &name) {
    Requantization entry{{}, index};
    SmallVector<Value> inputs;
    for (Operation *op : slice)
      for (Value operand : op->getOperands())
        if (auto it = recorded.find(operand);
            it != recorded.end() && operand != codes && !llvm::is_contained(inputs, operand)) {
          inputs.push_back(operand);
          entry.inputs.push_back(it->second);
        }
    SmallVector<Operation *> ordered(slice.begin(), slice.end());
    llvm::sort(ordered, [](Operation *x, Operation *y) { return x->isBeforeInBlock(y); });
    appendFunction(into, name, inputs, ordered, codes);
    return entry;
  }

  //===--- comparing ---------------------------------------------------------------------------===//

  llvm::Error compareAll() {
    auto entry = simulated->entry("");
    if (!entry)
      return entry.takeError();
    auto data = Dataset::open(options.input, **entry, options.samples);
    if (!data)
      return data.takeError();
    for (const IntegerSite &site : sites)
      result.accumulators.push_back({site.name});
    for (int64_t i = 0; i < data->size(); ++i)
      if (llvm::Error error = compareSample(**entry, data->sample(i)))
        return error;
    return llvm::Error::success();
  }

  llvm::Error compareSample(const lowp_entry_info &entry, const std::vector<TensorBuffer> &sample) {
    std::vector<TensorBuffer> values;
    if (llvm::Error error = call(*simulated, entry, tensorsOf(sample), values))
      return error;
    std::vector<const TensorBuffer *> codes;
    for (size_t i = firstCodes; i < values.size(); ++i)
      codes.push_back(&values[i]);
    for (size_t s = 0; s < sites.size(); ++s)
      if (llvm::Error error = compareAccumulators(s, codes))
        return error;
    for (size_t r = 0; r < requantizations.size(); ++r)
      if (llvm::Error error = compareRequantization(r, codes))
        return error;
    return compareFreeRun(sample, values);
  }

  llvm::Error call(const Model &model, const lowp_entry_info &entry, ArrayRef<lowp_tensor> arguments,
                   std::vector<TensorBuffer> &results) {
    results = makeResults(entry, lengthOf(entry, arguments));
    SmallVector<lowp_tensor> out = tensorsOf(results);
    std::unique_ptr<Context> &context = contexts[&model];
    if (!context)
      context = model.createContext(options.threads);
    return model.run(entry, arguments.data(), out.data(), *context);
  }

  static std::span<const int8_t> bytes(const TensorBuffer &buffer) {
    return {reinterpret_cast<const int8_t *>(buffer.data()), size_t(buffer.size())};
  }

  llvm::Error compareAccumulators(size_t index, ArrayRef<const TensorBuffer *> codes) {
    const IntegerSite &site = sites[index];
    auto entry = compiledSites->entry("site_" + std::to_string(index));
    if (!entry)
      return entry.takeError();
    SmallVector<lowp_tensor> in;
    CodeSpan operands[2];
    for (unsigned i : {0, 1}) {
      const CodeOperand &operand = site.operands[i];
      operands[i] = {operand.recorded ? bytes(*codes[*operand.recorded]) : operand.constant,
                     operand.isSigned};
      bool isFirst = i == 0 || operand.recorded != site.operands[0].recorded;
      if (operand.recorded && isFirst)
        in.push_back(codes[*operand.recorded]->tensor());
    }
    std::vector<TensorBuffer> found;
    if (llvm::Error error = call(*compiledSites, **entry, in, found))
      return error;
    std::vector<int64_t> expected =
        integerContraction(operands[0], operands[1], site.loops, site.outputs);
    const auto *sums = reinterpret_cast<const int32_t *>(found[0].data());
    for (size_t i = 0; i < expected.size(); ++i)
      result.accumulators[index].differing += sums[i] != expected[i];
    result.accumulators[index].compared += expected.size();
    return llvm::Error::success();
  }

  llvm::Error compareRequantization(size_t index, ArrayRef<const TensorBuffer *> codes) {
    const Requantization &between = requantizations[index];
    auto entry = compiledBetween->entry("between_" + std::to_string(index));
    if (!entry)
      return entry.takeError();
    SmallVector<lowp_tensor> in;
    for (unsigned input : between.inputs)
      in.push_back(codes[input]->tensor());
    std::vector<TensorBuffer> found;
    if (llvm::Error error = call(*compiledBetween, **entry, in, found))
      return error;
    SiteDifference &difference = result.requantized[index];
    difference.differing += countDifferences(bytes(found[0]), bytes(*codes[between.output]));
    difference.compared += codes[between.output]->size();
    return llvm::Error::success();
  }

  static int64_t countDifferences(std::span<const int8_t> a, std::span<const int8_t> b) {
    int64_t count = 0;
    for (size_t i = 0; i < a.size(); ++i)
      count += a[i] != b[i];
    return count;
  }

  llvm::Error compareFreeRun(const std::vector<TensorBuffer> &sample,
                             ArrayRef<TensorBuffer> expected) {
    auto entry = compiledModel->entry("");
    if (!entry)
      return entry.takeError();
    std::vector<TensorBuffer> found;
    if (llvm::Error error = call(*compiledModel, **entry, tensorsOf(sample), found))
      return error;
    FreeRun &free = result.freeRun;
    for (size_t i = 0; i < found.size(); ++i) {
      if (i >= firstCodes) {
        free.differing += countDifferences(bytes(found[i]), bytes(expected[i]));
        free.codes += expected[i].size();
      } else if ((*entry)->results[i].dtype == LOWP_F32) {
        auto floats = [](const TensorBuffer &buffer) {
          return std::span(reinterpret_cast<const float *>(buffer.data()),
                           size_t(buffer.size()) / sizeof(float));
        };
        Comparison comparison;
        comparison.add(floats(found[i]), floats(expected[i]));
        free.cosineMin = std::min(free.cosineMin, comparison.cosineMin());
      }
    }
    return llvm::Error::success();
  }

  ModuleOp module;
  const CpuTarget &target;
  const SiteComparisonOptions &options;
  std::vector<IntegerSite> sites;
  llvm::MapVector<Value, unsigned> recorded; ///< codes of the simulation → their place among results
  std::vector<std::string> readers;          ///< the first site that reads each
  std::vector<Requantization> requantizations;
  SiteComparison result;
  unsigned firstCodes = 0;
  std::unique_ptr<Model> simulated, compiledSites, compiledBetween, compiledModel;
  std::map<const Model *, std::unique_ptr<Context>> contexts;
};

} // namespace

llvm::Expected<SiteComparison> compareSites(ModuleOp module, const CpuTarget &target,
                                            const SiteComparisonOptions &options) {
  return SiteComparer(module, target, options).run();
}

} // namespace lowp
