//===- Passes.td - equalize -------------------------------------*- tablegen -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_TRANSFORMS_EQUALIZE_PASSES_TD
#define LOWP_TRANSFORMS_EQUALIZE_PASSES_TD

include "mlir/Pass/PassBase.td"

def SmoothQuant : Pass<"lowp-smooth-quant", "mlir::ModuleOp"> {
  let summary = "move activation outliers into the weights, channel by channel";
  let description = [{
    For the sites that read one activation X, with weights W, each input channel j gets the scale
    s_j = max|X_j|^α / max|W_j|^(1-α), the maxima over the calibration data and over all those
    weights; X is divided by s and the weights are multiplied by it, which changes nothing in exact
    arithmetic and makes X easier to quantize (arXiv 2211.10438, equation 4).

    1/s, rounded once, goes where it costs nothing: from X upwards through what commutes with a factor per
    channel into constants, the gain and bias of a normalisation or the output channels and bias of a
    preceding linear layer, if all readers of every value on the way take the factor too. Weights get it
    in IR and keep it there until they are folded, like the multiplication by s. Channels of X that are
    copies of one channel above share their s. Where nothing takes 1/s, a multiplication is inserted in
    front of the sites. Only sites whose scheme quantizes the
    input take part; their records must have `channel_min` and `channel_max`, which are divided too. A
    histogram or moving average of the whole tensor cannot be divided and is dropped: observers that need
    it need another calibration.

    `alpha=search` chooses α among 0, 0.1, …, 1 and no smoothing for each group of sites: the one with
    the least squared error at the sites' outputs, in the arithmetic that is deployed, on the
    activation rows `sample` of the record, which are then dropped.

    Example:

    ```mlir
    %y = linalg.matmul {lowp.site = @query} ins(%x, %w : tensor<4x8xf32>, tensor<8x3xf32>) …
    // becomes, %r = 1/s and %s constants of 8 elements
    %xs = linalg.generic … ins(%x, %r : …) { arith.mulf } -> tensor<4x8xf32>
    %ws = linalg.generic … ins(%w, %s : …) { arith.mulf } -> tensor<8x3xf32>
    %y = linalg.matmul {lowp.site = @query} ins(%xs, %ws : …) …
    ```
  }];
  let options = [
    Option<"alpha", "alpha", "std::string", "\"search\"", "migration strength α in [0, 1], or search">
  ];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::linalg::LinalgDialect",
                           "mlir::tensor::TensorDialect"];
}

#endif
