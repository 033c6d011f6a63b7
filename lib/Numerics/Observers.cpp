//===- Observers.cpp - from calibration data to a static range ------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Observers.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace lowp;

void MovingAverageMinMax::update(std::span<const float> batch) {
  MinMax range;
  range.update(batch);
  bool first = state.seen.count == 0;
  state.seen.merge(range);
  if (range.count == 0)
    return;
  auto &[lo, hi] = state.average;
  lo = first ? range.min : lo + constant * (range.min - lo);
  hi = first ? range.max : hi + constant * (range.max - hi);
}

Result<ObservedRange> MovingAverageMinMax::range() const {
  if (std::optional<Failure> error = state.seen.check())
    return *error;
  return state.average;
}

Result<MovingAverageMinMax> MovingAverageMinMax::fromState(State state) {
  const auto &[seen, average] = state;
  bool inside = seen.min <= average.lo && average.hi <= seen.max;
  if (seen.count < 0 || (seen.count > 0 && !inside))
    return Failure{"state of a moving average is not valid, expected a range within the values seen"};
  MovingAverageMinMax result;
  result.state = std::move(state);
  return result;
}

/// The first bin b with Σ counts[0..b] ≥ needed.
static size_t firstBinWith(std::span<const uint64_t> counts, double needed) {
  uint64_t sum = 0;
  size_t bin = 0;
  for (; bin < counts.size(); ++bin)
    if (double(sum += counts[bin]) >= needed)
      break;
  return bin;
}

static ObservedRange clampTo(const MinMax &seen, ObservedRange range) {
  return {std::max(range.lo, seen.min), std::min(range.hi, seen.max)};
}

static ObservedRange symmetricRange(const Histogram &histogram, double threshold) {
  const MinMax &seen = histogram.range();
  float t = std::min(float(threshold), std::max(std::fabs(seen.min), std::fabs(seen.max)));
  return {-t, t};
}

/// All counts from the lowest value up, or, reversed, from the highest down.
static std::vector<uint64_t> orderedCounts(const Histogram::State &state, bool reversed) {
  const auto &first = reversed ? state.positive : state.negative;
  const auto &second = reversed ? state.negative : state.positive;
  std::vector<uint64_t> counts(first.rbegin(), first.rend());
  counts.insert(counts.end(), second.begin(), second.end());
  return counts;
}

Result<ObservedRange> lowp::percentileRange(const Histogram &histogram, double percentile,
                                            bool symmetric) {
  if (!(percentile > 0 && percentile <= 100))
    return Failure{"percentile is " + std::to_string(percentile) + ", expected (0, 100]"};
  if (std::optional<Failure> error = histogram.range().check())
    return *error;
  const Histogram::State &state = histogram.getState();
  double width = histogram.binWidth(), total = double(state.range.count);
  if (symmetric) {
    size_t bin = firstBinWith(histogram.magnitudes(), percentile / 100 * total);
    return symmetricRange(histogram, double(bin + 1) * width);
  }
  double needed = (1 - (100 - percentile) / 200) * total;
  auto edge = [&](bool reversed) {
    double bin = double(firstBinWith(orderedCounts(state, reversed), needed));
    double offset = double(reversed ? state.positive.size() : state.negative.size());
    return float((bin + 1 - offset) * width);
  };
  return clampTo(state.range, {-edge(true), edge(false)});
}

namespace {

/// Counts with the empty bins at `epsilon`, which the others give up evenly.
struct Smoothing {
  static constexpr double epsilon = 1e-4;
  double given = 0; ///< by each bin that is not empty

  Smoothing(int64_t empty, int64_t bins)
      : given(bins > empty ? epsilon * double(empty) / double(bins - empty) : 0) {}
  double operator()(double count) const { return count > 0 ? count - given : epsilon; }
};

/// The divergence for one candidate: the first `size` bins and the counts of the others.
class Candidate {
public:
  Candidate(std::span<const double> counts, double tail, int64_t levels)
      : p(counts.begin(), counts.end()), q(counts.size()) {
    for (int64_t level = 0, size = counts.size(); level < levels; ++level)
      spread(counts, level * size / levels, (level + 1) * size / levels);
    p.back() += tail;
  }

  double divergence() const {
    int64_t bins = p.size();
    Smoothing smoothP(std::count(p.begin(), p.end(), 0.0), bins);
    Smoothing smoothQ(std::count(q.begin(), q.end(), 0.0), bins);
    double totalP = std::accumulate(p.begin(), p.end(), 0.0);
    double totalQ = std::accumulate(q.begin(), q.end(), 0.0);
    if (totalP == 0 || totalQ == 0)
      return std::numeric_limits<double>::infinity();
    double sum = 0, smoothTotal = 0;
    for (int64_t j = 0; j < bins; ++j) {
      double a = smoothP(p[j]);
      sum += a * std::log(a / smoothQ(q[j]));
      smoothTotal += a;
    }
    // Smoothing keeps the totals: log(totalQ / totalP) normalises both.
    return sum / smoothTotal + std::log(totalQ / totalP);
  }

private:
  void spread(std::span<const double> counts, int64_t begin, int64_t end) {
    auto part = counts.subspan(begin, end - begin);
    double mass = std::accumulate(part.begin(), part.end(), 0.0);
    int64_t used = std::count_if(part.begin(), part.end(), [](double c) { return c > 0; });
    for (int64_t j = begin; j < end; ++j)
      q[j] = counts[j] > 0 ? mass / double(used) : 0;
  }

  std::vector<double> p, q;
};

} // namespace

int64_t lowp::entropyThreshold(std::span<const uint64_t> magnitudes,
                               const EntropyOptions &options) {
  int64_t bins = magnitudes.size();
  std::vector<double> counts(magnitudes.begin(), magnitudes.end());
  if (options.replaceZeroBin && bins > 1)
    counts[0] = counts[1];
  double tail = std::accumulate(counts.begin(), counts.end(), 0.0);
  if (bins <= options.levels || options.levels < 1 || tail == 0)
    return bins;
  tail -= std::accumulate(counts.begin(), counts.begin() + options.levels, 0.0);
  int64_t best = bins;
  double least = std::numeric_limits<double>::infinity();
  for (int64_t i = options.levels; i <= bins; ++i) {
    double divergence = Candidate(std::span(counts).first(i), tail, options.levels).divergence();
    if (divergence <= least) {
      least = divergence;
      best = i;
    }
    tail -= i < bins ? counts[i] : 0;
  }
  return best;
}

Result<ObservedRange> lowp::entropyRange(const Histogram &histogram,
                                         const EntropyOptions &options) {
  constexpr size_t maxBins = 2048;
  if (std::optional<Failure> error = histogram.range().check())
    return *error;
  std::vector<uint64_t> counts = histogram.magnitudes();
  double width = histogram.binWidth();
  if (counts.size() > maxBins) {
    counts.resize(counts.size() + counts.size() % 2);
    for (size_t i = 0; i < counts.size() / 2; ++i)
      counts[i] = counts[2 * i] + counts[2 * i + 1];
    counts.resize(counts.size() / 2);
    width *= 2;
  }
  return symmetricRange(histogram, double(entropyThreshold(counts, options)) * width);
}

Result<QuantParams> lowp::lpParams(const Histogram &histogram, const RtnScheme &scheme,
                                   const LpSearch &search) {
  if (std::optional<Failure> error = histogram.range().check())
    return *error;
  if (Status valid = checkScheme(scheme); !valid)
    return Failure{valid.error()};
  const Histogram::State &state = histogram.getState();
  std::vector<float> centres;
  std::vector<double> counts;
  for (double sign : {-1.0, 1.0}) {
    const std::vector<uint64_t> &bins = sign < 0 ? state.negative : state.positive;
    for (size_t i = 0; i < bins.size(); ++i)
      if (bins[i]) {
        centres.push_back(float(sign * (double(i) + 0.5) * histogram.binWidth()));
        counts.push_back(double(bins[i]));
      }
  }
  float lo = std::min(state.range.min, 0.0f), hi = std::max(state.range.max, 0.0f);
  QuantParams params = searchParams(centres, counts, lo, hi, scheme, search);
  if (Status fits = checkStoredScale(params.scale, scheme); !fits)
    return Failure{fits.error()};
  return params;
}

/// The range of a clipping observer other than the least error.
static Result<ObservedRange> observedRange(const Observer &observer, const Histogram &histogram,
                                           bool symmetric) {
  return observer.kind == Observer::Kind::Percentile
             ? percentileRange(histogram, observer.percentile, symmetric)
             : entropyRange(histogram);
}

Result<QuantParams> lowp::observedParams(const Observer &observer, const Histogram &histogram,
                                         const RtnScheme &scheme) {
  assert(observer.needsHistogram() && "chooses from other statistics");
  if (observer.kind == Observer::Kind::Mse)
    return lpParams(histogram, scheme);
  if (Status valid = checkScheme(scheme); !valid)
    return Failure{valid.error()};
  Result<ObservedRange> range = observedRange(observer, histogram, scheme.symmetric);
  if (!range)
    return Failure{range.error()};
  auto [lo, hi] = scheme.symmetric ? *range : clampTo(histogram.range(), *range);
  QuantParams params = chooseParams(std::min(lo, 0.0f), std::max(hi, 0.0f), scheme);
  if (Status fits = checkStoredScale(params.scale, scheme); !fits)
    return Failure{fits.error()};
  return params;
}
