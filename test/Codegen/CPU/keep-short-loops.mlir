// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-keep-short-loops))' | FileCheck %s
// kind: cannot-fail. It adds a mark to loops that it knows and leaves all others as they are.

// The codes of a group: LLVM would unroll them and make vectors of the groups.
// CHECK: #[[$UNROLL:.*]] = #llvm.loop_unroll<disable = true>
// CHECK: #[[$KEEP:.*]] = #llvm.loop_annotation<unroll = #[[$UNROLL]]>
// CHECK-LABEL: func.func @group
// CHECK: scf.for
// CHECK: scf.for
// CHECK: memref.store
// CHECK-NEXT: } {loop_annotation = #[[$KEEP]]}
// CHECK-NEXT: }
// CHECK-NEXT: return
func.func @group(%q: memref<8x32xi8>, %s: memref<8xf32>, %x: memref<8x32xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c32 = arith.constant 32 : index
  scf.for %i = %c0 to %c8 step %c1 {
    scf.for %j = %c0 to %c32 step %c1 {
      %0 = memref.load %q[%i, %j] : memref<8x32xi8>
      %1 = memref.load %s[%i] : memref<8xf32>
      %2 = arith.sitofp %0 : i8 to f32
      %3 = arith.mulf %1, %2 : f32
      memref.store %3, %x[%i, %j] : memref<8x32xf32>
    }
  }
  return
}

// kind: does-not-apply
// Nothing is converted, what is read is far apart, or the loop is no vector long.
// CHECK-LABEL: func.func @others
// CHECK-NOT: loop_annotation
// CHECK: return
func.func @others(%q: memref<32x8xi8>, %y: memref<32xf32>, %x: memref<32xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c32 = arith.constant 32 : index
  scf.for %j = %c0 to %c32 step %c1 {
    %0 = memref.load %y[%j] : memref<32xf32>
    memref.store %0, %x[%j] : memref<32xf32>
  }
  scf.for %j = %c0 to %c32 step %c1 {
    %0 = memref.load %q[%j, %c0] : memref<32x8xi8>
    %1 = arith.sitofp %0 : i8 to f32
    memref.store %1, %x[%j] : memref<32xf32>
  }
  scf.for %j = %c0 to %c8 step %c1 {
    %0 = memref.load %q[%c0, %j] : memref<32x8xi8>
    %1 = arith.sitofp %0 : i8 to f32
    memref.store %1, %x[%j] : memref<32xf32>
  }
  return
}
