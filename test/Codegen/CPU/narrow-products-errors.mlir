// RUN: not quant-opt %s --pass-pipeline='builtin.module(lowp-narrow-products{target=z80})' 2>&1 | FileCheck %s

// CHECK: error: unknown target 'z80', expected one of
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
