// RUN: quant-opt %s --lowp-bound-gathers --canonicalize --split-input-file | FileCheck %s

// The largest index is taken over the tokens alone, not over the row that each of them reads.
// CHECK-LABEL: func.func @embedding
// CHECK-SAME: (%[[IDS:.*]]: tensor<8xi64>
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[LAST:.*]] = arith.constant 99 : index
// CHECK-DAG: %[[SIZE:.*]] = arith.constant 100 : i64
// CHECK: %[[MAX:.*]] = linalg.generic {{.*}} iterator_types = ["reduction"]} ins(%[[IDS]] : tensor<8xi64>)
// CHECK: arith.maxui
// CHECK: %[[I:.*]] = tensor.extract %[[MAX]][] : tensor<i64>
// CHECK: %[[OK:.*]] = arith.cmpi ult, %[[I]], %[[SIZE]] : i64
// CHECK: cf.assert %[[OK]], "index of 'words' out of range"
// CHECK: linalg.generic
// CHECK-NOT: cf.assert
// CHECK: %[[I:.*]] = arith.index_cast
// CHECK: %[[J:.*]] = linalg.index 1
// CHECK: %[[LO:.*]] = arith.maxsi %[[I]], %[[ZERO]]
// CHECK: %[[HI:.*]] = arith.minsi %[[LO]], %[[LAST]]
// CHECK: tensor.extract %{{.*}}[%[[HI]], %[[J]]]
func.func @embedding(%ids: tensor<8xi64>, %table: tensor<100x4xf32> {lowp.name = "words"}) -> tensor<8x4xf32> {
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

// An index that is computed from an operand and a loop; the table is a constant of that name, of a size
// that is not known here.
// CHECK-LABEL: func.func @computed
// CHECK: linalg.generic {{.*}} iterator_types = ["reduction"]} ins(%arg0 : tensor<3xi64>) outs
// CHECK: %[[J:.*]] = linalg.index 0 : index
// CHECK: arith.addi %{{.*}}, %[[J]] : index
// CHECK: arith.maxui
// CHECK: cf.assert %{{.*}}, "index of 'positions' out of range"
func.func @computed(%ids: tensor<3xi64>) -> tensor<2x3xf32> {
  %true = arith.constant true
  %table = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32> loc("positions")
  %e = tensor.empty() : tensor<2x3xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%ids : tensor<3xi64>) outs(%e : tensor<2x3xf32>) {
  ^bb0(%id: i64, %out: f32):
    %i = arith.index_cast %id : i64 to index
    %j = linalg.index 1 : index
    %k = arith.addi %i, %j : index
    cf.assert %true, "in range"
    %v = tensor.extract %table[%k] : tensor<4xf32>
    linalg.yield %v : f32
  } -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// -----

// kind: cannot-fail. What it cannot clamp it leaves alone.
// kind: does-not-apply
// CHECK-LABEL: func.func @unasserted
// CHECK-NOT: arith.maxsi
// CHECK-NOT: cf.assert
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
