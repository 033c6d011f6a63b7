//===- LowpDialect.td - the dialect -------------------*- tablegen -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_DIALECT_LOWP_IR_LOWPDIALECT_TD
#define LOWP_DIALECT_LOWP_IR_LOWPDIALECT_TD

include "mlir/IR/OpBase.td"

def Lowp_Dialect : Dialect {
  let name = "lowp";
  let cppNamespace = "::lowp";
  let summary = "quantization as explicit arithmetic on tensors of codes";
  let description = [{
    Scales and zero points are values, never part of a type; granularity is a block shape. A tensor of
    codes has a signless element type: how codes are read is said by the spec of the op that reads
    them. In what follows x is a tensor of rank r, `block` a shape of rank r (`?` = the whole
    dimension), and the *grid* the shape ⌈dim / block⌉; b(i) is the block that element i lies in.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 0;
  let extraClassDeclaration = [{
    void registerAttributes();
    void registerBytecode();
  }];
}

#endif
