//===- Random.h - reproducible test data ------------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_UNIT_NUMERICS_RANDOM_H
#define LOWP_UNIT_NUMERICS_RANDOM_H

#include <cmath>
#include <cstdint>
#include <vector>

namespace lowp::test {

/// SplitMix64: the same numbers on every platform, unlike the standard library's distributions.
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}

  uint64_t next() {
    uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// In [0, 1).
  double uniform() { return double(next() >> 11) * 0x1p-53; }
  /// In [lo, hi].
  int64_t integer(int64_t lo, int64_t hi) { return lo + int64_t(next() % uint64_t(hi - lo + 1)); }
  /// Standard normal.
  float normal() {
    double u = 1 - uniform(), v = uniform();
    return float(std::sqrt(-2 * std::log(u)) * std::cos(6.283185307179586 * v));
  }
  std::vector<float> normals(int64_t count) {
    std::vector<float> x(count);
    for (float &value : x)
      value = normal();
    return x;
  }
  std::vector<int8_t> bytes(int64_t count, int64_t lo, int64_t hi) {
    std::vector<int8_t> x(count);
    for (int8_t &value : x)
      value = int8_t(integer(lo, hi));
    return x;
  }

private:
  uint64_t state;
};

} // namespace lowp::test

#endif
