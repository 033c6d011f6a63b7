// RUN: quant-opt %s --lowp-lower-asserts | FileCheck %s

// What is compared is reported.
// CHECK-LABEL: func.func @index(
// CHECK-SAME: %[[I:.*]]: i64, %[[N:.*]]: i64)
// CHECK: %[[M:.*]] = llvm.mlir.addressof @lowp_message : !llvm.ptr
// CHECK: call @lowp_check_index.report(%[[M]], %[[I]], %[[N]]) : (!llvm.ptr, i64, i64) -> ()
// CHECK-NOT: cf.assert
func.func @index(%i: i64, %n: i64) {
  %ok = arith.cmpi ult, %i, %n : i64
  cf.assert %ok, "index of 'words' out of range"
  return
}

// CHECK-LABEL: func.func @condition(
// CHECK-SAME: %[[OK:.*]]: i1)
// CHECK: %[[M:.*]] = llvm.mlir.addressof @lowp_message_0 : !llvm.ptr
// CHECK: %[[HOLDS:.*]] = arith.extui %[[OK]] : i1 to i64
// CHECK: call @lowp_check.report(%[[M]], %[[HOLDS]]) : (!llvm.ptr, i64) -> ()
func.func @condition(%ok: i1) {
  cf.assert %ok, "sizes agree"
  return
}

// kind: does-not-apply
// CHECK-LABEL: func.func @none
// CHECK-NEXT: return
func.func @none() {
  return
}

// CHECK-DAG: llvm.mlir.global internal constant @lowp_message("index of 'words' out of range\00")
// CHECK-DAG: llvm.mlir.global internal constant @lowp_message_0("sizes agree\00")
// CHECK-DAG: func.func private @lowp_check_index.report(!llvm.ptr, i64, i64)
// CHECK-DAG: func.func private @lowp_check.report(!llvm.ptr, i64)
