//===- MinimumParams.h - scale and minimum ----------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// x̂ = scale · q + minimum, as of Q4_1 and of KIVI (Liu et al., arXiv 2402.02750): the minimum is a float, so that groups
// far from 0 lose nothing, and 0 is not represented exactly. `lowp.choose_qparams`, `lowp.quantize` and `lowp.dequantize`
// with `float_zero` compute the same.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_MINIMUMPARAMS_H
#define LOWP_NUMERICS_MINIMUMPARAMS_H

#include "lowp/Numerics/Format.h"
#include "lowp/Numerics/LowFloat.h"

namespace lowp {

struct MinimumParams {
  float scale = 1, minimum = 0;

  friend bool operator==(const MinimumParams &, const MinimumParams &) = default;
};

/// scale = (hi − lo) / (range.hi − range.lo), minimum = lo − scale · range.lo, each rounded to `stored` and kept within its
/// largest finite value; null: f32. A group of equal values has scale 1 and its value for minimum; another scale is at
/// or above the smallest normal number of `stored`. A difference that overflows counts as the largest float. `lo` and
/// `hi` must be finite.
MinimumParams chooseWithMinimum(float lo, float hi, CodeRange range, const LowFloatFormat *stored);

/// clip(rne((x − minimum) · r)), r = 1 / scale rounded once per group. NaN gives range.lo.
int32_t quantize(float x, MinimumParams params, CodeRange range);

/// scale · q + minimum: the product and the sum rounded once each.
float dequantize(int32_t q, MinimumParams params);

} // namespace lowp

#endif
