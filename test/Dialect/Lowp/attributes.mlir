// The printed form is the canonical one: defaults are left out, parts stand in a fixed order.
// RUN: quant-opt %s --mlir-print-local-scope | FileCheck %s
// RUN: quant-opt %s | quant-opt --mlir-print-local-scope | FileCheck %s
// RUN: quant-opt %s --mlir-print-op-generic | quant-opt --mlir-print-local-scope | FileCheck %s
// RUN: quant-opt %s --emit-bytecode | quant-opt --mlir-print-local-scope | FileCheck %s

// CHECK-LABEL: module @storage attributes
// CHECK-SAME: test.f4 = #lowp.spec<f4E2M1FN, block = [?]>
// CHECK-SAME: test.f8 = #lowp.spec<f8E5M2, block = [?]>
// CHECK-SAME: test.i1 = #lowp.spec<i1, block = [?]>
// CHECK-SAME: test.i16 = #lowp.spec<i16, block = [?]>
// CHECK-SAME: test.u1 = #lowp.spec<u1, block = [?]>
// CHECK-SAME: test.u16 = #lowp.spec<u16, block = [?]>
module @storage attributes {
  test.i1 = #lowp.spec<i1, block = [?]>,
  test.i16 = #lowp.spec<i16, block = [?]>,
  test.u1 = #lowp.spec<u1, block = [?]>,
  test.u16 = #lowp.spec<u16, block = [?]>,
  test.f4 = #lowp.spec<f4E2M1FN, block = [?]>,
  test.f8 = #lowp.spec<f8E5M2, block = [?]>
} {}

// CHECK-LABEL: module @blocks attributes
// CHECK-SAME: test.a = #lowp.spec<i8, block = []>
// CHECK-SAME: test.b = #lowp.spec<i8, block = []>
// CHECK-SAME: test.c = #lowp.spec<i8, block = [1, ?, 128]>
module @blocks attributes {
  test.a = #lowp.spec<i8>,
  test.b = #lowp.spec<i8, block = []>,
  test.c = #lowp.spec<i8, block = [1, ?, 128]>
} {}

// The whole range of the storage, an f32 scale and the restricted rule are what is meant anyway.
// CHECK-LABEL: module @defaults attributes
// CHECK-SAME: test.i8 = #lowp.spec<i8, block = [?], symmetric>
// CHECK-SAME: test.u4 = #lowp.spec<u4, block = [?]>
module @defaults attributes {
  test.i8 = #lowp.spec<i8, restricted, scale = f32, range = [-128, 127], symmetric, block = [?]>,
  test.u4 = #lowp.spec<u4, range = [0, 15], block = [?]>
} {}

// CHECK-LABEL: module @parts attributes
// CHECK-SAME: test.float_zero = #lowp.spec<u4, block = [1, 32], scale = f16, float_zero>
// CHECK-SAME: test.full = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], scale = bf16, reciprocal, signed_max>
// CHECK-SAME: test.half_step = #lowp.spec<i4, block = [32], symmetric, half_step>
// CHECK-SAME: test.micro = #lowp.spec<f4E2M1FN, block = [32], symmetric, scale = f8E8M0FNU>
module @parts attributes {
  test.full = #lowp.spec<i8, signed_max, reciprocal, scale = bf16, range = [-127, 127], symmetric, block = [1, ?]>,
  test.float_zero = #lowp.spec<u4, float_zero, scale = f16, block = [1, 32]>,
  test.half_step = #lowp.spec<i4, block = [32], symmetric, half_step>,
  test.micro = #lowp.spec<f4E2M1FN, block = [32], symmetric, scale = f8E8M0FNU>
} {}

// CHECK-LABEL: module @schemes attributes
// CHECK-SAME: test.all = #lowp.scheme<weight = #lowp.spec<i4, block = [?, 1]>, input = dynamic #lowp.spec<i8, block = [1, ?]>, output = #lowp.spec<u8, block = [?, ?]>>
// CHECK-SAME: test.input = #lowp.scheme<input = #lowp.spec<i8, block = [1, ?]>>
// CHECK-SAME: test.output = #lowp.scheme<output = #lowp.spec<u8, block = [?, ?]>>
// CHECK-SAME: test.weight = #lowp.scheme<weight = #lowp.spec<i4, block = [?, 1]>>
module @schemes attributes {
  test.all = #lowp.scheme<output = #lowp.spec<u8, block = [?, ?]>,
                          input = dynamic #lowp.spec<i8, block = [1, ?]>,
                          weight = #lowp.spec<i4, block = [?, 1]>>,
  test.input = #lowp.scheme<input = #lowp.spec<i8, block = [1, ?]>>,
  test.output = #lowp.scheme<output = #lowp.spec<u8, block = [?, ?]>>,
  test.weight = #lowp.scheme<weight = #lowp.spec<i4, block = [?, 1]>>
} {}
