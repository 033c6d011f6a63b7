//===- RowsFirst.cpp -----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowsFirst.h"

using namespace mlir;

namespace lowp::weights {

bool RowsFirst::applies(const QuantizationSite &site) {
  return !site.isConvolution() && site.weightRoles.size() == 2 &&
         QuantizationSite::dimOf(site.weightRoles, DimRole::Columns) >= 0 &&
         QuantizationSite::dimOf(site.weightRoles, DimRole::Reduction) >= 0 &&
         site.activationRoles.back() == DimRole::Reduction;
}

RowsFirst::RowsFirst(const SiteWeight &weight)
    : weight(weight), isTransposed(weight.getSite().weightRoles.front() == DimRole::Reduction) {}

MatrixView<float> RowsFirst::view() const {
  auto stored = MatrixView<float>::rowMajor(weight.values(), weight.shape()[0], weight.shape()[1]);
  return isTransposed ? stored.transposed() : stored;
}

std::array<int64_t, 2> RowsFirst::block() const {
  ArrayRef<int64_t> block = weight.getSpec().getBlock();
  return isTransposed ? std::array{block[1], block[0]} : std::array{block[0], block[1]};
}

/// rows × columns → columns × rows.
template <typename T>
static std::vector<T> transposed(const std::vector<T> &values, int64_t rows, int64_t columns) {
  std::vector<T> result(values.size());
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c)
      result[c * rows + r] = values[r * columns + c];
  return result;
}

QuantizedTensor RowsFirst::toSite(QuantizedTensor tensor) const {
  if (!isTransposed)
    return tensor;
  MatrixView<float> rows = view();
  SmallVector<int64_t> grid = weight.getSpec().getScaleShape(weight.shape());
  return {transposed(tensor.codes, rows.rows, rows.cols), transposed(tensor.scales, grid[1], grid[0]),
          transposed(tensor.zeroPoints, grid[1], grid[0])};
}

} // namespace lowp::weights
