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

static std::array<int64_t, 2> pairOf(ArrayRef<int64_t> sizes) { return {sizes[0], sizes[1]}; }

static std::array<int64_t, 2> swapped(std::array<int64_t, 2> pair, bool swap) {
  return swap ? std::array{pair[1], pair[0]} : pair;
}

RowsFirst::RowsFirst(const QuantizationSite &site, SpecAttr spec)
    : stored(pairOf(site.weightType().getShape())), storedBlock(pairOf(spec.getBlock())),
      storedGrid(pairOf(spec.getScaleShape(stored))), isTransposed(site.weightRoles.front() == DimRole::Reduction) {}

std::array<int64_t, 2> RowsFirst::shape() const { return swapped(stored, isTransposed); }

std::array<int64_t, 2> RowsFirst::block() const { return swapped(storedBlock, isTransposed); }

MatrixView<float> RowsFirst::view(std::span<const float> numbers) const {
  auto own = MatrixView<float>::rowMajor(numbers, stored[0], stored[1]);
  return isTransposed ? own.transposed() : own;
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

/// Over `shape` and `grid` → over those with their dimensions exchanged.
static QuantizedTensor transposed(const QuantizedTensor &tensor, std::array<int64_t, 2> shape,
                                  std::array<int64_t, 2> grid) {
  return {transposed(tensor.codes, shape[0], shape[1]), transposed(tensor.scales, grid[0], grid[1]),
          transposed(tensor.zeroPoints, grid[0], grid[1])};
}

QuantizedTensor RowsFirst::toSite(QuantizedTensor tensor) const {
  return isTransposed ? transposed(tensor, swapped(stored, true), swapped(storedGrid, true)) : tensor;
}

QuantizedTensor RowsFirst::fromSite(QuantizedTensor tensor) const {
  return isTransposed ? transposed(tensor, stored, storedGrid) : tensor;
}

} // namespace lowp::weights
