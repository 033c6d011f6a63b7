//===- LayerCodes.h - quantized layers, for files --------------*- C++ -*-= -===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_TRANSFORMS_WEIGHTS_LAYERCODES_H
#define LOWP_LIB_TRANSFORMS_WEIGHTS_LAYERCODES_H

#include "lowp/Analysis/QuantizationSite.h"
#include "lowp/Dialect/Lowp/IR/LowpDialect.h"
#include "lowp/Numerics/Rtn.h"

#include "mlir/IR/BuiltinOps.h"

#include <array>

namespace lowp::weights {

/// The codes of a linear layer, a row per output.
struct LayerCodes {
  QuantizedTensor tensor;
  std::array<int64_t, 2> shape, block;
  CodeRange range;
  unsigned bits;
  bool isSymmetric;

  BlockGrid grid() const { return BlockGrid(shape, block); }
};

/// Calls `visit` for each linear layer whose weight is `lowp.dequantize` of constants, once where functions share it,
/// with the layer's name. Fails where codes are no constant integers, or `visit` fails.
mlir::LogicalResult
forEachQuantizedLayer(mlir::ModuleOp module,
                      llvm::function_ref<mlir::LogicalResult(const QuantizationSite &, const std::string &, LayerCodes)> visit);

} // namespace lowp::weights

#endif
