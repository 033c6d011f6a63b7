//===- Histogram.cpp - a mergeable histogram ------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/Histogram.h"

#include <algorithm>
#include <cmath>
#include <utility>

using namespace lowp;

/// The smallest exponent e, at least -126, with magnitude < capacity · 2^e.
static int32_t exponentFor(float magnitude) {
  constexpr int32_t smallest = -126; // 2^-e must be a float
  int32_t exponent = 0;
  std::frexp(magnitude, &exponent); // magnitude < 2^exponent
  static_assert(Histogram::capacity == int64_t(1) << 12);
  return magnitude == 0 ? smallest : std::max(exponent - 12, smallest);
}

static void coarsen(std::vector<uint64_t> &counts, int32_t shift) {
  if (shift == 0 || counts.empty())
    return;
  shift = std::min(shift, 32); // capacity is less than 2^32: all in bin 0
  for (size_t i = 1; i < counts.size(); ++i) {
    uint64_t count = std::exchange(counts[i], 0);
    counts[i >> shift] += count;
  }
  counts.resize(((counts.size() - 1) >> shift) + 1);
}

static void trim(std::vector<uint64_t> &counts) {
  while (!counts.empty() && counts.back() == 0)
    counts.pop_back();
}

static void addCounts(std::vector<uint64_t> &counts, const std::vector<uint64_t> &other) {
  counts.resize(std::max(counts.size(), other.size()));
  for (size_t i = 0; i < other.size(); ++i)
    counts[i] += other[i];
}

static float magnitudeOf(const MinMax &range) {
  return range.count ? std::max(std::fabs(range.min), std::fabs(range.max)) : 0;
}

void Histogram::coarsenTo(int32_t exponent) {
  if (exponent <= state.exponent)
    return;
  coarsen(state.negative, exponent - state.exponent);
  coarsen(state.positive, exponent - state.exponent);
  state.exponent = exponent;
}

void Histogram::update(std::span<const float> x) {
  state.range.update(x);
  bool clean = state.range.nonFiniteCount == 0;
  coarsenTo(exponentFor(magnitudeOf(state.range)));
  state.negative.resize(capacity);
  state.positive.resize(capacity);
  float binsPerUnit = std::ldexp(1.0f, -state.exponent);
  for (float value : x) {
    if (!clean && !std::isfinite(value))
      continue;
    size_t bin = size_t(std::fabs(value) * binsPerUnit); // exact: a power of two
    ++(value < 0 ? state.negative : state.positive)[bin];
  }
  trim(state.negative);
  trim(state.positive);
}

void Histogram::merge(const Histogram &other) {
  Histogram theirs = other;
  theirs.coarsenTo(state.exponent);
  coarsenTo(theirs.state.exponent);
  addCounts(state.negative, theirs.state.negative);
  addCounts(state.positive, theirs.state.positive);
  state.range.merge(theirs.state.range);
}

double Histogram::binWidth() const { return std::ldexp(1.0, state.exponent); }

std::vector<uint64_t> Histogram::magnitudes() const {
  std::vector<uint64_t> counts = state.positive;
  addCounts(counts, state.negative);
  return counts;
}

static bool isValid(const Histogram::State &state) {
  uint64_t total = 0;
  for (const std::vector<uint64_t> *counts : {&state.negative, &state.positive}) {
    if (int64_t(counts->size()) > Histogram::capacity || (!counts->empty() && counts->back() == 0))
      return false;
    for (uint64_t count : *counts)
      if (__builtin_add_overflow(total, count, &total))
        return false;
  }
  const MinMax &range = state.range;
  bool isRange = range.count == 0 || (range.min <= range.max && std::isfinite(magnitudeOf(range)));
  return isRange && range.count >= 0 && total == uint64_t(range.count) &&
         range.nonFiniteCount >= 0 && state.exponent == exponentFor(magnitudeOf(range));
}

Result<Histogram> Histogram::fromState(State state) {
  if (!isValid(state))
    return Failure{"state of a histogram is not valid, expected counts that agree with its range"};
  Histogram histogram;
  histogram.state = std::move(state);
  return histogram;
}
