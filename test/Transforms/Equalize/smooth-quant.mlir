// RUN: quant-opt %s --lowp-smooth-quant=alpha=0.5 --split-input-file | FileCheck %s
// RUN: quant-opt %s --lowp-smooth-quant --split-input-file | FileCheck %s --check-prefix=SEARCH

#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
// s_j = sqrt(max|X_j| / max over both weights of |W_j|): sqrt(16/4) = 2, sqrt(1/16) = 0.25.
// The statistics are divided by s, the sample is used up.
// CHECK: lowp.site @q {{.*}} statistics = {channel_max = dense<[8.000000e+00, 4.000000e+00]> : tensor<2xf32>, channel_min = dense<[-2.000000e+00, -4.000000e+00]> : tensor<2xf32>, tokens = 3 : i64}
// CHECK-LABEL: func.func @group
// CHECK-DAG: %[[S:.*]] = arith.constant dense<[2.000000e+00, 2.500000e-01]> : tensor<2xf32>
// CHECK-DAG: %[[R:.*]] = arith.constant dense<[5.000000e-01, 4.000000e+00]> : tensor<2xf32>
// CHECK: %[[X:.*]] = linalg.generic {{.*}} ins(%arg0, %[[R]] :
// CHECK: %[[W0:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %[[S]] :
// CHECK: linalg.matmul {lowp.site = @q} ins(%[[X]], %[[W0]] :
// CHECK: %[[W1:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %[[S]] :
// CHECK: linalg.matmul {lowp.site = @k} ins(%[[X]], %[[W1]] :
// A searched α scales both weights by one vector too; on this sample smoothing pays.
// SEARCH-NOT: sample =
// SEARCH-LABEL: func.func @group
// SEARCH: %[[X:.*]] = linalg.generic {{.*}} ins(%arg0, %[[R:[^ ]*]] :
// SEARCH: linalg.generic {{.*}} ins(%{{.*}}, %[[S:[^ ]*]] : tensor<2x2xf32>, tensor<2xf32>)
// SEARCH: linalg.matmul {lowp.site = @q} ins(%[[X]],
// SEARCH: linalg.generic {{.*}} ins(%{{.*}}, %[[S]] : tensor<2x2xf32>, tensor<2xf32>)
// SEARCH: linalg.matmul {lowp.site = @k} ins(%[[X]],
lowp.site @q {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0]> : tensor<2xf32>, channel_min = dense<[-4.0, -1.0]> : tensor<2xf32>, sample = dense<[[16.0, 0.1], [-4.0, 1.0]]> : tensor<2x2xf32>, tokens = 3}}
lowp.site @k {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0]> : tensor<2xf32>, channel_min = dense<[-4.0, -1.0]> : tensor<2xf32>, sample = dense<[[16.0, 0.1], [-4.0, 1.0]]> : tensor<2x2xf32>, tokens = 3}}
func.func @group(%x: tensor<3x2xf32>, %e: tensor<3x2xf32>) -> (tensor<3x2xf32>, tensor<3x2xf32>) {
  %wq = arith.constant dense<[[4.0, 1.0], [1.0, 2.0]]> : tensor<2x2xf32>
  %wk = arith.constant dense<[[1.0, 1.0], [16.0, 2.0]]> : tensor<2x2xf32>
  %0 = linalg.matmul {lowp.site = @q} ins(%x, %wq : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  %1 = linalg.matmul {lowp.site = @k} ins(%x, %wk : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0, %1 : tensor<3x2xf32>, tensor<3x2xf32>
}

// -----

// kind: does-not-apply
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
// CHECK-LABEL: func.func @weightonly
// CHECK-NOT: arith.mulf
// SEARCH-LABEL: func.func @weightonly
// SEARCH-NOT: arith.mulf
lowp.site @q {scheme = #lowp.scheme<weight = #w>}
func.func @weightonly(%x: tensor<3x2xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %wq = arith.constant dense<[[4.0, 1.0], [1.0, 2.0]]> : tensor<2x2xf32>
  %0 = linalg.matmul {lowp.site = @q} ins(%x, %wq : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}
