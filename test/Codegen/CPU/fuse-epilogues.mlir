// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-fuse-epilogues))' --split-input-file | FileCheck %s

#id = affine_map<(m, n) -> (m, n)>
// Scales keep their dimensions of size 1 up to here: the columns are to be the last one.
// CHECK-LABEL: func.func @bias
// CHECK: %[[COLUMNS:.*]] = tensor.collapse_shape %arg4 {{\[\[}}0, 1]] : tensor<3x1xf32> into tensor<3xf32>
// CHECK: lowp.contract {{.*}} epilogue(%arg2, %{{.*}}, %[[COLUMNS]] : tensor<3xf32>, tensor<2xf32>, tensor<3xf32>)
// CHECK: ^bb0(%[[ACC:.*]]: f32, %[[B:.*]]: f32, %[[S:.*]]: f32, %[[C:.*]]: f32):
// CHECK-NEXT: %[[X:.*]] = arith.addf %[[ACC]], %[[B]]
// CHECK-NEXT: %[[Y:.*]] = arith.mulf %[[X]], %[[S]]
// CHECK-NEXT: %[[Z:.*]] = arith.mulf %[[Y]], %[[C]]
// CHECK-NEXT: lowp.yield %[[Z]]
// CHECK-NOT: linalg.generic
func.func @bias(%a: tensor<2x4xf32>, %b: tensor<4x3xf32>, %bias: tensor<3xf32>, %s: tensor<2x1xf32>, %c: tensor<3x1xf32>) -> tensor<2x3xf32> {
  %e = tensor.empty() : tensor<2x3xf32>
  %0 = lowp.contract ins(%a, %b : tensor<2x4xf32>, tensor<4x3xf32>) outs(%e : tensor<2x3xf32>) attributes {maps = [], packed = false} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  } -> tensor<2x3xf32>
  %1 = linalg.generic {indexing_maps = [#id, affine_map<(m, n) -> (n)>, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %bias : tensor<2x3xf32>, tensor<3xf32>) outs(%e : tensor<2x3xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %3 = arith.addf %x, %y : f32
    linalg.yield %3 : f32
  } -> tensor<2x3xf32>
  %2 = linalg.generic {indexing_maps = [#id, affine_map<(m, n) -> (m, 0)>, #id], iterator_types = ["parallel", "parallel"]}
      ins(%1, %s : tensor<2x3xf32>, tensor<2x1xf32>) outs(%e : tensor<2x3xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %3 = arith.mulf %x, %y : f32
    linalg.yield %3 : f32
  } -> tensor<2x3xf32>
  %4 = linalg.generic {indexing_maps = [#id, affine_map<(m, n) -> (n, 0)>, #id], iterator_types = ["parallel", "parallel"]}
      ins(%2, %c : tensor<2x3xf32>, tensor<3x1xf32>) outs(%e : tensor<2x3xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %5 = arith.mulf %x, %y : f32
    linalg.yield %5 : f32
  } -> tensor<2x3xf32>
  return %4 : tensor<2x3xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
// kind: cannot-fail. What does not fit stays a loop nest of its own.
// kind: does-not-apply. Another reader needs the sums; the second input is read along the rows.
// CHECK-LABEL: func.func @tworeaders
// CHECK: lowp.yield %{{.*}} : f32
// CHECK: linalg.generic
func.func @tworeaders(%a: tensor<4x4xf32>, %c: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %e = tensor.empty() : tensor<4x4xf32>
  %0 = lowp.contract ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) attributes {maps = [], packed = false} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  } -> tensor<4x4xf32>
  %1 = linalg.generic {indexing_maps = [#id, affine_map<(m, n) -> (n, m)>, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %c : tensor<4x4xf32>, tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %3 = arith.addf %x, %y : f32
    linalg.yield %3 : f32
  } -> tensor<4x4xf32>
  return %0, %1 : tensor<4x4xf32>, tensor<4x4xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
// kind: does-not-apply. A transposed read of the second input is no vector along the columns.
// CHECK-LABEL: func.func @transposed
// CHECK: lowp.contract {{.*}} outs(
// CHECK: linalg.generic
func.func @transposed(%a: tensor<4x4xf32>, %c: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %e = tensor.empty() : tensor<4x4xf32>
  %0 = lowp.contract ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) attributes {maps = [], packed = false} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  } -> tensor<4x4xf32>
  %1 = linalg.generic {indexing_maps = [#id, affine_map<(m, n) -> (n, m)>, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %c : tensor<4x4xf32>, tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %3 = arith.addf %x, %y : f32
    linalg.yield %3 : f32
  } -> tensor<4x4xf32>
  return %1 : tensor<4x4xf32>
}
