// RUN: not quant-opt %s --lowp-form-contracts=target=z80 2>&1 | FileCheck %s
// CHECK: error: unknown target 'z80', expected one of {{.*}}avx512-vnni, {{.*}}avx2, {{.*}}generic
module {}
