//===- DenseKernels.h - the inner loops of dense algebra --------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_DENSEKERNELS_H
#define LOWP_NUMERICS_DENSEKERNELS_H

#include <cstdint>
#include <span>

namespace lowp {

/// What a matrix product spends its time in, for T = float and double, once for each instruction
/// set. Operands are packed: `mr` rows of A, or `nr` columns of B, lie together for each k.
///
/// Sums run over k in order, one chain for each element, so results depend on the instruction set
/// (a row with fused multiply-add rounds once where the baseline rounds twice) and on nothing else.
template <typename T> struct DenseKernels {
  const char *isa;
  int64_t mr, nr;
  /// out[i · nr + j] = Σ_k a[k · mr + i] · b[k · nr + j]
  void (*tile)(int64_t k, const T *a, const T *b, T *out);
  /// y[j] += Σ_k b[k · nr + j] · x[k]
  void (*column)(int64_t k, const T *b, const T *x, T *y);
  /// y[j] += factor · x[j], nr of them
  void (*addRow)(T factor, const T *x, T *y);
  /// The same in f64, with factor 1.
  void (*addRowWide)(const T *x, double *y);
};

inline constexpr int64_t maxTileRows = 16, maxTileCols = 32;

/// Those that this machine can run, the fastest first. The last one needs no extension.
template <typename T> std::span<const DenseKernels<T>> availableKernels();

/// The same for elements of A and B that are words of two bf16: `tile` adds the products of the lower halves and of the
/// upper ones, in steps of f32 or as the instruction for both does. `column` takes floats still.
std::span<const DenseKernels<float>> availablePairKernels();

/// The fastest one.
template <typename T> const DenseKernels<T> &denseKernels() {
  return availableKernels<T>().front();
}

} // namespace lowp

#endif
