//===- Passes.td - weights --------------------------------------*- tablegen -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_TRANSFORMS_WEIGHTS_PASSES_TD
#define LOWP_TRANSFORMS_WEIGHTS_PASSES_TD

include "lowp/Transforms/Products.td"
include "mlir/Pass/PassBase.td"

def AssignSchemes : Pass<"lowp-assign-schemes", "mlir::ModuleOp"> {
  let summary = "write on each site's record how it is to be quantized";
  let description = [{
    The recipe decides for each site; the record gets a `#lowp.scheme`, or the reason why the site
    stays in float, which is also reported as a remark at the op. A site with a static range that is not
    simply that of the calibration data gets its `#lowp.observer` too. A site that came quantized, both operands
    `lowp.dequantize`, has the scheme that they say.

    Example:

    ```mlir
    lowp.site @query
    // becomes, with recipe=w8a8-dynamic
    lowp.site @query {scheme = #lowp.scheme<weight = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>,
                      input = dynamic #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>>}
    ```
  }];
  let options = [
    Option<"recipe", "recipe", "std::string", "\"w8a8\"", "a built-in recipe or a .yaml file">,
    ListOption<"keepFloat", "keep-float", "std::string", "sites to keep in float: globs over their names">,
    Option<"observer", "observer", "std::string", "\"\"",
           "of static ranges: minmax, moving-average, percentile[:99.99], entropy or mse; empty: what the "
           "recipe says">,
    Option<"require", "require", "std::string", "\"\"",
           "int8: a constant-weight site that stays in float is an error">
  ];
  let dependentDialects = ["lowp::LowpDialect"];
}

def CorrectBias : Pass<"lowp-correct-bias", "mlir::ModuleOp"> {
  let summary = "take the mean error of rounded weights out of the bias";
  let description = [{
    Rounding a weight shifts output n by E[(Ŵ − W) x]_n = Σ_k (ŵ_nk − w_nk) · mean_k on average, mean_k
    being the calibrated mean of input channel k (arXiv 1906.04721, section 4.2). The shift is subtracted
    from the constant vector that is added to the site's result, or by an addition of its own where there
    is none. For sites whose weight lowp-rtn will round; to be run before it, after equalisation.
  }];
  let dependentDialects = ["lowp::LowpDialect", "mlir::arith::ArithDialect",
                           "mlir::linalg::LinalgDialect", "mlir::tensor::TensorDialect"];
}

def QuantizeWeightsRTN : Pass<"lowp-rtn", "mlir::ModuleOp"> {
  let summary = "round weights to the nearest code of their scheme";
  let description = [{
    Replaces the constant weight of each site whose scheme quantizes it by `lowp.dequantize` of
    constant codes and scales: s = max|w| / hi over each block, q = clip(rne(w/s)), or by the scale rule and
    zero point of the spec. Codes have 2 to 8 bits, a byte per element until legalize packs them. With `search`
    the range of each block is not its extremes but the one of the least squared error. Scales put on the
    weight by equalisation are evaluated first. NaN or Inf in a weight is an error.

    Example:

    ```mlir
    %w = arith.constant dense_resource<w> : tensor<3x4xf32>
    // becomes
    %q = arith.constant dense_resource<w.codes> : tensor<3x4xi8>
    %s = arith.constant dense<…> : tensor<3x1xf32>
    %w = lowp.dequantize %q, %s {spec = #wgt} : (tensor<3x4xi8>, tensor<3x1xf32>) -> tensor<3x4xf32>
    ```
  }];
  let options = [
    Option<"search", "search", "bool", "false", "search each block's range for the least squared error">
  ];
  let dependentDialects = ["lowp::LowpDialect", "mlir::arith::ArithDialect"];
}

def QuantizeWeightsGPTQ : Pass<"lowp-gptq", "mlir::ModuleOp"> {
  let summary = "round weights column by column against calibration data";
  let description = [{
    Weights of the linear sites whose scheme quantizes them become codes by GPTQ (docs/Methods/GPTQ.md). Sites are
    taken in order of the program, those of one activation together; what a site sees, H = Xᵀ X, comes from a run
    over the samples with the weights before it quantized already. With `propagation` the model as it was runs
    beside it, and weights make up for that part of the error of the layers before. Other weights are left to
    lowp-rtn, with a remark.

    With `checkpoint` each stage is kept in a file of that folder, and a run that was killed goes on where it
    stopped, to the same bits. Files of another model, of other samples or settings are refused.
  }];
  let options = [
    Option<"data", "data", "std::string", "\"\"", "samples (safetensors)">,
    Option<"samples", "samples", "int64_t", "0", "use only the first so many; 0: all">,
    Option<"mask", "mask", "std::string", "\"\"", "argument that is 0 where a token is padding">,
    Option<"threads", "threads", "int64_t", "0", "threads of the run; 0: all cores">,
    ProductsOption<"in the run and in Gram matrices">,
    Option<"search", "search", "bool", "false",
           "search the range of each block for the least squared error, weighted by the diagonal of H">,
    Option<"actOrder", "act-order", "bool", "true", "round columns of large activations first">,
    Option<"staticGroups", "static-groups", "bool", "true",
           "scales of groups from the weights as they came; otherwise as corrected so far, which act-order excludes">,
    Option<"damping", "damping", "double", "0.01", "what is added to the diagonal of H, in parts of its mean">,
    Option<"propagation", "propagation", "double", "0",
           "how much of the error of the layers before is taken back, 0 to 1">,
    Option<"checkpoint", "checkpoint", "std::string", "\"\"", "folder to keep each stage's codes in">,
    Option<"progress", "progress", "std::string", "\"none\"", "none, bar, lines or json">
  ];
  let dependentDialects = ["lowp::LowpDialect", "mlir::arith::ArithDialect", "mlir::func::FuncDialect",
                           "mlir::linalg::LinalgDialect", "mlir::tensor::TensorDialect"];
}

def AssignBits : Pass<"lowp-assign-bits", "mlir::ModuleOp"> {
  let summary = "spend a budget of bits on the weights where it counts";
  let description = [{
    Each weight that waits to be quantized gets one of the widths `bits` in its scheme, everything else of which
    stays: the choice with the least sum of losses that fits the budget, exactly (docs/Methods/MixedPrecision.md).
    The loss of a weight at the fewest bits is measured: the model runs on the samples with that weight alone rounded.
    At more bits it is taken to fall with the squared distance of the rounded weight. The budget counts codes, scales
    and zero points, in bits per weight.

    (This measures `KL` where all arguments of the model are integers, tokens, and else the relative squared error of
    its results.)
  }];
  let options = [
    Option<"data", "data", "std::string", "\"\"", "samples (safetensors)">,
    Option<"samples", "samples", "int64_t", "2", "use only the first so many; 0: all">,
    Option<"threads", "threads", "int64_t", "0", "threads of the runs; 0: all cores">,
    Option<"budget", "budget", "double", "0", "bits per weight, scales and zero points included">,
    ListOption<"bits", "bits", "int64_t", "widths to choose from, 2 to 8; none: 2, 3, 4, 5, 6 and 8">
  ];
  let dependentDialects = ["lowp::LowpDialect", "mlir::func::FuncDialect", "mlir::linalg::LinalgDialect"];
}

def ReadCheckpoint : Pass<"lowp-read-checkpoint", "mlir::ModuleOp"> {
  let summary = "take the weights of a checkpoint of GPTQ, AWQ or compressed-tensors";
  let description = [{
    Each layer of the file, named as a site, becomes that site's weight: `lowp.dequantize` of the very codes, scales and
    zero points, without any rounding. The site's record gets the scheme. A layer that is no site is an error; sites
    without a layer keep their weights.
  }];
  let options = [
    Option<"file", "file", "std::string", "\"\"", "checkpoint (safetensors)">,
    Option<"layout", "layout", "std::string", "\"gptq\"", "gptq, gptq-v2, awq or compressed-tensors">
  ];
  let dependentDialects = ["lowp::LowpDialect", "mlir::arith::ArithDialect"];
}

def WriteCheckpoint : Pass<"lowp-write-checkpoint", "mlir::ModuleOp"> {
  let summary = "write the codes of linear layers as a checkpoint of GPTQ, AWQ or compressed-tensors";
  let description = [{
    The layers whose weight is `lowp.dequantize` of constants, under their sites' names. Exact, or an error that names
    the site: scales that are no f16 values (compressed-tensors takes bf16 and f32 too), widths and block shapes that the
    layout does not have. The module stays as it is. `config` is what loaders want in the model's `config.json`.
  }];
  let options = [
    Option<"file", "file", "std::string", "\"\"", "checkpoint to write (safetensors)">,
    Option<"layout", "layout", "std::string", "\"gptq\"", "gptq, gptq-v2, awq or compressed-tensors">,
    Option<"config", "config", "std::string", "\"\"", "file to write the quantization_config to (JSON)">
  ];
}

def WriteGGUF : Pass<"lowp-write-gguf", "mlir::ModuleOp"> {
  let summary = "write a GGUF file with the codes of linear layers";
  let description = [{
    The file that the model was imported from, with the weights of the sites that are `lowp.dequantize` of constants
    replaced: symmetric codes of up to 4 bits as Q4_0, with zero points as Q4_1, symmetric ones of more as Q8_0. No weight
    is rounded anew: scales and minima become f16, and a remark says for each layer whether that is exact, or the largest
    error. Scales must be those of 32 inputs or a multiple.

    The rows of queries and keys, which the importer has put into another order, are put back. A layer that is not near the
    tensor of the file is an error: another model, or one whose scales have moved between layers. The module stays as it is.
  }];
  let options = [
    Option<"file", "file", "std::string", "\"\"", "GGUF file to write">,
    Option<"source", "source", "std::string", "\"\"", "GGUF file that the model came from">
  ];
}

def KeepSensitive : Pass<"lowp-keep-sensitive", "mlir::ModuleOp"> {
  let summary = "leave the sites in float whose weights cost most";
  let description = [{
    Each weight that waits to be quantized is rounded alone, and the model runs on the samples: what that does to its
    results (docs/Methods/MixedPrecision.md) is the weight's loss. A site whose weight makes `share` of the sum of all
    losses, or more, stays in float; its record says why.
  }];
  let options = [
    Option<"data", "data", "std::string", "\"\"", "samples (safetensors)">,
    Option<"samples", "samples", "int64_t", "2", "use only the first so many; 0: all">,
    Option<"threads", "threads", "int64_t", "0", "threads of the runs; 0: all cores">,
    Option<"share", "share", "double", "0.1", "the largest share of the losses that a quantized site may have">
  ];
  let dependentDialects = ["lowp::LowpDialect", "mlir::func::FuncDialect", "mlir::linalg::LinalgDialect"];
}

#endif
