// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-multiply-by-reciprocals))' | FileCheck %s

// CHECK-LABEL: func.func @gelu
// CHECK: %[[C:.*]] = arith.constant 2.500000e-01 : f32
// CHECK: arith.mulf %{{.*}}, %[[C]] : f32
// CHECK-NOT: arith.divf
func.func @gelu(%x: tensor<4xf32>) -> tensor<4xf32> {
  %c = arith.constant 4.0 : f32
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]} ins(%x : tensor<4xf32>) outs(%x : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %1 = arith.divf %in, %c : f32
    linalg.yield %1 : f32
  } -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// kind: does-not-apply. A divisor that is not known, one without a reciprocal, and a scalar computation.
// kind: cannot-fail. What has no reciprocal stays.
// CHECK-LABEL: func.func @divisions
// CHECK-COUNT-3: arith.divf
// CHECK-NOT: arith.mulf
func.func @divisions(%x: tensor<4xf32>, %s: f32) -> (tensor<4xf32>, f32) {
  %zero = arith.constant 0.0 : f32
  %two = arith.constant 2.0 : f32
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]} ins(%x : tensor<4xf32>) outs(%x : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %1 = arith.divf %in, %zero : f32
    %2 = arith.divf %1, %s : f32
    linalg.yield %2 : f32
  } -> tensor<4xf32>
  %3 = arith.divf %s, %two : f32
  return %0, %3 : tensor<4xf32>, f32
}
