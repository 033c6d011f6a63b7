//===- Report.cpp --------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Pipelines/Report.h"

#include "lowp/Analysis/CacheState.h"
#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Analysis/WeightExpression.h"
#include "lowp/Bridge/Constants.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Support/JSON.h"

#include <cmath>

using namespace mlir;

namespace lowp {

//===----------------------------------------------------------------------===//
// Schemes in words
//===----------------------------------------------------------------------===//

template <typename T> static std::string textOf(T value) {
  std::string text;
  llvm::raw_string_ostream(text) << value;
  return text;
}

static std::string storageName(Type storage) {
  if (auto integer = dyn_cast<IntegerType>(storage))
    return (storage.isUnsignedInteger() ? "u" : "i") + std::to_string(integer.getWidth());
  return textOf(storage);
}

/// `perVector` names the block of one row of the activation or one column of the weight.
static std::string granularityName(ArrayRef<int64_t> block, ArrayRef<DimRole> roles,
                                   StringRef perVector) {
  if (llvm::all_of(block, [](int64_t size) { return size == SpecAttr::kWhole; }))
    return "per tensor";
  if (block == ArrayRef(QuantizationSite::vectorBlock(roles)))
    return perVector.str();
  std::string text = "block ";
  llvm::raw_string_ostream os(text);
  llvm::interleave(
      block, os,
      [&](int64_t size) { os << (size == SpecAttr::kWhole ? "?" : std::to_string(size)); }, "x");
  return text;
}

static std::string specName(SpecAttr spec, ArrayRef<DimRole> roles, StringRef perVector) {
  return storageName(spec.getStorage()) + (spec.getSymmetric() ? " symmetric " : " asymmetric ") +
         granularityName(spec.getBlock(), roles, perVector);
}

//===----------------------------------------------------------------------===//
// Sites
//===----------------------------------------------------------------------===//

static bool hasConstantWeight(const QuantizationSite &site) {
  if (auto dequantize = site.weight().getDefiningOp<DequantizeOp>())
    return dequantize.getCodes().getDefiningOp<arith::ConstantOp>() != nullptr;
  return WeightExpression::match(site.weight()).has_value();
}

static int64_t bitsOf(Type type) { return type.getIntOrFloatBitWidth(); }

/// Codes, scales and zero points of a tensor of this type.
static int64_t quantizedBytes(RankedTensorType type, SpecAttr spec) {
  int64_t blocks = ShapedType::getNumElements(spec.getScaleShape(type.getShape()));
  int64_t bits = bitsOf(spec.getScaleType());
  if (!spec.getSymmetric())
    bits += bitsOf(spec.getZeroPointType());
  return llvm::divideCeil(type.getNumElements() * bitsOf(spec.getStorage()) + blocks * bits, 8);
}

static int64_t weightBytes(const QuantizationSite &site, SchemeAttr scheme) {
  RankedTensorType type = site.weightType();
  return scheme && scheme.getWeight() ? quantizedBytes(type, scheme.getWeight()) : byteSize(type);
}

static std::optional<std::pair<float, float>> calibratedRange(SiteOp record) {
  DictionaryAttr statistics = record ? record.getStatisticsAttr() : DictionaryAttr();
  if (!statistics)
    return std::nullopt;
  std::optional<FloatView> min = FloatView::get(statistics.get("channel_min"));
  std::optional<FloatView> max = FloatView::get(statistics.get("channel_max"));
  if (!min || !max)
    return std::nullopt;
  return std::pair(*llvm::min_element(min->values()), *llvm::max_element(max->values()));
}

static SiteReport describeSite(const QuantizationSite &site) {
  SiteOp record = lookupRecord(site);
  SchemeAttr scheme = record ? record.getSchemeAttr() : SchemeAttr();
  SiteReport report;
  report.name = site.name();
  report.op = site.op->getName().getStringRef().str();
  report.batch = site.batch;
  report.rows = site.rows;
  report.columns = site.columns;
  report.reduction = site.reduction;
  report.weight = textOf(getElementTypeOrSelf(site.weight().getType()));
  report.activation = textOf(site.activationType().getElementType());
  if (scheme)
    report.scheme = textOf(scheme);
  if (scheme && scheme.getWeight())
    report.weight = specName(scheme.getWeight(), site.weightRoles, "per channel");
  if (scheme && scheme.getInput())
    report.activation = specName(scheme.getInput(), site.activationRoles, "per token") +
                        (scheme.getInputDynamic() ? ", dynamic" : ", static");
  if (record && record.getReason())
    report.reason = record.getReason()->str();
  report.range = calibratedRange(record);
  if (hasConstantWeight(site)) {
    report.bytesBefore = byteSize(site.weightType());
    report.bytesAfter = weightBytes(site, scheme);
  }
  return report;
}

std::string SiteReport::shape(StringRef separator) const {
  std::string text;
  llvm::raw_string_ostream os(text);
  SmallVector<int64_t> sizes = {batch, rows, columns, reduction};
  llvm::interleave(
      ArrayRef(sizes).drop_front(batch == 1), os,
      [&](int64_t size) { os << (ShapedType::isDynamic(size) ? "?" : std::to_string(size)); },
      separator);
  return text;
}

std::vector<SiteReport> describeSites(ModuleOp module) {
  std::vector<SiteReport> sites;
  for (const QuantizationSite &site : collectSites(module))
    sites.push_back(describeSite(site));
  return sites;
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

/// The constant tensors that are no splats.
static void forEachParameter(ModuleOp module, llvm::function_ref<void(arith::ConstantOp)> fn) {
  module.walk([&](arith::ConstantOp constant) {
    auto value = dyn_cast<ElementsAttr>(constant.getValue());
    if (value && !isa<SplatElementsAttr>(value))
      fn(constant);
  });
}

static int64_t byteSizeOf(arith::ConstantOp constant) {
  return byteSize(cast<ShapedType>(constant.getType()));
}

int64_t parameterBytes(ModuleOp module) {
  llvm::DenseSet<Attribute> seen;
  int64_t bytes = 0;
  forEachParameter(module, [&](arith::ConstantOp constant) {
    if (seen.insert(constant.getValue()).second)
      bytes += byteSizeOf(constant);
  });
  return bytes;
}

int64_t parameterBytesAfter(ModuleOp module) {
  llvm::DenseSet<OpOperand *> folded;
  int64_t bytes = 0;
  for (const QuantizationSite &site : collectSites(module)) {
    SiteOp record = lookupRecord(site);
    SchemeAttr scheme = record ? record.getSchemeAttr() : SchemeAttr();
    if (!scheme || !scheme.getWeight() || !site.weightConstant())
      continue;
    folded.insert(&site.op->getOpOperand(site.weightOperand));
    bytes += weightBytes(site, scheme);
  }
  llvm::DenseSet<Attribute> kept;
  forEachParameter(module, [&](arith::ConstantOp constant) {
    bool isRead =
        llvm::any_of(constant->getUses(), [&](OpOperand &use) { return !folded.contains(&use); });
    if (isRead && kept.insert(constant.getValue()).second)
      bytes += byteSizeOf(constant);
  });
  return bytes;
}

int64_t cacheBytes(ModuleOp module) { return cacheBytesAfter(module, {}); }

int64_t cacheBytesAfter(ModuleOp module, const CacheFormat &format) {
  int64_t most = 0;
  for (auto func : module.getOps<func::FuncOp>()) {
    int64_t bytes = 0;
    if (!func.isDeclaration())
      for (const CacheState &state : findCacheStates(func, [](unsigned, const Twine &) {}))
        bytes += cacheBytes(format, state.heads(), state.width(), state.tokens());
    most = std::max(most, bytes);
  }
  return most;
}

//===----------------------------------------------------------------------===//
// Report
//===----------------------------------------------------------------------===//

void Report::attach(ArrayRef<SiteError> errors) {
  for (SiteReport &site : sites)
    for (const SiteError &error : errors)
      if (error.site == site.name)
        site.error = error;
}

std::vector<const SiteReport *> Report::byError() const {
  std::vector<const SiteReport *> result;
  for (const SiteReport &site : sites)
    if (site.error)
      result.push_back(&site);
  llvm::sort(result, [](const SiteReport *a, const SiteReport *b) {
    return isWorse(*a->error, *b->error);
  });
  return result;
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

/// JSON has neither infinity nor NaN.
static llvm::json::Value finite(double value) {
  return std::isfinite(value) ? llvm::json::Value(value) : nullptr;
}

static llvm::json::Value sizeOrNull(int64_t size) {
  return ShapedType::isDynamic(size) ? llvm::json::Value(nullptr) : size;
}

static llvm::json::Object toJSON(const SiteReport &site) {
  llvm::json::Object object{{"name", site.name},
                            {"op", site.op},
                            {"batch", sizeOrNull(site.batch)},
                            {"m", sizeOrNull(site.rows)},
                            {"n", sizeOrNull(site.columns)},
                            {"k", sizeOrNull(site.reduction)},
                            {"weight", site.weight},
                            {"activation", site.activation},
                            {"weight_bytes", site.bytesBefore},
                            {"weight_bytes_quantized", site.bytesAfter}};
  if (!site.scheme.empty())
    object["scheme"] = site.scheme;
  if (!site.reason.empty())
    object["reason"] = site.reason;
  if (site.range)
    object["range"] = llvm::json::Array{site.range->first, site.range->second};
  if (site.error) {
    object["sqnr_db"] = finite(site.error->sqnr);
    object["relative_l2"] = finite(site.error->relative);
    object["max_error"] = finite(site.error->largest);
  }
  return object;
}

static llvm::json::Object latencyJSON(const Report &report) {
  if (!report.latency)
    return llvm::json::Object{{"not_measured", report.latencyMissing}};
  return llvm::json::Object{{"best_us", report.latency->quantile(0)},
                            {"p50_us", report.latency->quantile(0.5)},
                            {"runs", report.latency->runs()},
                            {"threads", 1},
                            {"input", report.latencyInput}};
}

void writeReportJSON(const Report &report, llvm::raw_ostream &os) {
  llvm::json::Array sites;
  for (const SiteReport &site : report.sites)
    sites.push_back(toJSON(site));
  llvm::json::Object object{{"version", report.version},
                            {"model", report.model},
                            {"output", report.output},
                            {"source_hash", report.sourceHash},
                            {"recipe", report.recipe},
                            {"target", report.target},
                            {"parameter_bytes", report.parametersBefore},
                            {"parameter_bytes_quantized", report.parametersAfter},
                            {"latency", latencyJSON(report)},
                            {"sites", std::move(sites)}};
  if (report.cacheBefore > 0) {
    object["cache_bytes"] = report.cacheBefore;
    object["cache_bytes_quantized"] = report.cacheAfter;
  }
  if (report.libraryBytes)
    object["library_bytes"] = *report.libraryBytes;
  if (report.scratchBytes)
    object["scratch_bytes"] = *report.scratchBytes;
  if (report.errorsMissing.empty())
    object["error_samples"] = report.errorSamples;
  else
    object["errors_not_measured"] = report.errorsMissing;
  os << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object)));
}

} // namespace lowp
