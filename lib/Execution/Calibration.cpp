//===- Calibration.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/Calibration.h"

#include "lowp/Bridge/Constants.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Execution/Dataset.h"
#include "lowp/Execution/Model.h"
#include "lowp/Numerics/Statistics.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "mlir/IR/OwningOpRef.h"

using namespace llvm;

namespace lowp {

namespace {

/// One observed value: the sites that read it and the size of its last dimension.
struct Probe {
  std::vector<std::string> sites;
  int64_t channels;
};

/// In the order that lowp-lower-probes numbers them.
std::vector<Probe> collectProbes(mlir::ModuleOp module) {
  llvm::MapVector<mlir::Value, Probe> probes;
  module.walk([&](ObserveOp op) {
    Probe &probe = probes[op.getInput()];
    probe.sites.push_back(op.getKey());
    probe.channels = cast<mlir::RankedTensorType>(op.getInput().getType()).getShape().back();
  });
  std::vector<Probe> result;
  for (auto &[value, probe] : probes)
    result.push_back(std::move(probe));
  return result;
}

/// Which argument marks padding; nullopt: none.
Expected<std::optional<int64_t>> maskArgument(const lowp_entry_info &entry, StringRef name) {
  for (int64_t i = 0; i < entry.num_arguments; ++i) {
    const lowp_value_info &info = entry.arguments[i];
    bool isCandidate = isInteger(fileType(info.dtype));
    bool byDefault = StringRef(info.name) == "mask" || StringRef(info.name) == "attention_mask";
    if (name.empty() ? byDefault && isCandidate : name == info.name)
      return i;
  }
  if (!name.empty())
    return createStringError("no argument '" + name + "' to be the mask of padding");
  return std::nullopt;
}

/// 1 where the mask is not 0.
std::vector<char> tokensOf(const lowp_tensor &mask) {
  int64_t count = 1, width = byteWidth(fileType(mask.dtype));
  for (int64_t size : ArrayRef(mask.shape, mask.rank))
    count *= size;
  std::vector<char> tokens(count);
  for (int64_t i = 0; i < count; ++i) {
    const char *p = static_cast<const char *>(mask.data) + i * width;
    tokens[i] = any_of(ArrayRef(p, width), [](char c) { return c != 0; });
  }
  return tokens;
}

/// Runs samples and hands what the probes see to the statistics.
class Calibrator {
public:
  Calibrator(const Model &model, const lowp_entry_info &entry, ArrayRef<Probe> probes)
      : model(model), entry(entry), probes(probes) {
    for (const Probe &probe : probes) {
      states.emplace_back(probe.channels);
      searched.emplace_back(probe.channels);
    }
    samples.resize(probes.size());
  }

  Error run(const CalibrationOptions &options) {
    auto data = Dataset::open(options.data, entry);
    if (!data)
      return data.takeError();
    data->limit(options.samples);
    auto mask = maskArgument(entry, options.mask);
    if (!mask)
      return mask.takeError();
    std::unique_ptr<Context> context = model.createContext(options.threads);
    context->setProbeHandler(
        [this](int64_t probe, const float *values, int64_t count) { observe(probe, values, count); });
    heldOut = options.heldOut && data->size() > 1;
    int64_t sampled = heldOut ? data->size() / 2 : data->size();
    rowsPerSample = llvm::divideCeil(options.sampleRows, sampled);
    for (int64_t i = 0; i < data->size() && message.empty(); ++i) {
      if (Error error = runSample(*data, i, *mask, *context))
        return error;
      if (options.progress)
        options.progress(i + 1, data->size());
    }
    if (!message.empty())
      return createStringError("'" + options.data + "': " + message);
    return Error::success();
  }

  SiteStatistics take() {
    SiteStatistics result;
    for (auto [i, probe] : enumerate(probes)) {
      const ChannelStatistics &state = states[i];
      ActivationStatistics statistics;
      statistics.min = {state.min().begin(), state.min().end()};
      statistics.max = {state.max().begin(), state.max().end()};
      statistics.mean = state.mean();
      statistics.tokens = state.numRows();
      statistics.sample = std::move(samples[i]);
      if (searched[i].numRows() > 0) {
        statistics.searchMin = {searched[i].min().begin(), searched[i].min().end()};
        statistics.searchMax = {searched[i].max().begin(), searched[i].max().end()};
      }
      for (const std::string &site : probe.sites)
        result[site] = statistics;
    }
    return result;
  }

private:
  Error runSample(const Dataset &data, int64_t index, std::optional<int64_t> mask, Context &context) {
    std::vector<TensorBuffer> arguments = data.sample(index), results = makeResults(entry);
    sample = index;
    tokens = mask ? tokensOf(arguments[*mask].tensor()) : std::vector<char>();
    return lowp::run(model, entry, arguments, results, context);
  }

  /// Rows repeat the sequence: row r is token r modulo its length, for each head.
  void observe(int64_t probe, const float *values, int64_t count) {
    int64_t channels = probes[probe].channels, length = tokens.size(), rows = count / channels;
    std::span<const float> seen(values, count);
    std::vector<float> kept;
    if (length > 1 && rows % length == 0) {
      for (int64_t r = 0; r < rows; ++r)
        if (tokens[r % length])
          kept.insert(kept.end(), values + r * channels, values + (r + 1) * channels);
      seen = kept;
    }
    states[probe].update(seen);
    if (heldOut && sample % 2 == 0)
      searched[probe].update(seen);
    else
      keepRows(samples[probe], seen, channels);
    if (!message.empty())
      return;
    if (std::optional<Failure> problem = states[probe].check(); problem && !seen.empty())
      message = formatv("sample {0}: the input of site '{1}': {2}", sample,
                        probes[probe].sites.front(), problem->message);
  }

  /// Rows at equal distances, from another one in each sample: over all samples each position of the
  /// sequence counts as often as it occurs. The first holds massive activations in many models; more
  /// of it would bend a search, none would blind it.
  void keepRows(std::vector<float> &kept, std::span<const float> rows, int64_t channels) {
    int64_t count = rows.size() / channels, wanted = std::min(rowsPerSample, count);
    for (int64_t i = 0; i < wanted; ++i) {
      int64_t begin = i * count / wanted, end = (i + 1) * count / wanted;
      auto row = rows.subspan((begin + sample % (end - begin)) * channels, channels);
      kept.insert(kept.end(), row.begin(), row.end());
    }
  }

  const Model &model;
  const lowp_entry_info &entry;
  ArrayRef<Probe> probes;
  std::vector<ChannelStatistics> states, searched;
  std::vector<std::vector<float>> samples;
  std::vector<char> tokens;
  bool heldOut = false;
  int64_t sample = 0, rowsPerSample = 0;
  std::string message;
};

} // namespace

Expected<SiteStatistics> runProbes(mlir::ModuleOp module, const CalibrationOptions &options) {
  std::vector<Probe> probes = collectProbes(module);
  if (probes.empty())
    return createStringError("the module has no probes");
  ResourceScope scope(module.getContext());
  mlir::OwningOpRef<mlir::ModuleOp> clone = module.clone();
  auto model = Model::compile(*clone, hostTarget(), {});
  if (!model)
    return model.takeError();
  auto entry = (*model)->entry("");
  if (!entry)
    return entry.takeError();
  Calibrator calibrator(**model, **entry, probes);
  if (Error error = calibrator.run(options))
    return std::move(error);
  return calibrator.take();
}

std::vector<float> ActivationStatistics::absMax() const {
  std::vector<float> result(min.size());
  for (auto [value, lo, hi] : zip(result, min, max))
    value = std::max(std::abs(lo), std::abs(hi));
  return result;
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

static constexpr StringLiteral kHashKey = "lowp.module_sha256";

Error saveStatistics(StringRef path, const SiteStatistics &statistics, StringRef hash) {
  std::vector<TensorView> tensors;
  auto add = [&](std::string name, DType dtype, int64_t count, const void *data) {
    tensors.push_back({std::move(name), dtype, {count},
                       ArrayRef(static_cast<const char *>(data), count * byteWidth(dtype))});
  };
  for (const auto &[site, state] : statistics) {
    add(site + ".tokens", DType::I64, 1, &state.tokens);
    add(site + ".min", DType::F32, state.min.size(), state.min.data());
    add(site + ".max", DType::F32, state.max.size(), state.max.data());
    add(site + ".mean", DType::F32, state.mean.size(), state.mean.data());
  }
  return writeSafetensors(path, tensors, {{kHashKey.str(), hash.str()}});
}

/// The values of a vector of the file; empty if it is missing or of another type.
template <typename T>
static std::vector<T> vectorOf(const SafetensorsFile &file, const std::string &name, DType dtype) {
  const TensorView *tensor = file.find(name);
  if (!tensor || tensor->dtype != dtype || tensor->shape.size() != 1)
    return {};
  std::vector<T> result(tensor->shape[0]);
  std::memcpy(result.data(), tensor->data.data(), tensor->data.size());
  return result;
}

Expected<SiteStatistics> loadStatistics(StringRef path, StringRef expectedHash) {
  auto file = SafetensorsFile::open(path);
  if (!file)
    return file.takeError();
  auto hash = (*file)->metadata().find(kHashKey.str());
  if (hash == (*file)->metadata().end())
    return createStringError("'" + path + "' is no statistics file: it has no " + kHashKey);
  if (hash->second != expectedHash)
    return createStringError("'" + path + "' was made with another module: hash " + hash->second +
                             ", expected " + expectedHash);
  SiteStatistics result;
  for (const TensorView &tensor : (*file)->tensors()) {
    StringRef name = tensor.name;
    if (!name.consume_back(".tokens"))
      continue;
    std::string site = name.str();
    ActivationStatistics state;
    std::vector<int64_t> tokens = vectorOf<int64_t>(**file, tensor.name, DType::I64);
    state.min = vectorOf<float>(**file, site + ".min", DType::F32);
    state.max = vectorOf<float>(**file, site + ".max", DType::F32);
    state.mean = vectorOf<float>(**file, site + ".mean", DType::F32);
    if (tokens.size() != 1 || state.min.size() != state.max.size() ||
        state.mean.size() != state.max.size())
      return createStringError("'" + path + "': the statistics of site '" + site +
                               "' are incomplete");
    state.tokens = tokens[0];
    result[site] = std::move(state);
  }
  return result;
}

} // namespace lowp
