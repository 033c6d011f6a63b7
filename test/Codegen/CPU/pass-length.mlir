// RUN: quant-opt %s --lowp-pass-length --split-input-file | FileCheck %s

// Every size that is the length becomes the argument.
// kind: cannot-fail. A function without a length needs none.
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%[[X:[^:]*]]: tensor<1x?xf32>, %[[N:[^:]*]]: index {lowp.length})
// CHECK: tensor.empty(%[[N]]) : tensor<?xf32>
// CHECK: tensor.empty(%[[N]]) : tensor<?xf32>
// CHECK-NOT: tensor.dim
func.func @main(%x: tensor<1x?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c1 : tensor<1x?xf32>
  %a = tensor.empty(%n) : tensor<?xf32>
  %m = tensor.dim %a, %c0 : tensor<?xf32>
  %b = tensor.empty(%m) : tensor<?xf32>
  return %a, %b : tensor<?xf32>, tensor<?xf32>
}

// -----

// kind: does-not-apply
// CHECK-LABEL: func.func @static(%{{[^:]*}}: tensor<4xf32>) -> tensor<4xf32>
func.func @static(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
// CHECK-LABEL: func.func private @any(%{{[^:]*}}: tensor<?xf32>) -> tensor<?xf32>
func.func private @any(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}
