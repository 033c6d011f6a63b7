// Codes, worked out by hand from q = clip(rne(x / s) + z, lo, hi).
// RUN: quant-opt %s --lowp-lower-to-linalg | %run_main | FileCheck %s

func.func private @printMemrefI32(tensor<*xi32>) attributes {llvm.emit_c_interface}

func.func @show8(%q: tensor<8xi8>) {
  %wide = arith.extsi %q : tensor<8xi8> to tensor<8xi32>
  %any = tensor.cast %wide : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%any) : (tensor<*xi32>) -> ()
  return
}

// Halves go to the even neighbour; the float below one half goes to zero.
func.func @ties() {
  %x = arith.constant dense<[0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 3.5, 0.49999997]> : tensor<8xf32>
  %s = arith.constant dense<1.0> : tensor<1xf32>
  %q = lowp.quantize %x, %s {spec = #lowp.spec<i8, block = [?], symmetric>} : (tensor<8xf32>, tensor<1xf32>) -> tensor<8xi8>
  call @show8(%q) : (tensor<8xi8>) -> ()
  return
}

// The clip is done in float: overflow and infinities are no special case. NaN gives lo.
func.func @saturation() {
  %x = arith.constant dense<[1.0e30, -1.0e30, 0x7F800000, 0xFF800000, 0x7FC00000, 127.5, -128.75, 126.5]> : tensor<8xf32>
  %s = arith.constant dense<1.0> : tensor<1xf32>
  %whole = lowp.quantize %x, %s {spec = #lowp.spec<i8, block = [?], symmetric>} : (tensor<8xf32>, tensor<1xf32>) -> tensor<8xi8>
  call @show8(%whole) : (tensor<8xi8>) -> ()
  %restricted = lowp.quantize %x, %s {spec = #lowp.spec<i8, block = [?], symmetric, range = [-127, 127]>} : (tensor<8xf32>, tensor<1xf32>) -> tensor<8xi8>
  call @show8(%restricted) : (tensor<8xi8>) -> ()
  return
}

// A scale so small that the quotient overflows to infinity.
func.func @overflowing_quotient() {
  %x = arith.constant dense<[1.0e30, -1.0e30, 0.0, 1.0e-30, -1.0e-30, 2.0e-30, 1.5e-30, 2.5e-30]> : tensor<8xf32>
  %s = arith.constant dense<1.0e-30> : tensor<1xf32>
  %q = lowp.quantize %x, %s {spec = #lowp.spec<i8, block = [?], symmetric>} : (tensor<8xf32>, tensor<1xf32>) -> tensor<8xi8>
  call @show8(%q) : (tensor<8xi8>) -> ()
  return
}

// The zero point is added after rounding: 0.5 + 1 gives 0 + 1 and not rne(1.5) = 2. The clip comes
// last: -200 + 100 is a code.
func.func @zero_point() {
  %x = arith.constant dense<[0.5, 1.5, -200.0, 200.0, 27.0, 26.0, -101.0, -228.0]> : tensor<8xf32>
  %s = arith.constant dense<1.0> : tensor<1xf32>
  %one = arith.constant dense<1> : tensor<1xi32>
  %q = lowp.quantize %x, %s, %one {spec = #lowp.spec<i8, block = [?]>} : (tensor<8xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<8xi8>
  call @show8(%q) : (tensor<8xi8>) -> ()
  %hundred = arith.constant dense<100> : tensor<1xi32>
  %r = lowp.quantize %x, %s, %hundred {spec = #lowp.spec<i8, block = [?]>} : (tensor<8xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<8xi8>
  call @show8(%r) : (tensor<8xi8>) -> ()
  return
}

// s = 7/1024, x = 6.5·s, both exact. x / s = 6.5 gives 6; 1/s rounds up, so x · (1/s) > 6.5 gives 7.
func.func @reciprocal() {
  %x = arith.constant dense<0.04443359375> : tensor<8xf32>
  %s = arith.constant dense<0.0068359375> : tensor<1xf32>
  %division = lowp.quantize %x, %s {spec = #lowp.spec<i8, block = [?], symmetric>} : (tensor<8xf32>, tensor<1xf32>) -> tensor<8xi8>
  call @show8(%division) : (tensor<8xi8>) -> ()
  %reciprocal = lowp.quantize %x, %s {spec = #lowp.spec<i8, block = [?], symmetric, reciprocal>} : (tensor<8xf32>, tensor<1xf32>) -> tensor<8xi8>
  call @show8(%reciprocal) : (tensor<8xi8>) -> ()
  return
}

// Codes above the signed half of their storage.
func.func @unsigned() {
  %x = arith.constant dense<[-1.0, 0.0, 7.0, 8.0, 15.0, 16.0, 255.0, 256.0]> : tensor<8xf32>
  %s = arith.constant dense<1.0> : tensor<1xf32>
  %u8 = lowp.quantize %x, %s {spec = #lowp.spec<u8, block = [?], symmetric>} : (tensor<8xf32>, tensor<1xf32>) -> tensor<8xi8>
  %u8wide = arith.extui %u8 : tensor<8xi8> to tensor<8xi32>
  %u8any = tensor.cast %u8wide : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%u8any) : (tensor<*xi32>) -> ()
  %u4 = lowp.quantize %x, %s {spec = #lowp.spec<u4, block = [?], symmetric>} : (tensor<8xf32>, tensor<1xf32>) -> tensor<8xi4>
  %u4wide = arith.extui %u4 : tensor<8xi4> to tensor<8xi32>
  %u4any = tensor.cast %u4wide : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%u4any) : (tensor<*xi32>) -> ()
  %big = arith.constant dense<[65535.0, 65536.0, 32768.0, 32767.0, -1.0, 0.5, 1.5, 1.0e9]> : tensor<8xf32>
  %u16 = lowp.quantize %big, %s {spec = #lowp.spec<u16, block = [?], symmetric>} : (tensor<8xf32>, tensor<1xf32>) -> tensor<8xi16>
  %u16wide = arith.extui %u16 : tensor<8xi16> to tensor<8xi32>
  %u16any = tensor.cast %u16wide : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%u16any) : (tensor<*xi32>) -> ()
  return
}

// The narrow ends of the storage: i4 in [-8, 7], i1 in [-1, 0].
func.func @signed_sub_byte() {
  %x = arith.constant dense<[-9.0, -8.0, -1.0, 0.0, 0.5, 7.0, 7.5, 100.0]> : tensor<8xf32>
  %s = arith.constant dense<1.0> : tensor<1xf32>
  %i4 = lowp.quantize %x, %s {spec = #lowp.spec<i4, block = [?], symmetric>} : (tensor<8xf32>, tensor<1xf32>) -> tensor<8xi4>
  %i4wide = arith.extsi %i4 : tensor<8xi4> to tensor<8xi32>
  %i4any = tensor.cast %i4wide : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%i4any) : (tensor<*xi32>) -> ()
  %i1 = lowp.quantize %x, %s {spec = #lowp.spec<i1, block = [?], symmetric>} : (tensor<8xf32>, tensor<1xf32>) -> tensor<8xi1>
  %i1wide = arith.extsi %i1 : tensor<8xi1> to tensor<8xi32>
  %i1any = tensor.cast %i1wide : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%i1any) : (tensor<*xi32>) -> ()
  return
}

// The same x under three granularities: a scale per row, per column, and per 2 × 2 block, whose last
// row and column of blocks are short.
func.func @blocks() {
  %x = arith.constant dense<8.0> : tensor<3x3xf32>
  %rows = arith.constant dense<[[1.0], [2.0], [4.0]]> : tensor<3x1xf32>
  %token = lowp.quantize %x, %rows {spec = #lowp.spec<i8, block = [1, ?], symmetric>} : (tensor<3x3xf32>, tensor<3x1xf32>) -> tensor<3x3xi8>
  call @show3x3(%token) : (tensor<3x3xi8>) -> ()
  %columns = arith.constant dense<[[1.0, 2.0, 4.0]]> : tensor<1x3xf32>
  %channel = lowp.quantize %x, %columns {spec = #lowp.spec<i8, block = [?, 1], symmetric>} : (tensor<3x3xf32>, tensor<1x3xf32>) -> tensor<3x3xi8>
  call @show3x3(%channel) : (tensor<3x3xi8>) -> ()
  %grid = arith.constant dense<[[1.0, 2.0], [4.0, 8.0]]> : tensor<2x2xf32>
  %tile = lowp.quantize %x, %grid {spec = #lowp.spec<i8, block = [2, 2], symmetric>} : (tensor<3x3xf32>, tensor<2x2xf32>) -> tensor<3x3xi8>
  call @show3x3(%tile) : (tensor<3x3xi8>) -> ()
  %zeros = arith.constant dense<[[0, 10], [20, 30]]> : tensor<2x2xi32>
  %shifted = lowp.quantize %x, %grid, %zeros {spec = #lowp.spec<i8, block = [2, 2]>} : (tensor<3x3xf32>, tensor<2x2xf32>, tensor<2x2xi32>) -> tensor<3x3xi8>
  call @show3x3(%shifted) : (tensor<3x3xi8>) -> ()
  return
}

func.func @show3x3(%q: tensor<3x3xi8>) {
  %wide = arith.extsi %q : tensor<3x3xi8> to tensor<3x3xi32>
  %any = tensor.cast %wide : tensor<3x3xi32> to tensor<*xi32>
  call @printMemrefI32(%any) : (tensor<*xi32>) -> ()
  return
}

// Sizes known at run time alone, groups of two with a tail; f16 in, f16 scales.
func.func @dynamic(%x: tensor<?x?xf16>, %s: tensor<?x?xf16>) {
  %q = lowp.quantize %x, %s {spec = #lowp.spec<i8, block = [1, 2], symmetric, scale = f16>} : (tensor<?x?xf16>, tensor<?x?xf16>) -> tensor<?x?xi8>
  %wide = arith.extsi %q : tensor<?x?xi8> to tensor<?x?xi32>
  %any = tensor.cast %wide : tensor<?x?xi32> to tensor<*xi32>
  call @printMemrefI32(%any) : (tensor<*xi32>) -> ()
  return
}

// A result that is more static than the input.
func.func @refined(%x: tensor<?xf32>) {
  %s = arith.constant dense<2.0> : tensor<1xf32>
  %q = lowp.quantize %x, %s {spec = #lowp.spec<i8, block = [?], symmetric>} : (tensor<?xf32>, tensor<1xf32>) -> tensor<8xi8>
  call @show8(%q) : (tensor<8xi8>) -> ()
  return
}

func.func @main() {
  // CHECK: data =
  // CHECK-NEXT: [0, 2, 2, 0, -2, -2, 4, 0]
  call @ties() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: [127, -128, 127, -128, -128, 127, -128, 126]
  // CHECK: data =
  // CHECK-NEXT: [127, -127, 127, -127, -127, 127, -127, 126]
  call @saturation() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: [127, -128, 0, 1, -1, 2, 2, 2]
  call @overflowing_quotient() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 3, -128, 127, 28, 27, -100, -128]
  // CHECK: data =
  // CHECK-NEXT: [100, 102, -100, 127, 127, 126, -1, -128]
  call @zero_point() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: [6, 6, 6, 6, 6, 6, 6, 6]
  // CHECK: data =
  // CHECK-NEXT: [7, 7, 7, 7, 7, 7, 7, 7]
  call @reciprocal() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 0, 7, 8, 15, 16, 255, 255]
  // CHECK: data =
  // CHECK-NEXT: [0, 0, 7, 8, 15, 15, 15, 15]
  // CHECK: data =
  // CHECK-NEXT: [65535, 65535, 32768, 32767, 0, 0, 2, 65535]
  call @unsigned() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: [-8, -8, -1, 0, 0, 7, 7, 7]
  // CHECK: data =
  // CHECK-NEXT: [-1, -1, -1, 0, 0, 0, 0, 0]
  call @signed_sub_byte() : () -> ()
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}8, 8, 8],
  // CHECK-NEXT: [4, 4, 4],
  // CHECK-NEXT: [2, 2, 2]]
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}8, 4, 2],
  // CHECK-NEXT: [8, 4, 2],
  // CHECK-NEXT: [8, 4, 2]]
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}8, 8, 4],
  // CHECK-NEXT: [8, 8, 4],
  // CHECK-NEXT: [2, 2, 1]]
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}8, 8, 14],
  // CHECK-NEXT: [8, 8, 14],
  // CHECK-NEXT: [22, 22, 31]]
  call @blocks() : () -> ()
  // CHECK: sizes = [2, 5]
  // CHECK: data =
  // CHECK-NEXT: {{\[\[}}12, 12, 6, 6, 3],
  // CHECK-NEXT: [24, 24, 48, 48, 96]]
  %x = arith.constant dense<12.0> : tensor<2x5xf16>
  %s = arith.constant dense<[[1.0, 2.0, 4.0], [0.5, 0.25, 0.125]]> : tensor<2x3xf16>
  %xd = tensor.cast %x : tensor<2x5xf16> to tensor<?x?xf16>
  %sd = tensor.cast %s : tensor<2x3xf16> to tensor<?x?xf16>
  call @dynamic(%xd, %sd) : (tensor<?x?xf16>, tensor<?x?xf16>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 1, 2, 2, 2, 3, 4, 4]
  %ramp = arith.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]> : tensor<8xf32>
  %rampd = tensor.cast %ramp : tensor<8xf32> to tensor<?xf32>
  call @refined(%rampd) : (tensor<?xf32>) -> ()
  return
}
