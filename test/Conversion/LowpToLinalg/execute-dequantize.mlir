// x̂ = s · (q − z), worked out by hand; every value here is exact in f32 but where said.
// RUN: quant-opt %s --lowp-lower-to-linalg | %run_main | FileCheck %s

func.func private @printMemrefF32(tensor<*xf32>) attributes {llvm.emit_c_interface}

func.func @show4(%x: tensor<4xf32>) {
  %any = tensor.cast %x : tensor<4xf32> to tensor<*xf32>
  call @printMemrefF32(%any) : (tensor<*xf32>) -> ()
  return
}

func.func @show2x5(%x: tensor<2x5xf32>) {
  %any = tensor.cast %x : tensor<2x5xf32> to tensor<*xf32>
  call @printMemrefF32(%any) : (tensor<*xf32>) -> ()
  return
}

// The same bits, read with and without their sign.
func.func @signedness() {
  %q = arith.constant dense<[0, 127, -128, -1]> : tensor<4xi8>
  %s = arith.constant dense<0.5> : tensor<1xf32>
  %i8 = lowp.dequantize %q, %s {spec = #lowp.spec<i8, block = [?], symmetric>} : (tensor<4xi8>, tensor<1xf32>) -> tensor<4xf32>
  call @show4(%i8) : (tensor<4xf32>) -> ()
  %u8 = lowp.dequantize %q, %s {spec = #lowp.spec<u8, block = [?], symmetric>} : (tensor<4xi8>, tensor<1xf32>) -> tensor<4xf32>
  call @show4(%u8) : (tensor<4xf32>) -> ()
  %p = arith.constant dense<[0, 7, -8, -1]> : tensor<4xi4>
  %i4 = lowp.dequantize %p, %s {spec = #lowp.spec<i4, block = [?], symmetric>} : (tensor<4xi4>, tensor<1xf32>) -> tensor<4xf32>
  call @show4(%i4) : (tensor<4xf32>) -> ()
  %u4 = lowp.dequantize %p, %s {spec = #lowp.spec<u4, block = [?], symmetric>} : (tensor<4xi4>, tensor<1xf32>) -> tensor<4xf32>
  call @show4(%u4) : (tensor<4xf32>) -> ()
  %b = arith.constant dense<[false, true, true, false]> : tensor<4xi1>
  %i1 = lowp.dequantize %b, %s {spec = #lowp.spec<i1, block = [?], symmetric>} : (tensor<4xi1>, tensor<1xf32>) -> tensor<4xf32>
  call @show4(%i1) : (tensor<4xf32>) -> ()
  %u1 = lowp.dequantize %b, %s {spec = #lowp.spec<u1, block = [?], symmetric>} : (tensor<4xi1>, tensor<1xf32>) -> tensor<4xf32>
  call @show4(%u1) : (tensor<4xf32>) -> ()
  return
}

// The difference needs more bits than the codes have: -128 − 127 = -255, and 0 − 65535.
func.func @zero_point() {
  %q = arith.constant dense<[-128, 0, 126, 127]> : tensor<4xi8>
  %s = arith.constant dense<2.0> : tensor<1xf32>
  %z = arith.constant dense<127> : tensor<1xi32>
  %i8 = lowp.dequantize %q, %s, %z {spec = #lowp.spec<i8, block = [?]>} : (tensor<4xi8>, tensor<1xf32>, tensor<1xi32>) -> tensor<4xf32>
  call @show4(%i8) : (tensor<4xf32>) -> ()
  %u8 = lowp.dequantize %q, %s, %z {spec = #lowp.spec<u8, block = [?]>} : (tensor<4xi8>, tensor<1xf32>, tensor<1xi32>) -> tensor<4xf32>
  call @show4(%u8) : (tensor<4xf32>) -> ()
  %w = arith.constant dense<[0, -1, -32768, 1]> : tensor<4xi16>
  %top = arith.constant dense<65535> : tensor<1xi32>
  %u16 = lowp.dequantize %w, %s, %top {spec = #lowp.spec<u16, block = [?]>} : (tensor<4xi16>, tensor<1xf32>, tensor<1xi32>) -> tensor<4xf32>
  call @show4(%u16) : (tensor<4xf32>) -> ()
  return
}

// A scale and a zero point per group of two, the last group of one.
func.func @groups() {
  %q = arith.constant dense<4> : tensor<2x5xi8>
  %s = arith.constant dense<[[1.0, 2.0, 4.0], [0.5, 0.25, 0.125]]> : tensor<2x3xf32>
  %z = arith.constant dense<[[0, 1, 2], [3, 4, 5]]> : tensor<2x3xi32>
  %x = lowp.dequantize %q, %s, %z {spec = #lowp.spec<i8, block = [1, 2]>} : (tensor<2x5xi8>, tensor<2x3xf32>, tensor<2x3xi32>) -> tensor<2x5xf32>
  call @show2x5(%x) : (tensor<2x5xf32>) -> ()
  return
}

// A scale per column, stored in bf16; and the result in f16, 3 · 2049 · 2^-10 = 6.00293 → 6.00391.
func.func @types() {
  %q = arith.constant dense<[[1, 2, 3, 4, 5], [-1, -2, -3, -4, -5]]> : tensor<2x5xi8>
  %s = arith.constant dense<[[1.0, 0.5, 0.25, 2.0, 4.0]]> : tensor<1x5xbf16>
  %x = lowp.dequantize %q, %s {spec = #lowp.spec<i8, block = [?, 1], symmetric, scale = bf16>} : (tensor<2x5xi8>, tensor<1x5xbf16>) -> tensor<2x5xf32>
  call @show2x5(%x) : (tensor<2x5xf32>) -> ()
  %three = arith.constant dense<3> : tensor<4xi8>
  %t = arith.constant dense<2.0009765625> : tensor<1xf32>
  %half = lowp.dequantize %three, %t {spec = #lowp.spec<i8, block = [?], symmetric>} : (tensor<4xi8>, tensor<1xf32>) -> tensor<4xf16>
  %single = arith.extf %half : tensor<4xf16> to tensor<4xf32>
  call @show4(%single) : (tensor<4xf32>) -> ()
  return
}

// fake_quantize is the pair: 0.75 / 0.5 = 1.5 → 2 → 1, and 100 saturates at 127 · 0.5.
func.func @fake_quantize() {
  %x = arith.constant dense<[0.75, 0.25, 100.0, -100.0]> : tensor<4xf32>
  %s = arith.constant dense<0.5> : tensor<1xf32>
  %symmetric = lowp.fake_quantize %x, %s {spec = #lowp.spec<i8, block = [?], symmetric, range = [-127, 127]>} : (tensor<4xf32>, tensor<1xf32>) -> tensor<4xf32>
  call @show4(%symmetric) : (tensor<4xf32>) -> ()
  %z = arith.constant dense<3> : tensor<1xi32>
  %affine = lowp.fake_quantize %x, %s, %z {spec = #lowp.spec<u4, block = [?]>} : (tensor<4xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<4xf32>
  call @show4(%affine) : (tensor<4xf32>) -> ()
  return
}

func.func @main() {
  // CHECK: data =
  // CHECK-NEXT: [0, 63.5, -64, -0.5]
  // CHECK: data =
  // CHECK-NEXT: [0, 63.5, 64, 127.5]
  // CHECK: data =
  // CHECK-NEXT: [0, 3.5, -4, -0.5]
  // CHECK: data =
  // CHECK-NEXT: [0, 3.5, 4, 7.5]
  // CHECK: data =
  // CHECK-NEXT: [0, -0.5, -0.5, 0]
  // CHECK: data =
  // CHECK-NEXT: [0, 0.5, 0.5, 0]
  call @signedness() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: [-510, -254, -2, 0]
  // CHECK: data =
  // CHECK-NEXT: [2, -254, -2, 0]
  // CHECK: data =
  // CHECK-NEXT: [-131070, 0, -65534, -131068]
  call @zero_point() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}4, 4, 6, 6, 8],
  // CHECK-NEXT: [0.5, 0.5, 0, 0, -0.125]]
  call @groups() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}1, 1, 0.75, 8, 20],
  // CHECK-NEXT: [-1, -1, -0.75, -8, -20]]
  // CHECK: data =
  // CHECK-NEXT: [6.00391, 6.00391, 6.00391, 6.00391]
  call @types() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 0, 63.5, -63.5]
  // CHECK: data =
  // CHECK-NEXT: [1, 0, 6, -1.5]
  call @fake_quantize() : () -> ()
  return
}
