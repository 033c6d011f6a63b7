// RUN: quant-opt %s --convert-quant-to-lowp --mlir-print-local-scope --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @per_tensor
// CHECK-SAME: (%[[X:.*]]: tensor<4x8xf32>) -> tensor<4x8xi8>
// CHECK-DAG: %[[S:.*]] = arith.constant dense<5.000000e-01> : tensor<1x1xf32>
// CHECK-DAG: %[[Z:.*]] = arith.constant dense<128> : tensor<1x1xi32>
// CHECK: %[[Q:.*]] = lowp.quantize %[[X]], %[[S]], %[[Z]] {spec = #lowp.spec<u8, block = [?, ?]>} : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1x1xi32>) -> tensor<4x8xi8>
// CHECK: return %[[Q]] : tensor<4x8xi8>
func.func @per_tensor(%x: tensor<4x8xf32>) -> tensor<4x8x!quant.uniform<u8:f32, 0.5:128>> {
  %q = quant.qcast %x : tensor<4x8xf32> to tensor<4x8x!quant.uniform<u8:f32, 0.5:128>>
  return %q : tensor<4x8x!quant.uniform<u8:f32, 0.5:128>>
}

// -----

// A scale and a zero point per column; the axis may be dynamic.
// CHECK-LABEL: func.func @per_axis
// CHECK-DAG: %[[S:.*]] = arith.constant dense<{{\[\[}}1.000000e+00, 2.000000e+00, 4.000000e+00]]> : tensor<1x3xf32>
// CHECK-DAG: %[[Z:.*]] = arith.constant dense<{{\[\[}}0, -3, 5]]> : tensor<1x3xi32>
// CHECK: lowp.dequantize %arg0, %[[S]], %[[Z]] {spec = #lowp.spec<i8, block = [?, 1]>} : (tensor<?x3xi8>, tensor<1x3xf32>, tensor<1x3xi32>) -> tensor<?x3xf32>
// CHECK: lowp.dequantize %arg1, %{{.*}} {spec = #lowp.spec<i8, block = [1, ?], symmetric>} : (tensor<?x3xi8>, tensor<2x1xf32>) -> tensor<?x3xf16>
func.func @per_axis(%q: tensor<?x3x!quant.uniform<i8:f32:1, {1.0, 2.0:-3, 4.0:5}>>, %r: tensor<?x3x!quant.uniform<i8:f16:0, {1.0, 2.0}>>)
    -> (tensor<?x3xf32>, tensor<?x3xf16>) {
  %x = quant.dcast %q : tensor<?x3x!quant.uniform<i8:f32:1, {1.0, 2.0:-3, 4.0:5}>> to tensor<?x3xf32>
  %y = quant.dcast %r : tensor<?x3x!quant.uniform<i8:f16:0, {1.0, 2.0}>> to tensor<?x3xf16>
  return %x, %y : tensor<?x3xf32>, tensor<?x3xf16>
}

// -----

// Blocks of 2 × 3, and groups of 3 along the last dimension alone.
// CHECK-LABEL: func.func @sub_channel
// CHECK-DAG: arith.constant dense<{{\[\[}}1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00]]> : tensor<2x2xf32>
// CHECK-DAG: arith.constant dense<{{\[\[}}0, 0], [1, 0]]> : tensor<2x2xi32>
// CHECK: lowp.quantize {{.*}} {spec = #lowp.spec<i8, block = [2, 3]>} : (tensor<4x6xf32>, tensor<2x2xf32>, tensor<2x2xi32>) -> tensor<4x6xi8>
// CHECK: lowp.quantize {{.*}} {spec = #lowp.spec<u4, block = [?, 3], symmetric>} : (tensor<4x6xf32>, tensor<1x2xf32>) -> tensor<4x6xi4>
func.func @sub_channel(%x: tensor<4x6xf32>) -> (tensor<4x6xi8>, tensor<4x6xi4>) {
  %q = quant.qcast %x : tensor<4x6xf32> to tensor<4x6x!quant.uniform<i8:f32:{0:2, 1:3}, {{1.0, 2.0}, {3.0:1, 4.0}}>>
  %r = quant.qcast %x : tensor<4x6xf32> to tensor<4x6x!quant.uniform<u4:f32:{1:3}, {{1.0, 2.0}}>>
  %i = quant.scast %q : tensor<4x6x!quant.uniform<i8:f32:{0:2, 1:3}, {{1.0, 2.0}, {3.0:1, 4.0}}>> to tensor<4x6xi8>
  %j = quant.scast %r : tensor<4x6x!quant.uniform<u4:f32:{1:3}, {{1.0, 2.0}}>> to tensor<4x6xi4>
  return %i, %j : tensor<4x6xi8>, tensor<4x6xi4>
}

// -----

// A range of codes within the storage.
// CHECK-LABEL: func.func @storage_range
// CHECK: lowp.quantize {{.*}} {spec = #lowp.spec<i8, block = [?], symmetric, range = [-127, 127]>} : (tensor<8xbf16>, tensor<1xf32>) -> tensor<8xi8>
func.func @storage_range(%x: tensor<8xbf16>) -> tensor<8xi8> {
  %q = quant.qcast %x : tensor<8xbf16> to tensor<8x!quant.uniform<i8<-127:127>:bf16, 1.0>>
  %s = quant.scast %q : tensor<8x!quant.uniform<i8<-127:127>:bf16, 1.0>> to tensor<8xi8>
  return %s : tensor<8xi8>
}

// -----

// Scalars pass through tensors of rank 0.
// CHECK-LABEL: func.func @scalar
// CHECK-SAME: (%[[X:.*]]: f32) -> f32
// CHECK: %[[T:.*]] = tensor.from_elements %[[X]] : tensor<f32>
// CHECK: %[[Q:.*]] = lowp.quantize %[[T]], %{{.*}} {spec = #lowp.spec<i8, block = [], symmetric>} : (tensor<f32>, tensor<f32>) -> tensor<i8>
// CHECK: %[[C:.*]] = tensor.extract %[[Q]][] : tensor<i8>
// CHECK: %[[D:.*]] = tensor.from_elements %[[C]] : tensor<i8>
// CHECK: %[[Y:.*]] = lowp.dequantize %[[D]], %{{.*}} : (tensor<i8>, tensor<f32>) -> tensor<f32>
// CHECK: tensor.extract %[[Y]][] : tensor<f32>
func.func @scalar(%x: f32) -> f32 {
  %q = quant.qcast %x : f32 to !quant.uniform<i8:f32, 2.0>
  %y = quant.dcast %q : !quant.uniform<i8:f32, 2.0> to f32
  return %y : f32
}

// -----

// Functions, calls, branches, loops, resources and moves carry codes.
!q = !quant.uniform<i8:f32, 2.0>

// CHECK: func.func private @declared(tensor<2x3xi8>) -> tensor<2x3xi8>
func.func private @declared(tensor<2x3x!q>) -> tensor<2x3x!q>

// CHECK-LABEL: func.func @carried
// CHECK-SAME: (%[[C:.*]]: i1, %[[A:.*]]: tensor<2x3xi8>, %[[N:.*]]: index) -> tensor<3x2xi8>
// CHECK: %[[W:.*]] = arith.constant dense_resource<codes> : tensor<2x3xi8>
// CHECK: call @declared(%[[A]]) : (tensor<2x3xi8>) -> tensor<2x3xi8>
// CHECK: cf.cond_br %[[C]], ^[[BB:.*]](%{{.*}} : tensor<2x3xi8>), ^[[BB]](%[[W]] : tensor<2x3xi8>)
// CHECK: ^[[BB]](%{{.*}}: tensor<2x3xi8>)
// CHECK: scf.for {{.*}} -> (tensor<2x3xi8>)
// CHECK: tensor.extract_slice {{.*}} : tensor<2x3xi8> to tensor<1x3xi8>
// CHECK: tensor.insert_slice {{.*}} : tensor<1x3xi8> into tensor<2x3xi8>
// CHECK: linalg.transpose ins(%{{.*}} : tensor<2x3xi8>) outs(%{{.*}} : tensor<3x2xi8>) permutation = [1, 0]
func.func @carried(%c: i1, %a: tensor<2x3x!q>, %n: index) -> tensor<3x2x!q> {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %w = arith.constant dense_resource<codes> : tensor<2x3x!q>
  %0 = call @declared(%a) : (tensor<2x3x!q>) -> tensor<2x3x!q>
  cf.cond_br %c, ^bb1(%0 : tensor<2x3x!q>), ^bb1(%w : tensor<2x3x!q>)
^bb1(%x: tensor<2x3x!q>):
  %y = scf.for %i = %zero to %n step %one iter_args(%t = %x) -> (tensor<2x3x!q>) {
    %row = tensor.extract_slice %t[0, 0] [1, 3] [1, 1] : tensor<2x3x!q> to tensor<1x3x!q>
    %u = tensor.insert_slice %row into %t[1, 0] [1, 3] [1, 1] : tensor<1x3x!q> into tensor<2x3x!q>
    scf.yield %u : tensor<2x3x!q>
  }
  %e = tensor.empty() : tensor<3x2x!q>
  %z = linalg.transpose ins(%y : tensor<2x3x!q>) outs(%e : tensor<3x2x!q>) permutation = [1, 0]
  return %z : tensor<3x2x!q>
}
{-# dialect_resources: { builtin: { codes: "0x010000000102030405FF" } } #-}

// -----

// kind: does-not-apply
// CHECK-LABEL: func.func @float
// CHECK-NEXT: arith.addf
// CHECK-NEXT: return
func.func @float(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = arith.addf %x, %x : tensor<4xf32>
  return %y : tensor<4xf32>
}
