// RUN: quant-opt %s --lowp-pass-pointers --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @main
// CHECK-SAME: (%[[P:[^:]*]]: memref<f32>, %[[N:[^:]*]]: index {lowp.length}, %[[S:[^:]*]]: memref<4xf32>)
// CHECK: %[[STRIDE:.*]] = arith.muli %{{.*}}, %{{.*}} : index
// CHECK: %[[X:.*]] = memref.reinterpret_cast %[[P]] to offset: [0], sizes: [2, %[[N]], 4], strides: [%[[STRIDE]], 4, 1] : memref<f32> to memref<2x?x4xf32>
// CHECK: memref.copy %[[X]], %[[X]]
func.func @main(%x: memref<2x?x4xf32>, %n: index {lowp.length}, %s: memref<4xf32>) {
  memref.copy %x, %x : memref<2x?x4xf32> to memref<2x?x4xf32>
  return
}

// -----

// kind: does-not-apply
// CHECK-LABEL: func.func @static(%{{[^:]*}}: memref<4xf32>)
func.func @static(%x: memref<4xf32>) {
  return
}
