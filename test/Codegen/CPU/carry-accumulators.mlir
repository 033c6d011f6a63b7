// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-carry-accumulators))' | FileCheck %s

// CHECK-LABEL: func.func @sum
// CHECK: %[[FIRST:.*]] = memref.load %arg1[%arg2]
// CHECK: %[[SUM:.*]] = scf.for %[[J:.*]] = %c0 to %c8 {{.*}} iter_args(%[[SO_FAR:.*]] = %[[FIRST]])
// CHECK: %[[X:.*]] = memref.load %arg0[%[[J]]]
// CHECK: %[[NEXT:.*]] = arith.addf %[[X]], %[[SO_FAR]]
// CHECK: scf.yield %[[NEXT]]
// CHECK: memref.store %[[SUM]], %arg1[%arg2]
func.func @sum(%x: memref<8xf32>, %s: memref<4xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.for %j = %c0 to %c8 step %c1 {
    %0 = memref.load %x[%j] : memref<8xf32>
    %1 = memref.load %s[%i] : memref<4xf32>
    %2 = arith.addf %0, %1 : f32
    memref.store %2, %s[%i] : memref<4xf32>
  }
  return
}

// kind: does-not-apply. Another element each time; two stores; another element of the same buffer is read.
// kind: cannot-fail. Other loops stay as they are.
// CHECK-LABEL: func.func @others
// CHECK-NOT: iter_args
func.func @others(%x: memref<8xf32>, %s: memref<4xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %j = %c0 to %c4 step %c1 {
    %0 = memref.load %x[%j] : memref<8xf32>
    memref.store %0, %s[%j] : memref<4xf32>
  }
  scf.for %j = %c0 to %c4 step %c1 {
    %0 = memref.load %s[%i] : memref<4xf32>
    memref.store %0, %s[%i] : memref<4xf32>
    memref.store %0, %x[%j] : memref<8xf32>
  }
  scf.for %j = %c0 to %c4 step %c1 {
    %0 = memref.load %s[%j] : memref<4xf32>
    %1 = memref.load %s[%i] : memref<4xf32>
    %2 = arith.addf %0, %1 : f32
    memref.store %2, %s[%i] : memref<4xf32>
  }
  return
}
