// RUN: quant-opt %s --lowp-quantize-cache --split-input-file | FileCheck %s
// RUN: quant-opt %s --lowp-quantize-cache=codes=f8E4M3FN --split-input-file | FileCheck %s --check-prefix=F8

// A cache of keys, [heads, channels, tokens]: a scale per head and token, of the new token alone.
// CHECK-DAG: #[[$KEY:.*]] = #lowp.spec<i8, block = [1, ?, 1], symmetric, range = [-127, 127], reciprocal>
// CHECK-DAG: #[[$VALUE:.*]] = #lowp.spec<i8, block = [1, 1, ?], symmetric, range = [-127, 127], reciprocal>
// CHECK-LABEL: func.func @decode(
// CHECK-SAME: %[[Q:[^:]*]]: tensor<2x3x4xf32>, %[[K:[^:]*]]: tensor<2x4x1xf32>, %[[V:[^:]*]]: tensor<2x1x4xf32>, %[[P:[^:]*]]: index
// CHECK-SAME: %[[KEYS:[^:]*]]: tensor<2x4x8xi8> {lowp.holds = "i8 codes: a number is its code times the scale of its token and head", lowp.in_place = 1 : i64, lowp.name = "keys.0", lowp.optional}
// CHECK-SAME: %[[KSCALE:[^:]*]]: tensor<2x1x8xf32> {lowp.holds = "scales of keys.0", lowp.in_place = 2 : i64, lowp.name = "keys.0.scale", lowp.optional}
// CHECK-SAME: %[[VALUES:[^:]*]]: tensor<2x8x4xi8> {{{.*}}lowp.in_place = 3 : i64, lowp.name = "values.0"}
// CHECK-SAME: %[[VSCALE:[^:]*]]: tensor<2x8x1xf32> {{{.*}}lowp.in_place = 4 : i64, lowp.name = "values.0.scale"}
// CHECK-SAME: -> (tensor<2x3x4xf32> {lowp.name = "y"}, tensor<2x4x8xi8> {lowp.name = "keys.0"}, tensor<2x1x8xf32> {lowp.name = "keys.0.scale"},
// CHECK: %[[S:.*]] = lowp.choose_qparams %[[K]] {spec = #[[$KEY]]} : (tensor<2x4x1xf32>) -> tensor<2x1x1xf32>
// CHECK: %[[C:.*]] = lowp.quantize %[[K]], %[[S]] {spec = #[[$KEY]]}
// CHECK: %[[CODES:.*]] = tensor.insert_slice %[[C]] into %[[KEYS]][0, 0, %[[P]]] [2, 4, 1] [1, 1, 1]
// CHECK: %[[SCALES:.*]] = tensor.insert_slice %[[S]] into %[[KSCALE]][0, 0, %[[P]]] [2, 1, 1] [1, 1, 1]
// CHECK: %[[X:.*]] = lowp.dequantize %[[CODES]], %[[SCALES]] {spec = #[[$KEY]]} : (tensor<2x4x8xi8>, tensor<2x1x8xf32>) -> tensor<2x4x8xf32>
// CHECK: tensor.insert_slice %{{.*}} into %[[VALUES]][0, %[[P]], 0] [2, 1, 4] [1, 1, 1]
// CHECK: linalg.batch_matmul ins(%[[Q]], %[[X]] :
// CHECK: return %{{.*}}, %[[CODES]], %[[SCALES]], %{{.*}}, %{{.*}} :

// Low floats are bytes in the signature.
// F8-LABEL: func.func @decode(
// F8-SAME: tensor<2x4x8xi8> {lowp.holds = "f8E4M3FN codes, a byte each: a number is its code times the scale of its token and head"
// F8: %[[C:.*]] = lowp.quantize %{{.*}} -> tensor<2x4x1xf8E4M3FN>
// F8: %[[B:.*]] = tensor.bitcast %[[C]] : tensor<2x4x1xf8E4M3FN> to tensor<2x4x1xi8>
// F8: %[[ALL:.*]] = tensor.insert_slice %[[B]] into
// F8: tensor.bitcast %[[ALL]] : tensor<2x4x8xi8> to tensor<2x4x8xf8E4M3FN>
func.func @decode(%q: tensor<2x3x4xf32>, %k: tensor<2x4x1xf32>, %v: tensor<2x1x4xf32>, %p: index,
                  %keys: tensor<2x4x8xf32> {lowp.in_place = 1 : i64, lowp.name = "keys.0", lowp.optional},
                  %values: tensor<2x8x4xf32> {lowp.in_place = 2 : i64, lowp.name = "values.0"})
    -> (tensor<2x3x4xf32> {lowp.name = "y"}, tensor<2x4x8xf32> {lowp.name = "keys.0"}, tensor<2x8x4xf32> {lowp.name = "values.0"}) {
  %zero = arith.constant 0.0 : f32
  %keys1 = tensor.insert_slice %k into %keys[0, 0, %p] [2, 4, 1] [1, 1, 1] : tensor<2x4x1xf32> into tensor<2x4x8xf32>
  %values1 = tensor.insert_slice %v into %values[0, %p, 0] [2, 1, 4] [1, 1, 1] : tensor<2x1x4xf32> into tensor<2x8x4xf32>
  %e = tensor.empty() : tensor<2x3x8xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  %s = linalg.batch_matmul ins(%q, %keys1 : tensor<2x3x4xf32>, tensor<2x4x8xf32>) outs(%i : tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  %e2 = tensor.empty() : tensor<2x3x4xf32>
  %i2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %y = linalg.batch_matmul ins(%s, %values1 : tensor<2x3x8xf32>, tensor<2x8x4xf32>) outs(%i2 : tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %y, %keys1, %values1 : tensor<2x3x4xf32>, tensor<2x4x8xf32>, tensor<2x8x4xf32>
}

// -----

// A state that is no cache stays, and the numbers of results that others are replaced by follow.
// kind: does-not-apply
// CHECK-LABEL: func.func @other(
// CHECK-SAME: %{{.*}}: tensor<1x8x4xi8> {{{.*}}lowp.in_place = 1 : i64, lowp.name = "arg3"}, %{{.*}}: tensor<1x8x1xf32> {{{.*}}lowp.in_place = 2 : i64, lowp.name = "arg3.scale"}
// CHECK-SAME: %{{.*}}: tensor<4xf32> {lowp.in_place = 3 : i64}) -> (tensor<1x2x4xf32>, tensor<1x8x4xi8> {{.*}}, tensor<1x8x1xf32> {{.*}}, tensor<4xf32>)
func.func @other(%s: tensor<1x2x8xf32>, %v: tensor<1x2x4xf32>, %p: index, %values: tensor<1x8x4xf32> {lowp.in_place = 1 : i64},
                 %sum: tensor<4xf32> {lowp.in_place = 2 : i64}) -> (tensor<1x2x4xf32>, tensor<1x8x4xf32>, tensor<4xf32>) {
  %zero = arith.constant 0.0 : f32
  %values1 = tensor.insert_slice %v into %values[0, %p, 0] [1, 2, 4] [1, 1, 1] : tensor<1x2x4xf32> into tensor<1x8x4xf32>
  %e = tensor.empty() : tensor<1x2x4xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  %y = linalg.batch_matmul ins(%s, %values1 : tensor<1x2x8xf32>, tensor<1x8x4xf32>) outs(%i : tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  %twice = linalg.add ins(%sum, %sum : tensor<4xf32>, tensor<4xf32>) outs(%sum : tensor<4xf32>) -> tensor<4xf32>
  return %y, %values1, %twice : tensor<1x2x4xf32>, tensor<1x8x4xf32>, tensor<4xf32>
}
