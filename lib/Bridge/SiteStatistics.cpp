//===- SiteStatistics.cpp -------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Bridge/SiteStatistics.h"

#include "lowp/Bridge/Constants.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/Builders.h"

#include <cstring>
#include <numeric>
#include <utility>

using namespace mlir;

namespace lowp {

static constexpr StringLiteral kNegative = "histogram_negative", kPositive = "histogram_positive",
                               kExponent = "histogram_exponent", kAverage = "moving_average",
                               kSample = "sample", kSearchMin = "search_min", kSearchMax = "search_max";

void appendStatistics(NamedAttrList &attrs, MLIRContext *context, StringRef site, StringRef prefix,
                      const ActivationStatistics &state) {
  Builder b(context);
  auto add = [&](StringRef name, Attribute value) { attrs.append((prefix + name).str(), value); };
  auto addTensor = [&](StringRef name, ArrayRef<int64_t> shape, Type type, auto values) {
    std::string key = (site + "." + prefix + name).str();
    add(name, createTensorAttr(RankedTensorType::get(shape, type), key, std::move(values)));
  };
  auto addVector = [&](StringRef name, Type type, auto values) {
    int64_t size = values.size(); // before they move
    addTensor(name, size, type, std::move(values));
  };
  Type f32 = b.getF32Type();
  addVector("channel_max", f32, state.channels.range().max);
  addVector("channel_mean", f32, state.channels.mean());
  addVector("channel_min", f32, state.channels.range().min);
  add("tokens", b.getI64IntegerAttr(state.channels.numRows()));
  if (state.histogram) {
    const Histogram::State &histogram = state.histogram->getState();
    addVector(kNegative, b.getI64Type(), histogram.negative);
    addVector(kPositive, b.getI64Type(), histogram.positive);
    add(kExponent, b.getI32IntegerAttr(histogram.exponent));
  }
  if (state.average) {
    ObservedRange range = state.average->getState().average;
    addVector(kAverage, f32, std::vector<float>{range.lo, range.hi});
  }
  if (!prefix.empty())
    return;
  if (state.searched && !state.searched->isEmpty()) {
    addVector(kSearchMax, f32, state.searched->max);
    addVector(kSearchMin, f32, state.searched->min);
  }
}

Attribute takeSample(MLIRContext *context, StringRef site, ActivationStatistics &state) {
  if (state.kept.samples.empty())
    return {};
  auto type = RankedTensorType::get(
      {static_cast<int64_t>(state.kept.samples.size()), state.channels.numChannels()}, Float32Type::get(context));
  state.kept.samples.clear();
  return createTensorAttr(type, (site + "." + kSample).str(), std::exchange(state.kept.values, {}));
}

void appendSample(NamedAttrList &attrs, Attribute sample) { attrs.append(kSample, sample); }

static Attribute lookup(DictionaryAttr statistics, StringRef prefix, StringRef name) {
  return statistics ? statistics.get((prefix + name).str()) : Attribute();
}

Result<ObservedRange> readRange(DictionaryAttr statistics, StringRef prefix, int64_t channels) {
  std::optional<FloatView> min = FloatView::get(lookup(statistics, prefix, "channel_min"));
  std::optional<FloatView> max = FloatView::get(lookup(statistics, prefix, "channel_max"));
  if (!min || !max)
    return Failure{"has no calibrated range; run lowp-calibrate"};
  if (static_cast<int64_t>(min->size()) != channels || static_cast<int64_t>(max->size()) != channels)
    return Failure{"has calibrated ranges of " + std::to_string(min->size()) + " and " +
                   std::to_string(max->size()) + " channels, expected " + std::to_string(channels)};
  return ObservedRange{*llvm::min_element(min->values()), *llvm::max_element(max->values())};
}

/// The counts of a vector of i64; nullopt if it is none or its bytes are missing.
static std::optional<std::vector<uint64_t>> countsOf(Attribute attr) {
  auto elements = dyn_cast_if_present<ElementsAttr>(attr);
  if (!elements || !elements.getElementType().isInteger(64))
    return std::nullopt;
  if (auto dense = dyn_cast<DenseElementsAttr>(elements))
    return std::vector<uint64_t>(dense.value_begin<uint64_t>(), dense.value_end<uint64_t>());
  std::optional<ArrayRef<char>> bytes = rawBytes(elements);
  if (!bytes || bytes->size() % sizeof(uint64_t) != 0)
    return std::nullopt;
  std::vector<uint64_t> counts(bytes->size() / sizeof(uint64_t));
  std::memcpy(counts.data(), bytes->data(), bytes->size());
  return counts;
}

Result<Histogram> readHistogram(DictionaryAttr statistics, StringRef prefix, ObservedRange range) {
  auto negative = countsOf(lookup(statistics, prefix, kNegative));
  auto positive = countsOf(lookup(statistics, prefix, kPositive));
  auto exponent = dyn_cast_if_present<IntegerAttr>(lookup(statistics, prefix, kExponent));
  if (!negative || !positive || !exponent)
    return Failure{"has no histogram of its values as they are now; run lowp-calibrate{histogram} after "
                   "equalisation"};
  Histogram::State state;
  state.exponent = static_cast<int32_t>(exponent.getInt());
  state.range.min = range.lo;
  state.range.max = range.hi;
  for (const auto *counts : {&*negative, &*positive})
    state.range.count = std::accumulate(counts->begin(), counts->end(), state.range.count);
  state.negative = std::move(*negative);
  state.positive = std::move(*positive);
  return Histogram::fromState(std::move(state));
}

Result<ObservedRange> readMovingAverage(DictionaryAttr statistics, StringRef prefix) {
  std::optional<FloatView> average = FloatView::get(lookup(statistics, prefix, kAverage));
  if (!average || average->size() != 2)
    return Failure{"has no moving average of its values as they are now; run lowp-calibrate{moving-average} "
                   "after equalisation"};
  return ObservedRange{(*average)[0], (*average)[1]};
}

/// Nobody keeps the bytes of what is removed.
static void drop(NamedAttrList &statistics, StringRef prefix, ArrayRef<StringRef> names) {
  for (StringRef name : names)
    if (auto resource =
            dyn_cast_if_present<DenseResourceElementsAttr>(statistics.erase((prefix + name).str())))
      resource.getRawHandle().getResource()->setBlob(AsmResourceBlob());
}

void dropTensorStatistics(NamedAttrList &statistics, StringRef prefix) {
  drop(statistics, prefix, {kNegative, kPositive, kExponent, kAverage});
}

static constexpr StringRef kChannels[] = {"channel_min", "channel_max", "channel_mean"};

void scaleStatistics(NamedAttrList &statistics, StringRef site, StringRef prefix,
                     std::span<const float> factors) {
  dropTensorStatistics(statistics, prefix);
  for (StringRef name : kChannels) {
    std::string full = (prefix + name).str();
    auto old = dyn_cast_if_present<ElementsAttr>(statistics.get(full));
    std::optional<FloatView> view = FloatView::get(old);
    if (!view)
      continue;
    std::vector<float> scaled(view->values().begin(), view->values().end());
    for (auto [value, factor] : llvm::zip_equal(scaled, factors))
      value *= factor;
    drop(statistics, prefix, name);
    statistics.set(full, createTensorAttr(cast<RankedTensorType>(old.getType()), (site + "." + full).str(),
                                          std::move(scaled)));
  }
}

void dropOperandStatistics(NamedAttrList &statistics, StringRef prefix) {
  dropTensorStatistics(statistics, prefix);
  drop(statistics, prefix, kChannels);
}

void dropSearchStatistics(NamedAttrList &statistics) {
  drop(statistics, "", {kSample, kSearchMin, kSearchMax});
}

} // namespace lowp
