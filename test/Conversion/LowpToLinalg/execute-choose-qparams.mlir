// Scales and zero points of known ranges, worked out by hand.
// RUN: quant-opt %s --lowp-lower-to-linalg | %run_main | FileCheck %s

func.func private @printMemrefF32(tensor<*xf32>) attributes {llvm.emit_c_interface}
func.func private @printMemrefI32(tensor<*xi32>) attributes {llvm.emit_c_interface}

func.func @show(%s: tensor<?x?xf32>) {
  %any = tensor.cast %s : tensor<?x?xf32> to tensor<*xf32>
  call @printMemrefF32(%any) : (tensor<*xf32>) -> ()
  return
}

func.func @show_zeros(%z: tensor<?x?xi32>) {
  %any = tensor.cast %z : tensor<?x?xi32> to tensor<*xi32>
  call @printMemrefI32(%any) : (tensor<*xi32>) -> ()
  return
}

// s = max|x| / 127 per row, whichever the sign of the largest; a row of zeros, of either sign, has 1.
func.func @symmetric_per_token() {
  %x = arith.constant dense<[[1.0, -254.0, 2.0], [63.5, -63.0, 0.0], [0.0, -0.0, 0.0]]> : tensor<3x3xf32>
  %s = lowp.choose_qparams %x {spec = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>} : (tensor<3x3xf32>) -> tensor<3x1xf32>
  %d = tensor.cast %s : tensor<3x1xf32> to tensor<?x?xf32>
  call @show(%d) : (tensor<?x?xf32>) -> ()
  return
}

// The divisor is hi, 7, not the 8 of lo; one scale per column, and one for all.
func.func @symmetric_per_channel_and_tensor() {
  %x = arith.constant dense<[[7.0, 0.0, 3.0], [-14.0, 0.0, -1.75]]> : tensor<2x3xf32>
  %channel = lowp.choose_qparams %x {spec = #lowp.spec<i4, block = [?, 1], symmetric>} : (tensor<2x3xf32>) -> tensor<1x3xf32>
  %0 = tensor.cast %channel : tensor<1x3xf32> to tensor<?x?xf32>
  call @show(%0) : (tensor<?x?xf32>) -> ()
  %tensor = lowp.choose_qparams %x {spec = #lowp.spec<i4, block = [?, ?], symmetric>} : (tensor<2x3xf32>) -> tensor<1x1xf32>
  %1 = tensor.cast %tensor : tensor<1x1xf32> to tensor<?x?xf32>
  call @show(%1) : (tensor<?x?xf32>) -> ()
  return
}

// Groups of two in rows of five; the tail has a group of its own.
func.func @symmetric_groups() {
  %x = arith.constant dense<[[7.0, -14.0, 0.0, 0.0, 28.0], [1.75, 0.0, -3.5, 3.5, -7.0]]> : tensor<2x5xf32>
  %s = lowp.choose_qparams %x {spec = #lowp.spec<i4, block = [1, 2], symmetric>} : (tensor<2x5xf32>) -> tensor<2x3xf32>
  %d = tensor.cast %s : tensor<2x3xf32> to tensor<?x?xf32>
  call @show(%d) : (tensor<?x?xf32>) -> ()
  // Blocks over both dimensions, with sizes that are known at run time alone.
  %y = tensor.cast %x : tensor<2x5xf32> to tensor<?x?xf32>
  %t = lowp.choose_qparams %y {spec = #lowp.spec<i4, block = [2, 3], symmetric>} : (tensor<?x?xf32>) -> tensor<?x?xf32>
  call @show(%t) : (tensor<?x?xf32>) -> ()
  return
}

// Rows [m, M]: [-64, 191] (s = 1, z = 64); all positive, m becomes 0; all negative, M becomes 0; the
// tie -5 / 2 = -2.5 → -2; nothing at all.
func.func @asymmetric_unsigned() {
  %x = arith.constant dense<[[-64.0, 191.0], [2.0, 510.0], [-510.0, -2.0], [-5.0, 505.0], [0.0, 0.0]]> : tensor<5x2xf32>
  %s, %z = lowp.choose_qparams %x {spec = #lowp.spec<u8, block = [1, ?]>} : (tensor<5x2xf32>) -> (tensor<5x1xf32>, tensor<5x1xi32>)
  %sd = tensor.cast %s : tensor<5x1xf32> to tensor<?x?xf32>
  %zd = tensor.cast %z : tensor<5x1xi32> to tensor<?x?xi32>
  call @show(%sd) : (tensor<?x?xf32>) -> ()
  call @show_zeros(%zd) : (tensor<?x?xi32>) -> ()
  return
}

// The same ranges as signed codes: each zero point is lower by 128.
func.func @asymmetric_signed() {
  %x = arith.constant dense<[[-64.0, 191.0], [2.0, 510.0], [-510.0, -2.0], [-5.0, 505.0], [0.0, 0.0]]> : tensor<5x2xf32>
  %s, %z = lowp.choose_qparams %x {spec = #lowp.spec<i8, block = [1, ?]>} : (tensor<5x2xf32>) -> (tensor<5x1xf32>, tensor<5x1xi32>)
  %sd = tensor.cast %s : tensor<5x1xf32> to tensor<?x?xf32>
  %zd = tensor.cast %z : tensor<5x1xi32> to tensor<?x?xi32>
  call @show(%sd) : (tensor<?x?xf32>) -> ()
  call @show_zeros(%zd) : (tensor<?x?xi32>) -> ()
  return
}

// A scale is rounded to the type it is stored in before anything is computed from it: 1/3 in f16 is
// 0.333252.
func.func @stored_scale() {
  %x = arith.constant dense<[[1.0, -2.3333333]]> : tensor<1x2xf32>
  %s = lowp.choose_qparams %x {spec = #lowp.spec<i4, block = [?, ?], symmetric, scale = f16>} : (tensor<1x2xf32>) -> tensor<1x1xf16>
  %wide = arith.extf %s : tensor<1x1xf16> to tensor<1x1xf32>
  %sd = tensor.cast %wide : tensor<1x1xf32> to tensor<?x?xf32>
  call @show(%sd) : (tensor<?x?xf32>) -> ()
  return
}

// Values so small that the scale would vanish in f16: it is the smallest normal one, 2^-14, and the
// zero point is as for a range of nothing.
func.func @vanishing_scale() {
  %x = arith.constant dense<[[1.0e-10, -1.0e-10]]> : tensor<1x2xf32>
  %s, %z = lowp.choose_qparams %x {spec = #lowp.spec<u8, block = [?, ?], scale = f16>} : (tensor<1x2xf32>) -> (tensor<1x1xf16>, tensor<1x1xi32>)
  %wide = arith.extf %s : tensor<1x1xf16> to tensor<1x1xf32>
  %sd = tensor.cast %wide : tensor<1x1xf32> to tensor<?x?xf32>
  %zd = tensor.cast %z : tensor<1x1xi32> to tensor<?x?xi32>
  call @show(%sd) : (tensor<?x?xf32>) -> ()
  call @show_zeros(%zd) : (tensor<?x?xi32>) -> ()
  return
}

// A NaN reaches the scale; the zero point, an integer, is lo. So it is where m / s
// is one, infinity by infinity.
func.func @not_finite() {
  %x = arith.constant dense<[[0x7FC00000, 1.0], [0xFF800000, 0x7F800000]]> : tensor<2x2xf32>
  %s, %z = lowp.choose_qparams %x {spec = #lowp.spec<u8, block = [1, ?], range = [3, 250]>} : (tensor<2x2xf32>) -> (tensor<2x1xf32>, tensor<2x1xi32>)
  %sd = tensor.cast %s : tensor<2x1xf32> to tensor<?x?xf32>
  %zd = tensor.cast %z : tensor<2x1xi32> to tensor<?x?xi32>
  call @show(%sd) : (tensor<?x?xf32>) -> ()
  call @show_zeros(%zd) : (tensor<?x?xi32>) -> ()
  return
}

// Grids that are more static than the input.
func.func @refined(%x: tensor<?x2xf32>) {
  %s, %z = lowp.choose_qparams %x {spec = #lowp.spec<u8, block = [1, ?]>} : (tensor<?x2xf32>) -> (tensor<2x1xf32>, tensor<2x1xi32>)
  %sd = tensor.cast %s : tensor<2x1xf32> to tensor<?x?xf32>
  %zd = tensor.cast %z : tensor<2x1xi32> to tensor<?x?xi32>
  call @show(%sd) : (tensor<?x?xf32>) -> ()
  call @show_zeros(%zd) : (tensor<?x?xi32>) -> ()
  return
}

func.func @main() {
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}2],
  // CHECK-NEXT: [0.5],
  // CHECK-NEXT: [1]]
  call @symmetric_per_token() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}2, 1, 0.428571]]
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}2]]
  call @symmetric_per_channel_and_tensor() : () -> ()
  // CHECK: sizes = [2, 3]
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}2, 1, 4],
  // CHECK-NEXT: [0.25, 0.5, 1]]
  // CHECK: sizes = [1, 2]
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}2, 4]]
  call @symmetric_groups() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}1],
  // CHECK-NEXT: [2],
  // CHECK-NEXT: [2],
  // CHECK-NEXT: [2],
  // CHECK-NEXT: [1]]
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}64],
  // CHECK-NEXT: [0],
  // CHECK-NEXT: [255],
  // CHECK-NEXT: [2],
  // CHECK-NEXT: [0]]
  call @asymmetric_unsigned() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}1],
  // CHECK-NEXT: [2],
  // CHECK-NEXT: [2],
  // CHECK-NEXT: [2],
  // CHECK-NEXT: [1]]
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}-64],
  // CHECK-NEXT: [-128],
  // CHECK-NEXT: [127],
  // CHECK-NEXT: [-126],
  // CHECK-NEXT: [-128]]
  call @asymmetric_signed() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}0.333252]]
  call @stored_scale() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}6.10352e-05]]
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}0]]
  call @vanishing_scale() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}{{-?}}nan],
  // CHECK-NEXT: [1.37766e+36]]
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}3],
  // CHECK-NEXT: [250]]
  call @not_finite() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}1],
  // CHECK-NEXT: [2]]
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}64],
  // CHECK-NEXT: [0]]
  %x = arith.constant dense<[[-64.0, 191.0], [2.0, 510.0]]> : tensor<2x2xf32>
  %d = tensor.cast %x : tensor<2x2xf32> to tensor<?x2xf32>
  call @refined(%d) : (tensor<?x2xf32>) -> ()
  return
}
