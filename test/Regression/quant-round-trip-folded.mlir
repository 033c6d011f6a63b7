// Upstream folds quant.dcast of quant.qcast to the value that went in. The rounding must survive import.
// RUN: quant-opt %s --lowp-import-pipeline | FileCheck %s
// CHECK-LABEL: func.func @main
// CHECK: lowp.quantize
// CHECK: lowp.dequantize
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %q = quant.qcast %x : tensor<4xf32> to tensor<4x!quant.uniform<i8:f32, 0.1>>
  %y = quant.dcast %q : tensor<4x!quant.uniform<i8:f32, 0.1>> to tensor<4xf32>
  return %y : tensor<4xf32>
}
