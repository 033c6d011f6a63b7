// RUN: quant-opt %s --lowp-results-to-destinations | FileCheck %s

// CHECK-LABEL: func.func @main
// CHECK-SAME: (%[[X:.*]]: tensor<3xf32> {bufferization.writable = false}, %[[Y:.*]]: memref<3xf32>, %[[Z:.*]]: memref<3xf32>) {
// CHECK: %[[SUM:.*]] = arith.addf %[[X]], %[[X]]
// CHECK: bufferization.materialize_in_destination %[[SUM]] in restrict writable %[[Y]]
// An argument that is returned is a result like others.
// CHECK: bufferization.materialize_in_destination %[[X]] in restrict writable %[[Z]]
// CHECK-NEXT: return{{$}}
func.func @main(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %0 = arith.addf %x, %x : tensor<3xf32>
  return %0, %x : tensor<3xf32>, tensor<3xf32>
}

// An argument that is updated in place is the buffer of its result.
// CHECK-LABEL: func.func @update
// CHECK-SAME: (%[[X:.*]]: tensor<3xf32> {bufferization.writable = false}, %[[S:.*]]: memref<3xf32> {lowp.in_place = 1 : i64}, %[[Y:.*]]: memref<3xf32>) {
// CHECK: %[[STATE:.*]] = bufferization.to_tensor %[[S]] restrict writable
// CHECK: %[[SUM:.*]] = arith.addf %[[X]], %[[STATE]]
// CHECK: bufferization.materialize_in_destination %[[X]] in restrict writable %[[Y]]
// CHECK: bufferization.materialize_in_destination %[[SUM]] in restrict writable %[[S]]
// CHECK-NEXT: return{{$}}
func.func @update(%x: tensor<3xf32>, %s: tensor<3xf32> {lowp.in_place = 1}) -> (tensor<3xf32>, tensor<3xf32>) {
  %0 = arith.addf %x, %s : tensor<3xf32>
  return %x, %0 : tensor<3xf32>, tensor<3xf32>
}

// kind: does-not-apply. Private functions and declarations have no caller of their own.
// CHECK-LABEL: func.func private @helper(%{{.*}}: tensor<3xf32>) -> tensor<3xf32> {
func.func private @helper(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
// CHECK: func.func private @declared(tensor<3xf32>) -> tensor<3xf32>
func.func private @declared(%x: tensor<3xf32>) -> tensor<3xf32>
