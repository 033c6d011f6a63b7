// RUN: quant-opt %s --lowp-rtn --split-input-file | FileCheck %s

#w = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>
// Per row: absmax / 127, ties to even: 0.5 → 0, 1.5 → 2, -2.5 → -2.
// CHECK-LABEL: func.func @channel
// CHECK-DAG: %[[Q:.*]] = arith.constant dense<{{\[}}[127, 0, 2, -2], [-127, 64, 0, 0], [0, 0, 0, 0]]> : tensor<3x4xi8>
// CHECK-DAG: %[[S:.*]] = arith.constant dense<{{\[}}[1.000000e+00], [2.000000e+00], [1.000000e+00]]> : tensor<3x1xf32>
// CHECK: %[[D:.*]] = lowp.dequantize %[[Q]], %[[S]] {spec = #spec} : (tensor<3x4xi8>, tensor<3x1xf32>) -> tensor<3x4xf32>
// CHECK: linalg.matmul {{.*}} ins(%{{.*}}, %[[D]] :
lowp.site @s {scheme = #lowp.scheme<weight = #w>}
func.func @channel(%x: tensor<2x4xf32>, %e: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %w = arith.constant dense<[[127.0, 0.5, 1.5, -2.5], [-254.0, 128.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0]]> : tensor<3x4xf32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      {lowp.site = @s} ins(%x, %w : tensor<2x4xf32>, tensor<3x4xf32>) outs(%e : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

#w = #lowp.spec<i8, block = [?, ?], symmetric, range = [-127, 127]>
// Scales that equalisation put on the weight are evaluated first.
// CHECK-LABEL: func.func @scaled
// CHECK-DAG: arith.constant dense<{{\[}}[127, 0], [0, 127]]> : tensor<2x2xi8>
// CHECK-DAG: arith.constant dense<2.000000e+00> : tensor<1x1xf32>
// CHECK-NOT: arith.mulf
lowp.site @s {scheme = #lowp.scheme<weight = #w>}
func.func @scaled(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense<[[127.0, 0.0], [0.0, 508.0]]> : tensor<2x2xf32>
  %s = arith.constant dense<[2.0, 0.5]> : tensor<2xf32>
  %t = tensor.empty() : tensor<2x2xf32>
  %ws = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%w, %s : tensor<2x2xf32>, tensor<2xf32>) outs(%t : tensor<2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<2x2xf32>
  %0 = linalg.matmul {lowp.site = @s} ins(%x, %ws : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

// kind: does-not-apply
// CHECK-LABEL: func.func @float
// CHECK-NOT: lowp.dequantize
lowp.site @s {reason = "float"}
func.func @float(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  %0 = linalg.matmul {lowp.site = @s} ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

#w = #lowp.spec<u8, block = [?, ?]>
// Asymmetric: range [-51, 204], s = 1, z = 51.
// CHECK-LABEL: func.func @asymmetric
// CHECK-DAG: arith.constant dense<{{\[}}[-1, 0], [51, 52]]> : tensor<2x2xi8>
// CHECK-DAG: %[[Z:.*]] = arith.constant dense<51> : tensor<1x1xi32>
// CHECK: lowp.dequantize %{{.*}}, %{{.*}}, %[[Z]]
lowp.site @s {scheme = #lowp.scheme<weight = #w>}
func.func @asymmetric(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense<[[204.0, -51.0], [0.0, 1.0]]> : tensor<2x2xf32>
  %0 = linalg.matmul {lowp.site = @s} ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

#w = #lowp.spec<i4, block = [1, 2], symmetric, range = [-7, 7], scale = f16>
// Four bits in groups of two, the last of one: a byte per code, the scales stored in f16. 0.3 / f16(0.9 / 7) is 2.33.
// CHECK-LABEL: func.func @groups
// CHECK-DAG: arith.constant dense<{{\[}}[7, 2, -7], [-4, 7, 0]]> : tensor<2x3xi4>
// CHECK-DAG: arith.constant dense<{{\[}}[1.285{{[0-9]*}}e-01, 1.000000e+00], [5.000000e-01, 1.000000e+00]]> : tensor<2x2xf16>
lowp.site @s {scheme = #lowp.scheme<weight = #w>}
func.func @groups(%x: tensor<1x3xf32>, %e: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[0.9, 0.3, -7.0], [-2.0, 3.5, 0.0]]> : tensor<2x3xf32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      {lowp.site = @s} ins(%x, %w : tensor<1x3xf32>, tensor<2x3xf32>) outs(%e : tensor<1x2xf32>) -> tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}

// -----

#w = #lowp.spec<u4, block = [1, ?]>
// A zero point: [-1, 2] in steps of 0.2 with 0 at code 5. Code 15 is the nibble f, which prints as -1.
// CHECK-LABEL: func.func @zero_point
// CHECK-DAG: arith.constant dense<{{\[}}[0, 5, -1]]> : tensor<1x3xi4>
// CHECK-DAG: %[[Z:.*]] = arith.constant dense<5> : tensor<1x1xi32>
// CHECK: lowp.dequantize %{{.*}}, %{{.*}}, %[[Z]]
lowp.site @s {scheme = #lowp.scheme<weight = #w>}
func.func @zero_point(%x: tensor<1x3xf32>, %e: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %w = arith.constant dense<[[-1.0, 0.0, 2.0]]> : tensor<1x3xf32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      {lowp.site = @s} ins(%x, %w : tensor<1x3xf32>, tensor<1x3xf32>) outs(%e : tensor<1x1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

#w = #lowp.spec<i2, block = [1, ?], symmetric, range = [-1, 1]>
// One outlier: clipping it to a third less loses least, with a search.
// RUN: quant-opt %s --lowp-rtn=search --split-input-file | FileCheck %s --check-prefix=SEARCH
// CHECK-LABEL: func.func @search
// CHECK: arith.constant dense<1.500000e+00> : tensor<1x1xf32>
// SEARCH-LABEL: func.func @search
// SEARCH: arith.constant dense<1.{{0.*}}> : tensor<1x1xf32>
lowp.site @s {scheme = #lowp.scheme<weight = #w>}
func.func @search(%x: tensor<1x8xf32>, %e: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %w = arith.constant dense<[[1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, 1.5]]> : tensor<1x8xf32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      {lowp.site = @s} ins(%x, %w : tensor<1x8xf32>, tensor<1x8xf32>) outs(%e : tensor<1x1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

#w = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>
// Functions that share a weight share its codes.
// CHECK-LABEL: func.func @prefill
// CHECK: arith.constant dense_resource<w.codes> : tensor<32x36xi8>
// CHECK-LABEL: func.func @decode
// CHECK: arith.constant dense_resource<w.codes> : tensor<32x36xi8>
lowp.site @"w@prefill" {scheme = #lowp.scheme<weight = #w>}
lowp.site @"w@decode" {scheme = #lowp.scheme<weight = #w>}
func.func @prefill(%x: tensor<2x36xf32>, %e: tensor<2x32xf32>) -> tensor<2x32xf32> {
  %w = arith.constant dense<1.5> : tensor<32x36xf32> loc("w")
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      {lowp.site = @"w@prefill"} ins(%x, %w : tensor<2x36xf32>, tensor<32x36xf32>) outs(%e : tensor<2x32xf32>) -> tensor<2x32xf32>
  return %0 : tensor<2x32xf32>
}
func.func @decode(%x: tensor<1x36xf32>, %e: tensor<1x32xf32>) -> tensor<1x32xf32> {
  %w = arith.constant dense<1.5> : tensor<32x36xf32> loc("w")
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      {lowp.site = @"w@decode"} ins(%x, %w : tensor<1x36xf32>, tensor<32x36xf32>) outs(%e : tensor<1x32xf32>) -> tensor<1x32xf32>
  return %0 : tensor<1x32xf32>
}
