//===- StatisticsFile.cpp ------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/StatisticsFile.h"

#include "lowp/Files/Safetensors.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cstring>
#include <deque>

using namespace llvm;

namespace lowp {

static constexpr StringLiteral kHashKey = "lowp.module_sha256", kSamplesKey = "lowp.samples",
                               kRowsKey = "lowp.rows_per_sample";

namespace {

template <typename T> constexpr DType dtypeOf() {
  if constexpr (std::is_same_v<T, float>)
    return DType::F32;
  else if constexpr (std::is_same_v<T, double>)
    return DType::F64;
  else if constexpr (std::is_same_v<T, uint64_t>)
    return DType::U64;
  else if constexpr (std::is_same_v<T, int32_t>)
    return DType::I32;
  else
    return DType::I64;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

class Writer {
public:
  void add(StringRef site, const ActivationStatistics &state) {
    prefix = (site + ".").str();
    int64_t channels = state.channels.numChannels();
    add<int64_t>("tokens", {1}, {state.channels.numRows()});
    add("min", state.channels.range().min);
    add("max", state.channels.range().max);
    add(state.channels.getSum().getState());
    if (!state.kept.samples.empty()) {
      add("sample", {int64_t(state.kept.samples.size()), channels}, state.kept.values);
      add("sample_index", state.kept.samples);
    }
    if (state.searched) {
      add("search_min", state.searched->min);
      add("search_max", state.searched->max);
    }
    if (state.histogram)
      add(state.histogram->getState());
    if (state.average) {
      ObservedRange range = state.average->getState().average;
      add<float>("moving_average", {2}, {range.lo, range.hi});
    }
  }

  Error write(StringRef path, const std::map<std::string, std::string> &metadata) {
    return writeSafetensors(path, tensors, metadata);
  }

private:
  template <typename T>
  void add(StringRef name, std::vector<int64_t> shape, const std::vector<T> &values) {
    const char *bytes = reinterpret_cast<const char *>(values.data());
    storage.emplace_back(bytes, bytes + values.size() * sizeof(T));
    tensors.push_back({prefix + name.str(), dtypeOf<T>(), std::move(shape), storage.back()});
  }
  template <typename T> void add(StringRef name, const std::vector<T> &values) {
    add(name, {int64_t(values.size())}, values);
  }

  void add(const SampleSum::State &state) {
    std::vector<int64_t> blocks;
    std::vector<double> sums;
    for (const SampleSum::Node &node : state.nodes) {
      blocks.insert(blocks.end(), {node.level, node.index});
      append_range(sums, node.sum);
    }
    append_range(sums, state.openSum);
    int64_t count = state.nodes.size();
    add("blocks", {count, 2}, blocks);
    add<int64_t>("open_block", {2}, {state.openBlock, state.openSamples});
    add("sum", {count + 1, state.width}, sums);
  }

  void add(const Histogram::State &state) {
    add("histogram_negative", state.negative);
    add("histogram_positive", state.positive);
    add<int32_t>("histogram_exponent", {1}, {state.exponent});
  }

  std::string prefix;
  std::deque<std::vector<char>> storage; // stays where it is
  std::vector<TensorView> tensors;
};

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// The statistics of one site in a file.
class Reader {
public:
  Reader(const SafetensorsFile &file, StringRef site) : file(file), site(site) {}

  Expected<ActivationStatistics> read() {
    auto tokens = vector<int64_t>("tokens", 1);
    ChannelRange range(0);
    range.min = vector<float>("min");
    channels = range.min.size();
    range.max = vector<float>("max", channels);
    SampleSum::State sums = readSums();
    if (incomplete)
      return fail("are incomplete");
    Result<SampleSum> sum = SampleSum::fromState(std::move(sums));
    if (!sum)
      return fail("are damaged: " + sum.error());
    auto statistics = ChannelStatistics::fromState(std::move(range), tokens[0], std::move(*sum));
    if (!statistics)
      return fail("are damaged: " + statistics.error());
    ActivationStatistics result(std::move(*statistics));
    readKept(result);
    readAverage(result);
    readHistogram(result);
    if (incomplete)
      return fail("are incomplete");
    if (!damage.empty())
      return fail("are damaged: " + damage);
    return result;
  }

private:
  Error fail(const std::string &what) const {
    return createStringError("'" + file.path() + "': the statistics of site '" + site.str() + "' " + what);
  }

  bool has(StringRef statistic) const { return file.find((site + "." + statistic).str()); }

  /// The numbers of a tensor of `size` elements (-1: any); empty, and incomplete, if there is none.
  template <typename T> std::vector<T> vector(StringRef statistic, int64_t size = -1) {
    const TensorView *tensor = file.find((site + "." + statistic).str());
    if (!tensor || tensor->dtype != dtypeOf<T>() ||
        (size >= 0 && tensor->data.size() != size * sizeof(T))) {
      incomplete = true;
      return {};
    }
    std::vector<T> result(tensor->data.size() / sizeof(T));
    if (!result.empty())
      std::memcpy(result.data(), tensor->data.data(), tensor->data.size());
    return result;
  }

  SampleSum::State readSums() {
    SampleSum::State state;
    auto blocks = vector<int64_t>("blocks"), open = vector<int64_t>("open_block", 2);
    int64_t count = blocks.size() / 2;
    auto sums = vector<double>("sum", (count + 1) * channels);
    if (incomplete)
      return state;
    state.width = channels;
    state.openBlock = open[0];
    state.openSamples = open[1];
    for (int64_t i = 0; i < count; ++i)
      state.nodes.push_back({blocks[2 * i], blocks[2 * i + 1],
                             {&sums[i * channels], &sums[(i + 1) * channels]}});
    state.openSum.assign(sums.end() - channels, sums.end());
    return state;
  }

  void readKept(ActivationStatistics &result) {
    if (has("sample") || has("sample_index")) {
      result.kept.samples = vector<int64_t>("sample_index");
      result.kept.values = vector<float>("sample", result.kept.samples.size() * channels);
      if (!is_sorted(result.kept.samples))
        damage = "expected the rows of 'sample' in the order of their samples";
    }
    if (has("search_min") || has("search_max")) {
      result.searched.emplace(channels);
      result.searched->min = vector<float>("search_min", channels);
      result.searched->max = vector<float>("search_max", channels);
    }
  }

  /// The range of all values is that of the channels.
  static MinMax rangeOf(const ChannelStatistics &channels) {
    MinMax range;
    range.count = channels.numRows() * channels.numChannels();
    if (range.count > 0) {
      range.min = *min_element(channels.min());
      range.max = *max_element(channels.max());
    }
    return range;
  }

  void readHistogram(ActivationStatistics &result) {
    if (!has("histogram_negative") && !has("histogram_positive"))
      return;
    Histogram::State state;
    state.negative = vector<uint64_t>("histogram_negative");
    state.positive = vector<uint64_t>("histogram_positive");
    auto exponent = vector<int32_t>("histogram_exponent", 1);
    if (incomplete)
      return;
    state.exponent = exponent[0];
    state.range = rangeOf(result.channels);
    Result<Histogram> histogram = Histogram::fromState(std::move(state));
    if (histogram)
      result.histogram = std::move(*histogram);
    else
      damage = histogram.error();
  }

  void readAverage(ActivationStatistics &result) {
    if (!has("moving_average"))
      return;
    auto average = vector<float>("moving_average", 2);
    if (incomplete)
      return;
    auto state = MovingAverageMinMax::fromState({rangeOf(result.channels), {average[0], average[1]}});
    if (state)
      result.average = std::move(*state);
    else
      damage = state.error();
  }

  const SafetensorsFile &file;
  StringRef site;
  int64_t channels = 0;
  bool incomplete = false;
  std::string damage;
};

/// A number of the metadata, not negative.
Expected<int64_t> numberOf(const SafetensorsFile &file, StringRef key) {
  auto entry = file.metadata().find(key.str());
  int64_t value;
  if (entry == file.metadata().end() || StringRef(entry->second).getAsInteger(10, value) || value < 0)
    return createStringError("'" + file.path() + "' is no statistics file: it has no " + key.str());
  return value;
}

} // namespace

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

Error saveStatistics(StringRef path, const CalibrationStatistics &statistics) {
  Writer writer;
  for (const auto &[site, state] : statistics.sites)
    writer.add(site, *state);
  return writer.write(path, {{kHashKey.str(), statistics.moduleHash},
                             {kSamplesKey.str(), std::to_string(statistics.samples)},
                             {kRowsKey.str(), std::to_string(statistics.rowsPerSample)}});
}

Expected<CalibrationStatistics> loadStatistics(StringRef path) {
  auto file = SafetensorsFile::open(path);
  if (!file)
    return file.takeError();
  CalibrationStatistics result;
  auto hash = (*file)->metadata().find(kHashKey.str());
  if (hash == (*file)->metadata().end())
    return createStringError("'" + path + "' is no statistics file: it has no " + kHashKey);
  result.moduleHash = hash->second;
  for (auto [key, value] : {std::pair(kSamplesKey, &result.samples), {kRowsKey, &result.rowsPerSample}}) {
    Expected<int64_t> number = numberOf(**file, key);
    if (!number)
      return number.takeError();
    *value = *number;
  }
  for (const TensorView &tensor : (*file)->tensors()) {
    StringRef site = tensor.name;
    if (!site.consume_back(".tokens"))
      continue;
    auto state = Reader(**file, site).read();
    if (!state)
      return state.takeError();
    result.sites.emplace(site, std::make_shared<ActivationStatistics>(std::move(*state)));
  }
  return result;
}

Expected<CalibrationStatistics> loadStatistics(StringRef path, StringRef expectedHash) {
  auto result = loadStatistics(path);
  if (!result)
    return result.takeError();
  if (result->moduleHash != expectedHash)
    return createStringError("'" + path + "' was made with another module: hash " +
                             result->moduleHash + ", expected " + expectedHash);
  if (Error error = result->checkComplete())
    return createStringError("'" + path + "': " + toString(std::move(error)));
  return result;
}

//===----------------------------------------------------------------------===//
// Merging
//===----------------------------------------------------------------------===//

/// Why the two cannot be of one run; "" if they can.
static std::string differenceOf(const CalibrationStatistics &a, const CalibrationStatistics &b) {
  if (a.moduleHash != b.moduleHash)
    return "made with another module: hash " + b.moduleHash + ", expected " + a.moduleHash;
  if (a.samples != b.samples)
    return formatv("a shard of {0} samples, expected {1}", b.samples, a.samples);
  if (a.rowsPerSample != b.rowsPerSample)
    return formatv("keeps {0} rows of a sample, expected {1}", b.rowsPerSample, a.rowsPerSample);
  for (auto [here, there] : {std::pair(&a, &b), {&b, &a}})
    for (const auto &[site, state] : here->sites)
      if (!there->sites.count(site))
        return formatv("site '{0}' is in one of the files only", site);
  return "";
}

Expected<CalibrationStatistics> mergeStatistics(ArrayRef<std::string> paths) {
  auto result = loadStatistics(paths.front());
  if (!result)
    return result.takeError();
  for (const std::string &path : paths.drop_front()) {
    auto shard = loadStatistics(path);
    if (!shard)
      return shard.takeError();
    if (std::string difference = differenceOf(*result, *shard); !difference.empty())
      return createStringError("'" + path + "': " + difference);
    for (auto &[site, state] : result->sites)
      if (Status merged = state->merge(*shard->sites.at(site)); !merged)
        return createStringError("'" + path + "': site '" + site + "': " + merged.error());
  }
  if (Error error = result->checkComplete())
    return std::move(error);
  return result;
}

} // namespace lowp
