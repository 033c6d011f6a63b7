// What each op becomes: upstream ops alone, each rounding visible.
// RUN: quant-opt %s --lowp-lower-to-linalg | FileCheck %s
// RUN: quant-opt %s --lowp-lower-to-linalg | quant-opt --lowp-lower-to-linalg | FileCheck %s

#token = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>
#channel = #lowp.spec<i8, block = [?, 1], symmetric>
#affine = #lowp.spec<u8, block = [?, ?]>
#group = #lowp.spec<i4, block = [1, 4], symmetric>

// CHECK-DAG: #[[$ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[$ROW:.*]] = affine_map<(d0, d1) -> (d0, 0)>
// CHECK-DAG: #[[$COLUMN:.*]] = affine_map<(d0, d1) -> (0, d1)>
// CHECK-DAG: #[[$ONE:.*]] = affine_map<(d0, d1) -> (0, 0)>
// CHECK-DAG: #[[$GROUP:.*]] = affine_map<(d0, d1) -> (d0, d1 floordiv 4)>
// CHECK-DAG: #[[$MK:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[$KN:.*]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// CHECK-DAG: #[[$NK:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG: #[[$MN:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[$ZERO:.*]] = affine_map<(d0, d1, d2) -> (0, 0)>
// CHECK-DAG: #[[$ONE_PER_N:.*]] = affine_map<(d0, d1) -> (d1, 0)>

// The record stays for who comes later, and its op keeps its name.
// CHECK: lowp.site @query
lowp.site @query

// CHECK-LABEL: func.func @quantize(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>, %[[S:.*]]: tensor<4x1xf32>
// CHECK-DAG: %[[LO:.*]] = arith.constant -1.270000e+02 : f32
// CHECK-DAG: %[[HI:.*]] = arith.constant 1.270000e+02 : f32
// CHECK: linalg.generic {indexing_maps = [#[[$ID]], #[[$ROW]], #[[$ID]]], iterator_types = ["parallel", "parallel"]} ins(%[[X]], %[[S]] :
// CHECK: ^bb0(%[[XI:.*]]: f32, %[[SI:.*]]: f32, %{{.*}}: i8):
// CHECK-NEXT: %[[D:.*]] = arith.divf %[[XI]], %[[SI]] : f32
// CHECK-NEXT: %[[R:.*]] = math.roundeven %[[D]] : f32
// CHECK-NEXT: %[[ABOVE:.*]] = arith.cmpf ogt, %[[R]], %[[LO]] : f32
// CHECK-NEXT: %[[L:.*]] = arith.select %[[ABOVE]], %[[R]], %[[LO]] : f32
// CHECK-NEXT: %[[BELOW:.*]] = arith.cmpf olt, %[[L]], %[[HI]] : f32
// CHECK-NEXT: %[[C:.*]] = arith.select %[[BELOW]], %[[L]], %[[HI]] : f32
// CHECK-NEXT: %[[Q:.*]] = arith.fptosi %[[C]] : f32 to i8
// CHECK-NEXT: linalg.yield %[[Q]] : i8
func.func @quantize(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>) -> tensor<4x8xi8> {
  %q = lowp.quantize %x, %s {spec = #token} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xi8>
  return %q : tensor<4x8xi8>
}

// The zero point comes after the rounding; codes of no sign are converted without one.
// CHECK-LABEL: func.func @quantize_affine(
// CHECK: linalg.generic {indexing_maps = [#[[$ID]], #[[$ONE]], #[[$ONE]], #[[$ID]]]
// CHECK: arith.divf
// CHECK-NEXT: %[[R:.*]] = math.roundeven
// CHECK-NEXT: %[[Z:.*]] = arith.sitofp %{{.*}} : i32 to f32
// CHECK-NEXT: arith.addf %[[R]], %[[Z]] : f32
// CHECK: arith.fptoui %{{.*}} : f32 to i8
func.func @quantize_affine(%x: tensor<4x8xf32>, %s: tensor<1x1xf32>, %z: tensor<1x1xi32>) -> tensor<4x8xi8> {
  %q = lowp.quantize %x, %s, %z {spec = #affine} : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1x1xi32>) -> tensor<4x8xi8>
  return %q : tensor<4x8xi8>
}

// One division per block, and none per element.
// CHECK-LABEL: func.func @quantize_by_reciprocal(
// CHECK-SAME: %{{.*}}: tensor<4x8xf32>, %[[S:.*]]: tensor<4x1xf32>
// CHECK: %[[R:.*]] = linalg.generic {indexing_maps = [#[[$ID]], #[[$ID]]], {{.*}} ins(%[[S]] : tensor<4x1xf32>)
// CHECK: arith.divf
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %[[R]] :
// CHECK-NOT: arith.divf
// CHECK: arith.mulf
// CHECK-NOT: arith.divf
// CHECK: return
func.func @quantize_by_reciprocal(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>) -> tensor<4x8xi8> {
  %q = lowp.quantize %x, %s {spec = #lowp.spec<i8, block = [1, ?], symmetric, reciprocal>} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xi8>
  return %q : tensor<4x8xi8>
}

// CHECK-LABEL: func.func @dequantize(
// CHECK: linalg.generic {indexing_maps = [#[[$ID]], #[[$GROUP]], #[[$ID]]]
// CHECK: ^bb0(%[[Q:.*]]: i4, %[[S:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT: %[[W:.*]] = arith.extsi %[[Q]] : i4 to i32
// CHECK-NEXT: %[[F:.*]] = arith.sitofp %[[W]] : i32 to f32
// CHECK-NEXT: %[[Y:.*]] = arith.mulf %[[S]], %[[F]] : f32
// CHECK-NEXT: linalg.yield %[[Y]] : f32
func.func @dequantize(%q: tensor<4x10xi4>, %s: tensor<4x3xf32>) -> tensor<4x10xf32> {
  %x = lowp.dequantize %q, %s {spec = #group} : (tensor<4x10xi4>, tensor<4x3xf32>) -> tensor<4x10xf32>
  return %x : tensor<4x10xf32>
}

// The difference is taken in i32.
// CHECK-LABEL: func.func @dequantize_affine(
// CHECK: ^bb0(%[[Q:.*]]: i8, %[[S:.*]]: f32, %[[Z:.*]]: i32, %{{.*}}: f32):
// CHECK-NEXT: %[[W:.*]] = arith.extui %[[Q]] : i8 to i32
// CHECK-NEXT: %[[D:.*]] = arith.subi %[[W]], %[[Z]] : i32
// CHECK-NEXT: arith.sitofp %[[D]] : i32 to f32
func.func @dequantize_affine(%q: tensor<4x8xi8>, %s: tensor<1x1xf32>, %z: tensor<1x1xi32>) -> tensor<4x8xf32> {
  %x = lowp.dequantize %q, %s, %z {spec = #affine} : (tensor<4x8xi8>, tensor<1x1xf32>, tensor<1x1xi32>) -> tensor<4x8xf32>
  return %x : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @choose_symmetric(
// CHECK: %[[MAX:.*]] = linalg.generic {indexing_maps = [#[[$ID]], #[[$ROW]]], iterator_types = ["parallel", "reduction"]}
// CHECK: math.absf
// CHECK-NEXT: arith.maximumf
// CHECK: linalg.generic {indexing_maps = [#[[$ID]], #[[$ID]]], {{.*}} ins(%[[MAX]] : tensor<4x1xf32>)
// CHECK: arith.divf
func.func @choose_symmetric(%x: tensor<4x8xf32>) -> tensor<4x1xf32> {
  %s = lowp.choose_qparams %x {spec = #token} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  return %s : tensor<4x1xf32>
}

// CHECK-LABEL: func.func @choose_affine(
// CHECK: linalg.generic {indexing_maps = [#[[$ID]], #[[$ONE]]], iterator_types = ["reduction", "reduction"]}
// CHECK: arith.minimumf
// CHECK: linalg.generic {indexing_maps = [#[[$ID]], #[[$ONE]]], iterator_types = ["reduction", "reduction"]}
// CHECK: arith.maximumf
// CHECK: -> tensor<1x1xf32>
// CHECK: -> tensor<1x1xi32>
func.func @choose_affine(%x: tensor<4x8xf32>) -> (tensor<1x1xf32>, tensor<1x1xi32>) {
  %s, %z = lowp.choose_qparams %x {spec = #affine} : (tensor<4x8xf32>) -> (tensor<1x1xf32>, tensor<1x1xi32>)
  return %s, %z : tensor<1x1xf32>, tensor<1x1xi32>
}

// CHECK-LABEL: func.func @fake_quantize(
// CHECK: math.roundeven
// CHECK: %[[Q:.*]] = arith.fptosi
// CHECK-NEXT: linalg.yield %[[Q]] : i8
// CHECK: arith.extsi
// CHECK: return
func.func @fake_quantize(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>) -> tensor<4x8xf32> {
  %y = lowp.fake_quantize %x, %s {spec = #token} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// An integer contraction, and the scales after it; the name goes with the contraction. Zeros as the init
// are not added.
// CHECK-LABEL: func.func @matmul(
// CHECK-SAME: %[[QA:.*]]: tensor<4x8xi8>, %[[SA:.*]]: tensor<4x1xf32>, %[[QB:.*]]: tensor<8x6xi8>, %[[SB:.*]]: tensor<1x6xf32>
// CHECK: %[[SUMS:.*]] = linalg.generic {indexing_maps = [#[[$MK]], #[[$KN]], #[[$MN]]], iterator_types = ["parallel", "parallel", "reduction"]} ins(%[[QA]], %[[QB]] :
// CHECK-SAME: attrs = {lowp.site = @query}
// CHECK: ^bb0(%[[A:.*]]: i8, %[[B:.*]]: i8, %[[ACC:.*]]: i32):
// CHECK-NEXT: %[[AW:.*]] = arith.extsi %[[A]] : i8 to i32
// CHECK-NEXT: %[[BW:.*]] = arith.extsi %[[B]] : i8 to i32
// CHECK-NEXT: %[[P:.*]] = arith.muli %[[AW]], %[[BW]] : i32
// CHECK-NEXT: %[[N:.*]] = arith.addi %[[ACC]], %[[P]] : i32
// CHECK-NEXT: linalg.yield %[[N]] : i32
// CHECK: linalg.generic {indexing_maps = [#[[$ID]], #[[$ROW]], #[[$COLUMN]], #[[$ID]]], {{.*}} ins(%[[SUMS]], %[[SA]], %[[SB]] :
// CHECK: ^bb0(%[[SUM:.*]]: i32, %[[SAI:.*]]: f32, %[[SBI:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT: %[[F:.*]] = arith.sitofp %[[SUM]] : i32 to f32
// CHECK-NEXT: %[[M:.*]] = arith.mulf %[[F]], %[[SAI]] : f32
// CHECK-NEXT: %[[Y:.*]] = arith.mulf %[[M]], %[[SBI]] : f32
// CHECK-NEXT: linalg.yield %[[Y]] : f32
// CHECK-NOT: linalg.
// CHECK: return
func.func @matmul(%qa: tensor<4x8xi8>, %sa: tensor<4x1xf32>, %qb: tensor<8x6xi8>, %sb: tensor<1x6xf32>)
    -> tensor<4x6xf32> {
  %a = lowp.dequantize %qa, %sa {spec = #token} : (tensor<4x8xi8>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %b = lowp.dequantize %qb, %sb {spec = #channel} : (tensor<8x6xi8>, tensor<1x6xf32>) -> tensor<8x6xf32>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<4x6xf32>
  %none = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x6xf32>) -> tensor<4x6xf32>
  %y = linalg.matmul {lowp.site = @query} ins(%a, %b : tensor<4x8xf32>, tensor<8x6xf32>) outs(%none : tensor<4x6xf32>) -> tensor<4x6xf32>
  return %y : tensor<4x6xf32>
}

// A zero point on one side, a transposed operand, an init that is added last.
// CHECK-LABEL: func.func @matmul_affine(
// CHECK-SAME: %[[QA:.*]]: tensor<4x8xi8>, %[[SA:.*]]: tensor<1x1xf32>, %[[ZA:.*]]: tensor<1x1xi32>, %[[QB:.*]]: tensor<6x8xi8>, %[[SB:.*]]: tensor<6x1xf32>, %[[BIAS:.*]]: tensor<4x6xf32>
// CHECK: %[[SUMS:.*]] = linalg.generic {indexing_maps = [#[[$MK]], #[[$NK]], #[[$ZERO]], #[[$MN]]], {{.*}} ins(%[[QA]], %[[QB]], %[[ZA]] :
// CHECK: ^bb0(%[[A:.*]]: i8, %[[B:.*]]: i8, %[[Z:.*]]: i32, %{{.*}}: i32):
// CHECK-NEXT: %[[AW:.*]] = arith.extui %[[A]] : i8 to i32
// CHECK-NEXT: %[[AZ:.*]] = arith.subi %[[AW]], %[[Z]] : i32
// CHECK-NEXT: %[[BW:.*]] = arith.extsi %[[B]] : i8 to i32
// CHECK-NEXT: arith.muli %[[AZ]], %[[BW]] : i32
// CHECK: linalg.generic {indexing_maps = [#[[$ID]], #[[$ONE]], #[[$ONE_PER_N]], #[[$ID]], #[[$ID]]], {{.*}} ins(%[[SUMS]], %[[SA]], %[[SB]], %[[BIAS]] :
// CHECK: arith.sitofp
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
func.func @matmul_affine(%qa: tensor<4x8xi8>, %sa: tensor<1x1xf32>, %za: tensor<1x1xi32>, %qb: tensor<6x8xi8>,
                         %sb: tensor<6x1xf32>, %bias: tensor<4x6xf32>) -> tensor<4x6xf32> {
  %a = lowp.dequantize %qa, %sa, %za {spec = #affine} : (tensor<4x8xi8>, tensor<1x1xf32>, tensor<1x1xi32>) -> tensor<4x8xf32>
  %b = lowp.dequantize %qb, %sb {spec = #lowp.spec<i8, block = [1, ?], symmetric>} : (tensor<6x8xi8>, tensor<6x1xf32>) -> tensor<6x8xf32>
  %y = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %b : tensor<4x8xf32>, tensor<6x8xf32>) outs(%bias : tensor<4x6xf32>) -> tensor<4x6xf32>
  return %y : tensor<4x6xf32>
}

// Sizes known at run time alone are those of the init.
// CHECK-LABEL: func.func @matmul_dynamic(
// CHECK: tensor.empty(%{{.*}}, %{{.*}}) : tensor<?x?xi32>
// CHECK: linalg.generic {indexing_maps = [#[[$MK]], #[[$KN]], #[[$MN]]]
// CHECK-SAME: outs(%{{.*}} : tensor<?x?xi32>)
func.func @matmul_dynamic(%qa: tensor<?x?xi8>, %sa: tensor<?x1xf32>, %qb: tensor<?x?xi8>, %sb: tensor<1x?xf32>,
                          %init: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %a = lowp.dequantize %qa, %sa {spec = #token} : (tensor<?x?xi8>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %b = lowp.dequantize %qb, %sb {spec = #channel} : (tensor<?x?xi8>, tensor<1x?xf32>) -> tensor<?x?xf32>
  %y = linalg.matmul ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// With one side in float, the other is dequantized.
// CHECK-LABEL: func.func @weight_only(
// CHECK: arith.extsi
// CHECK: linalg.matmul ins(%{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<8x6xf32>)
func.func @weight_only(%x: tensor<4x8xf32>, %q: tensor<8x6xi8>, %s: tensor<1x6xf32>, %init: tensor<4x6xf32>) -> tensor<4x6xf32> {
  %w = lowp.dequantize %q, %s {spec = #channel} : (tensor<8x6xi8>, tensor<1x6xf32>) -> tensor<8x6xf32>
  %y = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x6xf32>) outs(%init : tensor<4x6xf32>) -> tensor<4x6xf32>
  return %y : tensor<4x6xf32>
}

// An elementwise product is no contraction.
// CHECK-LABEL: func.func @product(
// CHECK-COUNT-2: arith.extsi
// CHECK: linalg.mul ins(%{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<4x8xf32>)
func.func @product(%q: tensor<4x8xi8>, %p: tensor<4x8xi8>, %s: tensor<4x1xf32>, %init: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %a = lowp.dequantize %q, %s {spec = #token} : (tensor<4x8xi8>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %b = lowp.dequantize %p, %s {spec = #token} : (tensor<4x8xi8>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %y = linalg.mul ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%init : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// Nothing of ours: nothing happens. A probe is lowered elsewhere.
// CHECK-LABEL: func.func @float(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>
// CHECK-NEXT: lowp.observe %[[X]] {site = @query, what = [#lowp.statistic<min_max>]} : tensor<4x8xf32>
// CHECK-NEXT: linalg.matmul
// CHECK-NEXT: return
func.func @float(%x: tensor<4x8xf32>, %w: tensor<8x6xf32>, %init: tensor<4x6xf32>) -> tensor<4x6xf32> {
  lowp.observe %x {site = @query, what = [#lowp.statistic<min_max>]} : tensor<4x8xf32>
  %y = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x6xf32>) outs(%init : tensor<4x6xf32>) -> tensor<4x6xf32>
  return %y : tensor<4x6xf32>
}
