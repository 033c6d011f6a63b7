// RUN: quant-opt %s --lowp-outline-kernels --split-input-file | FileCheck %s

// Equal nests are one kernel, whatever buffers they work on.
// CHECK: func.func private @kernel(%[[X:.*]]: memref<64xf32> {llvm.noalias}, %[[Y:.*]]: memref<64xf32> {llvm.noalias}, %[[BEGIN:.*]]: index, %[[END:.*]]: index) attributes {lowp.serial}
// CHECK: scf.for %[[I:.*]] = %[[BEGIN]] to %[[END]]
// CHECK: memref.load %[[X]][%[[I]]]
// CHECK: memref.store %{{.*}}, %[[Y]][%[[I]]]
// CHECK-NOT: func.func private
// CHECK-LABEL: func.func @main
// CHECK: call @kernel(%arg0, %arg1, %c0, %c64)
// CHECK: call @kernel(%arg1, %arg2, %c0, %c64)
func.func @main(%x: memref<64xf32>, %y: memref<64xf32>, %z: memref<64xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
    %v = memref.load %x[%i] : memref<64xf32>
    memref.store %v, %y[%i] : memref<64xf32>
  }
  scf.parallel (%j) = (%c0) to (%c64) step (%c1) {
    %w = memref.load %y[%j] : memref<64xf32>
    memref.store %w, %z[%j] : memref<64xf32>
  }
  return
}

// -----

// A kernel that works in place may not claim that its buffers differ; that makes another kernel of it.
// CHECK: func.func private @kernel(%{{.*}}: memref<4x4xf32> {llvm.noalias}, %{{[^:]*}}: index, %{{[^:]*}}: index)
// CHECK: func.func private @kernel_0(%{{.*}}: memref<4x4xf32>, %{{.*}}: memref<16xf32>, %{{[^:]*}}: index, %{{[^:]*}}: index)
// CHECK-LABEL: func.func @aliases
// CHECK: call @kernel(%arg0,
// CHECK: call @kernel_0(%arg0, %collapse_shape,
func.func @aliases(%x: memref<4x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %flat = memref.collapse_shape %x [[0, 1]] : memref<4x4xf32> into memref<16xf32>
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    %v = memref.load %x[%i, %c0] : memref<4x4xf32>
    memref.store %v, %x[%i, %c1] : memref<4x4xf32>
  }
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    %v = memref.load %x[%i, %c0] : memref<4x4xf32>
    memref.store %v, %flat[%i] : memref<16xf32>
  }
  return
}

// -----

// The first dimension has one iteration: threads share the second.
// CHECK: func.func private @kernel(%{{.*}}, %[[BEGIN:.*]]: index, %[[END:.*]]: index)
// CHECK: %[[ONE:.*]] = arith.constant 1 : index
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[ONE]]
// CHECK: scf.for %{{.*}} = %[[BEGIN]] to %[[END]]
// CHECK-LABEL: func.func @unit
// CHECK: call @kernel(%arg0, %c0, %c8)
func.func @unit(%x: memref<1x8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %z = arith.constant 0.0 : f32
  scf.parallel (%i, %j) = (%c0, %c0) to (%c1, %c8) step (%c1, %c1) {
    memref.store %z, %x[%i, %j] : memref<1x8xf32>
  }
  return
}

// -----

// Dynamic buffers come as pointers; the kernel makes them again, and the transposed view, from the length.
// CHECK: func.func private @kernel(%[[P:.*]]: memref<f32> {llvm.noalias}, %[[N:.*]]: index, %[[Y:.*]]: memref<4xf32> {llvm.noalias}, %[[BEGIN:[^:]*]]: index, %[[END:[^:]*]]: index) {
// CHECK: %[[X:.*]] = memref.reinterpret_cast %[[P]] to offset: [0], sizes: [%[[N]], 4], strides: [4, 1] : memref<f32> to memref<?x4xf32>
// CHECK: %[[T:.*]] = memref.transpose %[[X]]
// CHECK: scf.for
// CHECK: memref.load %[[T]]
// CHECK-LABEL: func.func @dynamic
// CHECK: %[[ALLOC:.*]] = memref.alloc(%[[LENGTH:.*]]) : memref<?x4xf32>
// CHECK: %[[POINTER:.*]] = memref.reinterpret_cast %[[ALLOC]] to offset: [0], sizes: [], strides: [] : memref<?x4xf32> to memref<f32>
// CHECK: call @kernel(%[[POINTER]], %[[LENGTH]], %{{.*}}, %c0, %c4)
func.func @dynamic(%n: index {lowp.length}, %y: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %x = memref.alloc(%n) : memref<?x4xf32>
  %t = memref.transpose %x (i, j) -> (j, i) : memref<?x4xf32> to memref<4x?xf32, strided<[1, 4]>>
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    %v = memref.load %t[%i, %c0] : memref<4x?xf32, strided<[1, 4]>>
    memref.store %v, %y[%i] : memref<4xf32>
  }
  return
}

// -----

// kind: does-not-apply. A kernel has no result, and its range begins at 0 and counts by 1.
// kind: cannot-fail. A loop that cannot be shared stays: that is slower, not wrong.
// CHECK-NOT: func.func private
// CHECK-LABEL: func.func @stays
// CHECK-COUNT-3: scf.parallel
func.func @stays(%x: memref<64xf32>, %y: memref<1xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %z = arith.constant 0.0 : f32
  %s = scf.parallel (%i) = (%c0) to (%c64) step (%c1) init (%z) -> f32 {
    %v = memref.load %x[%i] : memref<64xf32>
    scf.reduce(%v : f32) {
    ^bb0(%l: f32, %r: f32):
      %a = arith.addf %l, %r : f32
      scf.reduce.return %a : f32
    }
  }
  memref.store %s, %y[%c0] : memref<1xf32>
  scf.parallel (%i) = (%c1) to (%c64) step (%c1) {
    memref.store %z, %x[%i] : memref<64xf32>
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c2) {
    memref.store %z, %x[%i] : memref<64xf32>
  }
  return
}

// -----

// Scratch memory is taken once per call of a kernel.
// CHECK-LABEL: func.func private @kernel
// CHECK-NEXT: memref.alloca() : memref<4xf32>
// CHECK: scf.for
// CHECK-NOT: memref.alloca
// CHECK: func.func @scratch
func.func @scratch(%x: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.parallel (%i) = (%c0) to (%c8) step (%c1) {
    %s = memref.alloca() : memref<4xf32>
    %v = memref.load %x[%i] : memref<8xf32>
    memref.store %v, %s[%c0] : memref<4xf32>
    %w = memref.load %s[%c0] : memref<4xf32>
    memref.store %w, %x[%i] : memref<8xf32>
    scf.reduce
  }
  return
}

// -----

// More than 32 KiB are worth sharing.
// CHECK: func.func private @kernel(%{{.*}}: memref<f32> {llvm.noalias}, %{{.*}}: memref<8192xf32> {llvm.noalias}, %{{[^:]*}}: index, %{{[^:]*}}: index) {
// CHECK-LABEL: func.func @large
func.func @large(%x: memref<8192xf32>, %y: memref<f32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8192 = arith.constant 8192 : index
  scf.parallel (%i) = (%c0) to (%c8192) step (%c1) {
    %v = memref.load %y[] : memref<f32>
    memref.store %v, %x[%i] : memref<8192xf32>
  }
  return
}
