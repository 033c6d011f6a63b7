// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-fuse-rows))' --split-input-file | FileCheck %s

// What the second nest reads the first wrote in the same row; the second's own loop is sequential.
// CHECK-LABEL: func.func @chain
// CHECK: scf.parallel (%[[I:.*]]) = (%c0) to (%c4)
// CHECK: memref.store %{{.*}}, %[[ROW:.*]][%[[I]]]
// CHECK: scf.for %[[J:.*]] = %c0 to %c8
// CHECK: memref.load %[[ROW]][%[[I]]]
// CHECK: memref.store %{{.*}}, %arg1[%[[I]], %[[J]]]
// CHECK-NOT: scf.parallel
func.func @chain(%x: memref<4xf32>, %y: memref<4x8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %row = memref.alloc() : memref<4xf32>
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    %0 = memref.load %x[%i] : memref<4xf32>
    memref.store %0, %row[%i] : memref<4xf32>
    scf.reduce
  }
  scf.parallel (%i, %j) = (%c0, %c0) to (%c4, %c8) step (%c1, %c1) {
    %0 = memref.load %row[%i] : memref<4xf32>
    memref.store %0, %y[%i, %j] : memref<4x8xf32>
    scf.reduce
  }
  return
}

// -----

// A reshape that keeps the leading dimension: both nests touch the same part of the buffer in an iteration.
// CHECK-LABEL: func.func @reshaped
// CHECK: scf.parallel (%[[I:.*]]) = (%c0) to (%c4)
// CHECK: memref.store %{{.*}}, %{{.*}}[%[[I]], %{{.*}}, %{{.*}}] : memref<4x2x3xf32>
// CHECK: memref.load %{{.*}}[%[[I]], %{{.*}}] : memref<4x6xf32>
// CHECK-NOT: scf.parallel
func.func @reshaped(%x: memref<4xf32>, %y: memref<4x6xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c6 = arith.constant 6 : index
  %packed = memref.alloc() : memref<4x2x3xf32>
  scf.parallel (%i, %j, %k) = (%c0, %c0, %c0) to (%c4, %c2, %c3) step (%c1, %c1, %c1) {
    %0 = memref.load %x[%i] : memref<4xf32>
    memref.store %0, %packed[%i, %j, %k] : memref<4x2x3xf32>
    scf.reduce
  }
  %flat = memref.collapse_shape %packed [[0], [1, 2]] : memref<4x2x3xf32> into memref<4x6xf32>
  scf.parallel (%i, %j) = (%c0, %c0) to (%c4, %c6) step (%c1, %c1) {
    %0 = memref.load %flat[%i, %j] : memref<4x6xf32>
    memref.store %0, %y[%i, %j] : memref<4x6xf32>
    scf.reduce
  }
  return
}

// -----

// kind: does-not-apply. The reshape merges the leading dimension with the next.
// CHECK-LABEL: func.func @merged
// CHECK-COUNT-2: scf.parallel
func.func @merged(%x: memref<4xf32>, %y: memref<4x3xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %packed = memref.alloc() : memref<4x2x3xf32>
  scf.parallel (%i, %j, %k) = (%c0, %c0, %c0) to (%c4, %c2, %c3) step (%c1, %c1, %c1) {
    %0 = memref.load %x[%i] : memref<4xf32>
    memref.store %0, %packed[%i, %j, %k] : memref<4x2x3xf32>
    scf.reduce
  }
  %flat = memref.collapse_shape %packed [[0, 1], [2]] : memref<4x2x3xf32> into memref<8x3xf32>
  scf.parallel (%i, %j) = (%c0, %c0) to (%c4, %c3) step (%c1, %c1) {
    %0 = memref.load %flat[%i, %j] : memref<8x3xf32>
    memref.store %0, %y[%i, %j] : memref<4x3xf32>
    scf.reduce
  }
  return
}

// -----

// kind: does-not-apply. The second nest reads another row than the first writes; other bounds; a call in
// between.
// kind: cannot-fail. What cannot be fused stays two nests.
// CHECK-LABEL: func.func @apart
// CHECK-COUNT-4: scf.parallel
func.func private @opaque()
func.func @apart(%x: memref<4xf32>, %y: memref<4xf32>, %z: memref<5xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    %0 = memref.load %x[%i] : memref<4xf32>
    memref.store %0, %y[%i] : memref<4xf32>
    scf.reduce
  }
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    %mirror = arith.subi %c3, %i : index
    %0 = memref.load %y[%mirror] : memref<4xf32>
    memref.store %0, %z[%i] : memref<5xf32>
    scf.reduce
  }
  scf.parallel (%i) = (%c0) to (%c5) step (%c1) {
    %0 = memref.load %z[%i] : memref<5xf32>
    memref.store %0, %z[%i] : memref<5xf32>
    scf.reduce
  }
  func.call @opaque() : () -> ()
  scf.parallel (%i) = (%c0) to (%c5) step (%c1) {
    %0 = memref.load %z[%i] : memref<5xf32>
    memref.store %0, %z[%i] : memref<5xf32>
    scf.reduce
  }
  return
}

// -----

// Two views of one view, a prefetch beside a read.
// CHECK-LABEL: func.func @view_of_a_beginning
// CHECK: scf.parallel (%[[I:.*]]) = (%c0) to (%c4)
// CHECK: memref.store
// CHECK: memref.prefetch
// CHECK-NOT: scf.parallel
func.func @view_of_a_beginning(%x: memref<4xf32>, %n: index, %y: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %all = memref.alloc() : memref<64xf32>
  %size = arith.muli %n, %c4 : index
  %some = memref.subview %all[0] [%size] [1] : memref<64xf32> to memref<?xf32, strided<[1]>>
  %rows = memref.expand_shape %some [[0, 1]] output_shape [4, %n] : memref<?xf32, strided<[1]>> into memref<4x?xf32>
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    %0 = memref.load %x[%i] : memref<4xf32>
    memref.store %0, %rows[%i, %c0] : memref<4x?xf32>
    scf.reduce
  }
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    memref.prefetch %rows[%i, %c1], read, locality<3>, data : memref<4x?xf32>
    %0 = memref.load %rows[%i, %c0] : memref<4x?xf32>
    memref.store %0, %y[%i] : memref<4xf32>
    scf.reduce
  }
  return
}
