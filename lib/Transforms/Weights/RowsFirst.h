//===- RowsFirst.h - a site's weight as outputs × inputs -----------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_TRANSFORMS_WEIGHTS_ROWSFIRST_H
#define LOWP_LIB_TRANSFORMS_WEIGHTS_ROWSFIRST_H

#include "SiteWeight.h"

#include "lowp/Numerics/Matrix.h"

#include <array>

namespace lowp::weights {

/// A weight of one dimension of output and one of input channels, in whatever order, as methods want it: a row
/// per output.
class RowsFirst {
public:
  static bool applies(const QuantizationSite &site);

  /// Requires applies(site); codes are over the blocks of `spec`.
  RowsFirst(const QuantizationSite &site, SpecAttr spec);
  explicit RowsFirst(const SiteWeight &weight) : RowsFirst(weight.getSite(), weight.getSpec()) {}

  /// Rows and columns.
  std::array<int64_t, 2> shape() const;
  /// Rows and columns that share a scale; -1: all.
  std::array<int64_t, 2> block() const;
  /// Numbers that lie as the site's weight does.
  MatrixView<float> view(std::span<const float> numbers) const;
  /// Codes over rows first → over the weight's own dimensions, and back.
  QuantizedTensor toSite(QuantizedTensor rowsFirst) const;
  QuantizedTensor fromSite(QuantizedTensor own) const;

private:
  std::array<int64_t, 2> stored;     ///< shape of the weight
  std::array<int64_t, 2> storedBlock;
  std::array<int64_t, 2> storedGrid; ///< of its scales
  bool isTransposed;
};

} // namespace lowp::weights

#endif
