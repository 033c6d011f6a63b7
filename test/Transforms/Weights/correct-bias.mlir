// RUN: quant-opt %s --lowp-correct-bias --split-input-file | FileCheck %s

// Row 0: 127 and 0.3 · 127 = 38.1, rounded to 38: the error −0.1/127 · 127 times the mean 10 is −1, taken
// out of the bias 5. Row 1 is exact.
#w = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>
lowp.site @s {scheme = #lowp.scheme<weight = #w>, statistics = {channel_mean = dense<[1.0, 10.0]> : tensor<2xf32>}}
// CHECK-LABEL: func.func @bias
// CHECK: arith.constant dense<[{{(6\.0000[0-9]*|5\.9999[0-9]*)(e\+00)?}}, 7.000000e+00]> : tensor<2xf32>
func.func @bias(%x: tensor<3x2xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[127.0, 38.1], [127.0, 1.0]]> : tensor<2x2xf32> loc("fc.weight")
  %b = arith.constant dense<[5.0, 7.0]> : tensor<2xf32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] {lowp.site = @s} ins(%x, %w : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]} ins(%0, %b : tensor<3x2xf32>, tensor<2xf32>) outs(%e : tensor<3x2xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %s = arith.addf %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<3x2xf32>
  return %1 : tensor<3x2xf32>
}

// -----

// No bias to correct: the shift is subtracted on its own.
#w = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>
lowp.site @s {scheme = #lowp.scheme<weight = #w>, statistics = {channel_mean = dense<[1.0, 10.0]> : tensor<2xf32>}}
// CHECK-LABEL: func.func @without_bias
// CHECK: %[[V:.*]] = arith.constant dense<[{{.*}}, {{-?}}0.000000e+00]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = linalg.matmul
// CHECK: %[[Z:.*]] = linalg.generic {{.*}} ins(%[[Y]], %[[V]]
// CHECK: arith.addf
// CHECK: return %[[Z]]
func.func @without_bias(%x: tensor<3x2xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[127.0, 38.1], [127.0, 1.0]]> : tensor<2x2xf32> loc("fc.weight")
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] {lowp.site = @s} ins(%x, %w : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

// Depthwise, one channel, taps 127 and 0.3 · 127 on an image of two pixels padded to three in front: the
// tap that is rounded sees both pixels of the two outputs, the mean over the padded image being 2 that over
// the image 3, and the shift −0.1 · 3
#w = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>
lowp.site @s {scheme = #lowp.scheme<weight = #w>, statistics = {channel_mean = dense<[2.0]> : tensor<1xf32>}}
// CHECK-LABEL: func.func @taps
// CHECK: arith.constant dense<{{0\.(3000|2999)[0-9]*}}> : tensor<1xf32>
func.func @taps(%x: tensor<2x1xf32>, %e: tensor<2x1xf32>) -> tensor<2x1xf32> {
  %w = arith.constant dense<[[127.0, 38.1]]> : tensor<1x2xf32> loc("conv.weight")
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %x low[1, 0] high[0, 0] {
  ^bb0(%a: index, %b: index):
    tensor.yield %zero : f32
  } : tensor<2x1xf32> to tensor<3x1xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(x, c, i) -> (x + i, c)>, affine_map<(x, c, i) -> (c, i)>, affine_map<(x, c, i) -> (x, c)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%p, %w : tensor<3x1xf32>, tensor<1x2xf32>) outs(%e : tensor<2x1xf32>) attrs = {lowp.site = @s} {
  ^bb0(%a: f32, %b: f32, %acc: f32):
    %1 = arith.mulf %a, %b : f32
    %2 = arith.addf %acc, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<2x1xf32>
  return %0 : tensor<2x1xf32>
}

// -----

// kind: does-not-apply. A weight that stays in float has no error.
lowp.site @s {reason = "kept"}
// CHECK-LABEL: func.func @float
// CHECK-NOT: arith.addf
func.func @float(%x: tensor<3x2xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[127.0, 38.1], [127.0, 1.0]]> : tensor<2x2xf32> loc("fc.weight")
  %0 = linalg.matmul {lowp.site = @s} ins(%x, %w : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}
