//===- SiteComparison.cpp ------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/SiteComparison.h"

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Execution/Dataset.h"
#include "lowp/Execution/Model.h"
#include "lowp/Lowering/Passes.h"
#include "lowp/Numerics/IntegerMatmul.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/OwningOpRef.h"

using namespace mlir;

namespace lowp {

namespace {

/// A site whose operands are both codes.
struct IntegerSite {
  std::string name;
  int64_t rows, columns, reduction;
  std::vector<int8_t> weight; ///< [columns, reduction]
  unsigned codes;             ///< which of the recorded tensors it reads
  bool isSigned;              ///< how those are read
};

std::vector<int8_t> weightByColumns(std::span<const int8_t> w, int64_t columns, int64_t reduction,
                                    bool columnsFirst) {
  if (columnsFirst)
    return {w.begin(), w.end()};
  std::vector<int8_t> result(w.size());
  for (int64_t n = 0; n < columns; ++n)
    for (int64_t k = 0; k < reduction; ++k)
      result[n * reduction + k] = w[k * columns + n];
  return result;
}

llvm::Error runPasses(ModuleOp module) {
  PassManager pm(module.getContext());
  buildLegalizePipeline(pm);
  return succeeded(pm.run(module)) ? llvm::Error::success()
                                   : llvm::createStringError("the simulation cannot be lowered");
}

bool isConstant(DequantizeOp op) {
  return op.getZeroPoint().getDefiningOp<arith::ConstantOp>() != nullptr;
}

class SiteComparer {
public:
  SiteComparer(ModuleOp module, const CpuTarget &target, const SiteComparisonOptions &options)
      : module(module), target(target), options(options) {}

  llvm::Expected<std::vector<SiteDifference>> run() {
    ResourceScope scope(module.getContext());
    OwningOpRef<ModuleOp> simulation = module.clone();
    if (llvm::Error error = recordCodes(*simulation))
      return std::move(error);
    OwningOpRef<ModuleOp> legalized = module.clone();
    if (llvm::Error error = runPasses(*legalized))
      return std::move(error);
    OwningOpRef<ModuleOp> contractions = extractContractions(*legalized);
    if (llvm::Error error = runPasses(*simulation))
      return std::move(error);
    CompileOptions reference;
    reference.reference = true;
    if (llvm::Error error = load(*simulation, reference, simulated))
      return std::move(error);
    if (llvm::Error error = load(*contractions, {}, compiled))
      return std::move(error);
    if (llvm::Error error = compareAll())
      return std::move(error);
    return std::move(differences);
  }

private:
  llvm::Error load(ModuleOp from, const CompileOptions &how, std::unique_ptr<Model> &to) {
    auto model = Model::compile(from, target, how);
    if (!model)
      return model.takeError();
    to = std::move(*model);
    return llvm::Error::success();
  }

  /// Lets the entry point return, beside its results, the codes that sites read.
  llvm::Error recordCodes(ModuleOp simulation) {
    auto funcs = llvm::make_filter_range(simulation.getOps<func::FuncOp>(),
                                         [](func::FuncOp f) { return f.isPublic(); });
    if (std::distance(funcs.begin(), funcs.end()) != 1)
      return llvm::createStringError("expected a module with one entry point");
    func::FuncOp func = *funcs.begin();
    auto ret = cast<func::ReturnOp>(func.getBody().front().getTerminator());
    firstCodes = ret.getNumOperands();
    SmallVector<Value> results(ret.getOperands());
    llvm::DenseMap<Value, unsigned> recorded;
    for (const QuantizationSite &site : collectSites(simulation)) {
      auto activation = site.activation().getDefiningOp<DequantizeOp>();
      auto weight = site.weight().getDefiningOp<DequantizeOp>();
      auto codes = weight ? matchCodes(weight.getCodes()) : std::nullopt;
      if (!activation || !codes || site.batch != 1)
        continue;
      if (weight.getZeroPoint() || (activation.getZeroPoint() && !isConstant(activation)))
        return llvm::createStringError("site '" + site.name() +
                                       "' has zero points that no constant folds, not compared");
      auto [it, isNew] = recorded.try_emplace(activation.getCodes(), recorded.size());
      if (isNew)
        results.push_back(activation.getCodes());
      bool columnsFirst = site.weightRoles.front() == DimRole::Columns;
      sites.push_back({site.name(), site.rows, site.columns, site.reduction,
                       weightByColumns(*codes, site.columns, site.reduction, columnsFirst),
                       it->second, activation.getSpec().isSigned()});
    }
    if (sites.empty())
      return llvm::createStringError("no site of integer codes: expected a module after the "
                                     "quantize phase");
    ret->setOperands(results);
    func.setType(FunctionType::get(func.getContext(), func.getArgumentTypes(),
                                   ValueRange(results).getTypes()));
    return llvm::Error::success();
  }

  /// One function per site: codes → accumulators, with the site's weight.
  OwningOpRef<ModuleOp> extractContractions(ModuleOp legalized) {
    OwningOpRef<ModuleOp> result = ModuleOp::create(legalized.getLoc());
    llvm::StringMap<linalg::GenericOp> ops;
    legalized.walk([&](linalg::GenericOp op) {
      if (auto name = op->getAttrOfType<FlatSymbolRefAttr>(kSiteAttr))
        ops[name.getValue()] = op;
    });
    for (auto [i, site] : llvm::enumerate(sites))
      extract(*result, ops.lookup(site.name), "site_" + std::to_string(i));
    return result;
  }

  static void extract(ModuleOp into, linalg::GenericOp op, const std::string &name) {
    OpBuilder b = OpBuilder::atBlockEnd(into.getBody());
    Location loc = op.getLoc();
    bool weightFirst = op.getInputs()[0].getDefiningOp<arith::ConstantOp>() != nullptr;
    Value codes = op.getInputs()[weightFirst ? 1 : 0], weight = op.getInputs()[weightFirst ? 0 : 1];
    auto type = cast<RankedTensorType>(op.getResult(0).getType());
    auto func = func::FuncOp::create(b, loc, name, b.getFunctionType(codes.getType(), type));
    b.setInsertionPointToStart(func.addEntryBlock());
    IRMapping mapping;
    mapping.map(codes, func.getArgument(0));
    mapping.map(weight, b.clone(*weight.getDefiningOp())->getResult(0));
    Value empty = tensor::EmptyOp::create(b, loc, type.getShape(), type.getElementType());
    Value zero = arith::ConstantIntOp::create(b, loc, 0, 32);
    mapping.map(op.getOutputs()[0], linalg::FillOp::create(b, loc, zero, empty).getResult(0));
    Operation *contraction = b.clone(*op, mapping);
    func::ReturnOp::create(b, loc, contraction->getResults());
  }

  llvm::Error compareAll() {
    auto entry = simulated->entry("");
    if (!entry)
      return entry.takeError();
    auto data = Dataset::open(options.input, **entry);
    if (!data)
      return data.takeError();
    data->limit(options.samples);
    for (const IntegerSite &site : sites)
      differences.push_back({site.name});
    std::unique_ptr<Context> simulation = simulated->createContext(options.threads);
    std::unique_ptr<Context> code = compiled->createContext(options.threads);
    for (int64_t i = 0; i < data->size(); ++i) {
      std::vector<TensorBuffer> results = makeResults(**entry);
      if (llvm::Error error = lowp::run(*simulated, **entry, data->sample(i), results, *simulation))
        return error;
      for (size_t s = 0; s < sites.size(); ++s)
        if (llvm::Error error = compare(s, results[firstCodes + sites[s].codes], *code))
          return error;
    }
    return llvm::Error::success();
  }

  llvm::Error compare(size_t index, const TensorBuffer &codes, Context &context) {
    const IntegerSite &site = sites[index];
    auto entry = compiled->entry("site_" + std::to_string(index));
    if (!entry)
      return entry.takeError();
    std::vector<TensorBuffer> result = makeResults(**entry);
    if (llvm::Error error = lowp::run(*compiled, **entry, codes, result, context))
      return error;
    std::span activation(reinterpret_cast<const int8_t *>(codes.data()), size_t(codes.size()));
    std::vector<int64_t> expected =
        integerMatmul({activation, site.rows, site.reduction, site.isSigned},
                      {site.weight, site.columns, site.reduction});
    const auto *found = reinterpret_cast<const int32_t *>(result[0].data());
    for (size_t i = 0; i < expected.size(); ++i)
      differences[index].differing += found[i] != expected[i];
    differences[index].accumulators += expected.size();
    return llvm::Error::success();
  }

  ModuleOp module;
  const CpuTarget &target;
  const SiteComparisonOptions &options;
  std::vector<IntegerSite> sites;
  std::vector<SiteDifference> differences;
  unsigned firstCodes = 0;
  std::unique_ptr<Model> simulated, compiled;
};

} // namespace

llvm::Expected<std::vector<SiteDifference>> compareSites(ModuleOp module, const CpuTarget &target,
                                                         const SiteComparisonOptions &options) {
  return SiteComparer(module, target, options).run();
}

} // namespace lowp
