// RUN: quant-opt %s --lowp-lower-probes | FileCheck %s

// Values are numbered in order of the program; what two sites read is handed over once.
// CHECK: func.func private @lowp_probe.3x2x(i64, memref<3x2xf32>, i64)
// CHECK-LABEL: func.func @main
// CHECK: %[[X:.*]] = bufferization.to_buffer %arg0 read_only : tensor<3x2xf32> to memref<3x2xf32>
// CHECK-DAG: %[[ID:.*]] = arith.constant 0 : i64
// CHECK-DAG: %[[COUNT:.*]] = arith.constant 6 : i64
// CHECK: call @lowp_probe.3x2x(%[[ID]], %[[X]], %[[COUNT]])
// CHECK: %[[Y:.*]] = bufferization.to_buffer %arg1 read_only
// CHECK: %[[NEXT:.*]] = arith.constant 1 : i64
// CHECK: call @lowp_probe.3x2x(%[[NEXT]], %[[Y]], %{{.*}})
// CHECK-NOT: lowp.observe
// CHECK-NOT: call
lowp.site @q
lowp.site @k
func.func @main(%x: tensor<3x2xf32>, %y: tensor<3x2xf32>) {
  lowp.observe %x {site = @q, what = [#lowp.statistic<min_max>]} : tensor<3x2xf32>
  lowp.observe %x {site = @k, what = [#lowp.statistic<min_max>]} : tensor<3x2xf32>
  lowp.observe %y {site = @q, what = [#lowp.statistic<channel_abs_max>]} : tensor<3x2xf32>
  return
}

// kind: does-not-apply
// CHECK-LABEL: func.func @unobserved
// CHECK-NEXT: return
func.func @unobserved(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  return %x : tensor<?x2xf32>
}
