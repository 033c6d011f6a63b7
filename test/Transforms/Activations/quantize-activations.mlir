// RUN: quant-opt %s --lowp-quantize-activations --split-input-file | FileCheck %s

#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
// Sites that read one activation read one set of codes.
// CHECK-LABEL: func.func @dynamic
// CHECK: %[[S:.*]] = lowp.choose_qparams %arg0
// CHECK: %[[Q:.*]] = lowp.quantize %arg0, %[[S]]
// CHECK: %[[X:.*]] = lowp.dequantize %[[Q]], %[[S]]
// CHECK-NOT: lowp.quantize
// CHECK: linalg.matmul {lowp.site = @q} ins(%[[X]],
// CHECK: linalg.matmul {lowp.site = @k} ins(%[[X]],
lowp.site @q {scheme = #lowp.scheme<input = dynamic #a>}
lowp.site @k {scheme = #lowp.scheme<input = dynamic #a>}
func.func @dynamic(%x: tensor<3x2xf32>, %w: tensor<2x2xf32>, %e: tensor<3x2xf32>) -> (tensor<3x2xf32>, tensor<3x2xf32>) {
  %0 = linalg.matmul {lowp.site = @q} ins(%x, %w : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  %1 = linalg.matmul {lowp.site = @k} ins(%x, %w : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0, %1 : tensor<3x2xf32>, tensor<3x2xf32>
}

// -----

#a = #lowp.spec<u8, block = [?, ?]>
// Range [-51, 204]: s = 255 / 255 = 1, z = 51.
// CHECK-LABEL: func.func @static
// CHECK-DAG: %[[S:.*]] = arith.constant dense<1.000000e+00> : tensor<1x1xf32>
// CHECK-DAG: %[[Z:.*]] = arith.constant dense<51> : tensor<1x1xi32>
// CHECK: %[[Q:.*]] = lowp.quantize %arg0, %[[S]], %[[Z]]
// CHECK: lowp.dequantize %[[Q]], %[[S]], %[[Z]]
lowp.site @q {scheme = #lowp.scheme<input = #a>, statistics = {channel_max = dense<[204.0, 1.0]> : tensor<2xf32>, channel_min = dense<[0.0, -51.0]> : tensor<2xf32>}}
func.func @static(%x: tensor<3x2xf32>, %w: tensor<2x2xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %0 = linalg.matmul {lowp.site = @q} ins(%x, %w : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

// kind: does-not-apply
// CHECK-LABEL: func.func @float
// CHECK-NOT: lowp.quantize
lowp.site @q {reason = "float"}
func.func @float(%x: tensor<3x2xf32>, %w: tensor<2x2xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %0 = linalg.matmul {lowp.site = @q} ins(%x, %w : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

// A pad of zeros is behind the quantization: zeros become the code of zero, 128 here.
#a = #lowp.spec<u8, block = [?, ?], range = [0, 255]>
lowp.site @s {scheme = #lowp.scheme<input = #a>, statistics = {channel_min = dense<[-1.28, 0.0]> : tensor<2xf32>, channel_max = dense<[1.27, 0.0]> : tensor<2xf32>}}
// CHECK-LABEL: func.func @pad
// CHECK: %[[Q:.*]] = lowp.quantize %arg0
// CHECK: arith.constant -128 : i8
// CHECK: %[[P:.*]] = tensor.pad %[[Q]] low[1, 0] high[1, 0]
// CHECK: lowp.dequantize %[[P]]
func.func @pad(%x: tensor<3x2xf32>, %w: tensor<2x2xf32>, %e: tensor<5x2xf32>) -> tensor<5x2xf32> {
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %x low[1, 0] high[1, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : f32
  } : tensor<3x2xf32> to tensor<5x2xf32>
  %0 = linalg.matmul {lowp.site = @s} ins(%p, %w : tensor<5x2xf32>, tensor<2x2xf32>) outs(%e : tensor<5x2xf32>) -> tensor<5x2xf32>
  return %0 : tensor<5x2xf32>
}

// -----

// A product of two activations: both are quantized, the second with statistics of its own.
#a = #lowp.spec<i8, block = [?, ?], symmetric, range = [-127, 127]>
lowp.site @s {scheme = #lowp.scheme<weight = #a, input = #a>, statistics = {
  channel_min = dense<-1.0> : tensor<2xf32>, channel_max = dense<2.54> : tensor<2xf32>,
  second_channel_min = dense<-1.27> : tensor<2xf32>, second_channel_max = dense<1.0> : tensor<2xf32>}}
// CHECK-LABEL: func.func @product
// CHECK-DAG: %[[S0:.*]] = arith.constant dense<2.000000e-02> : tensor<1x1xf32>
// CHECK-DAG: %[[S1:.*]] = arith.constant dense<0.00999999977> : tensor<1x1xf32>
// CHECK-DAG: %[[Q0:.*]] = lowp.quantize %arg0, %[[S0]]
// CHECK-DAG: %[[Q1:.*]] = lowp.quantize %arg1, %[[S1]]
// CHECK-DAG: %[[D0:.*]] = lowp.dequantize %[[Q0]]
// CHECK-DAG: %[[D1:.*]] = lowp.dequantize %[[Q1]]
// CHECK: linalg.matmul {{.*}} ins(%[[D0]], %[[D1]]
func.func @product(%x: tensor<3x2xf32>, %y: tensor<2x2xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %0 = linalg.matmul {lowp.site = @s} ins(%x, %y : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}
