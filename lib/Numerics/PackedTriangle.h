//===- PackedTriangle.h - an upper triangle, column block by column block -*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_NUMERICS_PACKEDTRIANGLE_H
#define LOWP_LIB_NUMERICS_PACKEDTRIANGLE_H

#include "DenseProduct.h"

namespace lowp::detail {

/// A range of columns.
struct ColumnRange {
  int64_t begin = 0, end = 0;
  int64_t size() const { return end - begin; }
};

/// An upper triangular matrix R whose columns are used block after block, from the left, by rows of
/// another matrix: Y = D · R, where nr rows of D lie together, column-major ("a panel").
template <typename T> class PackedTriangle {
public:
  /// `blocks` cover the columns in order. Reads what is on and above the diagonal.
  template <typename Source>
  PackedTriangle(const MatrixView<Source> &r, std::vector<ColumnRange> columnBlocks,
                 const Executor *executor);

  std::span<const ColumnRange> blocks() const { return ranges; }
  int64_t panelRows() const { return kernels.nr; }

  /// y[c · nr + i] += Σ_{k0 ≤ k < k1} d[(k − k0) · nr + i] · R[k, begin + c] for the columns of a
  /// block, k1 ≤ begin.
  void addAbove(int64_t block, int64_t k0, int64_t k1, const T *d, T *y) const;

  /// y[i] += Σ_{k0 ≤ k < k1} d[(k − k0) · nr + i] · R[k, column], begin ≤ k0 and k1 ≤ column + 1.
  void addInner(int64_t block, int64_t column, int64_t k0, int64_t k1, const T *d, T *y) const {
    kernels.column(k1 - k0, d, &innerColumn(block, column)[k0 - ranges[block].begin], y);
  }

  T diagonal(int64_t block, int64_t column) const {
    return innerColumn(block, column)[column - ranges[block].begin];
  }

private:
  const T *innerColumn(int64_t block, int64_t column) const {
    return &inner[block][(column - ranges[block].begin) * ranges[block].size()];
  }

  const DenseKernels<T> &kernels = denseKernels<T>();
  std::vector<ColumnRange> ranges;
  /// For each block the rows above it, packed as the left operand of a product.
  std::vector<std::vector<T>> above;
  /// For each block its square on the diagonal, column-major.
  std::vector<std::vector<T>> inner;
};

template <typename T>
template <typename Source>
PackedTriangle<T>::PackedTriangle(const MatrixView<Source> &r,
                                  std::vector<ColumnRange> columnBlocks, const Executor *executor)
    : ranges(std::move(columnBlocks)), above(ranges.size()), inner(ranges.size()) {
  const int64_t mr = kernels.mr;
  runLoop(executor, int64_t(ranges.size()), [&](int64_t firstBlock, int64_t lastBlock) {
    for (int64_t b = firstBlock; b < lastBlock; ++b) {
      auto [begin, end] = ranges[b];
      int64_t width = end - begin;
      above[b].resize(roundUp(width, mr) * begin);
      for (int64_t k = 0; k < begin; ++k)
        for (int64_t c = 0; c < width; ++c)
          above[b][(c / mr * begin + k) * mr + c % mr] = T(r(k, begin + c));
      inner[b].resize(width * width);
      for (int64_t c = 0; c < width; ++c)
        for (int64_t k = 0; k <= c; ++k)
          inner[b][c * width + k] = T(r(begin + k, begin + c));
    }
  });
}

template <typename T>
void PackedTriangle<T>::addAbove(int64_t block, int64_t k0, int64_t k1, const T *d, T *y) const {
  const int64_t mr = kernels.mr, nr = kernels.nr, width = ranges[block].size();
  T tile[maxTileRows * maxTileCols];
  if (k0 == k1)
    return;
  for (int64_t c = 0; c < width; c += mr) {
    sumTile(kernels, k1 - k0, &above[block][(c / mr * ranges[block].begin + k0) * mr], d, tile);
    for (int64_t i = 0; i < std::min(mr, width - c); ++i)
      kernels.addRow(T(1), tile + i * nr, y + (c + i) * nr);
  }
}

} // namespace lowp::detail

#endif
