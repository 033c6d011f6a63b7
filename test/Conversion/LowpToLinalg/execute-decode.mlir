// x̂ = codebook[q] · absmax, worked out by hand; every value here is exact in f32.
// RUN: quant-opt %s --lowp-widen-codes --lowp-lower-to-linalg | %run_main | FileCheck %s

func.func private @printMemrefF32(tensor<*xf32>) attributes {llvm.emit_c_interface}

// A table that no scale makes, and a last block that is short.
// CHECK: [1, -8, -0.5],
// CHECK-NEXT: [96, 16, 6]
func.func @main() {
  %q = arith.constant dense<[[1, 2, 0], [3, 1, 3]]> : tensor<2x3xi2>
  %t = arith.constant dense<[-0.25, 0.5, -4.0, 3.0]> : tensor<4xf32>
  %m = arith.constant dense<[[2.0, 2.0], [32.0, 2.0]]> : tensor<2x2xf32>
  %x = lowp.decode %q, %t, %m {spec = #lowp.spec<u2, block = [1, 2], symmetric>} : (tensor<2x3xi2>, tensor<4xf32>, tensor<2x2xf32>) -> tensor<2x3xf32>
  %any = tensor.cast %x : tensor<2x3xf32> to tensor<*xf32>
  call @printMemrefF32(%any) : (tensor<*xf32>) -> ()
  return
}
