// RUN: quant-opt %s --lowp-parallelize-kernels | FileCheck %s

// CHECK: llvm.func @lowp_parallel_for(!llvm.ptr, !llvm.ptr, !llvm.ptr, i64)
// The task of a kernel unpacks the closure; a kernel that is called twice has one.
// CHECK: llvm.func internal @kernel.task(%[[CLOSURE:.*]]: !llvm.ptr, %[[BEGIN:.*]]: i64, %[[END:.*]]: i64) {
// CHECK: %[[SLOT0:.*]] = llvm.getelementptr %[[CLOSURE]][0]
// CHECK: %[[X:.*]] = llvm.load %[[SLOT0]] : !llvm.ptr -> !llvm.ptr
// CHECK: %[[SLOT1:.*]] = llvm.getelementptr %[[CLOSURE]][1]
// CHECK: %[[Y:.*]] = llvm.load %[[SLOT1]] : !llvm.ptr -> !llvm.ptr
// CHECK: llvm.call @kernel(%[[X]], %[[Y]], %[[BEGIN]], %[[END]])
// CHECK-NOT: llvm.func internal
llvm.func @kernel(%x: !llvm.ptr, %y: !llvm.ptr, %begin: i64, %end: i64) attributes {sym_visibility = "private"} {
  llvm.return
}

// CHECK-LABEL: llvm.func @main(
// CHECK-SAME: %[[A:.*]]: !llvm.ptr, %[[B:.*]]: !llvm.ptr, %[[CONTEXT:.*]]: !llvm.ptr)
// CHECK: %[[FRAME:.*]] = llvm.alloca
// CHECK: %[[COUNT:.*]] = llvm.mlir.constant(64 : i64)
// CHECK: %[[AT0:.*]] = llvm.getelementptr %[[FRAME]][0]
// CHECK: llvm.store %[[A]], %[[AT0]]
// CHECK: %[[AT1:.*]] = llvm.getelementptr %[[FRAME]][1]
// CHECK: llvm.store %[[B]], %[[AT1]]
// CHECK: %[[TASK:.*]] = llvm.mlir.addressof @kernel.task
// CHECK: llvm.call @lowp_parallel_for(%[[CONTEXT]], %[[TASK]], %[[FRAME]], %[[COUNT]])
// CHECK: llvm.store %[[B]],
// CHECK: llvm.store %[[A]],
// CHECK: llvm.call @lowp_parallel_for(%[[CONTEXT]], %{{.*}}, %[[FRAME]], %[[COUNT]])
// CHECK-NOT: llvm.call @kernel
llvm.func @main(%a: !llvm.ptr, %b: !llvm.ptr) {
  %begin = llvm.mlir.constant(0 : i64) : i64
  %end = llvm.mlir.constant(64 : i64) : i64
  llvm.call @kernel(%a, %b, %begin, %end) : (!llvm.ptr, !llvm.ptr, i64, i64) -> ()
  llvm.call @kernel(%b, %a, %begin, %end) : (!llvm.ptr, !llvm.ptr, i64, i64) -> ()
  llvm.return
}

// Probes of all types are one function of the runtime, and get the context.
// CHECK-LABEL: llvm.func @probed(
// CHECK-SAME: %[[X:.*]]: !llvm.ptr, %[[CONTEXT:.*]]: !llvm.ptr)
// CHECK: %[[ID:.*]] = llvm.mlir.constant(7 : i64)
// CHECK: llvm.call @lowp_probe(%[[CONTEXT]], %[[ID]], %[[X]], %[[ID]])
llvm.func @lowp_probe.7x(i64, !llvm.ptr, i64) attributes {sym_visibility = "private"}
llvm.func @probed(%x: !llvm.ptr) {
  %id = llvm.mlir.constant(7 : i64) : i64
  llvm.call @lowp_probe.7x(%id, %x, %id) : (i64, !llvm.ptr, i64) -> ()
  llvm.return
}

// kind: does-not-apply. Functions that stand outside the module are called as they are.
// kind: cannot-fail. Calls that are not of kernels are left alone.
// CHECK-LABEL: llvm.func @outside(
// CHECK: llvm.call @expf(
llvm.func @expf(f32) -> f32
llvm.func @outside(%x: f32) -> f32 {
  %0 = llvm.call @expf(%x) : (f32) -> f32
  llvm.return %0 : f32
}

// A kernel that is too small to share is called on the spot, and not copied there.
// CHECK: llvm.func internal @small(%{{.*}}) attributes {no_inline, sym_visibility = "private"}
// CHECK-LABEL: llvm.func @calls_small(
// CHECK-NOT: lowp_parallel_for
// CHECK: llvm.call @small(%{{.*}}, %{{.*}}, %{{.*}}) : (!llvm.ptr, i64, i64) -> ()
llvm.func internal @small(%a: !llvm.ptr, %begin: i64, %end: i64) attributes {lowp.serial, sym_visibility = "private"} {
  llvm.return
}
llvm.func @calls_small(%a: !llvm.ptr) {
  %begin = llvm.mlir.constant(0 : i64) : i64
  %end = llvm.mlir.constant(64 : i64) : i64
  llvm.call @small(%a, %begin, %end) : (!llvm.ptr, i64, i64) -> ()
  llvm.return
}
