//===- Passes.td - calibrate ------------------------------------*- tablegen -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_TRANSFORMS_CALIBRATE_PASSES_TD
#define LOWP_TRANSFORMS_CALIBRATE_PASSES_TD

include "lowp/Transforms/Products.td"
include "mlir/Pass/PassBase.td"

def InsertProbes : Pass<"lowp-insert-probes", "mlir::ModuleOp"> {
  let summary = "put a calibration probe on each site's activation";
  let description = [{
    Before each site its activation is handed to `lowp.observe`, which keeps the statistics that
    `what` names: those of its channels, and, where asked for, of the whole tensor. Pure IR: running the
    module is another step (`quant-run --statistics`, or lowp-calibrate).

    Example:

    ```mlir
    lowp.observe %x {site = @query, what = [#lowp.statistic<channel_abs_max>, …]} : tensor<4x8xf32>
    %y = linalg.matmul {lowp.site = @query} ins(%x, %w : …) …
    ```
  }];
  let options = [
    Option<"histogram", "histogram", "bool", "false",
           "keep a histogram of the whole tensor, for the observers percentile, entropy and mse">,
    Option<"movingAverage", "moving-average", "bool", "false",
           "keep the moving average of each sample's range, for the observer moving-average">,
    Option<"outputs", "outputs", "bool", "false", "observe the sites' results too, for lowp-calibrate-bias">
  ];
  let dependentDialects = ["lowp::LowpDialect"];
}

def AttachStatistics : Pass<"lowp-attach-statistics", "mlir::ModuleOp"> {
  let summary = "put saved statistics on the sites' records";
  let description = [{
    Reads a statistics file (safetensors, `<site>.<statistic>`), checks that it was made with this
    very module (the SHA-256 in its metadata) and stores each vector in its site's record. Probes
    are removed. A site without statistics in the file is an error.

    Example:

    ```mlir
    lowp.site @query
    // becomes
    lowp.site @query {statistics = {channel_max = dense_resource<…> : tensor<8xf32>, channel_min = …, …}}
    ```
  }];
  let options = [Option<"file", "file", "std::string", "\"\"", "statistics file">];
  let dependentDialects = ["lowp::LowpDialect"];
}

def Calibrate : Pass<"lowp-calibrate", "mlir::ModuleOp"> {
  let summary = "run samples through the model and put statistics on the sites' records";
  let description = [{
    lowp-insert-probes, a run of all samples on this machine, and lowp-attach-statistics in one. Statistics
    that a record has are replaced: run again after equalisation, it measures the equalised activations.
  }];
  let options = [
    Option<"data", "data", "std::string", "\"\"", "samples: safetensors, one tensor per argument">,
    Option<"samples", "samples", "int64_t", "0", "use only the first so many samples; 0: all">,
    Option<"mask", "mask", "std::string", "\"\"",
           "argument that is 0 where a token is padding; padding does not enter the statistics">,
    Option<"threads", "threads", "int64_t", "0", "threads of the run; 0: all cores">,
    ProductsOption<"in the run">,
    Option<"sampleRows", "sample-rows", "int64_t", "0",
           "rows of each activation to keep for searches; 0: none">,
    Option<"heldOut", "held-out", "bool", "false",
           "take those rows from every second sample, and keep the range of the other samples beside them: "
           "a search then sees values that a static range was not made for">,
    Option<"histogram", "histogram", "bool", "false",
           "keep a histogram of the whole tensor, for the observers percentile, entropy and mse">,
    Option<"movingAverage", "moving-average", "bool", "false",
           "keep the moving average of each sample's range, for the observer moving-average">,
    Option<"outputs", "outputs", "bool", "false", "observe the sites' results too, for lowp-calibrate-bias">,
    Option<"progress", "progress", "std::string", "\"none\"", "none, bar, lines or json">
  ];
  let dependentDialects = ["lowp::LowpDialect"];
}

def CalibrateBias : Pass<"lowp-calibrate-bias", "mlir::ModuleOp"> {
  let summary = "take the mean error that samples show out of the biases";
  let description = [{
    Adds E[y]_n − E[ŷ]_n to what is added to output channel n of each quantized site, y being what the site
    computed in the float module (`output_channel_mean` of its record, from lowp-calibrate{outputs}) and ŷ
    what it computes now, over samples (arXiv 1906.04721, section 4.2, with the mean taken over data). Sites
    are corrected in order of the program, each behind those before it: ŷ has the error of the
    activations and of the corrected sites in it. One run of the module in all, in stages.
  }];
  let options = [
    Option<"data", "data", "std::string", "\"\"", "samples: safetensors, one tensor per argument">,
    Option<"samples", "samples", "int64_t", "0", "use only the first so many samples; 0: all">,
    Option<"mask", "mask", "std::string", "\"\"",
           "argument that is 0 where a token is padding; padding does not enter the means">,
    Option<"threads", "threads", "int64_t", "0", "threads of the run; 0: all cores">,
    ProductsOption<"in the run">
  ];
  let dependentDialects = ["lowp::LowpDialect", "mlir::arith::ArithDialect",
                           "mlir::linalg::LinalgDialect", "mlir::tensor::TensorDialect"];
}

def VerifyCalibrate : Pass<"lowp-verify-calibrate", "mlir::ModuleOp"> {
  let summary = "check the post-condition of the calibrate phase";
  let description = [{
    There is no `lowp.observe` left, each site has a record and each record one site, and the record of each site that can be observed has the range and
    mean of each of its channels; so has the other operand of a product of two activations.
  }];
}

#endif
