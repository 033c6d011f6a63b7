// RUN: quant-opt %s --lowp-smooth-quant | FileCheck %s --check-prefixes=FEW,MANY

// A gain of less than a factor of two under a static range: taken where the ends of the channels are known from
// enough tokens, not from a few.
// FEW: lowp.site @few {{.*}}channel_max = dense<[4.000000e+00, 2.500000e+00]>
// MANY: lowp.site @many {{.*}}channel_max = dense<1.000000e+00>
#a = #lowp.spec<u8, block = [?, ?]>
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
lowp.site @few {scheme = #lowp.scheme<weight = #w, input = #a>, statistics = {channel_max = dense<[4.0, 2.5]> : tensor<2xf32>, channel_min = dense<[-4.0, -2.5]> : tensor<2xf32>, search_max = dense<[4.0, 2.5]> : tensor<2xf32>, search_min = dense<[-4.0, -2.5]> : tensor<2xf32>, sample = dense<[[3.17, 0.275], [-2.93, 1.925], [0.71, -2.325], [1.37, 1.325], [-3.71, -0.725], [2.31, 2.175], [-0.57, 0.925], [1.93, -1.525]]> : tensor<8x2xf32>, tokens = 3}}
lowp.site @many {scheme = #lowp.scheme<weight = #w, input = #a>, statistics = {channel_max = dense<[4.0, 2.5]> : tensor<2xf32>, channel_min = dense<[-4.0, -2.5]> : tensor<2xf32>, search_max = dense<[4.0, 2.5]> : tensor<2xf32>, search_min = dense<[-4.0, -2.5]> : tensor<2xf32>, sample = dense<[[3.17, 0.275], [-2.93, 1.925], [0.71, -2.325], [1.37, 1.325], [-3.71, -0.725], [2.31, 2.175], [-0.57, 0.925], [1.93, -1.525]]> : tensor<8x2xf32>, tokens = 4}}
func.func @static(%x: tensor<3x2xf32>, %y: tensor<3x2xf32>, %e: tensor<3x2xf32>) -> (tensor<3x2xf32>, tensor<3x2xf32>) {
  %w = arith.constant dense<[[1.0, 0.3], [1.0, 0.9]]> : tensor<2x2xf32>
  %v = arith.constant dense<[[1.0, 0.3], [1.0, 0.9]]> : tensor<2x2xf32>
  %0 = linalg.matmul {lowp.site = @few} ins(%x, %w : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  %1 = linalg.matmul {lowp.site = @many} ins(%y, %v : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0, %1 : tensor<3x2xf32>, tensor<3x2xf32>
}
