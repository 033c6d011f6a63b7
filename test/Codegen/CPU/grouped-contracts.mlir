// RUN: quant-opt %s --lowp-legalize-pipeline --lowp-form-contracts=target=avx512-vnni --canonicalize --split-input-file | FileCheck %s
// RUN: quant-opt %s --lowp-legalize-pipeline --lowp-form-contracts=target=dotprod --canonicalize --split-input-file | FileCheck %s --check-prefix=DOTPROD
// RUN: quant-opt %s --lowp-legalize-pipeline --lowp-form-contracts=target=generic --canonicalize --split-input-file | FileCheck %s --check-prefix=GENERIC

#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>
#w = #lowp.spec<i4, block = [1, 8], symmetric, scale = f16>
// A group of 16 columns: 8 products in 64 bytes, then 16 scales of 2; the codes -8 and 7 are the nibbles 0 and 15, k and
// k + 4 share a byte. Nothing wider is left. A row of sdot takes the same codes, for they fit it too.
// CHECK-LABEL: func.func @codes
// CHECK: %[[W:.*]] = arith.constant dense<"0x80FF8888{{.*}}"> : tensor<1x192xi8>
// CHECK-NOT: dense_resource
// CHECK: lowp.contract ins(%arg0, %[[W]] : tensor<2x12xi8>, tensor<1x192xi8>) epilogue(%arg1 : tensor<2x1xf32>)
// CHECK-SAME: groups = #lowp.groups<size = 8, bits = 4, step = 4, zero = 8, scale = f16, zero_points = false>
// CHECK: ^bb0(%[[SUM:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT: lowp.yield %[[SUM]] : f32
// DOTPROD: groups = #lowp.groups<size = 8, bits = 4, step = 4, zero = 8,
// GENERIC-LABEL: func.func @codes
// GENERIC: linalg.index
func.func @codes(%q: tensor<2x12xi8>, %s: tensor<2x1xf32>) -> tensor<2x1xf32> {
  %p = arith.constant dense<[[-8, 7, 0, 0, 0, 7, 0, 0, 1, 0, 0, 0]]> : tensor<1x12xi4>
  %t = arith.constant dense<[[1.0, 2.0]]> : tensor<1x2xf16>
  %x = lowp.dequantize %q, %s {spec = #a} : (tensor<2x12xi8>, tensor<2x1xf32>) -> tensor<2x12xf32>
  %y = lowp.dequantize %p, %t {spec = #w} : (tensor<1x12xi4>, tensor<1x2xf16>) -> tensor<1x12xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x1xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<2x1xf32>) -> tensor<2x1xf32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %y : tensor<2x12xf32>, tensor<1x12xf32>) outs(%init : tensor<2x1xf32>) -> tensor<2x1xf32>
  return %0 : tensor<2x1xf32>
}

// -----

#w = #lowp.spec<u8, block = [?, 1]>
// Floats times weights of 8 bits with one group, and zero points; what is added to is in the epilogue.
// CHECK-LABEL: func.func @floats
// CHECK: lowp.contract ins(%arg0, %{{.*}} : tensor<2x4xf32>, tensor<1x144xi8>) epilogue(%arg1 : tensor<2x1xf32>)
// CHECK-SAME: groups = #lowp.groups<size = 4, bits = 8, step = 4, zero = 0, scale = f32, zero_points = true>
// CHECK: arith.addf
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @floats(%x: tensor<2x4xf32>, %init: tensor<2x1xf32>) -> tensor<2x1xf32> {
  %p = arith.constant dense<[[1], [255], [3], [4]]> : tensor<4x1xi8>
  %t = arith.constant dense<2.0> : tensor<1x1xf32>
  %z = arith.constant dense<5> : tensor<1x1xi32>
  %y = lowp.dequantize %p, %t, %z {spec = #w} : (tensor<4x1xi8>, tensor<1x1xf32>, tensor<1x1xi32>) -> tensor<4x1xf32>
  %0 = linalg.matmul ins(%x, %y : tensor<2x4xf32>, tensor<4x1xf32>) outs(%init : tensor<2x1xf32>) -> tensor<2x1xf32>
  return %0 : tensor<2x1xf32>
}

// -----

#w = #lowp.spec<i4, block = [1, 4], symmetric>
// Scales that are no constants are not packed.
// CHECK-LABEL: func.func @computed_scales
// CHECK-NOT: groups
// CHECK: return
func.func @computed_scales(%x: tensor<2x8xf32>, %t: tensor<1x2xf32>, %init: tensor<2x1xf32>) -> tensor<2x1xf32> {
  %p = arith.constant dense<[[1, 2, 3, 4, 5, 6, 7, 0]]> : tensor<1x8xi4>
  %y = lowp.dequantize %p, %t {spec = #w} : (tensor<1x8xi4>, tensor<1x2xf32>) -> tensor<1x8xf32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %y : tensor<2x8xf32>, tensor<1x8xf32>) outs(%init : tensor<2x1xf32>) -> tensor<2x1xf32>
  return %0 : tensor<2x1xf32>
}

// -----

#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>
#w = #lowp.spec<u4, block = [1, 8]>
// Many rows are multiplied by c - z: a row whose dot takes unsigned codes gets those, once for all readers. What the zeros
// leave of the nibbles is the limit.
// CHECK-LABEL: func.func @many_rows
// CHECK: %[[A:.*]] = linalg.generic {{.*}} ins(%arg0 : tensor<32x8xi8>)
// CHECK: arith.xori %{{.*}}, %c-128_i8
// CHECK: lowp.contract ins(%[[A]], %{{.*}} : tensor<32x8xi8>, tensor<1x144xi8>) {{.*}}lhs_unsigned{{.*}}rhs_limit = 64 : i64
// CHECK-NOT: xori
// CHECK: lowp.contract ins(%[[A]], %{{.*}}lhs_unsigned
// DOTPROD-LABEL: func.func @many_rows
// DOTPROD-NOT: xori
// DOTPROD: lowp.contract ins(%arg0, {{.*}}rhs_limit = 64 : i64
// GENERIC-LABEL: func.func @many_rows
func.func @many_rows(%q: tensor<32x8xi8>, %s: tensor<32x1xf32>) -> (tensor<32x1xf32>, tensor<32x1xf32>) {
  %p = arith.constant dense<[[0, 15, 1, 2, 3, 4, 5, 6]]> : tensor<1x8xi4>
  %p1 = arith.constant dense<[[15, 0, 1, 2, 3, 4, 5, 6]]> : tensor<1x8xi4>
  %t = arith.constant dense<2.0> : tensor<1x1xf32>
  %z = arith.constant dense<5> : tensor<1x1xi32>
  %x = lowp.dequantize %q, %s {spec = #a} : (tensor<32x8xi8>, tensor<32x1xf32>) -> tensor<32x8xf32>
  %y = lowp.dequantize %p, %t, %z {spec = #w} : (tensor<1x8xi4>, tensor<1x1xf32>, tensor<1x1xi32>) -> tensor<1x8xf32>
  %y1 = lowp.dequantize %p1, %t, %z {spec = #w} : (tensor<1x8xi4>, tensor<1x1xf32>, tensor<1x1xi32>) -> tensor<1x8xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<32x1xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<32x1xf32>) -> tensor<32x1xf32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %y : tensor<32x8xf32>, tensor<1x8xf32>) outs(%init : tensor<32x1xf32>) -> tensor<32x1xf32>
  %1 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %y1 : tensor<32x8xf32>, tensor<1x8xf32>) outs(%init : tensor<32x1xf32>) -> tensor<32x1xf32>
  return %0, %1 : tensor<32x1xf32>, tensor<32x1xf32>
}

// -----

#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>
#w = #lowp.spec<u8, block = [1, 8]>
// kind: does-not-apply. A zero so far from the nibbles that c - z is no byte.
// CHECK-LABEL: func.func @far_zero
// CHECK-NOT: xori
// CHECK: lowp.contract ins(%arg0,
// CHECK-NOT: rhs_limit
// CHECK: return
func.func @far_zero(%q: tensor<32x8xi8>, %s: tensor<32x1xf32>) -> tensor<32x1xf32> {
  %p = arith.constant dense<[[0, 15, 1, 2, 3, 4, 5, 6]]> : tensor<1x8xi8>
  %t = arith.constant dense<2.0> : tensor<1x1xf32>
  %z = arith.constant dense<200> : tensor<1x1xi32>
  %x = lowp.dequantize %q, %s {spec = #a} : (tensor<32x8xi8>, tensor<32x1xf32>) -> tensor<32x8xf32>
  %y = lowp.dequantize %p, %t, %z {spec = #w} : (tensor<1x8xi8>, tensor<1x1xf32>, tensor<1x1xi32>) -> tensor<1x8xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<32x1xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<32x1xf32>) -> tensor<32x1xf32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %y : tensor<32x8xf32>, tensor<1x8xf32>) outs(%init : tensor<32x1xf32>) -> tensor<32x1xf32>
  return %0 : tensor<32x1xf32>
}
