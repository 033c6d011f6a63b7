// RUN: quant-opt %s --lowp-assign-schemes=recipe=w8a8 --split-input-file 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t
// RUN: quant-opt %s --lowp-assign-schemes="recipe=w8a8 keep-float=f?" --split-input-file 2>/dev/null | FileCheck %s --check-prefix=KEEP

// CHECK-DAG: #[[W:.*]] = #lowp.spec<i8, block = [?, 1], symmetric, range = [-127, 127]>
// CHECK-DAG: #[[A:.*]] = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127], reciprocal>
// CHECK: lowp.site @fc {scheme = #lowp.scheme<weight = #[[W]], input = dynamic #[[A]]>}
// CHECK: lowp.site @attention {reason = "both operands are computed and the recipe keeps such products in float"}
// REMARK: remark: site 'attention' stays in float: both operands are computed
// KEEP: lowp.site @fc {reason = "the recipe keeps it in float"}
lowp.site @fc
lowp.site @attention
func.func @f(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %0 = linalg.matmul {lowp.site = @fc} ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  // kind: does-not-apply
  %1 = linalg.matmul {lowp.site = @attention} ins(%x, %0 : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}

// Static ranges as SmoothQuant's third level has them: symmetric, per tensor, products too.
// RUN: quant-opt %s --lowp-assign-schemes=recipe=w8a8-smooth-o3 --split-input-file 2>/dev/null | FileCheck %s --check-prefix=O3
// O3-DAG: #[[T:.*]] = #lowp.spec<i8, block = [?, ?], symmetric, range = [-127, 127]>
// O3-DAG: #[[S:.*]] = #lowp.spec<i8, block = [?, ?], symmetric, range = [-127, 127], reciprocal>
// O3: lowp.site @fc {scheme = #lowp.scheme<weight = #[[T]], input = #[[S]]>}
// O3: lowp.site @attention {scheme = #lowp.scheme<weight = #[[S]], input = #[[S]]>}

// Weight-only: groups along the input channels with a zero point and f16 scales, activations in float. Groups larger
// than the layer are no groups.
// RUN: quant-opt %s --lowp-assign-schemes=recipe=w4-g2-asym-rtn --split-input-file 2>/dev/null | FileCheck %s --check-prefix=GROUP
// GROUP-DAG: #[[G:.*]] = #lowp.spec<u4, block = [2, 1], scale = f16>
// GROUP: lowp.site @fc {scheme = #lowp.scheme<weight = #[[G]]>}
// RUN: quant-opt %s --lowp-assign-schemes=recipe=w3a8-sym-awq --split-input-file 2>/dev/null | FileCheck %s --check-prefix=W3A8
// W3A8-DAG: #[[N:.*]] = #lowp.spec<i3, block = [?, 1], symmetric, half_step>
// W3A8: lowp.site @fc {scheme = #lowp.scheme<weight = #[[N]], input = dynamic #
// RUN: quant-opt %s --lowp-assign-schemes=recipe=w4-g4-rtn --split-input-file 2>/dev/null | FileCheck %s --check-prefix=LARGE
// LARGE: lowp.site @fc {reason = "groups of 4 are larger than its 2 input channels"}

// -----

// A site that came quantized has the scheme that its operands say.
// CHECK: lowp.site @fq {scheme = #lowp.scheme<weight = #{{.*}}, input = #{{.*}}>}
// KEEP: lowp.site @fq {scheme = #lowp.scheme<
lowp.site @fq
func.func @came_quantized(%q: tensor<2x2xi8>, %w: tensor<2x2xi8>, %s: tensor<1x1xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %a = lowp.dequantize %q, %s {spec = #lowp.spec<i8, block = [?, ?], symmetric>} : (tensor<2x2xi8>, tensor<1x1xf32>) -> tensor<2x2xf32>
  %b = lowp.dequantize %w, %s {spec = #lowp.spec<u8, block = [?, ?], symmetric>} : (tensor<2x2xi8>, tensor<1x1xf32>) -> tensor<2x2xf32>
  %0 = linalg.matmul {lowp.site = @fq} ins(%a, %b : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

// So has one whose weight alone came as codes.
// CHECK: lowp.site @fw {scheme = #lowp.scheme<weight = #{{[a-z0-9]*}}>}
// KEEP: lowp.site @fw {scheme = #lowp.scheme<weight
lowp.site @fw
func.func @came_with_codes(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %q = arith.constant dense<1> : tensor<2x2xi4>
  %s = arith.constant dense<1.0> : tensor<1x2xf32>
  %w = lowp.dequantize %q, %s {spec = #lowp.spec<i4, block = [?, 1], symmetric>} : (tensor<2x2xi4>, tensor<1x2xf32>) -> tensor<2x2xf32>
  %0 = linalg.matmul {lowp.site = @fw} ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
