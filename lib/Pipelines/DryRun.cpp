//===- DryRun.cpp --------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Pipelines/DryRun.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <set>
#include <tuple>

using namespace llvm;

namespace lowp {

/// Measured on a Zen 4 processor with MiniLM, SmolLM2 and the embedded model: right within a third
/// there.
static constexpr double kBaseSeconds = 0.4, kSecondsPerLayer = 0.15, kSecondsPerGiB = 20,
                        kSecondsPerSearch = 0.17, kSecondsPerSearchedGiB = 160;
/// The compiler's code, its libraries and the IR.
static constexpr int64_t kBaseBytes = int64_t(150) << 20;

static double gibibytes(int64_t bytes) { return static_cast<double>(bytes) / (1 << 30); }

/// Rows of each activation are kept, counted here for each site that reads it; a search holds its site's outputs
/// twice.
static void estimateSearches(const Report &report, int64_t rows, CompileEstimate &estimate) {
  constexpr int64_t kFloat = sizeof(float);
  int64_t columns = 0, weights = 0;
  for (const SiteReport &site : report.sites) {
    if (site.isFloat())
      continue;
    ++estimate.searches;
    estimate.searchBytes += rows * std::max<int64_t>(site.reduction, 0) * kFloat;
    columns = std::max(columns, site.columns);
    weights += site.bytesBefore;
  }
  estimate.searchBytes += 2 * rows * columns * kFloat;
  estimate.searchSeconds = kSecondsPerSearch * static_cast<double>(estimate.searches) +
                           kSecondsPerSearchedGiB * gibibytes(weights);
}

CompileEstimate estimateCompile(const Report &report, int64_t keptRows) {
  CompileEstimate estimate;
  std::set<std::tuple<StringRef, int64_t, int64_t, int64_t, int64_t, StringRef>> layers;
  int64_t largest = 0;
  for (const SiteReport &site : report.sites) {
    layers.insert({site.op, site.batch, site.rows, site.columns, site.reduction, site.scheme});
    largest = std::max(largest, site.bytesBefore);
  }
  estimate.distinctLayers = static_cast<int64_t>(layers.size());
  if (keptRows > 0)
    estimateSearches(report, keptRows, estimate);
  // A weight is copied to be rounded.
  estimate.peakBytes = kBaseBytes + report.parametersBefore + report.parametersAfter + largest +
                       estimate.searchBytes;
  estimate.seconds = kBaseSeconds + kSecondsPerLayer * static_cast<double>(layers.size()) +
                     kSecondsPerGiB * gibibytes(report.parametersBefore) + estimate.searchSeconds;
  return estimate;
}

static std::string sizeText(const SiteReport &site) {
  return site.bytesBefore == 0 ? "-"
                               : formatv("{0} -> {1}", site.bytesBefore, site.bytesAfter).str();
}

/// Columns as wide as what stands in them.
static void printTable(ArrayRef<std::vector<std::string>> rows, raw_ostream &os) {
  std::vector<size_t> widths(rows.front().size());
  for (const std::vector<std::string> &row : rows)
    for (auto [width, text] : zip(widths, row))
      width = std::max(width, text.size());
  for (const std::vector<std::string> &row : rows) {
    for (auto [width, text] : zip(ArrayRef(widths).drop_back(), row))
      os << left_justify(text, width) << "  ";
    os << row.back() << "\n";
  }
}

void printDryRun(const Report &report, const CompileEstimate &estimate, raw_ostream &os) {
  os << "recipe " << report.recipe << ", target " << report.target << "\n";
  std::vector<std::vector<std::string>> rows = {
      {"site", "op", "m x n x k", "weight", "activation", "weight bytes"}};
  for (const SiteReport &site : report.sites)
    rows.push_back(
        {site.name, site.op, site.shape("x"), site.weight, site.activation, sizeText(site)});
  printTable(rows, os);
  for (const SiteReport &site : report.sites)
    if (!site.reason.empty())
      os << "stays in float: " << site.name << ": " << site.reason << "\n";
  os << "parameters: " << report.parametersBefore << " -> " << report.parametersAfter << " bytes\n";
  if (report.cacheBefore > 0)
    os << "keys and values: " << report.cacheBefore << " -> " << report.cacheAfter << " bytes\n";
  os << formatv(
            "peak memory: about {0:f0} MiB (the compiler {1} MiB, the parameters before and after, "
            "the largest weight once more, {2:f0} MiB for searches)\n",
            static_cast<double>(estimate.peakBytes) / (1 << 20), kBaseBytes >> 20,
            static_cast<double>(estimate.searchBytes) / (1 << 20))
     << formatv("time: about {0:f1} s on a core as fast as a Zen 4's ({1:f1} s, {2:f2} s for each "
                "of {3} distinct layers, {4:f0} s per GiB of parameters, {5:f1} s for {6} "
                "searches), runs of the calibration samples aside\n",
                estimate.seconds, kBaseSeconds, kSecondsPerLayer, estimate.distinctLayers,
                kSecondsPerGiB, estimate.searchSeconds, estimate.searches);
}

} // namespace lowp
