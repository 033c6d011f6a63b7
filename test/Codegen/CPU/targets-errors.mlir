// RUN: not quant-opt %s --lowp-form-contracts=target=z80 2>&1 | FileCheck %s
// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-contracts{target=z80}))' 2>&1 | FileCheck %s
// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-dots{target=z80}))' 2>&1 | FileCheck %s
// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-dots{target=generic}))' 2>&1 | FileCheck %s --check-prefix=DOT
// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-contracts{target=generic}))' 2>&1 | FileCheck %s --check-prefix=CONTRACT
// CHECK: error: unknown target 'z80', expected one of {{.*}}avx512-vnni, {{.*}}avx2, {{.*}}generic
// DOT: error: 'lowp.dot' op has no instruction on target 'generic'
// CONTRACT: error: 'lowp.contract' op cannot be lowered for target 'generic': expected buffers and a row with dot instructions
func.func @dot(%acc: vector<16xi32>, %a: vector<64xi8>) -> vector<16xi32> {
  %0 = lowp.dot %acc, %a, %a {a_unsigned} : vector<16xi32>, vector<64xi8>
  return %0 : vector<16xi32>
}
func.func @contract(%a: memref<2x2xf32>, %o: memref<2x2xf32>) {
  lowp.contract ins(%a, %a : memref<2x2xf32>, memref<2x2xf32>) outs(%o : memref<2x2xf32>) attributes {maps = [], packed = false} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  }
  return
}
