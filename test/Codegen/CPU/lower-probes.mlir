// RUN: quant-opt %s --lowp-lower-probes | FileCheck %s

// Values are numbered in order of the program; what two sites read is handed over once.
// kind: cannot-fail. What can be observed has a pointer and a count.
// CHECK: func.func private @lowp_probe.(i64, memref<f32>, i64)
// CHECK-LABEL: func.func @main
// CHECK: %[[X:.*]] = bufferization.to_buffer %arg0 read_only : tensor<3x2xf32> to memref<3x2xf32>
// CHECK: %[[P:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [], strides: []
// CHECK: %[[ID:.*]] = arith.constant 0 : i64
// CHECK: %[[SIX:.*]] = arith.constant 6 : index
// CHECK: %[[COUNT:.*]] = arith.index_cast %[[SIX]] : index to i64
// CHECK: call @lowp_probe.(%[[ID]], %[[P]], %[[COUNT]])
// CHECK: %[[Y:.*]] = bufferization.to_buffer %arg1 read_only
// CHECK: %[[Q:.*]] = memref.reinterpret_cast %[[Y]]
// CHECK: %[[NEXT:.*]] = arith.constant 1 : i64
// CHECK: call @lowp_probe.(%[[NEXT]], %[[Q]], %{{.*}})
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

// The count of a dynamic value is computed.
// CHECK-LABEL: func.func @dynamic
// CHECK: %[[ROWS:.*]] = tensor.dim
// CHECK: arith.muli %[[ROWS]], %{{.*}} : index
func.func @dynamic(%x: tensor<?x2xf32>) {
  lowp.observe %x {site = @q, what = [#lowp.statistic<min_max>]} : tensor<?x2xf32>
  return
}

// kind: does-not-apply
// CHECK-LABEL: func.func @unobserved
// CHECK-NEXT: return
func.func @unobserved(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  return %x : tensor<?x2xf32>
}
