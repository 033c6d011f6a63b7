// Floats of 8 bits, worked out by hand: to nearest even, saturated, subnormals, NaN.
// RUN: quant-opt %s --lowp-lower-to-linalg | %run_main | FileCheck %s
// RUN: quant-opt %s --lowp-lower-to-linalg | FileCheck %s --check-prefix=BYTES

// Codes are bytes all the way.
// BYTES-NOT: f8E

func.func private @printMemrefI32(tensor<*xi32>) attributes {llvm.emit_c_interface}
func.func private @printMemrefF32(tensor<*xf32>) attributes {llvm.emit_c_interface}

func.func @show(%q: tensor<12xi8>) {
  %wide = arith.extui %q : tensor<12xi8> to tensor<12xi32>
  %any = tensor.cast %wide : tensor<12xi32> to tensor<*xi32>
  call @printMemrefI32(%any) : (tensor<*xi32>) -> ()
  return
}

func.func @main() {
  %one = arith.constant dense<1.0> : tensor<1xf32>
  %two = arith.constant dense<2.0> : tensor<1xf32>
  // 0x1p-9 is the smallest step, 0x1p-10 a tie between it and 0, 0x1.8p-9 one between 1 and 2 steps; 17 and 19 are
  // ties between 16, 18 and 20.
  // CHECK: data =
  // CHECK-NEXT: [48, 126, 126, 254, 127, 1, 0, 2, 88, 90, 184, 8]
  %x = arith.constant dense<[0.5, 448.0, 1000.0, 0xFF800000, 0x7FC00000, 0.001953125, 0.0009765625, 0.0029296875, 17.0, 19.0, -1.0, 0.0155]> : tensor<12xf32>
  %q = lowp.quantize %x, %one {spec = #lowp.spec<f8E4M3FN, block = [?], symmetric>} : (tensor<12xf32>, tensor<1xf32>) -> tensor<12xf8E4M3FN>
  %qb = tensor.bitcast %q : tensor<12xf8E4M3FN> to tensor<12xi8>
  call @show(%qb) : (tensor<12xi8>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [56, 123, 123, 251, 126, 1, 0, 2, 60, 62, 192, 4]
  %y = arith.constant dense<[0.5, 57344.0, 65536.0, 0xFF800000, 0x7FC00000, 1.52587890625e-05, 7.62939453125e-06, 2.288818359375e-05, 1.125, 1.375, -2.0, 6.1e-05]> : tensor<12xf32>
  %r = lowp.quantize %y, %one {spec = #lowp.spec<f8E5M2, block = [?], symmetric>} : (tensor<12xf32>, tensor<1xf32>) -> tensor<12xf8E5M2>
  %rb = tensor.bitcast %r : tensor<12xf8E5M2> to tensor<12xi8>
  call @show(%rb) : (tensor<12xi8>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0.00390625, 0.03125, 896, nan, 2, -0, -2, 0.0273438]
  %c = arith.constant dense<[1, 8, 126, 127, 56, -128, -72, 7]> : tensor<8xi8>
  %cf = tensor.bitcast %c : tensor<8xi8> to tensor<8xf8E4M3FN>
  %d = lowp.dequantize %cf, %two {spec = #lowp.spec<f8E4M3FN, block = [?], symmetric>} : (tensor<8xf8E4M3FN>, tensor<1xf32>) -> tensor<8xf32>
  %da = tensor.cast %d : tensor<8xf32> to tensor<*xf32>
  call @printMemrefF32(%da) : (tensor<*xf32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [3.05176e-05, 0.00012207, 114688, inf, 2, -0, -inf, nan]
  %e = arith.constant dense<[1, 4, 123, 124, 60, -128, -4, 125]> : tensor<8xi8>
  %ef = tensor.bitcast %e : tensor<8xi8> to tensor<8xf8E5M2>
  %g = lowp.dequantize %ef, %two {spec = #lowp.spec<f8E5M2, block = [?], symmetric>} : (tensor<8xf8E5M2>, tensor<1xf32>) -> tensor<8xf32>
  %ga = tensor.cast %g : tensor<8xf32> to tensor<*xf32>
  call @printMemrefF32(%ga) : (tensor<*xf32>) -> ()
  // A scale is the largest magnitude over the largest number, 448; 1 where there is nothing.
  // CHECK: data =
  // CHECK-NEXT: [0.5, 1]
  %z = arith.constant dense<[[224.0, -112.0, 1.0], [0.0, 0.0, 0.0]]> : tensor<2x3xf32>
  %s = lowp.choose_qparams %z {spec = #lowp.spec<f8E4M3FN, block = [1, ?], symmetric>} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  %sc = tensor.collapse_shape %s [[0, 1]] : tensor<2x1xf32> into tensor<2xf32>
  %sa = tensor.cast %sc : tensor<2xf32> to tensor<*xf32>
  call @printMemrefF32(%sa) : (tensor<*xf32>) -> ()
  return
}
