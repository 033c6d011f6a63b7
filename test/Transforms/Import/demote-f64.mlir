// RUN: quant-opt %s --lowp-demote-f64 --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @variance
// CHECK-NOT: f64
// CHECK: %[[C:.*]] = arith.constant 5.000000e-01 : f32
// CHECK: linalg.generic
// CHECK: ^bb0(%[[IN:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT: %[[M:.*]] = arith.mulf %[[IN]], %[[C]] : f32
// CHECK-NEXT: linalg.yield %[[M]] : f32
func.func @variance(%x: tensor<4xf32>) -> tensor<4xf32> {
  %c = arith.constant 0.5 : f64
  %e = tensor.empty() : tensor<4xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.extf %in : f32 to f64
    %1 = arith.mulf %0, %c : f64
    %2 = arith.truncf %1 : f64 to f32
    linalg.yield %2 : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// What is finite in f64 stays finite.
// CHECK-LABEL: func.func @largest
// CHECK: arith.constant -3.40282347E+38 : f32
func.func @largest() -> tensor<1xf32> {
  %c = arith.constant -1.7976931348623157e+308 : f64
  %0 = arith.truncf %c : f64 to f32
  %1 = tensor.from_elements %0 : tensor<1xf32>
  return %1 : tensor<1xf32>
}

// -----

// kind: cannot-fail. What it cannot rewrite it leaves alone.
// kind: does-not-apply
// CHECK-LABEL: func.func @interface
// CHECK: arith.addf %{{.*}} : tensor<4xf64>
func.func @interface(%x: tensor<4xf64>) -> tensor<4xf64> {
  %0 = arith.addf %x, %x : tensor<4xf64>
  return %0 : tensor<4xf64>
}
