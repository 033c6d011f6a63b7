//===- FloatProducts.h - what products of floats are made of ----*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_NUMERICS_FLOATPRODUCTS_H
#define LOWP_NUMERICS_FLOATPRODUCTS_H

namespace lowp {

/// What the factors of products of floats are rounded to, to the nearest and ties to even. Sums are f32.
enum class FloatProducts { F32, BF16 };

} // namespace lowp

#endif
