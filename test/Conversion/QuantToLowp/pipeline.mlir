// A module as quantizing frontends write it: codes of the weight in a constant, activations through qcast
// and dcast. Import leaves a site whose operands are codes, legalize an integer contraction.
// RUN: quant-opt %s --lowp-import-pipeline --mlir-print-local-scope | FileCheck %s --check-prefix=IMPORT
// RUN: quant-opt %s --lowp-import-pipeline --lowp-legalize-pipeline | FileCheck %s --check-prefix=LEGALIZE

!act = !quant.uniform<u8:f32, 0.5:128>
!wgt = !quant.uniform<i8<-127:127>:f32:0, {0.25, 0.5, 1.0}>

// IMPORT: lowp.site @main.
// IMPORT-LABEL: func.func @main
// IMPORT-SAME: (%[[X:.*]]: tensor<2x4xf32>) -> tensor<2x3xf32>
// IMPORT-DAG: %[[W:.*]] = lowp.dequantize %{{.*}}, %{{.*}} {spec = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>} : (tensor<3x4xi8>, tensor<3x1xf32>) -> tensor<3x4xf32>
// IMPORT-DAG: %[[Q:.*]] = lowp.quantize %[[X]], %{{.*}}, %{{.*}} {spec = #lowp.spec<u8, block = [?, ?]>}
// IMPORT-DAG: %[[A:.*]] = lowp.dequantize %[[Q]], %{{.*}}, %{{.*}} {spec = #lowp.spec<u8, block = [?, ?]>}
// IMPORT: linalg.matmul {{.*}} {lowp.site = @main.{{.*}}} ins(%[[A]], %[[W]] :

// The zero point of the activation is a constant per column: -128 · Σ_k w.
// LEGALIZE-LABEL: func.func @main
// LEGALIZE-NOT: lowp.
// LEGALIZE: math.roundeven
// LEGALIZE: linalg.generic
// LEGALIZE: arith.extui %{{.*}} : i8 to i32
// LEGALIZE: arith.extsi %{{.*}} : i8 to i32
// LEGALIZE: arith.muli
// LEGALIZE: arith.sitofp %{{.*}} : i32 to f32
func.func @main(%x: tensor<2x4xf32>) -> tensor<2x3xf32> {
  %codes = arith.constant dense<[[1, 2, 3, 4], [-1, -2, -3, -4], [127, 0, -127, 1]]> : tensor<3x4xi8>
  %w = quant.scast %codes : tensor<3x4xi8> to tensor<3x4x!wgt>
  %wf = quant.dcast %w : tensor<3x4x!wgt> to tensor<3x4xf32>
  %q = quant.qcast %x : tensor<2x4xf32> to tensor<2x4x!act>
  %a = quant.dcast %q : tensor<2x4x!act> to tensor<2x4xf32>
  %e = tensor.empty() : tensor<2x3xf32>
  %zero = arith.constant 0.0 : f32
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<2x3xf32>) -> tensor<2x3xf32>
  %y = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %wf : tensor<2x4xf32>, tensor<3x4xf32>) outs(%init : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
