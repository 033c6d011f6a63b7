//===- DepthwiseDots.h - taps of a depthwise convolution ----------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A dot of four products makes four taps of a depthwise convolution where the bytes of four pixels stand side by
// side, channel by channel. Four consecutive pixels of a row of the image are interleaved once, into a *group*,
// and serve each result that has taps among them: a result whose window begins s pixels behind the group's first
// multiplies by its weights shifted by s, zeros where there is no tap.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_CODEGEN_CPU_DEPTHWISEDOTS_H
#define LOWP_LIB_CODEGEN_CPU_DEPTHWISEDOTS_H

#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Target/CpuTarget.h"

namespace lowp::cpu {

class DepthwiseDots {
public:
  static constexpr int64_t kPixels = 4; ///< of a group

  /// What a result reads of a group, by index into shifts().
  struct Use {
    int64_t result, group, shift;
  };

  /// Can the row's dot make the window's taps?
  static bool apply(const DotTile &dot, WindowAttr window);

  DepthwiseDots(const CpuTarget &row, const DotTile &dot, WindowAttr window);

  /// Channels of a panel: a vector of bytes of each pixel, sums of a quarter of them in each of four vectors.
  int64_t channels() const { return lanes * kPixels; }
  /// Results of a tile, along the last dimension of the image.
  int64_t results() const { return numResults; }
  /// In pixels behind the beginning of the tile.
  int64_t groupBegin(int64_t group) const { return group * groupStep; }
  llvm::ArrayRef<int64_t> shifts() const { return allShifts; }
  /// In order of the groups, of the first so many results.
  llvm::SmallVector<Use> uses(int64_t count) const;
  /// The pixel behind the last one that so many results read.
  int64_t pixelsEnd(int64_t count) const { return (count - 1) * stride + kernel; }
  /// The tap at a byte of a group, of a result that is shifted so; -1: none.
  int64_t tapAt(int64_t shift, int64_t byte) const {
    int64_t tap = byte - allShifts[shift];
    return tap >= 0 && tap < kernel ? tap : -1;
  }
  /// The channel of a panel whose sum is lane `lane` of vector v: bytes are interleaved in pieces of 16.
  static int64_t channelOf(int64_t v, int64_t lane) { return lane / 4 * 16 + v * 4 + lane % 4; }
  /// ⌈columns / channels()⌉ × kernel but for its last dimension × shifts × bytes of four vectors
  llvm::SmallVector<int64_t> packedShape(WindowAttr window, int64_t columns) const;

private:
  int64_t lanes, kernel, stride, numResults, groupStep;
  llvm::SmallVector<int64_t> allShifts; ///< ascending
};

} // namespace lowp::cpu

#endif
