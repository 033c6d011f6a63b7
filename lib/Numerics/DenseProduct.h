//===- DenseProduct.h - the loop nest of matrix products --------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_NUMERICS_DENSEPRODUCT_H
#define LOWP_LIB_NUMERICS_DENSEPRODUCT_H

#include "lowp/Numerics/DenseAlgebra.h"
#include "lowp/Numerics/DenseKernels.h"

#include <algorithm>
#include <vector>

namespace lowp::detail {

inline int64_t roundUp(int64_t x, int64_t to) { return (x + to - 1) / to * to; }

/// Packs rows [0, m.rows) of columns [k0, k1) by groups of `width` rows, zeros behind the last:
/// out[(group · (k1 − k0) + k) · width + i].
template <typename T>
void packRows(const MatrixView<T> &m, int64_t k0, int64_t k1, int64_t width, T *out) {
  for (int64_t begin = 0; begin < m.rows; begin += width) {
    int64_t count = std::min(width, m.rows - begin);
    for (int64_t k = k0; k < k1; ++k, out += width) {
      const T *from = &m(begin, k);
      for (int64_t i = 0; i < count; ++i)
        out[i] = from[i * m.rowStride];
      std::fill(out + count, out + width, T(0));
    }
  }
}

/// Sums of this length are made in one chain; longer ones are sums of those.
inline constexpr int64_t chainLength = 256;

/// DenseKernels::tile for any k.
template <typename T>
void sumTile(const DenseKernels<T> &kernels, int64_t k, const T *a, const T *b, T *out) {
  kernels.tile(std::min(k, chainLength), a, b, out);
  T next[maxTileRows * maxTileCols];
  for (int64_t done = chainLength; done < k; done += chainLength) {
    kernels.tile(std::min(k - done, chainLength), a + done * kernels.mr, b + done * kernels.nr,
                 next);
    for (int64_t i = 0; i < kernels.mr; ++i)
      kernels.addRow(T(1), &next[i * kernels.nr], &out[i * kernels.nr]);
  }
}

template <typename T> MatrixView<T> rowsOf(const MatrixView<T> &m, int64_t begin, int64_t end) {
  return {m.data + begin * m.rowStride, end - begin, m.cols, m.rowStride, m.colStride};
}

/// A · B, in tiles: calls sink(row, col, rows, cols, tile) for the sums over each `chunk` of k, one
/// chunk after the other, tiles of one chunk perhaps at the same time. The sink adds them up; rows
/// of the tile are `nr` apart. What the elements of A and B are is the kernels' matter.
template <typename T, typename Sink>
void forEachProductTile(const DenseKernels<T> &kernels, const MatrixView<T> &a, const MatrixView<T> &b,
                        int64_t chunk, Part part, const Executor *executor, const Sink &sink) {
  assert(a.cols == b.rows && "the operands do not fit");
  const int64_t mr = kernels.mr, nr = kernels.nr, depth = a.cols;
  const int64_t blockRows = 16 * mr, panels = roundUp(b.cols, nr) / nr;
  const int64_t numBlocks = roundUp(a.rows, blockRows) / blockRows;
  MatrixView<T> bColumns = b.transposed();
  std::vector<T> packedB(panels * nr * std::min(chunk, depth));

  auto multiplyBlock = [&](int64_t block, int64_t k0, int64_t k1, std::vector<T> &packedA) {
    int64_t length = k1 - k0, row0 = block * blockRows;
    MatrixView<T> rows = rowsOf(a, row0, std::min(row0 + blockRows, a.rows));
    packedA.resize(blockRows * length);
    packRows(rows, k0, k1, mr, packedA.data());
    T tile[maxTileRows * maxTileCols];
    for (int64_t p = part == Part::Upper ? row0 / nr : 0; p < panels; ++p)
      for (int64_t i = 0; i < rows.rows; i += mr) {
        if (part == Part::Upper && (p + 1) * nr <= row0 + i)
          continue;
        sumTile(kernels, length, &packedA[i * length], &packedB[p * nr * length], tile);
        sink(row0 + i, p * nr, std::min(mr, rows.rows - i), std::min(nr, b.cols - p * nr), tile);
      }
  };

  for (int64_t k0 = 0; k0 < depth; k0 += chunk) {
    int64_t k1 = std::min(k0 + chunk, depth);
    runLoop(executor, panels, [&](int64_t begin, int64_t end) {
      packRows(rowsOf(bColumns, begin * nr, std::min(end * nr, b.cols)), k0, k1, nr,
               &packedB[begin * nr * (k1 - k0)]);
    });
    // The first and the last block together: in an upper triangle every pair has the same work.
    runLoop(executor, (numBlocks + 1) / 2, [&](int64_t begin, int64_t end) {
      std::vector<T> packedA;
      for (int64_t pair = begin; pair < end; ++pair) {
        multiplyBlock(pair, k0, k1, packedA);
        if (numBlocks - 1 - pair != pair)
          multiplyBlock(numBlocks - 1 - pair, k0, k1, packedA);
      }
    });
  }
}

/// sums[j] += tile[j] for j in [begin, end), a row of a tile, in f64.
inline void addRowOfTile(double *sums, const float *tile, int64_t begin, int64_t end,
                         const DenseKernels<float> &kernels) {
  if (begin == 0 && end == kernels.nr)
    return kernels.addRowWide(tile, sums);
  for (int64_t j = begin; j < end; ++j)
    sums[j] += double(tile[j]);
}

} // namespace lowp::detail

#endif
