//===- DenseKernels.cpp - the inner loops of dense algebra ----------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Numerics/DenseKernels.h"

#include <bit>
#include <vector>

using namespace lowp;

#if defined(__x86_64__)
#include <immintrin.h>
#define LOWP_TARGET(isa) __attribute__((target(isa)))
#endif

namespace {

template <typename T, int64_t lanes> struct SimdOf {
  typedef T Type __attribute__((vector_size(lanes * sizeof(T)), aligned(sizeof(T)), may_alias));
};

// Inlined into one function for each instruction set, which decides how the vectors are computed.
// SimdOf is named, not deduced: a deduced type would lose that it may lie anywhere.
template <typename T, int64_t lanes, int64_t mr, int64_t vectors>
[[gnu::always_inline]] inline void storeTile(const typename SimdOf<T, lanes>::Type (&sums)[mr][vectors], T *out) {
  using Simd = typename SimdOf<T, lanes>::Type;
  Simd *result = reinterpret_cast<Simd *>(out);
#pragma clang loop unroll(full)
  for (int64_t i = 0; i < mr; ++i)
#pragma clang loop unroll(full)
    for (int64_t v = 0; v < vectors; ++v)
      result[i * vectors + v] = sums[i][v];
}

template <typename T, int64_t lanes, int64_t mr, int64_t vectors>
[[gnu::always_inline]] inline void tileBody(int64_t k, const T *a, const T *b, T *out) {
#pragma clang fp contract(fast)
  using Simd = typename SimdOf<T, lanes>::Type;
  Simd acc[mr][vectors] = {};
  for (; k > 0; --k, a += mr, b += vectors * lanes) {
    const Simd *right = reinterpret_cast<const Simd *>(b);
    Simd column[vectors];
#pragma clang loop unroll(full)
    for (int64_t v = 0; v < vectors; ++v)
      column[v] = right[v];
#pragma clang loop unroll(full)
    for (int64_t i = 0; i < mr; ++i)
#pragma clang loop unroll(full)
      for (int64_t v = 0; v < vectors; ++v)
        acc[i][v] += column[v] * a[i];
  }
  storeTile<T, lanes, mr, vectors>(acc, out);
}

/// Of words of two bf16, by products of f32.
template <int64_t lanes, int64_t mr, int64_t vectors>
[[gnu::always_inline]] inline void pairTileBody(int64_t k, const float *a, const float *b, float *out) {
#pragma clang fp contract(fast)
  using Simd = typename SimdOf<float, lanes>::Type;
  using Words = typename SimdOf<uint32_t, lanes>::Type;
  constexpr uint32_t upper = 0xffff0000;
  Simd acc[mr][vectors] = {};
  for (; k > 0; --k, a += mr, b += vectors * lanes) {
    const Words *right = reinterpret_cast<const Words *>(b);
#pragma clang loop unroll(full)
    for (int64_t i = 0; i < mr; ++i) {
      uint32_t word = std::bit_cast<uint32_t>(a[i]);
      float low = std::bit_cast<float>(word << 16), high = std::bit_cast<float>(word & upper);
#pragma clang loop unroll(full)
      for (int64_t v = 0; v < vectors; ++v) {
        acc[i][v] += (Simd)(right[v] << 16) * low;
        acc[i][v] += (Simd)(right[v] & upper) * high;
      }
    }
  }
  storeTile<float, lanes, mr, vectors>(acc, out);
}

template <typename T, int64_t lanes, int64_t vectors>
[[gnu::always_inline]] inline void columnBody(int64_t k, const T *b, const T *x, T *y) {
#pragma clang fp contract(fast)
  using Simd = typename SimdOf<T, lanes>::Type;
  Simd acc[vectors], *result = reinterpret_cast<Simd *>(y);
#pragma clang loop unroll(full)
  for (int64_t v = 0; v < vectors; ++v)
    acc[v] = result[v];
  for (int64_t i = 0; i < k; ++i, b += vectors * lanes) {
    const Simd *right = reinterpret_cast<const Simd *>(b);
#pragma clang loop unroll(full)
    for (int64_t v = 0; v < vectors; ++v)
      acc[v] += right[v] * x[i];
  }
#pragma clang loop unroll(full)
  for (int64_t v = 0; v < vectors; ++v)
    result[v] = acc[v];
}

template <typename T, int64_t lanes, int64_t vectors>
[[gnu::always_inline]] inline void addRowBody(T factor, const T *x, T *y) {
  using Simd = typename SimdOf<T, lanes>::Type;
  const Simd *from = reinterpret_cast<const Simd *>(x);
  Simd *to = reinterpret_cast<Simd *>(y);
#pragma clang loop unroll(full)
  for (int64_t v = 0; v < vectors; ++v)
    to[v] += from[v] * factor;
}

template <typename T, int64_t lanes, int64_t vectors>
[[gnu::always_inline]] inline void addRowWideBody(const T *x, double *y) {
  using Simd = typename SimdOf<T, lanes>::Type;
  using Wide = typename SimdOf<double, lanes>::Type;
  const Simd *from = reinterpret_cast<const Simd *>(x);
  Wide *to = reinterpret_cast<Wide *>(y);
#pragma clang loop unroll(full)
  for (int64_t v = 0; v < vectors; ++v)
    to[v] += __builtin_convertvector(from[v], Wide);
}

/// Two vectors wide, and rows enough to hide the latency of the additions; 8 divide the blocks of
/// 128 that factors and quantizers work in.
template <typename T> struct Baseline {
  static constexpr int64_t lanes = 16 / sizeof(T);
  static void tile(int64_t k, const T *a, const T *b, T *out) {
    tileBody<T, lanes, 6, 2>(k, a, b, out);
  }
  static void column(int64_t k, const T *b, const T *x, T *y) {
    columnBody<T, lanes, 2>(k, b, x, y);
  }
  static void addRow(T factor, const T *x, T *y) { addRowBody<T, lanes, 2>(factor, x, y); }
  static void addRowWide(const T *x, double *y) { addRowWideBody<T, lanes, 2>(x, y); }
  static constexpr DenseKernels<T> kernels{"baseline", 6,      2 * lanes, tile,
                                           column,     addRow, addRowWide};
};

#if defined(__x86_64__)
template <typename T> struct Avx2 {
  static constexpr int64_t lanes = 32 / sizeof(T);
  LOWP_TARGET("avx2,fma") static void tile(int64_t k, const T *a, const T *b, T *out) {
    tileBody<T, lanes, 6, 2>(k, a, b, out);
  }
  LOWP_TARGET("avx2,fma") static void column(int64_t k, const T *b, const T *x, T *y) {
    columnBody<T, lanes, 2>(k, b, x, y);
  }
  LOWP_TARGET("avx2,fma") static void addRow(T factor, const T *x, T *y) {
    addRowBody<T, lanes, 2>(factor, x, y);
  }
  LOWP_TARGET("avx2,fma") static void addRowWide(const T *x, double *y) {
    addRowWideBody<T, lanes, 2>(x, y);
  }
  static constexpr DenseKernels<T> kernels{"avx2", 6, 2 * lanes, tile, column, addRow, addRowWide};
};

template <typename T> struct Avx512 {
  static constexpr int64_t lanes = 64 / sizeof(T);
  LOWP_TARGET("avx512f") static void tile(int64_t k, const T *a, const T *b, T *out) {
    tileBody<T, lanes, 8, 2>(k, a, b, out);
  }
  LOWP_TARGET("avx512f") static void column(int64_t k, const T *b, const T *x, T *y) {
    columnBody<T, lanes, 2>(k, b, x, y);
  }
  LOWP_TARGET("avx512f") static void addRow(T factor, const T *x, T *y) {
    addRowBody<T, lanes, 2>(factor, x, y);
  }
  LOWP_TARGET("avx512f") static void addRowWide(const T *x, double *y) {
    addRowWideBody<T, lanes, 2>(x, y);
  }
  static constexpr DenseKernels<T> kernels{"avx512", 8,      2 * lanes, tile,
                                           column,   addRow, addRowWide};
};
#endif

/// The kernels of an instruction set with another tile.
constexpr DenseKernels<float> withTile(DenseKernels<float> kernels, const char *isa,
                                       void (*tile)(int64_t, const float *, const float *, float *)) {
  kernels.isa = isa;
  kernels.tile = tile;
  return kernels;
}

void pairTile(int64_t k, const float *a, const float *b, float *out) {
  pairTileBody<Baseline<float>::lanes, 6, 2>(k, a, b, out);
}

#if defined(__x86_64__)
LOWP_TARGET("avx2,fma") void pairTileAvx2(int64_t k, const float *a, const float *b, float *out) {
  pairTileBody<Avx2<float>::lanes, 6, 2>(k, a, b, out);
}

LOWP_TARGET("avx512f,avx512bf16")
void pairTileAvx512Bf16(int64_t k, const float *a, const float *b, float *out) {
  constexpr int64_t mr = Avx512<float>::kernels.mr, vectors = 2;
  __m512 acc[mr][vectors] = {};
  for (; k > 0; --k, a += mr, b += vectors * 16) {
    __m512bh right[vectors];
#pragma clang loop unroll(full)
    for (int64_t v = 0; v < vectors; ++v)
      right[v] = (__m512bh)_mm512_loadu_ps(b + v * 16);
#pragma clang loop unroll(full)
    for (int64_t i = 0; i < mr; ++i) {
      __m512bh left = (__m512bh)_mm512_set1_ps(a[i]);
#pragma clang loop unroll(full)
      for (int64_t v = 0; v < vectors; ++v)
        acc[i][v] = _mm512_dpbf16_ps(acc[i][v], left, right[v]);
    }
  }
#pragma clang loop unroll(full)
  for (int64_t i = 0; i < mr; ++i)
#pragma clang loop unroll(full)
    for (int64_t v = 0; v < vectors; ++v)
      _mm512_storeu_ps(out + (i * vectors + v) * 16, acc[i][v]);
}
#endif

std::vector<DenseKernels<float>> findPairKernels() {
  std::vector<DenseKernels<float>> found;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bf16"))
    found.push_back(withTile(Avx512<float>::kernels, "avx512bf16", pairTileAvx512Bf16));
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    found.push_back(withTile(Avx2<float>::kernels, "avx2", pairTileAvx2));
#endif
  found.push_back(withTile(Baseline<float>::kernels, "baseline", pairTile));
  return found;
}

template <typename T> std::vector<DenseKernels<T>> findKernels() {
  std::vector<DenseKernels<T>> found;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f"))
    found.push_back(Avx512<T>::kernels);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    found.push_back(Avx2<T>::kernels);
#endif
  found.push_back(Baseline<T>::kernels);
  return found;
}

} // namespace

template <typename T> std::span<const DenseKernels<T>> lowp::availableKernels() {
  static const std::vector<DenseKernels<T>> kernels = findKernels<T>();
  return kernels;
}

std::span<const DenseKernels<float>> lowp::availablePairKernels() {
  static const std::vector<DenseKernels<float>> kernels = findPairKernels();
  return kernels;
}

template std::span<const DenseKernels<float>> lowp::availableKernels();
template std::span<const DenseKernels<double>> lowp::availableKernels();
