// The codegen phase as one pipeline, for each row, in plain loops and down to the LLVM dialect.
// RUN: quant-opt %s --lowp-codegen-pipeline=target=avx512-vnni | FileCheck %s --check-prefixes=CHECK,DOT
// RUN: quant-opt %s --lowp-codegen-pipeline=target=avx2 | FileCheck %s --check-prefixes=CHECK,DOT
// RUN: quant-opt %s --lowp-codegen-pipeline=target=generic | FileCheck %s --check-prefixes=CHECK,LOOPS
// RUN: quant-opt %s '--lowp-codegen-pipeline=target=avx2 reference' | FileCheck %s --check-prefixes=CHECK,LOOPS
// RUN: quant-opt %s '--lowp-codegen-pipeline=target=avx2 llvm' | FileCheck %s --check-prefix=LLVM
// RUN: not quant-opt %s --lowp-codegen-pipeline=target=z80 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: error: unknown target 'z80', expected one of {{.*}}avx512-vnni, {{.*}}avx2, {{.*}}generic

// CHECK: func.func private @kernel
// DOT: lowp.dot
// LOOPS-NOT: lowp.dot
// CHECK: func.func @main(%{{.*}}: memref<8x16xf32>{{.*}}, %{{.*}}: memref<16x1024xf32>{{.*}}, %{{.*}}: memref<8x1024xf32>{{.*}}, %{{.*}}: memref<{{.*}}xi8>) attributes {lowp.arena_bytes
// CHECK: call @kernel
// LLVM: llvm.func @main(
// LLVM: llvm.call @lowp_parallel_for(
func.func @main(%a: tensor<8x16xf32>, %b: tensor<16x1024xf32>) -> tensor<8x1024xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8x1024xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<8x1024xf32>) -> tensor<8x1024xf32>
  %y = linalg.matmul ins(%a, %b : tensor<8x16xf32>, tensor<16x1024xf32>) outs(%init : tensor<8x1024xf32>) -> tensor<8x1024xf32>
  return %y : tensor<8x1024xf32>
}
