//===- ReadCheckpoint.cpp ------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Transforms/Weights/Passes.h"

#include "RowsFirst.h"

#include "lowp/Analysis/SiteRecords.h"
#include "lowp/Files/QuantizedCheckpoint.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace lowp::weights {
#define GEN_PASS_DEF_READCHECKPOINT
#include "lowp/Transforms/Weights/Passes.h.inc"

namespace {

struct ReadCheckpoint : impl::ReadCheckpointBase<ReadCheckpoint> {
  using ReadCheckpointBase::ReadCheckpointBase;

  void runOnOperation() override {
    auto parsed = parseCheckpointLayout(layout);
    if (!parsed)
      return fail(parsed.takeError());
    auto opened = SafetensorsFile::open(file);
    if (!opened)
      return fail(opened.takeError());
    std::vector<std::string> names = checkpointLayers(**opened, *parsed);
    llvm::StringSet<> known, left;
    known.insert(names.begin(), names.end());
    left.insert(names.begin(), names.end());
    constants = {}; // a pass may run again
    for (const QuantizationSite &site : collectSites(getOperation())) {
      std::string name = site.name();
      StringRef layer = sharedName(name);
      left.erase(layer);
      if (known.contains(layer) && failed(replace(site, layer, **opened, *parsed)))
        return signalPassFailure();
    }
    if (!left.empty())
      return fail(llvm::createStringError("'" + file + "': layer '" + left.begin()->getKey() +
                                          "' is no site of the module" +
                                          (left.size() > 1 ? ", and " + std::to_string(left.size() - 1) + " more" : "")));
    if (names.empty())
      fail(llvm::createStringError("'" + file + "' has no layer: expected tensors called <site>" + weightSuffix(*parsed)));
  }

  void fail(llvm::Error error) {
    getOperation().emitError() << llvm::toString(std::move(error));
    signalPassFailure();
  }

  /// Codes are unsigned, whatever they were when they were written; the scheme says so.
  LogicalResult replace(const QuantizationSite &site, StringRef name, const SafetensorsFile &source,
                        CheckpointLayout layout) {
    auto layer = readCheckpointLayer(source, name, layout);
    if (!layer)
      return site.op->emitError() << llvm::toString(layer.takeError());
    SiteOp record = lookupRecord(site);
    if (!record || !RowsFirst::applies(site) || !WeightExpression::match(site.weight()))
      return site.op->emitError("site '") << site.name() << "' has no record or no constant weight of a linear layer";
    int64_t outputs = site.columns, inputs = site.reduction;
    if (layer->outputs != outputs || layer->inputs != inputs)
      return site.op->emitError("'") << file << "': layer '" << site.name() << "' has " << layer->outputs
                                     << " outputs and " << layer->inputs << " inputs, expected " << outputs << " and "
                                     << inputs;
    Result<QuantizedTensor> codes = unpackCheckpoint(*layer, layout);
    if (!codes)
      return site.op->emitError("'") << file << "': layer '" << site.name() << "': " << codes.error();
    record.setSchemeAttr(SchemeAttr::get(&getContext(), specOf(site, *layer), SpecAttr(), SpecAttr(), false));
    record.removeReasonAttr();
    FailureOr<SiteWeight> weight = SiteWeight::read(site);
    if (failed(weight))
      return failure();
    weight->replace(RowsFirst(*weight).toSite(std::move(*codes)), constants);
    return success();
  }

  SpecAttr specOf(const QuantizationSite &site, const CheckpointLayer &layer) {
    int64_t group = layer.groupSize >= layer.inputs ? SpecAttr::kWhole : layer.groupSize;
    SmallVector<int64_t> block = llvm::map_to_vector(
        site.weightRoles, [&](DimRole role) { return role == DimRole::Reduction ? group : int64_t(1); });
    auto storage = IntegerType::get(&getContext(), layer.bits, IntegerType::Unsigned);
    return SpecAttr::get(&getContext(), storage, block, /*symmetric=*/false, /*lo=*/0, (1 << layer.bits) - 1,
                         /*reciprocal=*/false, scaleType(layer.scaleFormat), /*floatZero=*/false,
                         ScaleRule::Restricted);
  }

  Type scaleType(const LowFloatFormat *format) {
    return !format               ? Type(Float32Type::get(&getContext()))
           : format == &bfloat16 ? Type(BFloat16Type::get(&getContext()))
                                 : Type(Float16Type::get(&getContext()));
  }

  ConstantPool constants;
};

} // namespace
} // namespace lowp::weights
