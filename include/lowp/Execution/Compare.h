//===- Compare.h - how far results are from a reference ---------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_EXECUTION_COMPARE_H
#define LOWP_EXECUTION_COMPARE_H

#include <cstdint>
#include <span>

namespace lowp {

/// Accumulates, in f64, over samples x against a reference r:
///   cosine   x·r / (‖x‖‖r‖) of each sample, mean and minimum
///   SQNR     10 log10(Σ r² / Σ (x − r)²) over all samples, in dB
///   relative √(Σ (x − r)² / Σ r²) over all samples
///   maximum  |x − r|
class Comparison {
public:
  void add(std::span<const float> found, std::span<const float> reference);

  int64_t samples() const { return count; }
  double cosineMean() const { return cosineSum / static_cast<double>(count); }
  double cosineMin() const { return lowestCosine; }
  double sqnr() const;
  double relativeError() const;
  double maxError() const { return largest; }

private:
  int64_t count = 0;
  double cosineSum = 0, lowestCosine = 1, signal = 0, noise = 0, largest = 0;
};

} // namespace lowp

#endif
