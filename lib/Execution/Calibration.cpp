//===- Calibration.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Execution/Calibration.h"

#include "TokenMask.h"

#include "lowp/Bridge/Constants.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Execution/Dataset.h"
#include "lowp/Execution/FittingFunction.h"
#include "lowp/Execution/Model.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "mlir/IR/OwningOpRef.h"

using namespace llvm;

namespace lowp {

namespace {

/// One observed value: what its sites want kept and its channels.
struct Probe {
  std::vector<std::string> sites;
  int64_t channels = 0;
  bool histogram = false, movingAverage = false;
  bool isOperand = false; ///< and so has rows that a search may look at
};

/// In the order that lowp-lower-probes numbers them.
SmallVector<Probe> collectProbes(mlir::ModuleOp module) {
  llvm::MapVector<mlir::Value, Probe> probes;
  module.walk([&](ObserveOp op) {
    Probe &probe = probes[op.getInput()];
    probe.sites.push_back(op.getKey());
    probe.channels = ObserveOp::channelsOf(cast<mlir::RankedTensorType>(op.getInput().getType()));
    probe.isOperand |= !op.getOutput();
    for (auto what : op.getWhat().getAsRange<StatisticAttr>()) {
      probe.histogram |= what.getValue() == Statistic::Histogram;
      probe.movingAverage |= what.getValue() == Statistic::MovingAverage;
    }
  });
  return to_vector(make_second_range(probes));
}

/// Runs samples and hands what the probes see to the statistics.
class Calibrator {
public:
  Calibrator(const Model &model, const lowp_entry_info &entry, ArrayRef<Probe> probes)
      : model(model), entry(entry), probes(probes) {}

  Error run(const CalibrationOptions &options) {
    auto data = Dataset::open(options.data, entry, options.samples);
    if (!data)
      return data.takeError();
    auto found = TokenMask::find(ArrayRef(entry.arguments, entry.num_arguments), options.mask);
    if (!found)
      return found.takeError();
    mask = *found;
    if (Error error = createStates(options, data->size()))
      return error;
    std::unique_ptr<Context> context = model.createContext(options.threads);
    context->setProbeHandler(
        [this](int64_t probe, const float *values, int64_t count) { observe(probe, values, count); });
    auto [begin, end] = options.shard.range(data->size());
    for (int64_t i = begin; i < end && message.empty(); ++i) {
      if (Error error = runSample(*data, i, *context))
        return error;
      if (options.progress)
        options.progress(i - begin + 1, end - begin);
    }
    if (!message.empty())
      return createStringError("'" + options.data + "': " + message);
    return Error::success();
  }

  CalibrationStatistics take() {
    for (auto [probe, state] : zip(probes, states)) {
      auto shared = std::make_shared<ActivationStatistics>(std::move(state));
      for (const std::string &site : probe.sites)
        result.sites.emplace(site, shared);
    }
    return std::move(result);
  }

private:
  Error createStates(const CalibrationOptions &options, int64_t samples) {
    ActivationStatistics::Options state;
    state.firstSample = options.shard.range(samples).first;
    state.heldOut = options.heldOut && samples > 1;
    state.rowsPerSample = divideCeil(options.sampleRows, state.heldOut ? samples / 2 : samples);
    for (const Probe &probe : probes) {
      if (probe.movingAverage && options.shard.count > 1)
        return createStringError("the probe of site '" + probe.sites.front() + "' keeps a moving average, " +
                                 "which depends on the order of the samples: expected no --shard");
      state.histogram = probe.histogram;
      state.movingAverage = probe.movingAverage;
      ActivationStatistics::Options withoutRows = state;
      withoutRows.rowsPerSample = 0;
      withoutRows.heldOut = false;
      states.emplace_back(probe.channels, probe.isOperand ? state : withoutRows);
    }
    result.samples = samples;
    result.rowsPerSample = state.rowsPerSample;
    return Error::success();
  }

  Error runSample(const Dataset &data, int64_t index, Context &context) {
    std::vector<TensorBuffer> arguments = data.sample(index), results = makeResults(entry, data.length());
    sample = index;
    mask.setSample(arguments);
    Error error = lowp::run(model, entry, arguments, results, context);
    for (ActivationStatistics &state : states)
      state.endSample();
    return error;
  }

  void observe(int64_t probe, const float *values, int64_t count) {
    std::span<const float> seen = mask.keepTokens({values, size_t(count)}, probes[probe].channels);
    states[probe].add(sample, seen);
    if (!message.empty())
      return;
    if (std::optional<Failure> problem = states[probe].channels.check(); problem && !seen.empty())
      message = formatv("sample {0}: the values at site '{1}': {2}", sample,
                        probes[probe].sites.front(), problem->message);
  }

  const Model &model;
  const lowp_entry_info &entry;
  ArrayRef<Probe> probes;
  std::vector<ActivationStatistics> states;
  CalibrationStatistics result;
  TokenMask mask;
  int64_t sample = 0;
  std::string message;
};

} // namespace

Expected<Shard> Shard::parse(StringRef text) {
  auto [index, count] = text.split('/');
  Shard shard;
  if (index.getAsInteger(10, shard.index) || count.getAsInteger(10, shard.count) ||
      shard.index < 1 || shard.index > shard.count)
    return createStringError("shard '" + text + "', expected i/N with 1 <= i <= N");
  --shard.index;
  return shard;
}

std::pair<int64_t, int64_t> Shard::range(int64_t samples) const {
  int64_t blocks = divideCeil(samples, SampleSum::samplesPerBlock);
  auto begin = [&](int64_t i) {
    return std::min(i * blocks / count * SampleSum::samplesPerBlock, samples);
  };
  return {begin(index), begin(index + 1)};
}

Expected<CalibrationStatistics> runProbes(mlir::ModuleOp module, const CalibrationOptions &options) {
  ResourceScope scope(module.getContext());
  mlir::OwningOpRef<mlir::ModuleOp> clone = module.clone();
  if (Error error = keepFittingFunction(*clone, options.data))
    return std::move(error);
  SmallVector<Probe> probes = collectProbes(*clone);
  if (probes.empty())
    return createStringError("the module has no probes, expected it after lowp-insert-probes");
  CompileOptions compile;
  compile.floatProducts = options.products;
  auto model = Model::compile(*clone, hostTarget(), compile);
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

Error CalibrationStatistics::checkComplete() const {
  for (const auto &[site, state] : sites)
    if (int64_t missing = state->channels.getSum().firstMissing(); missing != samples)
      return createStringError(formatv("sample {0} of {1} is in none of the shards; quant-run "
                                       "--merge-statistics joins them",
                                       missing, samples));
  return Error::success();
}

} // namespace lowp
