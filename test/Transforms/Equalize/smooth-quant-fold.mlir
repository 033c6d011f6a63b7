// Where 1/s goes. In all cases s = sqrt(max|X| / max|W|) = [2, 0.25] for two channels.
// RUN: quant-opt %s --lowp-smooth-quant=alpha=0.5 --canonicalize --split-input-file | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#col = affine_map<(d0, d1) -> (d1)>
#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
// The gain and the bias of a normalisation, for two sites that read it.
// CHECK: lowp.site @q {{.*}} statistics = {channel_max = dense<[8.000000e+00, 4.000000e+00]> : tensor<2xf32>
// CHECK: lowp.site @k {{.*}} statistics = {channel_max = dense<[8.000000e+00, 4.000000e+00]> : tensor<2xf32>
// CHECK-LABEL: func.func @norm
// CHECK-DAG: %[[BETA:.*]] = arith.constant dense<[-1.500000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK-DAG: %[[GAMMA:.*]] = arith.constant dense<[5.000000e-01, 8.000000e+00]> : tensor<2xf32>
// CHECK: linalg.generic {{.*}} ins(%arg0, %arg1, %[[GAMMA]], %[[BETA]] :
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK-NOT: arith.mulf
// CHECK: %[[Q:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<2x2xf32>, tensor<2xf32>)
// CHECK: linalg.matmul {lowp.site = @q} ins(%{{.*}}, %[[Q]] :
// CHECK: %[[K:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<2x2xf32>, tensor<2xf32>)
// CHECK: linalg.matmul {lowp.site = @k} ins(%{{.*}}, %[[K]] :
lowp.site @q {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0]> : tensor<2xf32>, channel_min = dense<[-4.0, -1.0]> : tensor<2xf32>}}
lowp.site @k {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0]> : tensor<2xf32>, channel_min = dense<[-4.0, -1.0]> : tensor<2xf32>}}
func.func @norm(%x: tensor<3x2xf32>, %rstd: tensor<3xf32>, %e: tensor<3x2xf32>) -> (tensor<3x2xf32>, tensor<3x2xf32>) {
  %gamma = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %beta = arith.constant dense<[-3.0, 0.5]> : tensor<2xf32>
  %wq = arith.constant dense<[[4.0, 1.0], [1.0, 2.0]]> : tensor<2x2xf32>
  %wk = arith.constant dense<[[1.0, 1.0], [16.0, 2.0]]> : tensor<2x2xf32>
  %n = linalg.generic {indexing_maps = [#id, #row, #col, #col, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %rstd, %gamma, %beta : tensor<3x2xf32>, tensor<3xf32>, tensor<2xf32>, tensor<2xf32>) outs(%e : tensor<3x2xf32>) {
  ^bb0(%v: f32, %r: f32, %g: f32, %b: f32, %out: f32):
    %0 = arith.mulf %v, %r : f32
    %1 = arith.mulf %0, %g : f32
    %2 = arith.addf %1, %b : f32
    linalg.yield %2 : f32
  } -> tensor<3x2xf32>
  %0 = linalg.matmul {lowp.site = @q} ins(%n, %wq : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  %1 = linalg.matmul {lowp.site = @k} ins(%n, %wk : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0, %1 : tensor<3x2xf32>, tensor<3x2xf32>
}

// -----

// kind: does-not-apply
// A residual reads the normalised value too: it must not change.
#id = affine_map<(d0, d1) -> (d0, d1)>
#col = affine_map<(d0, d1) -> (d1)>
#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
// CHECK-LABEL: func.func @residual
// CHECK-DAG: %[[R:.*]] = arith.constant dense<[5.000000e-01, 4.000000e+00]> : tensor<2xf32>
// CHECK-DAG: %[[GAMMA:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK: %[[N:.*]] = linalg.generic {{.*}} ins(%arg0, %[[GAMMA]] :
// CHECK: %[[X:.*]] = linalg.generic {{.*}} ins(%[[N]], %[[R]] :
// CHECK: linalg.matmul {lowp.site = @q} ins(%[[X]],
// CHECK: linalg.add ins(%[[N]],
lowp.site @q {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0]> : tensor<2xf32>, channel_min = dense<[-4.0, -1.0]> : tensor<2xf32>}}
func.func @residual(%x: tensor<3x2xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %gamma = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %wq = arith.constant dense<[[4.0, 1.0], [16.0, 2.0]]> : tensor<2x2xf32>
  %n = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %gamma : tensor<3x2xf32>, tensor<2xf32>) outs(%e : tensor<3x2xf32>) {
  ^bb0(%v: f32, %g: f32, %out: f32):
    %0 = arith.mulf %v, %g : f32
    linalg.yield %0 : f32
  } -> tensor<3x2xf32>
  %0 = linalg.matmul {lowp.site = @q} ins(%n, %wq : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  %1 = linalg.add ins(%n, %0 : tensor<3x2xf32>, tensor<3x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %1 : tensor<3x2xf32>
}

// -----

// The output channels of a preceding weight, through silu(gate) · up; the gate itself is left alone.
#id = affine_map<(d0, d1) -> (d0, d1)>
#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
// CHECK-LABEL: func.func @gated
// CHECK-DAG: %[[R:.*]] = arith.constant dense<[5.000000e-01, 4.000000e+00]> : tensor<2xf32>
// CHECK-DAG: %[[S:.*]] = arith.constant dense<[2.000000e+00, 2.500000e-01]> : tensor<2xf32>
// CHECK-DAG: %[[WG:.*]] = arith.constant dense<{{\[\[}}1.000000e+00, 3.000000e+00], {{.*}} : tensor<2x2xf32>
// CHECK: linalg.matmul {lowp.site = @gate} ins(%arg0, %[[WG]] :
// CHECK: %[[WU:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %[[R]] : tensor<2x2xf32>, tensor<2xf32>)
// CHECK: linalg.matmul {lowp.site = @up} ins(%arg0, %[[WU]] :
// CHECK: %[[H:.*]] = linalg.generic
// CHECK: %[[WD:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %[[S]] : tensor<2x2xf32>, tensor<2xf32>)
// CHECK: linalg.matmul {lowp.site = @down} ins(%[[H]], %[[WD]] :
lowp.site @gate {scheme = #lowp.scheme<weight = #w>}
lowp.site @up {scheme = #lowp.scheme<weight = #w>}
lowp.site @down {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0]> : tensor<2xf32>, channel_min = dense<[-4.0, -1.0]> : tensor<2xf32>}}
func.func @gated(%x: tensor<3x2xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %wg = arith.constant dense<[[1.0, 3.0], [2.0, 1.0]]> : tensor<2x2xf32>
  %wu = arith.constant dense<[[2.0, 1.0], [3.0, 1.0]]> : tensor<2x2xf32>
  %wd = arith.constant dense<[[4.0, 1.0], [16.0, 2.0]]> : tensor<2x2xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  %g = linalg.matmul {lowp.site = @gate} ins(%x, %wg : tensor<3x2xf32>, tensor<2x2xf32>) outs(%z : tensor<3x2xf32>) -> tensor<3x2xf32>
  %u = linalg.matmul {lowp.site = @up} ins(%x, %wu : tensor<3x2xf32>, tensor<2x2xf32>) outs(%z : tensor<3x2xf32>) -> tensor<3x2xf32>
  %h = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%g, %u : tensor<3x2xf32>, tensor<3x2xf32>) outs(%e : tensor<3x2xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %0 = arith.negf %a : f32
    %1 = math.exp %0 : f32
    %2 = arith.addf %1, %one : f32
    %3 = arith.divf %a, %2 : f32
    %4 = arith.mulf %3, %b : f32
    linalg.yield %4 : f32
  } -> tensor<3x2xf32>
  %d = linalg.matmul {lowp.site = @down} ins(%h, %wd : tensor<3x2xf32>, tensor<2x2xf32>) outs(%z : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %d : tensor<3x2xf32>
}

// -----

// A weight, which keeps float and takes the factor at once, and its bias, through a ReLU in any spelling.
#id = affine_map<(d0, d1) -> (d0, d1)>
#col = affine_map<(d0, d1) -> (d1)>
#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
// CHECK-LABEL: func.func @relu
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[5.000000e-01, -8.000000e+00]> : tensor<2xf32>
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[}}1.000000e+00, 4.000000e+00], [1.500000e+00, 4.000000e+00]]> : tensor<2x2xf32>
// CHECK: linalg.matmul {lowp.site = @fc1} ins(%arg0, %[[W]] :
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %[[B]] :
// CHECK-NOT: arith.mulf
// CHECK: arith.maximumf
lowp.site @fc1 {reason = "the recipe keeps it in float"}
lowp.site @fc2 {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0]> : tensor<2xf32>, channel_min = dense<[-4.0, -1.0]> : tensor<2xf32>}}
func.func @relu(%x: tensor<3x2xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %zero = arith.constant 0.0 : f32
  %w1 = arith.constant dense<[[2.0, 1.0], [3.0, 1.0]]> : tensor<2x2xf32>
  %w2 = arith.constant dense<[[4.0, 1.0], [16.0, 2.0]]> : tensor<2x2xf32>
  %b1 = arith.constant dense<[1.0, -2.0]> : tensor<2xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  %0 = linalg.matmul {lowp.site = @fc1} ins(%x, %w1 : tensor<3x2xf32>, tensor<2x2xf32>) outs(%z : tensor<3x2xf32>) -> tensor<3x2xf32>
  %1 = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]} ins(%0, %b1 : tensor<3x2xf32>, tensor<2xf32>) outs(%e : tensor<3x2xf32>) {
  ^bb0(%v: f32, %b: f32, %out: f32):
    %s = arith.addf %v, %b : f32
    %c = arith.cmpf ugt, %s, %zero : f32
    %r = arith.select %c, %s, %zero : f32
    %m = arith.maximumf %r, %zero : f32
    linalg.yield %m : f32
  } -> tensor<3x2xf32>
  %2 = linalg.matmul {lowp.site = @fc2} ins(%1, %w2 : tensor<3x2xf32>, tensor<2x2xf32>) outs(%z : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %2 : tensor<3x2xf32>
}

// -----

// kind: does-not-apply
// tanh does not commute with a factor, nor does ReLU6.
#id = affine_map<(d0, d1) -> (d0, d1)>
#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
// CHECK-LABEL: func.func @nonlinear
// CHECK: linalg.matmul {lowp.site = @fc1} ins(%arg0, %{{cst[^ ]*}} :
// CHECK: math.tanh
// CHECK: arith.mulf %in
// CHECK: lowp.site = @fc2
// CHECK: arith.minimumf
// CHECK: arith.mulf %in
// CHECK: lowp.site = @fc3
lowp.site @fc1 {scheme = #lowp.scheme<weight = #w>}
lowp.site @fc2 {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0]> : tensor<2xf32>, channel_min = dense<[-4.0, -1.0]> : tensor<2xf32>}}
lowp.site @fc3 {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0]> : tensor<2xf32>, channel_min = dense<[-4.0, -1.0]> : tensor<2xf32>}}
func.func @nonlinear(%x: tensor<3x2xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %zero = arith.constant 0.0 : f32
  %six = arith.constant 6.0 : f32
  %w1 = arith.constant dense<[[2.0, 1.0], [3.0, 1.0]]> : tensor<2x2xf32>
  %w2 = arith.constant dense<[[4.0, 1.0], [16.0, 2.0]]> : tensor<2x2xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  %0 = linalg.matmul {lowp.site = @fc1} ins(%x, %w1 : tensor<3x2xf32>, tensor<2x2xf32>) outs(%z : tensor<3x2xf32>) -> tensor<3x2xf32>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%0 : tensor<3x2xf32>) outs(%e : tensor<3x2xf32>) {
  ^bb0(%v: f32, %out: f32):
    %t = math.tanh %v : f32
    linalg.yield %t : f32
  } -> tensor<3x2xf32>
  %2 = linalg.matmul {lowp.site = @fc2} ins(%1, %w2 : tensor<3x2xf32>, tensor<2x2xf32>) outs(%z : tensor<3x2xf32>) -> tensor<3x2xf32>
  %3 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%2 : tensor<3x2xf32>) outs(%e : tensor<3x2xf32>) {
  ^bb0(%v: f32, %out: f32):
    %t = arith.minimumf %v, %six : f32
    linalg.yield %t : f32
  } -> tensor<3x2xf32>
  %4 = linalg.matmul {lowp.site = @fc3} ins(%3, %w2 : tensor<3x2xf32>, tensor<2x2xf32>) outs(%z : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %4 : tensor<3x2xf32>
}

// -----

// kind: does-not-apply
// A region reads the value behind the body's back; a gain of another type is no constant that takes the factor.
#id = affine_map<(d0, d1) -> (d0, d1)>
#col = affine_map<(d0, d1) -> (d1)>
#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
// CHECK-LABEL: func.func @opaque
// CHECK-DAG: arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf64>
// CHECK-DAG: arith.constant dense<[3.000000e+00, 5.000000e+00]> : tensor<2xf32>
// CHECK: scf.if
// CHECK: arith.mulf %in
// CHECK: lowp.site = @q
// CHECK: arith.truncf
// CHECK: arith.mulf %in
// CHECK: lowp.site = @k
lowp.site @q {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0]> : tensor<2xf32>, channel_min = dense<[-4.0, -1.0]> : tensor<2xf32>}}
lowp.site @k {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0]> : tensor<2xf32>, channel_min = dense<[-4.0, -1.0]> : tensor<2xf32>}}
func.func @opaque(%x: tensor<3x2xf32>, %c: i1, %e: tensor<3x2xf32>) -> (tensor<3x2xf32>, tensor<3x2xf32>) {
  %gamma = arith.constant dense<[3.0, 5.0]> : tensor<2xf32>
  %wide = arith.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %wq = arith.constant dense<[[4.0, 1.0], [16.0, 2.0]]> : tensor<2x2xf32>
  %n = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %gamma : tensor<3x2xf32>, tensor<2xf32>) outs(%e : tensor<3x2xf32>) {
  ^bb0(%v: f32, %g: f32, %out: f32):
    %p = arith.mulf %v, %g : f32
    %r = scf.if %c -> f32 {
      %t = math.tanh %p : f32
      scf.yield %t : f32
    } else {
      scf.yield %v : f32
    }
    %s = arith.mulf %p, %r : f32
    linalg.yield %s : f32
  } -> tensor<3x2xf32>
  %0 = linalg.matmul {lowp.site = @q} ins(%n, %wq : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  %m = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %wide : tensor<3x2xf32>, tensor<2xf64>) outs(%e : tensor<3x2xf32>) {
  ^bb0(%v: f32, %g: f64, %out: f32):
    %g32 = arith.truncf %g : f64 to f32
    %p = arith.mulf %v, %g32 : f32
    linalg.yield %p : f32
  } -> tensor<3x2xf32>
  %1 = linalg.matmul {lowp.site = @k} ins(%m, %wq : tensor<3x2xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0, %1 : tensor<3x2xf32>, tensor<3x2xf32>
}

// -----

// kind: does-not-apply
// A preceding weight with one scale for all its output channels would be rounded otherwise.
#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
#t = #lowp.spec<i8, block = [?, ?], symmetric, range = [-127, 127]>
// CHECK-LABEL: func.func @tensor
// CHECK: %[[Y:.*]] = linalg.matmul {lowp.site = @fc1} ins(%arg0, %{{cst[^ ]*}} :
// CHECK: %[[X:.*]] = linalg.generic {{.*}} ins(%[[Y]], %{{.*}} : tensor<3x2xf32>, tensor<2xf32>)
// CHECK: linalg.matmul {lowp.site = @fc2} ins(%[[X]],
lowp.site @fc1 {scheme = #lowp.scheme<weight = #t>}
lowp.site @fc2 {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0]> : tensor<2xf32>, channel_min = dense<[-4.0, -1.0]> : tensor<2xf32>}}
func.func @tensor(%x: tensor<3x2xf32>, %e: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %zero = arith.constant 0.0 : f32
  %w1 = arith.constant dense<[[2.0, 1.0], [3.0, 1.0]]> : tensor<2x2xf32>
  %w2 = arith.constant dense<[[4.0, 1.0], [16.0, 2.0]]> : tensor<2x2xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  %0 = linalg.matmul {lowp.site = @fc1} ins(%x, %w1 : tensor<3x2xf32>, tensor<2x2xf32>) outs(%z : tensor<3x2xf32>) -> tensor<3x2xf32>
  %2 = linalg.matmul {lowp.site = @fc2} ins(%0, %w2 : tensor<3x2xf32>, tensor<2x2xf32>) outs(%z : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %2 : tensor<3x2xf32>
}

// -----

// Values of attention: V's columns pass through P · V. Two heads of queries read one head of values, so the
// four channels of X are copies of two above and share their scales: of max|X| = [16, 1, 4, 0.5] and
// max|W| = [4, 4, 1, 16] the larger of channels 0 and 2, and of 1 and 3, count. What was measured
// of V is scaled with it.
#id3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#rep = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
// CHECK: lowp.site @pv {reason = "products", statistics = {channel_max = dense<1.000000e+00> : tensor<3xf32>, second_channel_max = dense<[8.000000e+00, 4.000000e+00]> : tensor<2xf32>}}
// CHECK-LABEL: func.func @grouped
// CHECK-DAG: %[[S:.*]] = arith.constant dense<[2.000000e+00, 2.500000e-01, 2.000000e+00, 2.500000e-01]> : tensor<4xf32>
// CHECK-DAG: %[[R:.*]] = arith.constant dense<[5.000000e-01, 4.000000e+00]> : tensor<2xf32>
// CHECK: %[[WV:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %[[R]] : tensor<2x2xf32>, tensor<2xf32>)
// CHECK: linalg.matmul {lowp.site = @v} ins(%arg0, %[[WV]] :
// CHECK: linalg.batch_matmul {lowp.site = @pv}
// CHECK: %[[X:.*]] = tensor.collapse_shape {{.*}} : tensor<3x2x2xf32> into tensor<3x4xf32>
// CHECK: %[[WO:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %[[S]] : tensor<4x2xf32>, tensor<4xf32>)
// CHECK: linalg.matmul {lowp.site = @o} ins(%[[X]], %[[WO]] :
lowp.site @v {scheme = #lowp.scheme<weight = #w>}
lowp.site @pv {reason = "products", statistics = {channel_max = dense<1.0> : tensor<3xf32>, second_channel_max = dense<[16.0, 1.0]> : tensor<2xf32>}}
lowp.site @o {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0, 4.0, 0.5]> : tensor<4xf32>, channel_min = dense<0.0> : tensor<4xf32>}}
func.func @grouped(%x: tensor<3x2xf32>, %p: tensor<2x3x3xf32>, %e2: tensor<3x2xf32>, %e3: tensor<2x3x2xf32>, %e4: tensor<1x2x3x2xf32>, %et: tensor<3x2x2xf32>) -> tensor<3x2xf32> {
  %zero = arith.constant 0.0 : f32
  %wv = arith.constant dense<[[2.0, 1.0], [3.0, 1.0]]> : tensor<2x2xf32>
  %wo = arith.constant dense<[[4.0, 1.0], [4.0, 2.0], [1.0, 0.5], [16.0, 3.0]]> : tensor<4x2xf32>
  %z2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<3x2xf32>) -> tensor<3x2xf32>
  %z3 = linalg.fill ins(%zero : f32) outs(%e3 : tensor<2x3x2xf32>) -> tensor<2x3x2xf32>
  %v = linalg.matmul {lowp.site = @v} ins(%x, %wv : tensor<3x2xf32>, tensor<2x2xf32>) outs(%z2 : tensor<3x2xf32>) -> tensor<3x2xf32>
  %h = tensor.expand_shape %v [[0, 1], [2]] output_shape [1, 3, 2] : tensor<3x2xf32> into tensor<1x3x2xf32>
  %r = linalg.generic {indexing_maps = [#rep, #id3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%h : tensor<1x3x2xf32>) outs(%e4 : tensor<1x2x3x2xf32>) {
  ^bb0(%a: f32, %out: f32):
    linalg.yield %a : f32
  } -> tensor<1x2x3x2xf32>
  %vs = tensor.collapse_shape %r [[0, 1], [2], [3]] : tensor<1x2x3x2xf32> into tensor<2x3x2xf32>
  %pv = linalg.batch_matmul {lowp.site = @pv} ins(%p, %vs : tensor<2x3x3xf32>, tensor<2x3x2xf32>) outs(%z3 : tensor<2x3x2xf32>) -> tensor<2x3x2xf32>
  %t = linalg.transpose ins(%pv : tensor<2x3x2xf32>) outs(%et : tensor<3x2x2xf32>) permutation = [1, 0, 2]
  %c = tensor.collapse_shape %t [[0], [1, 2]] : tensor<3x2x2xf32> into tensor<3x4xf32>
  %o = linalg.matmul {lowp.site = @o} ins(%c, %wo : tensor<3x4xf32>, tensor<4x2xf32>) outs(%z2 : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %o : tensor<3x2xf32>
}

// -----

// A diamond: both branches take the factor. A slice and a transpose on the way.
#kT = affine_map<(d0, d1, d2) -> (d2, d0)>
#kn = affine_map<(d0, d1, d2) -> (d2, d1)>
#mn = affine_map<(d0, d1, d2) -> (d0, d1)>
#id = affine_map<(d0, d1) -> (d0, d1)>
#col = affine_map<(d0, d1) -> (d1)>
#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
// CHECK-LABEL: func.func @diamond
// CHECK: %[[G:.*]] = arith.constant dense<[5.000000e-01, 8.000000e+00]> : tensor<2xf32>
// CHECK: linalg.generic {{.*}} ins(%arg0, %[[G]] :
// CHECK-COUNT-1: arith.mulf
// CHECK: linalg.mul
// CHECK: linalg.sub
// CHECK: tensor.extract_slice
// CHECK: %[[X:.*]] = linalg.transpose
// CHECK: linalg.matmul {{.*}} ins(%[[X]],
lowp.site @q {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0]> : tensor<2xf32>, channel_min = dense<[-4.0, -1.0]> : tensor<2xf32>}}
func.func @diamond(%x: tensor<4x2xf32>, %c: tensor<4x2xf32>, %e: tensor<3x2xf32>, %e4: tensor<4x2xf32>, %et: tensor<2x3xf32>) -> tensor<3x2xf32> {
  %gamma = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %wq = arith.constant dense<[[4.0, 1.0], [16.0, 2.0]]> : tensor<2x2xf32>
  %n = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %gamma : tensor<4x2xf32>, tensor<2xf32>) outs(%e4 : tensor<4x2xf32>) {
  ^bb0(%v: f32, %g: f32, %out: f32):
    %0 = arith.mulf %v, %g : f32
    linalg.yield %0 : f32
  } -> tensor<4x2xf32>
  %m = linalg.mul ins(%n, %c : tensor<4x2xf32>, tensor<4x2xf32>) outs(%e4 : tensor<4x2xf32>) -> tensor<4x2xf32>
  %s = linalg.sub ins(%m, %n : tensor<4x2xf32>, tensor<4x2xf32>) outs(%e4 : tensor<4x2xf32>) -> tensor<4x2xf32>
  %part = tensor.extract_slice %s[1, 0] [3, 2] [1, 1] : tensor<4x2xf32> to tensor<3x2xf32>
  %t = linalg.transpose ins(%part : tensor<3x2xf32>) outs(%et : tensor<2x3xf32>) permutation = [1, 0]
  %0 = linalg.matmul indexing_maps = [#kT, #kn, #mn] {lowp.site = @q} ins(%t, %wq : tensor<2x3xf32>, tensor<2x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

// A weight that stands on the left stays the weight when it has been scaled.
#a = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127], reciprocal>
#w = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>
// CHECK-LABEL: func.func @left
// CHECK-DAG: %[[S:.*]] = arith.constant dense<[2.000000e+00, 2.500000e-01]> : tensor<2xf32>
// CHECK-DAG: %[[R:.*]] = arith.constant dense<[5.000000e-01, 4.000000e+00, 2.000000e+00]> : tensor<3xf32>
// CHECK: %[[W:.*]] = linalg.generic {{.*}} ins(%{{cst[^ ]*}}, %[[S]] : tensor<3x2xf32>, tensor<2xf32>)
// CHECK: %[[W1:.*]] = linalg.generic {{.*}} ins(%[[W]], %[[R]] : tensor<3x2xf32>, tensor<3xf32>)
// CHECK: linalg.matmul {lowp.site = @fc1} ins(%[[W1]],
lowp.site @fc1 {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0]> : tensor<2xf32>, channel_min = dense<[-4.0, -1.0]> : tensor<2xf32>}}
lowp.site @fc2 {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0, 1.0]> : tensor<3xf32>, channel_min = dense<[-4.0, -1.0, -1.0]> : tensor<3xf32>}}
func.func @left(%x: tensor<2x5xf32>, %e3: tensor<3x5xf32>, %e: tensor<2x5xf32>) -> tensor<2x5xf32> {
  %zero = arith.constant 0.0 : f32
  %w1 = arith.constant dense<[[4.0, 1.0], [1.0, 16.0], [1.0, 2.0]]> : tensor<3x2xf32>
  %w2 = arith.constant dense<[[4.0, 16.0, 4.0], [1.0, 2.0, 1.0]]> : tensor<2x3xf32>
  %z3 = linalg.fill ins(%zero : f32) outs(%e3 : tensor<3x5xf32>) -> tensor<3x5xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<2x5xf32>) -> tensor<2x5xf32>
  %0 = linalg.matmul {lowp.site = @fc1} ins(%w1, %x : tensor<3x2xf32>, tensor<2x5xf32>) outs(%z3 : tensor<3x5xf32>) -> tensor<3x5xf32>
  %1 = linalg.matmul {lowp.site = @fc2} ins(%w2, %0 : tensor<2x3xf32>, tensor<3x5xf32>) outs(%z : tensor<2x5xf32>) -> tensor<2x5xf32>
  return %1 : tensor<2x5xf32>
}

// -----

// The same through heads of a dynamic length: dimensions of 1 that stand with the length tell no channels apart.
#a = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
#w = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
// CHECK-LABEL: func.func @length
// CHECK-DAG: %[[R:.*]] = arith.constant dense<[5.000000e-01, 4.000000e+00, 5.000000e-01, 4.000000e+00]> : tensor<4xf32>
// CHECK: %[[WV:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %[[R]] : tensor<2x4xf32>, tensor<4xf32>)
// CHECK: linalg.matmul {lowp.site = @v} ins(%arg0, %[[WV]] :
// CHECK: %[[X:.*]] = tensor.collapse_shape {{.*}} : tensor<1x?x2x2xf32> into tensor<?x4xf32>
// CHECK: linalg.matmul {lowp.site = @o} ins(%[[X]],
lowp.site @v {scheme = #lowp.scheme<weight = #w>}
lowp.site @pv {reason = "products", statistics = {channel_max = dense<1.0> : tensor<1xf32>, second_channel_max = dense<[16.0, 1.0]> : tensor<2xf32>}}
lowp.site @o {scheme = #lowp.scheme<weight = #w, input = dynamic #a>, statistics = {channel_max = dense<[16.0, 1.0, 16.0, 1.0]> : tensor<4xf32>, channel_min = dense<0.0> : tensor<4xf32>}}
func.func @length(%x: tensor<?x2xf32>, %p: tensor<2x?x?xf32>) -> tensor<?x2xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %x, %c0 : tensor<?x2xf32>
  %wv = arith.constant dense<[[2.0, 1.0, 2.0, 1.0], [3.0, 1.0, 3.0, 1.0]]> : tensor<2x4xf32>
  %wo = arith.constant dense<[[4.0, 1.0], [16.0, 2.0], [4.0, 0.5], [16.0, 3.0]]> : tensor<4x2xf32>
  %e4 = tensor.empty(%n) : tensor<?x4xf32>
  %z4 = linalg.fill ins(%zero : f32) outs(%e4 : tensor<?x4xf32>) -> tensor<?x4xf32>
  %v = linalg.matmul {lowp.site = @v} ins(%x, %wv : tensor<?x2xf32>, tensor<2x4xf32>) outs(%z4 : tensor<?x4xf32>) -> tensor<?x4xf32>
  %h = tensor.expand_shape %v [[0, 1], [2, 3]] output_shape [1, %n, 2, 2] : tensor<?x4xf32> into tensor<1x?x2x2xf32>
  %et = tensor.empty(%n) : tensor<1x2x?x2xf32>
  %t = linalg.transpose ins(%h : tensor<1x?x2x2xf32>) outs(%et : tensor<1x2x?x2xf32>) permutation = [0, 2, 1, 3]
  %vs = tensor.collapse_shape %t [[0, 1], [2], [3]] : tensor<1x2x?x2xf32> into tensor<2x?x2xf32>
  %e3 = tensor.empty(%n) : tensor<2x?x2xf32>
  %z3 = linalg.fill ins(%zero : f32) outs(%e3 : tensor<2x?x2xf32>) -> tensor<2x?x2xf32>
  %pv = linalg.batch_matmul {lowp.site = @pv} ins(%p, %vs : tensor<2x?x?xf32>, tensor<2x?x2xf32>) outs(%z3 : tensor<2x?x2xf32>) -> tensor<2x?x2xf32>
  %s = tensor.expand_shape %pv [[0, 1], [2], [3]] output_shape [1, 2, %n, 2] : tensor<2x?x2xf32> into tensor<1x2x?x2xf32>
  %eb = tensor.empty(%n) : tensor<1x?x2x2xf32>
  %b = linalg.transpose ins(%s : tensor<1x2x?x2xf32>) outs(%eb : tensor<1x?x2x2xf32>) permutation = [0, 2, 1, 3]
  %o = tensor.collapse_shape %b [[0, 1], [2, 3]] : tensor<1x?x2x2xf32> into tensor<?x4xf32>
  %e2 = tensor.empty(%n) : tensor<?x2xf32>
  %z2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<?x2xf32>) -> tensor<?x2xf32>
  %y = linalg.matmul {lowp.site = @o} ins(%o, %wo : tensor<?x4xf32>, tensor<4x2xf32>) outs(%z2 : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
