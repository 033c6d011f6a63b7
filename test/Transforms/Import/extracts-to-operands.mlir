// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-extracts-to-operands))' --split-input-file | FileCheck %s

// CHECK-DAG: #[[$COLUMN:.*]] = affine_map<(d0, d1) -> (0, d1)>
// CHECK-DAG: #[[$ALL:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-LABEL: func.func @read
// CHECK-SAME: (%[[X:[^:]*]]: tensor<?x4xf32>, %[[Y:[^:]*]]: tensor<1x4xf32>
// CHECK: linalg.generic {indexing_maps = [#[[$ALL]], #[[$COLUMN]], #[[$ALL]]]
// CHECK-SAME: ins(%[[X]], %[[Y]] : tensor<?x4xf32>, tensor<1x4xf32>)
// CHECK: ^bb0(%[[A:.*]]: f32, %[[B:.*]]: f32, %{{.*}}: f32):
// CHECK-NOT: tensor.extract
// CHECK: arith.addf %[[A]], %[[B]]
func.func @read(%x: tensor<?x4xf32>, %y: tensor<1x4xf32>) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} outs(%x : tensor<?x4xf32>) {
  ^bb0(%out: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %a = tensor.extract %x[%i, %j] : tensor<?x4xf32>
    %b = tensor.extract %y[%c0, %j] : tensor<1x4xf32>
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// -----

// kind: does-not-apply. A gather computes its index; a loop over 4 of 8 elements is no loop over the dimension.
// kind: cannot-fail. What is no plain read stays.
// CHECK-LABEL: func.func @others
// CHECK: linalg.generic
// CHECK-COUNT-2: tensor.extract
func.func @others(%ids: tensor<4xindex>, %table: tensor<8xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%ids : tensor<4xindex>) outs(%e : tensor<4xf32>) {
  ^bb0(%id: index, %out: f32):
    %i = linalg.index 0 : index
    %a = tensor.extract %table[%id] : tensor<8xf32>
    %b = tensor.extract %table[%i] : tensor<8xf32>
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
