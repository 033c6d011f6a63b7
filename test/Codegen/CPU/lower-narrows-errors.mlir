// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-narrows{target=z80}))' 2>&1 | FileCheck %s
// CHECK: error: unknown target 'z80', expected one of {{.*}}avx512-vnni, {{.*}}avx2, {{.*}}generic
func.func @scalar(%x: f32) -> i8 {
  %0 = lowp.narrow %x {is_unsigned, zero_point = 0 : i32, lo = 0 : i32, hi = 255 : i32} : f32 to i8
  return %0 : i8
}
