//===- DepthwisePairs.h - depthwise convolutions of bf16 -----------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A dot of two products makes one tap of a channel where its neighbour is multiplied by zero. Pixels are read as they
// lie: a vector of them meets the weights of its even channels, and then of its odd ones. These are as many dots as
// f32 has fused products, with half of the bytes of the image. An infinite or NaN pixel makes its neighbour's sum
// NaN too.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_CODEGEN_CPU_DEPTHWISEPAIRS_H
#define LOWP_LIB_CODEGEN_CPU_DEPTHWISEPAIRS_H

#include "Target.h"

namespace lowp::cpu {

class DepthwisePairs {
public:
  /// Can the row's dot make taps of channels?
  static bool apply(const DotTile &dot) {
    return dot.left == DotOperand::BF16 && dot.right == DotOperand::BF16 && dot.kBlock == 2 && dot.block == 1;
  }

  DepthwisePairs(const CpuTarget &row, const DotTile &dot, int64_t columns)
      : lanes(dot.lanes), columns(columns), tile(tileFor(row, dot, llvm::alignTo(columns, 2 * dot.lanes))) {}

  RegisterTile getTile() const { return tile; }
  int64_t panel() const { return tile.vectors * lanes; }
  /// ⌈columns / panel()⌉ × kernel × pairs of the panel's channels
  llvm::SmallVector<int64_t> packedShape(WindowAttr window) const {
    llvm::SmallVector<int64_t> shape = {int64_t(llvm::divideCeil(columns, panel()))};
    llvm::append_range(shape, window.getKernel());
    shape.push_back(2 * panel());
    return shape;
  }
  /// Where the weight of a channel of a panel stands among those pairs: those of even channels of 2 · lanes, then of
  /// odd ones.
  int64_t placeOf(int64_t channel) const {
    int64_t width = 2 * lanes, in = channel % width;
    return channel / width * 2 * width + in % 2 * width + in;
  }

private:
  int64_t lanes, columns;
  RegisterTile tile;
};

} // namespace lowp::cpu

#endif
