//===- Passes.td - import -----------------------------------*- tablegen -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_TRANSFORMS_IMPORT_PASSES_TD
#define LOWP_TRANSFORMS_IMPORT_PASSES_TD

include "mlir/Pass/PassBase.td"

def AttachWeights : Pass<"lowp-attach-weights", "mlir::ModuleOp"> {
  let summary = "give each resource its bytes and check them";
  let description = [{
    A model in text form has `dense_resource<name>` constants whose bytes stand in a safetensors
    file beside it. This pass maps that file and hands each resource the tensor of its name, without
    a copy. It then checks what MLIR does not: every resource exists and has exactly the bytes of
    its type. Constants with a resource get the resource's name as location, by which the parameter
    is known from here on.

    Example:

    ```mlir
    %w = arith.constant dense_resource<w.weight> : tensor<3x4xf32> loc(unknown)
    // becomes, with the bytes of 'w.weight' in the file behind it
    %w = arith.constant dense_resource<w.weight> : tensor<3x4xf32> loc("w.weight")
    ```
  }];
  let options = [
    Option<"file", "file", "std::string", "\"\"",
           "safetensors file with the weights; empty: only check">
  ];
}

def ResolveLength : Pass<"lowp-resolve-length", "mlir::func::FuncOp"> {
  let summary = "shape arithmetic to what it is for one dynamic length";
  let description = [{
    A public function may have one dynamic dimension, its length: all `?` of its arguments are it. Two are
    known to be one where an op or an assertion needs them equal, or by the function's attribute
    `lowp.one_length`; others are an error that names them.

    Frontends compute sizes at run time, guard them by assertions and reshape through computed shapes. All
    of that is evaluated as polynomials of the length: values that are constants or the length become
    that, `tensor.reshape` becomes collapse and expand, indices that broadcast a dimension of size 1
    become the plain index. Assertions that hold are dropped; one that bounds the length becomes the
    function's attribute `lowp.max_length`. What cannot be decided is an error, and so is a result with
    another dynamic dimension. A static function is left alone.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::tensor::TensorDialect"];
}

def ExtractsToOperands : Pass<"lowp-extracts-to-operands", "mlir::func::FuncOp"> {
  let summary = "read a tensor through an indexing map instead of element by element";
  let description = [{
    A `tensor.extract` in the body of a `linalg.generic` whose indices are loop indices over the whole
    dimension, or 0 in a dimension of 1, becomes an operand of the op. Gathers stay.
  }];
  let dependentDialects = ["mlir::linalg::LinalgDialect"];
}

def DemoteF64 : Pass<"lowp-demote-f64", "mlir::func::FuncOp"> {
  let summary = "compute in f32 what was widened to f64 on the way";
  let description = [{
    Frontends widen a few steps of a float model to f64 (the variance of a layer norm, scalar
    constants). Where no argument or result of the function is f64, all f64 values become f32 and
    the widenings and narrowings go away. Integer and index values are untouched. A function with an
    f64 argument or result is left alone.

    Example:

    ```mlir
    %0 = arith.extf %x : f32 to f64
    %1 = arith.addf %0, %eps : f64
    %2 = arith.truncf %1 : f64 to f32
    // becomes
    %2 = arith.addf %x, %eps : f32
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect"];
}

def BoundGathers : Pass<"lowp-bound-gathers", "mlir::func::FuncOp"> {
  let summary = "one assertion on the indices of a gather, in front of its loop nest";
  let description = [{
    An embedding asserts in the body of its loop nest that each index is in range, which keeps the
    body from being vectorised. The assertions move in front of the nest: the largest index, read as
    unsigned, lies below the table's size. In the nest each computed index of a `tensor.extract` is clamped
    to the dimension, so that a wrong one never reads memory outside the table, whoever runs the code and
    whatever becomes of the assertion; what we compile reports it (lowp-lower-asserts).

    Example, of which the nest keeps `%i` clamped:

    ```mlir
    %largest = linalg.generic … ins(%ids : tensor<8xi64>) outs(%zero : tensor<i64>) { arith.maxui … }
    %i = tensor.extract %largest[] : tensor<i64>
    %ok = arith.cmpi ult, %i, %c100_i64 : i64
    cf.assert %ok, "index of 'table' out of range"
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::cf::ControlFlowDialect",
                           "mlir::linalg::LinalgDialect", "mlir::tensor::TensorDialect"];
}

def FoldWeightTransposes : Pass<"lowp-fold-weight-transposes", "mlir::func::FuncOp"> {
  let summary = "read a transposed weight through the contraction's indexing map";
  let description = [{
    A linear layer comes as a contraction of the activation and the transposed weight. The transpose
    of a constant moves into the contraction's indexing map: the weight's bytes stay as they are in
    the file. Of the transpose of a computed operand, as keys of an attention have it, the exchange of the
    last two dimensions moves there: what is left moves whole rows. Other transposes of computed values
    are left alone.

    Example:

    ```mlir
    %t = linalg.transpose ins(%w : tensor<3x4xf32>) outs(%e : tensor<4x3xf32>) permutation = [1, 0]
    %y = linalg.matmul ins(%x, %t : …) …
    // becomes
    %y = linalg.matmul indexing_maps = [(m, n, k) -> (m, k), (m, n, k) -> (n, k), (m, n, k) -> (m, n)] ins(%x, %w : …) …
    ```
  }];
  let dependentDialects = ["mlir::linalg::LinalgDialect", "mlir::tensor::TensorDialect"];
}

def MultiplyByReciprocals : Pass<"lowp-multiply-by-reciprocals", "mlir::func::FuncOp"> {
  let summary = "x / c in loop bodies becomes x · (1/c)";
  let description = [{
    A frontend's GELU and norms divide f32 by constants, element by element, which costs as much as ten
    multiplications. The product differs by at most 1.5 ulp. Quantization comes later and divides where
    its definition says so.

    Example:

    ```mlir
    %y = arith.divf %x, %cst_4 : f32
    // becomes
    %y = arith.mulf %x, %cst_0.25 : f32
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect"];
}

def ChannelsLast : Pass<"lowp-channels-last", "mlir::func::FuncOp"> {
  let summary = "convolutions on activations whose channels are contiguous";
  let description = [{
    Each convolution becomes a `linalg.generic` over (batch, image, group, output channel; kernel, input
    channel) whose activations lie channels last; the weight keeps its layout and is read through its
    map. An init that is not zero is added behind the convolution, a bias as a vector. A kernel of one
    element leaves a contraction, of a strided slice if need be.

    The layout is carried forward: elementwise ops, pads and poolings of a value that lies channels last
    are computed so, reductions read it so, and only what looks at the layout itself (a reshape, the
    function's results) gets it transposed back.

    Example:

    ```mlir
    %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x9x9xf32>, tensor<8x3x3x3xf32>) … -> tensor<1x8x7x7xf32>
    // becomes, %x transposed to tensor<1x9x9x3xf32>
    %y = linalg.generic … ins(%x, %w : …) … -> tensor<1x7x7x8xf32>
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::linalg::LinalgDialect",
                           "mlir::tensor::TensorDialect"];
}

def FoldConstantReshapes : Pass<"lowp-fold-constant-reshapes", "mlir::func::FuncOp"> {
  let summary = "a reshape of a constant is the constant in another shape";
  let description = [{
    `tensor.collapse_shape` and `tensor.expand_shape` of a constant become a constant of the new type
    over the same bytes.

    Example:

    ```mlir
    %w = arith.constant dense_resource<w> : tensor<1x3x4xf32>
    %v = tensor.collapse_shape %w [[0, 1], [2]] : tensor<1x3x4xf32> into tensor<3x4xf32>
    // becomes
    %v = arith.constant dense_resource<w> : tensor<3x4xf32>
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect"];
}

def ConstantsToResources : Pass<"lowp-constants-to-resources", "mlir::ModuleOp"> {
  let summary = "large inline constants become resources";
  let description = [{
    A constant of more than 1 KiB that stands in the IR as `dense<…>` and is no splat becomes
    `dense_resource<…>`, named after its location: from here on its bytes are not copied, compared or
    printed by accident. Packed booleans are left alone.

    Example:

    ```mlir
    %w = arith.constant dense<[…]> : tensor<300xf32> loc("table")
    // becomes
    %w = arith.constant dense_resource<table> : tensor<300xf32> loc("table")
    ```
  }];
}

def NameSites : Pass<"lowp-name-sites", "mlir::ModuleOp"> {
  let summary = "give each quantization site a unique name and a record";
  let description = [{
    A site is named after its weight's parameter, without a trailing `.weight`; a site without a
    constant weight after its function and its place (`main.matmul_3`). A name that is taken gets a
    number. For each site a record `lowp.site @"name"` is added to the module, and the op gets the
    attribute `lowp.site` and the name as location. Sites that have a record keep it.

    Example:

    ```mlir
    %y = linalg.matmul ins(%x, %w : …) …    // %w at loc("encoder.query.weight")
    // becomes
    lowp.site @encoder.query
    %y = linalg.matmul {lowp.site = @encoder.query} ins(%x, %w : …) … loc("encoder.query")
    ```
  }];
  let dependentDialects = ["lowp::LowpDialect"];
}

def VerifyImport : Pass<"lowp-verify-import", "mlir::ModuleOp"> {
  let summary = "check the post-condition of the import phase";
  let description = [{
    Every site has a record and every record one site; every constant over 1 KiB that is no splat is
    a resource; no function computes in f64 between f32 values; no assertion stands in a loop body.
  }];
}

#endif
