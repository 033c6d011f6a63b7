//===- Matrix.h - a strided view of a matrix --------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_MATRIX_H
#define LOWP_NUMERICS_MATRIX_H

#include <cassert>
#include <cstdint>
#include <span>

namespace lowp {

/// A matrix somebody else owns. Strides count elements, so that a weight stored in×out is seen as
/// out×in without a copy.
template <typename T> struct MatrixView {
  const T *data = nullptr;
  int64_t rows = 0, cols = 0;
  int64_t rowStride = 0, colStride = 1;

  static MatrixView rowMajor(std::span<const T> data, int64_t rows, int64_t cols) {
    assert(int64_t(data.size()) == rows * cols && "size differs from shape");
    return {data.data(), rows, cols, cols, 1};
  }

  MatrixView transposed() const { return {data, cols, rows, colStride, rowStride}; }

  const T &operator()(int64_t row, int64_t col) const {
    return data[row * rowStride + col * colStride];
  }
};

} // namespace lowp

#endif
