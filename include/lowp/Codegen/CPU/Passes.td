//===- Passes.td - code for CPUs ----------------------------*- tablegen -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_CODEGEN_CPU_PASSES_TD
#define LOWP_CODEGEN_CPU_PASSES_TD

include "mlir/Pass/PassBase.td"

def PassLength : Pass<"lowp-pass-length", "mlir::ModuleOp"> {
  let summary = "the length of a dynamic model as an argument";
  let description = [{
    A public function with dynamic arguments gets a last argument of type index, marked `lowp.length`, that
    stands for each of their `?` and for every `tensor.dim` that is the same.
  }];
}

def PassPointers : Pass<"lowp-pass-pointers", "mlir::ModuleOp"> {
  let summary = "dynamic buffers of the caller as pointers";
  let description = [{
    An argument of a public function that is a buffer of dynamic shape becomes a memref of rank 0, which is
    nothing but a pointer, and is viewed in its shape: each `?` is the function's length.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::memref::MemRefDialect"];
}

def ResolveDims : Pass<"lowp-resolve-dims", "mlir::func::FuncOp"> {
  let summary = "sizes of buffers from how they were made";
  let description = [{
    `memref.dim` of an allocation, a view, a reshape or a transpose becomes the operand it was made with, or
    arithmetic on such: loops over the same rows then have the same bounds.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect"];
}

def NarrowProducts : Pass<"lowp-narrow-products", "mlir::ModuleOp"> {
  let summary = "products of f32 in bf16";
  let description = [{
    Where the target row has a dot of bf16, both operands of a contraction of f32 are rounded to bf16, at most 2^-9 of each
    number, and multiplied with sums in f32: products of two computed matrices (attention) of 16 rows and more, and with
    `weights` matrix products and convolutions with constant weights too. Weights are rounded here; the taps of a
    channel of a depthwise convolution so that their errors add up to almost nothing. Activations
    are rounded where they are computed, once for all products that read them, in front of reshapes, and of
    transposes and pads that only such products read. Weights of few bits in groups stay, they are dequantized to f32 in
    registers, and so do reductions over fewer than two steps of the dot, as of the colours of an image. A warning says so where the row has no such dot.
  }];
  let options = [
    Option<"target", "target", "std::string", "\"generic\"", "row of the CPU table (Target/Isas.def)">,
    Option<"weights", "weights", "bool", "false", "products with constant weights too">
  ];
  let dependentDialects = ["lowp::LowpDialect", "mlir::arith::ArithDialect", "mlir::linalg::LinalgDialect",
                           "mlir::tensor::TensorDialect"];
}

def FormContracts : Pass<"lowp-form-contracts", "mlir::ModuleOp"> {
  let summary = "contractions to lowp.contract in the layout of a target row";
  let description = [{
    f32 × f32 → f32, bf16 × bf16 → f32 and i8 × i8 → i32 contractions become `lowp.contract`, and so do convolutions with
    channels last and constant weights. A constant right operand is packed,
    [⌈n/NR⌉][taps][⌈k/KB⌉][NR][KB], zeros as padding; computed codes are packed at run time. Where the
    row's instruction wants an unsigned left operand (vpdpbusd), signed codes a become a + 128 and
    −128·Σ_k w[n, k] is added to column n: the sums stay exact; the reverse for unsigned ones. A dot that
    is exact for small weights only (vpmaddubsw) is used where none of the constant ones is larger. What the row has no instruction for is
    left to plain loops.
  }];
  let options = [
    Option<"target", "target", "std::string", "\"generic\"", "row of the CPU table (Target/Isas.def)">
  ];
  let dependentDialects = ["lowp::LowpDialect", "mlir::arith::ArithDialect",
                           "mlir::linalg::LinalgDialect", "mlir::tensor::TensorDialect"];
}

def FuseElementwise : Pass<"lowp-fuse-elementwise", "mlir::func::FuncOp"> {
  let summary = "chains of elementwise ops to one";
  let description = [{
    Upstream's fusion of elementwise producers into their only consumer, without its reshape patterns:
    those would tear a contraction from its epilogue.
  }];
}

def FuseEpilogues : Pass<"lowp-fuse-epilogues", "mlir::func::FuncOp"> {
  let summary = "elementwise consumers into the region of their contraction";
  let description = [{
    An elementwise op over the same iteration space that is the only reader of a `lowp.contract` moves
    into its region. Its other inputs must be read along the columns or not depend on them.
  }];
  let dependentDialects = ["lowp::LowpDialect", "mlir::tensor::TensorDialect"];
}

def FormNarrows : Pass<"lowp-form-narrows", "mlir::func::FuncOp"> {
  let summary = "the rounding and clipping of codes to lowp.narrow";
  let description = [{
    A conversion to codes of 8 bits of clip(rne(x) + z, lo, hi), z constant, becomes one `lowp.narrow`. Clamps to
    constants in front of it or of its scaling, as those of a ReLU6, are folded into lo and hi where that
    changes no code.
  }];
  let dependentDialects = ["lowp::LowpDialect", "mlir::arith::ArithDialect"];
}

def LowerProbes : Pass<"lowp-lower-probes", "mlir::ModuleOp"> {
  let summary = "calibration probes to calls of the runtime";
  let description = [{
    Each observed value is handed to `lowp_probe` once, as a read-only buffer: the values are numbered
    in order of the program, equal ones share a number. It is passed as a pointer and a count.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::bufferization::BufferizationDialect",
                           "mlir::func::FuncDialect", "mlir::memref::MemRefDialect",
                           "mlir::tensor::TensorDialect"];
}

def SkipMasked : Pass<"lowp-skip-masked", "mlir::func::FuncOp"> {
  let summary = "a softmax, and the products around it, end where its mask does";
  let description = [{
    A mask is a select of -1e9 or less where an index lies beyond what an argument says: the cache of an attention
    is longer than what it holds. Scores that it is added to are 0 behind a softmax, so the maximum, the sum and the product
    with the values may end there, and so may all that is computed for them alone: exponentials, scores, a copy of
    the keys in another layout. The end is taken of all rows together, rounded up to 64. Whatever else reads
    masked numbers keeps them all.
  }];
  let options = [
    Option<"target", "target", "std::string", "\"generic\"", "row of the CPU table (Target/Isas.def)">
  ];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::tensor::TensorDialect"];
}

def SeparateDestinations : Pass<"lowp-separate-destinations", "mlir::func::FuncOp"> {
  let summary = "what is transposed or padded, and its copy, have buffers of their own";
  let description = [{
    An empty tensor that is the destination of several ops becomes one buffer where their lifetimes allow it, as those of
    equal layers do. Then no view can stand for a transposed or padded copy. So a transpose that keeps the innermost
    dimension, and what makes the operand of one, or of a pad, get empty tensors of their own, for lowp-fold-transposes
    and lowp-fold-pads.
  }];
  let dependentDialects = ["mlir::tensor::TensorDialect", "mlir::linalg::LinalgDialect"];
}

def ResultsToDestinations : Pass<"lowp-results-to-destinations", "mlir::ModuleOp"> {
  let summary = "public functions write their results into buffers of the caller";
  let description = [{
    Each tensor result of a public function becomes a memref argument that the result is materialised
    in. Arguments are marked read-only, but for one with `lowp.in_place = R`: it becomes a buffer itself, and
    result R is materialised in it.
  }];
  let dependentDialects = ["mlir::bufferization::BufferizationDialect", "mlir::memref::MemRefDialect"];
}

def ExternalizeWeights : Pass<"lowp-externalize-weights", "mlir::ModuleOp"> {
  let summary = "large constants become external symbols";
  let description = [{
    A constant global of more than 1 KiB that is no splat loses its initial value and becomes the
    external symbol `lowp_weight_<n>`; the value stays on the op as the attribute `lowp.bytes`.
  }];
  let dependentDialects = ["mlir::memref::MemRefDialect"];
}

def FoldPads : Pass<"lowp-fold-pads", "mlir::func::FuncOp"> {
  let summary = "what is padded is written into the padded buffer";
  let description = [{
    Bufferized, a pad is a filled buffer and a copy into its middle. Where nothing else looks at what is copied, its writer
    writes into the middle, and only the border is filled.
  }];
  let dependentDialects = ["mlir::memref::MemRefDialect", "mlir::linalg::LinalgDialect"];
}

def FoldTransposes : Pass<"lowp-fold-transposes", "mlir::func::FuncOp"> {
  let summary = "transposed copies of buffers become views";
  let description = [{
    A `linalg.transpose` that keeps the innermost dimension copies rows around. Where nobody writes to the
    original while the copy is read, its readers read the original through `memref.transpose`; else, where
    only one op writes the original and nobody else reads it, that op writes the copy through such a view.
  }];
  let dependentDialects = ["mlir::memref::MemRefDialect"];
}

def CarryAccumulators : Pass<"lowp-carry-accumulators", "mlir::func::FuncOp"> {
  let summary = "the accumulator of a reduction stays in a register";
  let description = [{
    A loop that loads one element, combines and stores it again, and stores nothing else, carries the value
    instead.
  }];
  let dependentDialects = ["mlir::memref::MemRefDialect", "mlir::scf::SCFDialect"];
}

def FuseRows : Pass<"lowp-fuse-rows", "mlir::func::FuncOp"> {
  let summary = "neighbouring loop nests over the same rows become one";
  let description = [{
    A chain such as a softmax or a norm with the quantization behind it is a row of parallel nests that all
    run over the same leading dimensions. Two neighbours become one nest where what one writes and the
    other touches belongs to the same iteration of those, under its own name or a reshape that keeps them: a row, or
    one matrix of a batch, is then finished while it is in the nearest cache, and threads are called once.
  }];
  let dependentDialects = ["mlir::scf::SCFDialect"];
}

def LowerContracts : Pass<"lowp-lower-contracts", "mlir::func::FuncOp"> {
  let summary = "lowp.contract to register-blocked vector code";
  let description = [{
    Per panel of NR columns and block of MR rows one loop over k that carries MR × NR/lanes accumulators
    of one vector each, or as many tiles of AMX, and the epilogue on vectors. Panels are the iterations of an `scf.parallel`,
    or the products of a batch of eight and more, panel by panel.
    Rows that are left over run in a smaller tile of their own, columns behind a mask. Where their number
    is known only at run time there is a tile for each number of rows, of a tall one up to its half.

    Of a product of a batch whose rows fit a tile, what follows row by row (fills, elementwise ops, reductions over the
    row, as in a softmax) is made of the sums in registers; of the buffers in between only those are written that
    others read. Copies of computed operands into the dot's packing are blocks of vectors, transposed by shuffles.
  }];
  let options = [
    Option<"target", "target", "std::string", "\"generic\"", "row of the CPU table (Target/Isas.def)">
  ];
  let dependentDialects = ["lowp::LowpDialect", "mlir::scf::SCFDialect", "mlir::vector::VectorDialect",
                           "mlir::memref::MemRefDialect", "mlir::arith::ArithDialect",
                           "mlir::LLVM::LLVMDialect"];
}

def KeepShortLoops : Pass<"lowp-keep-short-loops", "mlir::func::FuncOp"> {
  let summary = "short loops that convert numbers are left to the vectoriser";
  let description = [{
    An innermost loop of 16 to 64 iterations, a multiple of 16, that converts what lies contiguously, such as the codes of a
    group, is marked not to be unrolled: LLVM would unroll it as a whole and make vectors of the loop around it, which
    gather.
  }];
  let dependentDialects = ["mlir::LLVM::LLVMDialect"];
}

def LowerDots : Pass<"lowp-lower-dots", "mlir::func::FuncOp"> {
  let summary = "lowp.dot to the instruction of a target row";
  let options = [
    Option<"target", "target", "std::string", "\"generic\"", "row of the CPU table (Target/Isas.def)">
  ];
  let dependentDialects = ["mlir::LLVM::LLVMDialect", "mlir::math::MathDialect",
                           "mlir::arith::ArithDialect"];
}

def LowerNarrows : Pass<"lowp-lower-narrows", "mlir::func::FuncOp"> {
  let summary = "lowp.narrow to the instructions of a target row";
  let description = [{
    Vectors as wide as a row of Target/NarrowRows.def are rounded, packed with saturation and put in order; all
    others, and scalars, are clipped, rounded by `lrint` and truncated.
  }];
  let options = [
    Option<"target", "target", "std::string", "\"generic\"", "row of the CPU table (Target/Isas.def)">
  ];
  let dependentDialects = ["mlir::LLVM::LLVMDialect", "mlir::vector::VectorDialect",
                           "mlir::arith::ArithDialect"];
}

def ApproximateMath : Pass<"lowp-approximate-math", "mlir::func::FuncOp"> {
  let summary = "polynomials for exp, erf, tanh and their like";
  let description = [{
    Elementary functions of f32 become polynomials of a few ulp that LLVM vectorises, instead of calls
    of libm. `coarse` admits errors far below a step of 8-bit codes: exp to 1.1e-4 of its value, and GELU by erf to an
    absolute 1.3e-4, as one function.
  }];
  let options = [
    Option<"coarse", "coarse", "bool", "false", "shorter polynomials, for models of 8-bit codes">,
  ];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::math::MathDialect",
                           "mlir::vector::VectorDialect"];
}

def LowerLoops : Pass<"lowp-lower-loops", "mlir::func::FuncOp"> {
  let summary = "linalg on buffers to loops, the outermost parallel";
  let description = [{
    What is no contraction becomes a loop nest for LLVM's vectoriser: sums of floats may be reordered,
    a division by what is the same along the innermost loop may become a product with its reciprocal, where it is not
    rounded to a code; copies are loops too. An elementwise op on contiguous buffers, as of an image, has all dimensions but
    the first as one. A contraction of floats that is left adds its products in order; each step is a
    fused multiply-add where the processor has one, as in the contractions of such a row.
  }];
  let options = [Option<"fused", "fused", "bool", "false", "there are fused multiply-adds">];
  let dependentDialects = ["mlir::linalg::LinalgDialect", "mlir::scf::SCFDialect",
                           "mlir::math::MathDialect", "mlir::memref::MemRefDialect", "mlir::arith::ArithDialect"];
}

def OutlineKernels : Pass<"lowp-outline-kernels", "mlir::ModuleOp"> {
  let summary = "each loop nest a function of its own, equal ones once";
  let description = [{
    Every loop nest at the top of a public function becomes a private function of the buffers it uses and
    of the range [begin, end) of its outermost parallel loop. Functions that differ in nothing but
    locations are merged: a model of equal layers is compiled once. Loops that reduce, and loops that do
    not count from 0 in steps of 1, stay where they are. A kernel whose buffers have 32 KiB at most is marked
    `lowp.serial`: threads would take longer to share it.

    Kernels take pointers. A dynamic buffer is passed as a memref of rank 0, and its views and the
    arithmetic on the length that they need are repeated in the kernel.
  }];
  let dependentDialects = ["mlir::func::FuncDialect", "mlir::scf::SCFDialect"];
}

def PlanMemory : Pass<"lowp-plan-memory", "mlir::ModuleOp"> {
  let summary = "temporaries of the straight-line body to offsets in one arena";
  let description = [{
    First fit by lifetime, largest first. The arena is a last argument `memref<?xi8>` of each public
    function, its size the function's attribute `lowp.arena_bytes`.

    Where sizes follow from a length, the plan is made for one length and says which buffer lies above
    which; offsets are computed at run time, each at the end of what it lies above. The arena is then a
    pointer, and the attribute names a private function, `<entry>.arena_bytes`, of its size for a length.
  }];
  let dependentDialects = ["mlir::memref::MemRefDialect"];
}

def VerifyCodegen : Pass<"lowp-verify-codegen", "mlir::ModuleOp"> {
  let summary = "check the post-condition of the codegen phase, where LLVM begins";
  let description = [{
    Public functions take and return nothing but buffers of the caller, an arena last, and allocate nothing;
    no tensor and no op of linalg is left, and of this dialect only the sites' records and `lowp.dot`. Buffers
    are of whole bytes (or booleans), and constants over 1 KiB that are no splat are external symbols.

    Example of what is refused:

    ```mlir
    func.func @main(%x: memref<4xf32>, %arena: memref<0xi8>) attributes {lowp.arena_bytes = 0 : i64} {
      %t = memref.alloc() : memref<4xf32> // 'memref.alloc' op allocates in a public function
      return
    }
    ```
  }];
}

def LowerAsserts : Pass<"lowp-lower-asserts", "mlir::ModuleOp"> {
  let summary = "assertions to reports of the runtime";
  let description = [{
    `cf.assert` of a public function becomes a call of `lowp_check`, or of `lowp_check_index` where the
    condition is that one integer lies below another one, unsigned: the entry point then returns an error
    that says what was found. An assertion elsewhere is refused: nobody could report it.

    Example:

    ```mlir
    %ok = arith.cmpi ult, %i, %n : i64
    cf.assert %ok, "index of 'table' out of range"
    // becomes
    %message = llvm.mlir.addressof @lowp_message : !llvm.ptr
    call @lowp_check_index.report(%message, %i, %n) : (!llvm.ptr, i64, i64) -> ()
    ```
  }];
  let dependentDialects = ["mlir::LLVM::LLVMDialect", "mlir::arith::ArithDialect",
                           "mlir::func::FuncDialect"];
}

def ParallelizeKernels : Pass<"lowp-parallelize-kernels", "mlir::ModuleOp"> {
  let summary = "run kernels through the runtime's thread pool";
  let description = [{
    Works on the LLVM dialect. Each call of a kernel `k(buffers…, 0, count)` becomes
    `lowp_parallel_for(context, k.task, closure, count)`, where the closure holds the buffers and k.task
    unpacks it. A kernel marked `lowp.serial` is called as it is. Public functions get the context as a last argument, and hand it on to functions of the
    runtime that are declared as `lowp_f.<type>`.
  }];
  let dependentDialects = ["mlir::LLVM::LLVMDialect"];
}

#endif
