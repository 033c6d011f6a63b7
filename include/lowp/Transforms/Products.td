//===- Products.td - how calibration multiplies -------------*- tablegen -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_TRANSFORMS_PRODUCTS_TD
#define LOWP_TRANSFORMS_PRODUCTS_TD

include "mlir/Pass/PassBase.td"

/// Of passes that run the model over samples.
class ProductsOption<string what>
    : Option<"products", "products", "::lowp::FloatProducts", "::lowp::FloatProducts::F32",
             "what factors of products of floats are rounded to, " # what # ": f32, or bf16, twice as fast on processors that multiply it",
             [{::llvm::cl::values(clEnumValN(::lowp::FloatProducts::F32, "f32", "as they are"),
                                  clEnumValN(::lowp::FloatProducts::BF16, "bf16", "to bf16"))}]>;

#endif
