//===- Observers.h - from calibration data to a static range ----*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_OBSERVERS_H
#define LOWP_NUMERICS_OBSERVERS_H

#include "lowp/Numerics/Histogram.h"
#include "lowp/Numerics/LpSearch.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lowp {

/// What an observer decides; scale and zero point follow by chooseParams. The default observer is
/// the plain asymmetric min-max (MinMax). All others clip, and clipping a massive activation ruins
/// a model: they are for sites that are known to bear it.
struct ObservedRange {
  float lo = 0, hi = 0;
  friend bool operator==(const ObservedRange &, const ObservedRange &) = default;
};

/// m ← m + c · (m_batch − m) for minimum and maximum; the first batch starts it. Depends on the
/// order of the batches and cannot be merged. c = 0.01 as in PyTorch.
class MovingAverageMinMax {
public:
  explicit MovingAverageMinMax(float constant = 0.01f) : constant(constant) {}
  /// An empty batch changes nothing.
  void update(std::span<const float> batch);
  /// Fails without data, and after NaN or infinite values.
  Result<ObservedRange> range() const;

  struct State {
    MinMax seen;
    ObservedRange average;
    friend bool operator==(const State &, const State &) = default;
  };
  /// Refuses an average outside of what was seen.
  static Result<MovingAverageMinMax> fromState(State state);
  const State &getState() const { return state; }

private:
  float constant;
  State state;
};

/// Symmetric: [-t, t] where t is the smallest bin edge with at least `percentile` % of |x| below
/// it. Asymmetric: (100 − percentile) / 2 % are cut at each end. The result is clamped to the
/// values seen; it is within one bin width of what sorting gives. Fails without data, after NaN or
/// infinite values, and for percentiles outside (0, 100].
Result<ObservedRange> percentileRange(const Histogram &histogram, double percentile,
                                      bool symmetric);

struct EntropyOptions {
  int64_t levels = 128; ///< quantized magnitudes: 2^(b-1)
  /// Count bin 0 like bin 1. Without it the mass at zero that ReLU leaves makes the smallest
  /// threshold win, and the model is lost.
  bool replaceZeroBin = true;
};

/// How many of the bins stay below the threshold with the least Kullback-Leibler divergence
/// (TensorRT). For each i = levels, …, B:
///   P = h[0, i) with all later counts added to its last bin;
///   Q = h[0, i) in `levels` equal parts, part l being bins [⌊l·i/levels⌋, ⌊(l+1)·i/levels⌋), the
///   count
///       of each part spread evenly over its bins that are not empty;
///   KL = Σ P log(P / Q) of both normalised, after empty bins got 1e-4 counts, taken from the
///   others.
/// Of equal divergences the largest i counts. With no more bins than levels, or nothing to compare,
/// all bins stay. O(B²).
int64_t entropyThreshold(std::span<const uint64_t> magnitudes, const EntropyOptions &options = {});

/// [-t, t] from entropyThreshold over at most 2048 bins of |x|, clamped to the values seen. Fails
/// without data and after NaN or infinite values.
Result<ObservedRange> entropyRange(const Histogram &histogram, const EntropyOptions &options = {});

/// The parameters with the least Σ count · |c − ĉ|^power over the bins' centres c. Fails without
/// data, after NaN or infinite values, and for a scheme that checkScheme refuses.
Result<QuantParams> lpParams(const Histogram &histogram, const RtnScheme &scheme,
                             const LpSearch &search = {.maxShrink = 0.8, .power = 2});

/// One of the observers above, with its setting.
struct Observer {
  enum class Kind { MinMax, MovingAverage, Percentile, Entropy, Mse };
  static constexpr double defaultPercentile = 99.99;

  Kind kind = Kind::MinMax;
  double percentile = defaultPercentile; ///< of Percentile

  bool needsHistogram() const { return kind >= Kind::Percentile; }
  friend bool operator==(const Observer &, const Observer &) = default;
};

/// The parameters that a clipping observer chooses from a histogram. Ranges are cut to the values
/// seen at both ends: an affine scheme spends no codes on negative values where there are none.
/// Fails as the observer does.
Result<QuantParams> observedParams(const Observer &observer, const Histogram &histogram,
                                   const RtnScheme &scheme);

} // namespace lowp

#endif
