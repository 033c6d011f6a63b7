// RUN: quant-opt %s --pass-pipeline='builtin.module(lowp-narrow-products{target=avx512-bf16 weights=true})' | FileCheck %s
// RUN: quant-opt %s --pass-pipeline='builtin.module(lowp-narrow-products{target=avx512-bf16})' | FileCheck %s --check-prefix=NONE
// RUN: quant-opt %s --pass-pipeline='builtin.module(lowp-narrow-products{target=avx2 weights=true})' 2>&1 | FileCheck %s --check-prefixes=WARN,NONE

// A row without a dot of bf16 says so, once.
// WARN: warning: target 'avx2' has no dot of bf16: products of floats stay in f32
// WARN-NOT: warning
// NONE-NOT: bf16

// The activation is rounded once for both products, behind the reader that wants f32, and the weights to the nearest, ties to
// even. One row is enough.
// CHECK-LABEL: func.func @linear
// CHECK: %[[X:.*]] = linalg.generic {{.*}} ins(%arg0 : tensor<1x4xf32>) outs(%{{.*}} : tensor<1x4xbf16>)
// CHECK: arith.truncf
// CHECK-NOT: arith.truncf
// CHECK-DAG: arith.constant dense<{{\[\[}}1.000000e+00, 1.015630e+00], [2.000000e+00, -3.000000e+00], [0.000000e+00, 1.000000e+00], [1.000000e+00, 1.000000e+00]]> : tensor<4x2xbf16>
// CHECK-DAG: arith.constant dense<5.000000e-01> : tensor<4x2xbf16>
// CHECK: linalg.generic {{.*}} ins(%[[X]], %{{.*}} : tensor<1x4xbf16>, tensor<4x2xbf16>) outs(%{{.*}} : tensor<1x2xf32>)
// CHECK: linalg.generic {{.*}} ins(%[[X]], %{{.*}} : tensor<1x4xbf16>, tensor<4x2xbf16>) outs(%{{.*}} : tensor<1x2xf32>)
// CHECK: linalg.exp ins(%arg0 : tensor<1x4xf32>)
func.func @linear(%x: tensor<1x4xf32>, %f: tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x4xf32>) {
  %v = arith.constant dense<[[1.00390625, 1.01171875], [2.0, -3.0], [0.0, 1.0], [1.0, 1.0]]> : tensor<4x2xf32>
  %w = arith.constant dense<0.5> : tensor<4x2xf32>
  %0 = linalg.matmul ins(%x, %v : tensor<1x4xf32>, tensor<4x2xf32>) outs(%f : tensor<1x2xf32>) -> tensor<1x2xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<1x4xf32>, tensor<4x2xf32>) outs(%f : tensor<1x2xf32>) -> tensor<1x2xf32>
  %2 = linalg.exp ins(%x : tensor<1x4xf32>) outs(%x : tensor<1x4xf32>) -> tensor<1x4xf32>
  return %0, %1, %2 : tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x4xf32>
}

// A window, and one that is depthwise: what is in the border of zeros was rounded before.
// CHECK-LABEL: func.func @windows
// CHECK: %[[X:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<3x3x4xbf16>)
// CHECK: %[[PAD:.*]] = tensor.pad %[[X]] low[1, 1, 0] high[1, 1, 0]
// CHECK: tensor<3x3x4xbf16> to tensor<5x5x4xbf16>
// CHECK: linalg.generic {{.*}} ins(%[[PAD]], %{{.*}} : tensor<5x5x4xbf16>, tensor<2x3x3x4xbf16>) outs(%{{.*}} : tensor<3x3x2xf32>)
// CHECK: linalg.generic {{.*}} ins(%[[PAD]], %{{.*}} : tensor<5x5x4xbf16>, tensor<3x3x4xbf16>) outs(%{{.*}} : tensor<3x3x4xf32>)
func.func @windows(%x: tensor<3x3x4xf32>, %f: tensor<3x3x2xf32>, %g: tensor<3x3x4xf32>) -> (tensor<3x3x2xf32>, tensor<3x3x4xf32>) {
  %w = arith.constant dense<0.25> : tensor<2x3x3x4xf32>
  %v = arith.constant dense<0.25> : tensor<3x3x4xf32>
  %zero = arith.constant 0.0 : f32
  %pad = tensor.pad %x low[1, 1, 0] high[1, 1, 0] {
  ^bb0(%i: index, %j: index, %c: index):
    tensor.yield %zero : f32
  } : tensor<3x3x4xf32> to tensor<5x5x4xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(y, x, f, i, j, c) -> (y + i, x + j, c)>, affine_map<(y, x, f, i, j, c) -> (f, i, j, c)>, affine_map<(y, x, f, i, j, c) -> (y, x, f)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%pad, %w : tensor<5x5x4xf32>, tensor<2x3x3x4xf32>) outs(%f : tensor<3x3x2xf32>) {
  ^bb0(%a: f32, %b: f32, %acc: f32):
    %1 = arith.mulf %a, %b : f32
    %2 = arith.addf %acc, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<3x3x2xf32>
  %3 = linalg.generic {indexing_maps = [affine_map<(y, x, c, i, j) -> (y + i, x + j, c)>, affine_map<(y, x, c, i, j) -> (i, j, c)>, affine_map<(y, x, c, i, j) -> (y, x, c)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%pad, %v : tensor<5x5x4xf32>, tensor<3x3x4xf32>) outs(%g : tensor<3x3x4xf32>) {
  ^bb0(%a: f32, %b: f32, %acc: f32):
    %1 = arith.mulf %a, %b : f32
    %2 = arith.addf %acc, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<3x3x4xf32>
  return %0, %3 : tensor<3x3x2xf32>, tensor<3x3x4xf32>
}

// The taps of a channel of a depthwise convolution add up to what they were: the error of 1.00390625 goes to 0.25, what is left of
// that to the last one.
// CHECK-LABEL: func.func @taps
// CHECK: arith.constant dense<{{\[\[}}2.539060e-01], [1.000000e+00], [1.000980e-01]]> : tensor<3x1xbf16>
func.func @taps(%x: tensor<3x1xf32>, %f: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %w = arith.constant dense<[[0.25], [1.00390625], [0.1000976562]]> : tensor<3x1xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(x, c, j) -> (x + j, c)>, affine_map<(x, c, j) -> (j, c)>, affine_map<(x, c, j) -> (x, c)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<3x1xf32>, tensor<3x1xf32>) outs(%f : tensor<1x1xf32>) {
  ^bb0(%a: f32, %b: f32, %acc: f32):
    %1 = arith.mulf %a, %b : f32
    %2 = arith.addf %acc, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// kind: does-not-apply. Weights in groups, codes, a reduction too short for two steps, and a pad with another reader, behind which is
// rounded.
// CHECK-LABEL: func.func @others
// CHECK: linalg.matmul ins(%arg0, %{{.*}} : tensor<2x4xf32>, tensor<4x2xf32>)
// CHECK: linalg.matmul ins(%arg1, %{{.*}} : tensor<2x4xi8>, tensor<4x2xi8>)
// CHECK: linalg.matmul ins(%arg5, %{{.*}} : tensor<2x3xf32>, tensor<3x2xf32>)
// CHECK: %[[PAD:.*]] = tensor.pad
// CHECK: linalg.generic {{.*}} ins(%[[PAD]] : tensor<3x4xf32>) outs(%{{.*}} : tensor<3x4xbf16>)
func.func @others(%x: tensor<2x4xf32>, %c: tensor<2x4xi8>, %f: tensor<2x2xf32>, %i: tensor<2x2xi32>, %g: tensor<3x2xf32>, %t: tensor<2x3xf32>)
    -> (tensor<2x2xf32>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<3x2xf32>, tensor<3x4xf32>) {
  %codes = arith.constant dense<[[1, 2], [3, 4], [5, 6], [7, -8]]> : tensor<4x2xi8>
  %scales = arith.constant dense<[[0.5, 0.25], [1.0, 2.0]]> : tensor<2x2xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x2xf32>
  %w = linalg.generic {indexing_maps = [affine_map<(k, n) -> (k floordiv 2, n)>, affine_map<(k, n) -> (k, n)>, affine_map<(k, n) -> (k, n)>], iterator_types = ["parallel", "parallel"]}
      ins(%scales, %codes : tensor<2x2xf32>, tensor<4x2xi8>) outs(%e : tensor<4x2xf32>) {
  ^bb0(%s: f32, %q: i8, %out: f32):
    %1 = arith.extsi %q : i8 to i32
    %2 = arith.sitofp %1 : i32 to f32
    %3 = arith.mulf %s, %2 : f32
    linalg.yield %3 : f32
  } -> tensor<4x2xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<2x4xf32>, tensor<4x2xf32>) outs(%f : tensor<2x2xf32>) -> tensor<2x2xf32>
  %4 = linalg.matmul ins(%c, %codes : tensor<2x4xi8>, tensor<4x2xi8>) outs(%i : tensor<2x2xi32>) -> tensor<2x2xi32>
  %u = arith.constant dense<0.5> : tensor<3x2xf32>
  %6 = linalg.matmul ins(%t, %u : tensor<2x3xf32>, tensor<3x2xf32>) outs(%f : tensor<2x2xf32>) -> tensor<2x2xf32>
  %pad = tensor.pad %x low[1, 0] high[0, 0] {
  ^bb0(%m: index, %k: index):
    tensor.yield %zero : f32
  } : tensor<2x4xf32> to tensor<3x4xf32>
  %v = arith.constant dense<0.5> : tensor<4x2xf32>
  %5 = linalg.matmul ins(%pad, %v : tensor<3x4xf32>, tensor<4x2xf32>) outs(%g : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0, %4, %6, %5, %pad : tensor<2x2xf32>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<3x2xf32>, tensor<3x4xf32>
}
