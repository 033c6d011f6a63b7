// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-channels-last))' --split-input-file --mlir-print-local-scope | FileCheck %s

// The image is transposed once, behind it everything lies channels last; the bias is added as a vector and
// the weight keeps its layout.
// CHECK-LABEL: func.func @chain
// CHECK: %[[X:.*]] = linalg.transpose ins(%arg0 {{.*}} permutation = [0, 2, 3, 1]
// CHECK: %[[P:.*]] = tensor.pad %[[X]] low[0, 1, 1, 0] high[0, 1, 1, 0]
// CHECK: %[[SUM:.*]] = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1 * 2 + d4, d2 * 2 + d5, d6)>, affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d3, d6, d4, d5)>, affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d2, d3)>]
// CHECK-SAME: ins(%[[P]], %arg1 :
// CHECK: %[[BIASED:.*]] = linalg.generic {indexing_maps = [{{.*}}, affine_map<(d0, d1, d2, d3) -> (d3)>,
// CHECK-SAME: ins(%[[SUM]], %arg2
// CHECK: %[[RELU:.*]] = linalg.generic {{.*}} ins(%[[BIASED]] : tensor<1x4x4x8xf32>)
// CHECK: linalg.generic {{.*}} ins(%[[RELU]], %arg3 : tensor<1x4x4x8xf32>, tensor<8x3x3xf32>)
// CHECK: linalg.transpose {{.*}} permutation = [0, 3, 1, 2]
// CHECK-NEXT: return
func.func @chain(%x: tensor<1x3x8x8xf32>, %w: tensor<8x3x3x3xf32>, %bias: tensor<8xf32>, %d: tensor<8x3x3xf32>) -> tensor<1x8x2x2xf32> {
  %zero = arith.constant 0.0 : f32
  %padded = tensor.pad %x low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%a: index, %b: index, %c: index, %e: index):
    tensor.yield %zero : f32
  } : tensor<1x3x8x8xf32> to tensor<1x3x10x10xf32>
  %e0 = tensor.empty() : tensor<1x8x4x4xf32>
  %init = linalg.broadcast ins(%bias : tensor<8xf32>) outs(%e0 : tensor<1x8x4x4xf32>) dimensions = [0, 2, 3]
  %0 = linalg.conv_2d_nchw_fchw {strides = dense<2> : tensor<2xi64>} ins(%padded, %w : tensor<1x3x10x10xf32>, tensor<8x3x3x3xf32>) outs(%init : tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(a, b, c, d) -> (a, b, c, d)>, affine_map<(a, b, c, d) -> (a, b, c, d)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%0 : tensor<1x8x4x4xf32>) outs(%e0 : tensor<1x8x4x4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %m = arith.maximumf %in, %zero : f32
    linalg.yield %m : f32
  } -> tensor<1x8x4x4xf32>
  %e1 = tensor.empty() : tensor<1x8x2x2xf32>
  %none = linalg.fill ins(%zero : f32) outs(%e1 : tensor<1x8x2x2xf32>) -> tensor<1x8x2x2xf32>
  %2 = linalg.depthwise_conv_2d_nchw_chw ins(%1, %d : tensor<1x8x4x4xf32>, tensor<8x3x3xf32>) outs(%none : tensor<1x8x2x2xf32>) -> tensor<1x8x2x2xf32>
  return %2 : tensor<1x8x2x2xf32>
}

// -----

// A kernel of one element is a contraction, of every second pixel here; a sum over the image reads the
// layout as it is.
// CHECK-LABEL: func.func @pointwise
// CHECK: %[[S:.*]] = tensor.extract_slice %{{.*}}[0, 0, 0, 0] [1, 3, 3, 4] [1, 2, 2, 1] : tensor<1x5x5x4xf32> to tensor<1x3x3x4xf32>
// CHECK: linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d2, d6)>,
// CHECK-SAME: ins(%[[S]],
// CHECK: linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d2, d3, d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1)>]
// CHECK-NOT: linalg.transpose
// CHECK: return
func.func @pointwise(%x: tensor<1x4x5x5xf32>, %w: tensor<8x4x1x1xf32>) -> tensor<1x8xf32> {
  %zero = arith.constant 0.0 : f32
  %e0 = tensor.empty() : tensor<1x8x3x3xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e0 : tensor<1x8x3x3xf32>) -> tensor<1x8x3x3xf32>
  %0 = linalg.conv_2d_nchw_fchw {strides = dense<2> : tensor<2xi64>} ins(%x, %w : tensor<1x4x5x5xf32>, tensor<8x4x1x1xf32>) outs(%init : tensor<1x8x3x3xf32>) -> tensor<1x8x3x3xf32>
  %e1 = tensor.empty() : tensor<1x8xf32>
  %none = linalg.fill ins(%zero : f32) outs(%e1 : tensor<1x8xf32>) -> tensor<1x8xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(a, b, c, d) -> (a, b, c, d)>, affine_map<(a, b, c, d) -> (a, b)>], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%0 : tensor<1x8x3x3xf32>) outs(%none : tensor<1x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.addf %in, %out : f32
    linalg.yield %s : f32
  } -> tensor<1x8xf32>
  return %1 : tensor<1x8xf32>
}

// -----

// Poolings have a twin.
// CHECK-LABEL: func.func @pooling
// CHECK: linalg.pooling_nhwc_max{{.*}} ins(%{{.*}}, %arg2 : tensor<1x4x4x8xf32>, tensor<2x2xf32>)
func.func @pooling(%x: tensor<1x4x4x4xf32>, %w: tensor<8x4x1x1xf32>, %k: tensor<2x2xf32>, %init: tensor<1x8x3x3xf32>) -> tensor<1x8x3x3xf32> {
  %zero = arith.constant 0.0 : f32
  %e0 = tensor.empty() : tensor<1x8x4x4xf32>
  %none = linalg.fill ins(%zero : f32) outs(%e0 : tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32>
  %0 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x4x4xf32>, tensor<8x4x1x1xf32>) outs(%none : tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32>
  %1 = linalg.pooling_nchw_max ins(%0, %k : tensor<1x8x4x4xf32>, tensor<2x2xf32>) outs(%init : tensor<1x8x3x3xf32>) -> tensor<1x8x3x3xf32>
  return %1 : tensor<1x8x3x3xf32>
}

// -----

// kind: does-not-apply. No convolution, no layout.
// kind: cannot-fail. What it does not know it leaves.
// CHECK-LABEL: func.func @matmul
// CHECK-NEXT: linalg.matmul
func.func @matmul(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>, %c: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = linalg.matmul ins(%a, %b : tensor<2x3xf32>, tensor<3x4xf32>) outs(%c : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}
