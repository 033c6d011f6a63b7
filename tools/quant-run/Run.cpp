//===- Run.cpp -----------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Run.h"

#include "lowp/Bridge/ModelFile.h"
#include "lowp/Execution/Compare.h"
#include "lowp/Execution/Dataset.h"
#include "lowp/Execution/Latency.h"
#include "lowp/Execution/LogitScore.h"
#include "lowp/Execution/SiteComparison.h"
#include "lowp/Execution/SiteError.h"
#include "lowp/Pipelines/Runnable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "mlir/IR/MLIRContext.h"

#include <cmath>
#include <map>

using namespace llvm;

namespace lowp {

namespace {

//===----------------------------------------------------------------------===//
// Results of many samples
//===----------------------------------------------------------------------===//

/// All samples of one result, one after the other.
struct Column {
  const lowp_value_info *info;
  std::vector<int64_t> shape; ///< of one sample
  std::vector<char> data;
};

/// Is result `index` the new value of an argument?
bool isState(const lowp_entry_info &entry, int32_t index) {
  return any_of(ArrayRef(entry.arguments, entry.num_arguments),
                [&](const lowp_value_info &argument) { return argument.result == index; });
}

std::vector<Column> makeColumns(const lowp_entry_info &entry, int64_t length) {
  std::vector<Column> columns;
  for (const lowp_value_info &info : ArrayRef(entry.results, entry.num_results))
    columns.push_back({&info, shapeAt(info, length), {}});
  return columns;
}

/// JSON has neither infinity nor NaN.
json::Value finite(double value) { return std::isfinite(value) ? json::Value(value) : nullptr; }

class Session {
public:
  Session(const RunOptions &options, raw_ostream &os) : options(options), os(os) {}

  Error run() {
    if (!options.mergeStatistics.empty())
      return mergeStatistics(options);
    if (!options.moreInputs.empty())
      return createStringError("unexpected argument '" + options.moreInputs.front() + "' after MODEL");
    if (!options.statistics.empty())
      return collectStatistics(options);
    auto target = parseTarget(options.target);
    if (!target)
      return target.takeError();
    if (options.compareSites)
      return options.siteReference.empty() ? compareSites(*target->row) : listSiteErrors(*target->row);
    auto opened = Runnable::open(options.model, *target->row, options.reference);
    if (!opened)
      return opened.takeError();
    runnable.emplace(std::move(*opened));
    if (!options.generate.empty())
      return generate(model(), options, os);
    if (options.perplexity && options.entry.empty() && hasCache(model().info()))
      return scoreTokens(model(), options, os);
    if (options.describe && options.entry.empty())
      return describe();
    auto found = model().entry(options.entry);
    if (!found)
      return found.takeError();
    entry = *found;
    if (options.describe)
      return describe();
    if (options.input.empty())
      return createStringError("no --input: expected samples (see --describe for what they hold)");
    auto data = Dataset::open(options.input, *entry, options.samples);
    if (!data)
      return data.takeError();
    dataset.emplace(std::move(*data));
    context = model().createContext(options.threads);
    return options.benchmarkSeconds > 0 ? benchmark() : runAll();
  }

private:
  const Model &model() const { return runnable->model(); }

  Error compareSites(const CpuTarget &target) {
    if (options.input.empty())
      return createStringError("no --input: expected samples");
    auto context = createContext();
    mlir::OwningOpRef<mlir::ModuleOp> module = readModel(options.model, context.get());
    if (!module)
      return createStringError("'" + options.model + "' cannot be read");
    auto compared = lowp::compareSites(*module, target, {options.input, options.samples, options.threads});
    if (!compared)
      return compared.takeError();
    int64_t differing = print(compared->accumulators, "accumulators", "sites") +
                        print(compared->requantized, "codes", "requantizations between sites");
    const FreeRun &free = compared->freeRun;
    os << formatv("running free: {0} of {1} codes differ, cosine of the results at least {2:f6}\n",
                  free.differing, free.codes, free.cosineMin);
    return differing ? createStringError("compiled sites differ from the simulation")
                     : Error::success();
  }

  /// The differing integers of all sites.
  int64_t print(ArrayRef<SiteDifference> sites, StringRef integers, StringRef what) {
    int64_t compared = 0, differing = 0;
    for (const SiteDifference &site : sites) {
      os << site.site << ": " << site.differing << " of " << site.compared << " " << integers
         << " differ\n";
      compared += site.compared;
      differing += site.differing;
    }
    os << sites.size() << " " << what << ": " << differing << " of " << compared << " " << integers
       << " differ\n";
    return differing;
  }

  Error listSiteErrors(const CpuTarget &target) {
    if (options.input.empty())
      return createStringError("no --input: expected samples");
    auto context = createContext(), referenceContext = createContext();
    mlir::OwningOpRef<mlir::ModuleOp> module = readModel(options.model, context.get());
    if (!module)
      return createStringError("'" + options.model + "' cannot be read");
    mlir::OwningOpRef<mlir::ModuleOp> reference =
        readModel(options.siteReference, referenceContext.get());
    if (!reference)
      return createStringError("'" + options.siteReference + "' cannot be read");
    auto errors = measureSiteErrors(*module, *reference, target,
                                    {options.input, options.samples, options.threads});
    if (!errors)
      return errors.takeError();
    print(*errors);
    return Error::success();
  }

  void print(ArrayRef<SiteError> errors) {
    if (options.json) {
      json::Array sites;
      for (const SiteError &error : errors)
        sites.push_back(json::Object{{"site", error.site},
                                     {"sqnr_db", finite(error.sqnr)},
                                     {"relative_l2", finite(error.relative)},
                                     {"max_error", finite(error.largest)}});
      os << json::Value(json::Object{{"sites", std::move(sites)}}) << "\n";
      return;
    }
    for (const SiteError &error : errors)
      os << formatv("{0}: SQNR {1:f2} dB, relative L2 {2:e3}, largest error {3:e3}\n", error.site,
                    error.sqnr, error.relative, error.largest);
  }

  Error describe() {
    const lowp_model_info &info = model().info();
    os << "target " << info.target << ", source " << info.source_hash << "\n";
    for (const lowp_entry_info &e : ArrayRef(info.entries, info.num_entries)) {
      os << e.name << "\n";
      auto list = [&](StringRef what, ArrayRef<lowp_value_info> values) {
        for (const lowp_value_info &value : values) {
          os << "  " << what << " " << value.name << ": "
             << lowp::describe(fileType(value.dtype), ArrayRef(value.shape, value.rank));
          if (value.optional)
            os << ", optional";
          if (value.result >= 0)
            os << ", updated in place to " << e.results[value.result].name;
          os << "\n";
        }
      };
      list("argument", ArrayRef(e.arguments, e.num_arguments));
      list("result  ", ArrayRef(e.results, e.num_results));
      if (e.max_length != INT64_MAX)
        os << "  length   ?: 1 to " << e.max_length << "\n";
    }
    return Error::success();
  }

  Error runAll() {
    std::vector<Column> columns = makeColumns(*entry, dataset->length());
    std::vector<TensorBuffer> results = makeResults(*entry, dataset->length());
    bool keepsState = !options.output.empty() || !options.compare.empty();
    for (int64_t i = 0; i < dataset->size(); ++i) {
      if (Error error = lowp::run(model(), *entry, dataset->sample(i), results, *context))
        return error;
      for (auto [index, column, buffer] : enumerate(columns, results))
        if (keepsState || !isState(*entry, index))
          column.data.insert(column.data.end(), buffer.data(), buffer.data() + buffer.size());
    }
    if (options.perplexity)
      if (Error error = score(columns))
        return error;
    if (!options.compare.empty())
      if (Error error = compare(columns))
        return error;
    return options.output.empty() ? Error::success() : write(columns);
  }

  Error write(ArrayRef<Column> columns) {
    std::vector<TensorView> tensors;
    for (const Column &column : columns) {
      std::vector<int64_t> shape = {dataset->size()};
      shape.insert(shape.end(), column.shape.begin(), column.shape.end());
      tensors.push_back({column.info->name, fileType(column.info->dtype), shape, column.data});
    }
    return writeSafetensors(options.output, tensors);
  }

  Error compare(ArrayRef<Column> columns) {
    auto reference = SafetensorsFile::open(options.compare);
    if (!reference)
      return reference.takeError();
    unsigned compared = 0;
    for (const Column &column : columns) {
      const TensorView *tensor = (*reference)->find(column.info->name);
      if (!tensor || column.info->dtype != LOWP_F32)
        continue;
      if (Error error = compare(column, *tensor))
        return error;
      ++compared;
    }
    if (compared == 0)
      return createStringError("'" + options.compare + "' holds no result of this model");
    return Error::success();
  }

  Error compare(const Column &column, const TensorView &tensor) {
    size_t bytes = column.data.size() / dataset->size();
    if (tensor.dtype != DType::F32 || tensor.shape.empty() || tensor.shape[0] < dataset->size() ||
        tensor.data.size() != bytes * tensor.shape[0])
      return createStringError(formatv("'{0}': tensor '{1}' is {2}, expected at least {3} samples of {4}",
                                       options.compare, tensor.name,
                                       lowp::describe(tensor.dtype, tensor.shape), dataset->size(),
                                       lowp::describe(DType::F32, column.shape)));
    Comparison comparison;
    size_t count = bytes / sizeof(float);
    for (int64_t i = 0; i < dataset->size(); ++i)
      comparison.add({reinterpret_cast<const float *>(column.data.data()) + i * count, count},
                     {reinterpret_cast<const float *>(tensor.data.data()) + i * count, count});
    print(column.info->name, comparison);
    return Error::success();
  }

  void print(StringRef name, const Comparison &c) {
    if (options.json) {
      os << json::Value(json::Object{{"result", name},
                                     {"samples", c.samples()},
                                     {"cosine_mean", c.cosineMean()},
                                     {"cosine_min", c.cosineMin()},
                                     {"sqnr_db", finite(c.sqnr())},
                                     {"max_error", c.maxError()}})
         << "\n";
      return;
    }
    os << name << ": " << c.samples() << " samples, cosine mean " << format("%.6f", c.cosineMean())
       << " min " << format("%.6f", c.cosineMin()) << ", SQNR " << format("%.2f", c.sqnr())
       << " dB, largest error " << format("%.3g", c.maxError()) << "\n";
  }

  /// The result that is logits [1, T, V], the only one but for state.
  const Column *logitsOf(ArrayRef<Column> columns) {
    const Column *logits = nullptr;
    for (auto [index, column] : enumerate(columns))
      if (!isState(*entry, index)) {
        if (logits || column.info->dtype != LOWP_F32)
          return nullptr;
        logits = &column;
      }
    return logits;
  }

  /// The i64 argument with one token per position of the logits [1, T, V].
  std::optional<int64_t> tokenArgument(const Column &logits) {
    for (int64_t i = 0; i < entry->num_arguments; ++i) {
      const lowp_value_info &info = entry->arguments[i];
      if (info.dtype == LOWP_I64 && info.rank == 2 && logits.shape.size() == 3 &&
          shapeAt(info, dataset->length())[1] == logits.shape[1])
        return i;
    }
    return std::nullopt;
  }

  Error score(ArrayRef<Column> columns) {
    const Column *scored = logitsOf(columns);
    std::optional<int64_t> tokens = scored ? tokenArgument(*scored) : std::nullopt;
    if (!tokens)
      return createStringError("--perplexity: expected one result of logits F32 [1, T, V] and an "
                               "argument of tokens I64 [1, T]");
    const Column &logits = *scored;
    int64_t length = logits.shape[1], vocabulary = logits.shape[2], size = length * vocabulary;
    const auto *values = reinterpret_cast<const float *>(logits.data.data());
    LogitScore score;
    for (int64_t i = 0; i < dataset->size(); ++i) {
      std::vector<TensorBuffer> sample = dataset->sample(i);
      score.add({values + i * size, size_t(size)},
                {reinterpret_cast<const int64_t *>(sample[*tokens].data()), size_t(length)});
    }
    if (!options.compare.empty())
      if (Error error = scoreAgainstReference(score, logits.info->name, values, size, vocabulary))
        return error;
    lowp::print(score, options, os);
    return Error::success();
  }

  Error scoreAgainstReference(LogitScore &score, StringRef name, const float *values, int64_t size,
                              int64_t vocabulary) {
    auto reference = SafetensorsFile::open(options.compare);
    if (!reference)
      return reference.takeError();
    const TensorView *tensor = (*reference)->find(name);
    size_t count = size * dataset->size();
    if (!tensor || tensor->dtype != DType::F32 || tensor->data.size() < count * sizeof(float))
      return createStringError("'" + options.compare + "' has no logits for all samples");
    const auto *expected = reinterpret_cast<const float *>(tensor->data.data());
    score.addReference({values, count}, {expected, count}, vocabulary);
    return Error::success();
  }

  Error benchmark() {
    std::vector<TensorBuffer> sample = dataset->sample(0);
    auto latency = measureLatency(model(), *entry, sample, *context, options.benchmarkSeconds);
    if (!latency)
      return latency.takeError();
    auto quantile = [&](double q) { return latency->quantile(q); };
    int64_t peak = scratchBytes(*entry, sample), runs = latency->runs();
    if (options.json)
      os << formatv("{{\"best_us\":{0:f1},\"p50_us\":{1:f1},\"p90_us\":{2:f1},\"runs\":{3},"
                    "\"peak_bytes\":{4}}\n",
                    quantile(0), quantile(0.5), quantile(0.9), runs, peak);
    else
      os << formatv("best {0:f1} us, median {1:f1} us, 90 % within {2:f1} us, {3} runs, scratch "
                    "memory {4} bytes\n",
                    quantile(0), quantile(0.5), quantile(0.9), runs, peak);
    return Error::success();
  }

  const RunOptions &options;
  raw_ostream &os;
  std::optional<Runnable> runnable;
  const lowp_entry_info *entry = nullptr;
  std::optional<Dataset> dataset;
  std::unique_ptr<Context> context;
};

} // namespace

Error run(const RunOptions &options, raw_ostream &os) { return Session(options, os).run(); }

} // namespace lowp
