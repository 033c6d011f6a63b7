// RUN: quant-opt %s --lowp-smooth-quant=alpha=0.5 --split-input-file --verify-diagnostics
// RUN: quant-opt %S/Inputs/smooth-quant-search.txt --lowp-smooth-quant=alpha=search --split-input-file --verify-diagnostics
// RUN: not quant-opt %s --lowp-smooth-quant=alpha=2 --split-input-file 2>&1 | FileCheck %s
// CHECK: error: lowp-smooth-quant: alpha is 2, expected a number in [0, 1] or search

#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
lowp.site @q {scheme = #lowp.scheme<weight = #w, input = dynamic #a>}
func.func @uncalibrated(%x: tensor<3x2xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %wq = arith.constant dense<[[4.0, 1.0], [1.0, 2.0]]> : tensor<2x2xf32>
  // expected-error @below {{site 'q' has no statistic channel_min; run lowp-calibrate first}}
  %0 = linalg.matmul {lowp.site = @q} ins(%x, %wq : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
lowp.site @q {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0]> : tensor<2xf32>, channel_min = dense<[-4.0, -1.0, 0.0, 1.0]> : tensor<4xf32>}}
func.func @channels(%x: tensor<3x2xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %wq = arith.constant dense<[[4.0, 1.0], [1.0, 2.0]]> : tensor<2x2xf32>
  // expected-error @below {{site 'q': channel_min has 4 values, expected 2}}
  %0 = linalg.matmul {lowp.site = @q} ins(%x, %wq : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
lowp.site @q {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0]> : tensor<2xf32>, channel_min = dense<[-4.0, -1.0]> : tensor<2xf32>}}
func.func @bytes(%x: tensor<3x2xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %wq = arith.constant dense_resource<gone> : tensor<2x2xf32>
  // expected-error @below {{site 'q': the weight's bytes are missing or it is no matrix}}
  %0 = linalg.matmul {lowp.site = @q} ins(%x, %wq : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}
