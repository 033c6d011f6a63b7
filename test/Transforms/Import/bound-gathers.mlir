// RUN: quant-opt %s --lowp-bound-gathers --canonicalize --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @embedding
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[LAST:.*]] = arith.constant 99 : index
// CHECK: linalg.generic
// CHECK-NOT: cf.assert
// CHECK: %[[I:.*]] = arith.index_cast
// CHECK: %[[J:.*]] = linalg.index 1
// CHECK: %[[LO:.*]] = arith.maxsi %[[I]], %[[ZERO]]
// CHECK: %[[HI:.*]] = arith.minsi %[[LO]], %[[LAST]]
// CHECK: tensor.extract %{{.*}}[%[[HI]], %[[J]]]
func.func @embedding(%ids: tensor<8xi64>, %table: tensor<100x4xf32>) -> tensor<8x4xf32> {
  %zero = arith.constant 0 : i64
  %e = tensor.empty() : tensor<8x4xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%ids : tensor<8xi64>) outs(%e : tensor<8x4xf32>) {
  ^bb0(%id: i64, %out: f32):
    %i = arith.index_cast %id : i64 to index
    %j = linalg.index 1 : index
    %ok = arith.cmpi sge, %id, %zero : i64
    cf.assert %ok, "index must be larger or equal to 0"
    %v = tensor.extract %table[%i, %j] : tensor<100x4xf32>
    linalg.yield %v : f32
  } -> tensor<8x4xf32>
  return %y : tensor<8x4xf32>
}

// -----

// kind: cannot-fail. What it cannot clamp it leaves alone.
// kind: does-not-apply
// CHECK-LABEL: func.func @unasserted
// CHECK-NOT: arith.maxsi
func.func @unasserted(%ids: tensor<8xindex>, %table: tensor<100xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%ids : tensor<8xindex>) outs(%e : tensor<8xf32>) {
  ^bb0(%id: index, %out: f32):
    %v = tensor.extract %table[%id] : tensor<100xf32>
    linalg.yield %v : f32
  } -> tensor<8xf32>
  return %y : tensor<8xf32>
}
