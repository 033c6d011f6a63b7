// What upstream's own --lower-quant-ops gets wrong: it truncates, and does not saturate. Numbers worked
// out by hand from q = clip(rne(x / s) + z, lo, hi).
// RUN: quant-opt %s --convert-quant-to-lowp --lowp-lower-to-linalg | %run_main | FileCheck %s

func.func private @printMemrefI32(tensor<*xi32>) attributes {llvm.emit_c_interface}
func.func private @printMemrefF32(tensor<*xf32>) attributes {llvm.emit_c_interface}

func.func @signed(%x: tensor<8xf32>) {
  %q = quant.qcast %x : tensor<8xf32> to tensor<8x!quant.uniform<i8:f32, 1.0>>
  %c = quant.scast %q : tensor<8x!quant.uniform<i8:f32, 1.0>> to tensor<8xi8>
  %wide = arith.extsi %c : tensor<8xi8> to tensor<8xi32>
  %any = tensor.cast %wide : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%any) : (tensor<*xi32>) -> ()
  return
}

func.func @restricted(%x: tensor<8xf32>) {
  %q = quant.qcast %x : tensor<8xf32> to tensor<8x!quant.uniform<i8<-127:127>:f32, 1.0>>
  %c = quant.scast %q : tensor<8x!quant.uniform<i8<-127:127>:f32, 1.0>> to tensor<8xi8>
  %wide = arith.extsi %c : tensor<8xi8> to tensor<8xi32>
  %any = tensor.cast %wide : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%any) : (tensor<*xi32>) -> ()
  return
}

func.func @unsigned(%x: tensor<8xf32>) {
  %q = quant.qcast %x : tensor<8xf32> to tensor<8x!quant.uniform<u8:f32, 0.5:128>>
  %c = quant.scast %q : tensor<8x!quant.uniform<u8:f32, 0.5:128>> to tensor<8xi8>
  %wide = arith.extui %c : tensor<8xi8> to tensor<8xi32>
  %any = tensor.cast %wide : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%any) : (tensor<*xi32>) -> ()
  return
}

// Blocks of 1 × 2 with scales 1, 2 and 4, 8: each element there and back.
func.func @blocks() {
  %x = arith.constant dense<[[5.0, 5.5, 5.0, 7.0], [5.0, 6.0, 5.0, 300.0]]> : tensor<2x4xf32>
  %q = quant.qcast %x : tensor<2x4xf32> to tensor<2x4x!quant.uniform<i4:f32:{0:1, 1:2}, {{1.0, 2.0}, {4.0:1, 8.0}}>>
  %y = quant.dcast %q : tensor<2x4x!quant.uniform<i4:f32:{0:1, 1:2}, {{1.0, 2.0}, {4.0:1, 8.0}}>> to tensor<2x4xf32>
  %any = tensor.cast %y : tensor<2x4xf32> to tensor<*xf32>
  call @printMemrefF32(%any) : (tensor<*xf32>) -> ()
  return
}

func.func @main() {
  %x = arith.constant dense<[0.9, -0.9, 1.5, 127.9, 130.0, 300.0, -400.0, 1000000.0]> : tensor<8xf32>
  // CHECK: [1, -1, 2, 127, 127, 127, -128, 127]
  call @signed(%x) : (tensor<8xf32>) -> ()
  // CHECK: [1, -1, 2, 127, 127, 127, -127, 127]
  call @restricted(%x) : (tensor<8xf32>) -> ()
  // CHECK: [130, 126, 131, 255, 255, 255, 0, 255]
  call @unsigned(%x) : (tensor<8xf32>) -> ()
  // CHECK: {{\[\[}}5, 6, 4, 8],
  // CHECK-NEXT: [4, 8, 8, 56]]
  call @blocks() : () -> ()
  return
}
