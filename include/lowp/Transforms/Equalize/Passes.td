//===- Passes.td - equalize -------------------------------------*- tablegen -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_TRANSFORMS_EQUALIZE_PASSES_TD
#define LOWP_TRANSFORMS_EQUALIZE_PASSES_TD

include "lowp/Transforms/Products.td"
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

def AWQ : Pass<"lowp-awq", "mlir::ModuleOp"> {
  let summary = "scale up weights of input channels with large activations before they are rounded";
  let description = [{
    For the sites that read one activation X and whose weights W are going to be quantized, input channel j gets a
    scale s_j from the mean of |X_j| over the samples and the weights' own size (docs/Methods/AWQ.md): W is multiplied
    by s and X divided by it, which moves rounding error away from the channels that matter. The exponent is the one
    whose rounded weights lose least at the outputs on the samples; s = 1 is among the candidates.

    1/s goes where it costs nothing, as in lowp-smooth-quant: from X upwards into constants. Sites with no such place,
    or with channels that share one constant above, are left alone. All is chosen on the model as it came.
  }];
  let options = [
    Option<"data", "data", "std::string", "\"\"", "samples (safetensors)">,
    Option<"samples", "samples", "int64_t", "0", "use only the first so many; 0: all">,
    Option<"mask", "mask", "std::string", "\"\"", "argument that is 0 where a token is padding">,
    Option<"threads", "threads", "int64_t", "0", "threads of the run; 0: all cores">,
    ProductsOption<"in the run">,
    Option<"duoScaling", "duo-scaling", "bool", "true", "divide by the mean size of the channel's weights too">
  ];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::func::FuncDialect", "mlir::linalg::LinalgDialect",
                           "mlir::tensor::TensorDialect"];
}

#endif
