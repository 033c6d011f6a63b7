// RUN: quant-opt %s --pass-pipeline='builtin.module(lowp-narrow-products{target=avx512-bf16})' | FileCheck %s
// RUN: quant-opt %s --pass-pipeline='builtin.module(lowp-narrow-products{target=avx512-vnni})' | FileCheck %s --check-prefix=NONE

// A row without a dot of bf16.
// NONE-NOT: bf16

// Rounded where the operands are computed; sums stay f32.
// CHECK-LABEL: func.func @attention
// CHECK: %[[B:.*]] = linalg.generic {{.*}} ins(%arg1 : tensor<2x24x8xf32>) outs(%{{.*}} : tensor<2x24x8xbf16>)
// CHECK: arith.truncf %{{.*}} : f32 to bf16
// CHECK: %[[A:.*]] = linalg.generic {{.*}} ins(%arg0 : tensor<32x2x8xf32>) outs(%{{.*}} : tensor<32x2x8xbf16>)
// CHECK: arith.truncf %{{.*}} : f32 to bf16
// CHECK: %[[T:.*]] = linalg.transpose ins(%[[A]] : tensor<32x2x8xbf16>)
// CHECK: linalg.generic {{.*}} ins(%[[T]], %[[B]] : tensor<2x32x8xbf16>, tensor<2x24x8xbf16>) outs(%{{.*}} : tensor<2x32x24xf32>)
// CHECK: %[[X:.*]] = arith.extf
// CHECK: %[[Y:.*]] = arith.extf
// CHECK: arith.mulf %[[X]], %[[Y]] : f32
// CHECK: arith.addf
func.func @attention(%a: tensor<32x2x8xf32>, %b: tensor<2x24x8xf32>) -> tensor<2x32x24xf32> {
  %zero = arith.constant 0.0 : f32
  %t = tensor.empty() : tensor<2x32x8xf32>
  %left = linalg.transpose ins(%a : tensor<32x2x8xf32>) outs(%t : tensor<2x32x8xf32>) permutation = [1, 0, 2]
  %e = tensor.empty() : tensor<2x32x24xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<2x32x24xf32>) -> tensor<2x32x24xf32>
  %0 = linalg.batch_matmul
      indexing_maps = [affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (b, n, k)>,
                       affine_map<(b, m, n, k) -> (b, m, n)>]
      ins(%left, %b : tensor<2x32x8xf32>, tensor<2x24x8xf32>) outs(%init : tensor<2x32x24xf32>) -> tensor<2x32x24xf32>
  return %0 : tensor<2x32x24xf32>
}

// The transposed value has another reader: it is rounded behind the transpose. A length known only at run time.
// CHECK-LABEL: func.func @two_readers
// CHECK: %[[T:.*]] = linalg.transpose ins(%arg0 : tensor<?x2x8xf32>)
// CHECK: linalg.generic {{.*}} ins(%[[T]] : tensor<2x?x8xf32>) outs(%{{.*}} : tensor<2x?x8xbf16>)
func.func @two_readers(%a: tensor<?x2x8xf32>, %b: tensor<2x8x24xf32>, %init: tensor<2x?x24xf32>, %t: tensor<2x?x8xf32>)
    -> (tensor<2x?x24xf32>, tensor<2x?x8xf32>) {
  %left = linalg.transpose ins(%a : tensor<?x2x8xf32>) outs(%t : tensor<2x?x8xf32>) permutation = [1, 0, 2]
  %0 = linalg.batch_matmul ins(%left, %b : tensor<2x?x8xf32>, tensor<2x8x24xf32>)
      outs(%init : tensor<2x?x24xf32>) -> tensor<2x?x24xf32>
  return %0, %left : tensor<2x?x24xf32>, tensor<2x?x8xf32>
}

// kind: does-not-apply. A constant weight, codes, and too few rows to pack the right operand for.
// CHECK-LABEL: func.func @others
// CHECK-NOT: bf16
// CHECK: return
func.func @others(%a: tensor<32x8xf32>, %c: tensor<32x8xi8>, %d: tensor<8x24xi8>, %v: tensor<15x8xf32>, %w: tensor<8x24xf32>,
                  %f: tensor<32x24xf32>, %i: tensor<32x24xi32>, %g: tensor<15x24xf32>)
    -> (tensor<32x24xf32>, tensor<32x24xi32>, tensor<15x24xf32>) {
  %weight = arith.constant dense<0.5> : tensor<8x24xf32>
  %0 = linalg.matmul ins(%a, %weight : tensor<32x8xf32>, tensor<8x24xf32>) outs(%f : tensor<32x24xf32>) -> tensor<32x24xf32>
  %1 = linalg.matmul ins(%c, %d : tensor<32x8xi8>, tensor<8x24xi8>) outs(%i : tensor<32x24xi32>) -> tensor<32x24xi32>
  %2 = linalg.matmul ins(%v, %w : tensor<15x8xf32>, tensor<8x24xf32>) outs(%g : tensor<15x24xf32>) -> tensor<15x24xf32>
  return %0, %1, %2 : tensor<32x24xf32>, tensor<32x24xi32>, tensor<15x24xf32>
}
