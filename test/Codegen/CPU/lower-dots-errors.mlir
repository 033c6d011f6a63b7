// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-dots{target=z80}))' 2>&1 | FileCheck %s
// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-dots{target=generic}))' 2>&1 | FileCheck %s --check-prefix=GENERIC
// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-dots{target=avx2}))' 2>&1 | FileCheck %s --check-prefix=WIDTH
// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-dots{target=avx512-vnni}))' 2>&1 | FileCheck %s --check-prefix=SIGN
// CHECK: error: unknown target 'z80', expected one of {{.*}}avx512-vnni, {{.*}}avx2, {{.*}}generic
// GENERIC: error: 'lowp.dot' op has no instruction on target 'generic'
// WIDTH: error: 'lowp.dot' op has no instruction on target 'avx2'
// vpdpbusd takes its first operand unsigned.
// SIGN: error: 'lowp.dot' op has no instruction on target 'avx512-vnni'
func.func @signed(%acc: vector<16xi32>, %a: vector<64xi8>) -> vector<16xi32> {
  %0 = lowp.dot %acc, %a, %a : vector<16xi32>, vector<64xi8>
  return %0 : vector<16xi32>
}
