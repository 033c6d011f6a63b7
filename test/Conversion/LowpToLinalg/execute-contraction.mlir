// Contractions of codes: f32(Σ (qa − za)(qb − zb)) · sa · sb + init, worked out by hand.
// RUN: quant-opt %s --lowp-lower-to-linalg | %run_main | FileCheck %s

#token = #lowp.spec<i8, block = [1, ?], symmetric>
#channel = #lowp.spec<i8, block = [?, 1], symmetric>
#tensor = #lowp.spec<i8, block = [?, ?], symmetric>
#affine_token = #lowp.spec<u8, block = [1, ?]>
#affine_channel = #lowp.spec<i8, block = [?, 1]>

func.func private @printMemrefF32(tensor<*xf32>) attributes {llvm.emit_c_interface}

func.func @show2x2(%x: tensor<2x2xf32>) {
  %any = tensor.cast %x : tensor<2x2xf32> to tensor<*xf32>
  call @printMemrefF32(%any) : (tensor<*xf32>) -> ()
  return
}

// [1 2 3; 4 5 6] · [1 2; 3 4; 5 6] = [22 28; 49 64], times rows (1, 0.5) and columns (2, 4).
func.func @matmul() {
  %qa = arith.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>
  %sa = arith.constant dense<[[1.0], [0.5]]> : tensor<2x1xf32>
  %qb = arith.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi8>
  %sb = arith.constant dense<[[2.0, 4.0]]> : tensor<1x2xf32>
  %a = lowp.dequantize %qa, %sa {spec = #token} : (tensor<2x3xi8>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %b = lowp.dequantize %qb, %sb {spec = #channel} : (tensor<3x2xi8>, tensor<1x2xf32>) -> tensor<3x2xf32>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2x2xf32>
  %none = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x2xf32>) -> tensor<2x2xf32>
  %y = linalg.matmul ins(%a, %b : tensor<2x3xf32>, tensor<3x2xf32>) outs(%none : tensor<2x2xf32>) -> tensor<2x2xf32>
  call @show2x2(%y) : (tensor<2x2xf32>) -> ()
  // The init is added last.
  %bias = arith.constant dense<[[0.5, -0.5], [100.0, -128.0]]> : tensor<2x2xf32>
  %z = linalg.matmul ins(%a, %b : tensor<2x3xf32>, tensor<3x2xf32>) outs(%bias : tensor<2x2xf32>) -> tensor<2x2xf32>
  call @show2x2(%z) : (tensor<2x2xf32>) -> ()
  return
}

// u8 [255 0 128; 1 2 3] less (128, 2) = [127 -128 0; -1 0 1];
// i8 [-128 127; 0 0; 5 -5] less (127, -128) = [-255 255; -127 128; -122 123].
// Their product: [127·-255 + 128·127, 127·255 − 128·128; 255 − 122, -255 + 123]
//              = [-16129, 16001; 133, -132].
func.func @zero_points() {
  %qa = arith.constant dense<[[-1, 0, -128], [1, 2, 3]]> : tensor<2x3xi8>
  %sa = arith.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %za = arith.constant dense<[[128], [2]]> : tensor<2x1xi32>
  %qb = arith.constant dense<[[-128, 127], [0, 0], [5, -5]]> : tensor<3x2xi8>
  %sb = arith.constant dense<[[1.0, 0.5]]> : tensor<1x2xf32>
  %zb = arith.constant dense<[[127, -128]]> : tensor<1x2xi32>
  %a = lowp.dequantize %qa, %sa, %za {spec = #affine_token} : (tensor<2x3xi8>, tensor<2x1xf32>, tensor<2x1xi32>) -> tensor<2x3xf32>
  %b = lowp.dequantize %qb, %sb, %zb {spec = #affine_channel} : (tensor<3x2xi8>, tensor<1x2xf32>, tensor<1x2xi32>) -> tensor<3x2xf32>
  %none = arith.constant dense<0.0> : tensor<2x2xf32>
  %y = linalg.matmul ins(%a, %b : tensor<2x3xf32>, tensor<3x2xf32>) outs(%none : tensor<2x2xf32>) -> tensor<2x2xf32>
  call @show2x2(%y) : (tensor<2x2xf32>) -> ()
  return
}

// The right operand lies n × k, with a scale and a zero point per row: [22 28; 49 64] again, as
// (2, 4, 6) − 1 = (1, 3, 5) and (0, 2, 4) + 2 = (2, 4, 6).
func.func @transposed() {
  %qa = arith.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>
  %sa = arith.constant dense<[[1.0], [0.5]]> : tensor<2x1xf32>
  %qb = arith.constant dense<[[2, 4, 6], [0, 2, 4]]> : tensor<2x3xi8>
  %sb = arith.constant dense<[[2.0], [4.0]]> : tensor<2x1xf32>
  %zb = arith.constant dense<[[1], [-2]]> : tensor<2x1xi32>
  %a = lowp.dequantize %qa, %sa {spec = #token} : (tensor<2x3xi8>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %b = lowp.dequantize %qb, %sb, %zb {spec = #lowp.spec<i8, block = [1, ?]>} : (tensor<2x3xi8>, tensor<2x1xf32>, tensor<2x1xi32>) -> tensor<2x3xf32>
  %none = arith.constant dense<0.0> : tensor<2x2xf32>
  %y = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %b : tensor<2x3xf32>, tensor<2x3xf32>) outs(%none : tensor<2x2xf32>) -> tensor<2x2xf32>
  call @show2x2(%y) : (tensor<2x2xf32>) -> ()
  return
}

// Rows of the left operand share scales in pairs, the last row has its own; k = 1.
func.func @blocks_of_rows() {
  %qa = arith.constant dense<[[1], [2], [3]]> : tensor<3x1xi8>
  %sa = arith.constant dense<[[1.0], [10.0]]> : tensor<2x1xf32>
  %za = arith.constant dense<[[0], [1]]> : tensor<2x1xi32>
  %qb = arith.constant dense<[[1, 2, 3]]> : tensor<1x3xi8>
  %sb = arith.constant dense<[[1.0, 100.0]]> : tensor<1x2xf32>
  %a = lowp.dequantize %qa, %sa, %za {spec = #lowp.spec<i8, block = [2, ?]>} : (tensor<3x1xi8>, tensor<2x1xf32>, tensor<2x1xi32>) -> tensor<3x1xf32>
  %b = lowp.dequantize %qb, %sb {spec = #lowp.spec<i8, block = [?, 2], symmetric>} : (tensor<1x3xi8>, tensor<1x2xf32>) -> tensor<1x3xf32>
  %none = arith.constant dense<0.0> : tensor<3x3xf32>
  %y = linalg.matmul ins(%a, %b : tensor<3x1xf32>, tensor<1x3xf32>) outs(%none : tensor<3x3xf32>) -> tensor<3x3xf32>
  %any = tensor.cast %y : tensor<3x3xf32> to tensor<*xf32>
  call @printMemrefF32(%any) : (tensor<*xf32>) -> ()
  return
}

// Two batches, each with its own scales on both sides.
func.func @batch() {
  %qa = arith.constant dense<[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]> : tensor<2x2x2xi8>
  %sa = arith.constant dense<[[[1.0], [2.0]], [[3.0], [4.0]]]> : tensor<2x2x1xf32>
  %qb = arith.constant dense<[[[1, 2], [3, 4]], [[1, 1], [1, 1]]]> : tensor<2x2x2xi8>
  %sb = arith.constant dense<[[[1.0]], [[0.5]]]> : tensor<2x1x1xf32>
  %zb = arith.constant dense<[[[0]], [[2]]]> : tensor<2x1x1xi32>
  %a = lowp.dequantize %qa, %sa {spec = #lowp.spec<i8, block = [1, 1, ?], symmetric>} : (tensor<2x2x2xi8>, tensor<2x2x1xf32>) -> tensor<2x2x2xf32>
  %b = lowp.dequantize %qb, %sb, %zb {spec = #lowp.spec<i8, block = [1, ?, ?]>} : (tensor<2x2x2xi8>, tensor<2x1x1xf32>, tensor<2x1x1xi32>) -> tensor<2x2x2xf32>
  %none = arith.constant dense<0.0> : tensor<2x2x2xf32>
  %y = linalg.batch_matmul ins(%a, %b : tensor<2x2x2xf32>, tensor<2x2x2xf32>) outs(%none : tensor<2x2x2xf32>) -> tensor<2x2x2xf32>
  %any = tensor.cast %y : tensor<2x2x2xf32> to tensor<*xf32>
  call @printMemrefF32(%any) : (tensor<*xf32>) -> ()
  return
}

// 1·-7 + 2·5 + 1·-3 = 0 exactly. The products of the dequantized floats, with s = 0.1 and 0.3, add
// up to -1.5e-08.
func.func @exact() {
  %qa = arith.constant dense<[[1, 2, 1], [1, 2, 1]]> : tensor<2x3xi8>
  %sa = arith.constant dense<0.1> : tensor<2x1xf32>
  %qb = arith.constant dense<[[-7, -7], [5, 5], [-3, -3]]> : tensor<3x2xi8>
  %sb = arith.constant dense<0.3> : tensor<1x2xf32>
  %a = lowp.dequantize %qa, %sa {spec = #token} : (tensor<2x3xi8>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %b = lowp.dequantize %qb, %sb {spec = #channel} : (tensor<3x2xi8>, tensor<1x2xf32>) -> tensor<3x2xf32>
  %none = arith.constant dense<0.0> : tensor<2x2xf32>
  %y = linalg.matmul ins(%a, %b : tensor<2x3xf32>, tensor<3x2xf32>) outs(%none : tensor<2x2xf32>) -> tensor<2x2xf32>
  call @show2x2(%y) : (tensor<2x2xf32>) -> ()
  return
}

// fake_quantize is dequantize(quantize(x)), in a contraction too: the same codes as in @exact.
func.func @of_fake_quantize() {
  %x = arith.constant dense<[[0.1, 0.2, 0.1], [0.1, 0.2, 0.1]]> : tensor<2x3xf32>
  %sa = arith.constant dense<0.1> : tensor<2x1xf32>
  %w = arith.constant dense<[[-2.1, -2.1], [1.5, 1.5], [-0.9, -0.9]]> : tensor<3x2xf32>
  %sb = arith.constant dense<0.3> : tensor<1x2xf32>
  %a = lowp.fake_quantize %x, %sa {spec = #token} : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %b = lowp.fake_quantize %w, %sb {spec = #channel} : (tensor<3x2xf32>, tensor<1x2xf32>) -> tensor<3x2xf32>
  %none = arith.constant dense<0.0> : tensor<2x2xf32>
  %y = linalg.matmul ins(%a, %b : tensor<2x3xf32>, tensor<3x2xf32>) outs(%none : tensor<2x2xf32>) -> tensor<2x2xf32>
  call @show2x2(%y) : (tensor<2x2xf32>) -> ()
  return
}

// The scale of the activation comes first, the constant operand being the weight, on either side:
// 4 · 2^127 overflows before the 2^-126 of the weight could bring it back.
func.func @order(%q: tensor<1x1xi8>) {
  %huge = arith.constant dense<0x7F000000> : tensor<1x1xf32>
  %tiny = arith.constant dense<0x00800000> : tensor<1x1xf32>
  %c = arith.constant dense<4> : tensor<1x1xi8>
  %none = arith.constant dense<0.0> : tensor<1x1xf32>
  %act = lowp.dequantize %q, %huge {spec = #tensor} : (tensor<1x1xi8>, tensor<1x1xf32>) -> tensor<1x1xf32>
  %weight = lowp.dequantize %c, %tiny {spec = #tensor} : (tensor<1x1xi8>, tensor<1x1xf32>) -> tensor<1x1xf32>
  %0 = linalg.matmul ins(%act, %weight : tensor<1x1xf32>, tensor<1x1xf32>) outs(%none : tensor<1x1xf32>) -> tensor<1x1xf32>
  %any0 = tensor.cast %0 : tensor<1x1xf32> to tensor<*xf32>
  call @printMemrefF32(%any0) : (tensor<*xf32>) -> ()
  %1 = linalg.matmul ins(%weight, %act : tensor<1x1xf32>, tensor<1x1xf32>) outs(%none : tensor<1x1xf32>) -> tensor<1x1xf32>
  %any1 = tensor.cast %1 : tensor<1x1xf32> to tensor<*xf32>
  call @printMemrefF32(%any1) : (tensor<*xf32>) -> ()
  // With the scales exchanged the small one comes first, and nothing overflows.
  %small = lowp.dequantize %q, %tiny {spec = #tensor} : (tensor<1x1xi8>, tensor<1x1xf32>) -> tensor<1x1xf32>
  %large = lowp.dequantize %c, %huge {spec = #tensor} : (tensor<1x1xi8>, tensor<1x1xf32>) -> tensor<1x1xf32>
  %2 = linalg.matmul ins(%large, %small : tensor<1x1xf32>, tensor<1x1xf32>) outs(%none : tensor<1x1xf32>) -> tensor<1x1xf32>
  %any2 = tensor.cast %2 : tensor<1x1xf32> to tensor<*xf32>
  call @printMemrefF32(%any2) : (tensor<*xf32>) -> ()
  return
}

func.func @main() {
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}44, 112],
  // CHECK-NEXT: [49, 128]]
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}44.5, 111.5],
  // CHECK-NEXT: [149, 0]]
  call @matmul() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}-16129, 8000.5],
  // CHECK-NEXT: [266, -132]]
  call @zero_points() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}44, 112],
  // CHECK-NEXT: [49, 128]]
  call @transposed() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}1, 2, 300],
  // CHECK-NEXT: [2, 4, 600],
  // CHECK-NEXT: [20, 40, 6000]]
  call @blocks_of_rows() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: {{\[\[\[}}7, 10],
  // CHECK-NEXT: [30, 44]],
  // CHECK-NEXT: {{\[\[}}-16.5, -16.5],
  // CHECK-NEXT: [-30, -30]]]
  call @batch() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}0, 0],
  // CHECK-NEXT: [0, 0]]
  call @exact() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}0, 0],
  // CHECK-NEXT: [0, 0]]
  call @of_fake_quantize() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}inf]]
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}inf]]
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}8]]
  %one = arith.constant dense<1> : tensor<1x1xi8>
  call @order(%one) : (tensor<1x1xi8>) -> ()
  return
}
