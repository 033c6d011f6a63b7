// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-resolve-dims,canonicalize))' --split-input-file | FileCheck %s

// kind: cannot-fail. A size that does not show stays an op.
// CHECK-LABEL: func.func @sizes
// CHECK-SAME: (%[[N:.*]]: index)
// CHECK: %[[PRODUCT:.*]] = arith.muli %[[N]], %c3
// CHECK: return %[[N]], %[[N]], %[[N]], %[[N]], %[[PRODUCT]]
func.func @sizes(%n: index) -> (index, index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc(%n) : memref<?x12xf32>
  %0 = memref.dim %a, %c0 : memref<?x12xf32>
  %b = memref.expand_shape %a [[0], [1, 2]] output_shape [%n, 3, 4] : memref<?x12xf32> into memref<?x3x4xf32>
  %t = memref.transpose %b (i, j, k) -> (j, i, k) : memref<?x3x4xf32> to memref<3x?x4xf32, strided<[4, 12, 1]>>
  %1 = memref.dim %t, %c1 : memref<3x?x4xf32, strided<[4, 12, 1]>>
  %s = memref.subview %a[0, 0] [%n, 2] [1, 1] : memref<?x12xf32> to memref<?x2xf32, strided<[12, 1]>>
  %2 = memref.dim %s, %c0 : memref<?x2xf32, strided<[12, 1]>>
  %p = memref.reinterpret_cast %a to offset: [0], sizes: [%n], strides: [12] : memref<?x12xf32> to memref<?xf32, strided<[12]>>
  %3 = memref.dim %p, %c0 : memref<?xf32, strided<[12]>>
  %f = memref.collapse_shape %b [[0, 1], [2]] : memref<?x3x4xf32> into memref<?x4xf32>
  %4 = memref.dim %f, %c0 : memref<?x4xf32>
  return %0, %1, %2, %3, %4 : index, index, index, index, index
}

// -----

// kind: does-not-apply
// CHECK-LABEL: func.func @argument
// CHECK: memref.dim
func.func @argument(%x: memref<?xf32>) -> index {
  %c0 = arith.constant 0 : index
  %0 = memref.dim %x, %c0 : memref<?xf32>
  return %0 : index
}
