// RUN: quant-opt %s --lowp-quantize-cache --split-input-file | FileCheck %s
// RUN: quant-opt %s --lowp-quantize-cache='codes=int4 group=2 residual=4' --split-input-file | FileCheck %s --check-prefix=INT4
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

// Groups of 2 tokens of a key's channel and of 2 channels of a value, of which the newest 4 tokens are floats.
// INT4-LABEL: func.func @decode(
// INT4-SAME: %[[K:[^:]*]]: tensor<2x4x1xf32>, %[[V:[^:]*]]: tensor<2x1x4xf32>, %[[P:[^:]*]]: index
// INT4-SAME: %[[KEYS:[^:]*]]: tensor<2x2x8xi8> {lowp.holds = "codes of 4 bits, channel c in the low bits of byte c, channel c + 2 in its high ones: a number is its code times the scale, plus the minimum, of its 2 tokens of a channel", lowp.in_place = 1 : i64, lowp.name = "keys.0", lowp.optional}
// INT4-SAME: tensor<2x4x4xf16> {{{.*}}lowp.in_place = 2 : i64, lowp.name = "keys.0.scale"
// INT4-SAME: tensor<2x4x4xf16> {{{.*}}lowp.in_place = 3 : i64, lowp.name = "keys.0.minimum"
// INT4-SAME: %[[BEFORE:[^:]*]]: tensor<2x4x4xf32> {lowp.holds = "the 4 newest tokens of keys.0, the last one last", lowp.in_place = 4 : i64, lowp.name = "keys.0.newest"
// INT4-SAME: tensor<2x8x2xi8> {{{.*}}lowp.in_place = 5 : i64, lowp.name = "values.0"
// INT4-SAME: tensor<2x8x2xf16> {{{.*}}lowp.in_place = 6 : i64, lowp.name = "values.0.scale"
// INT4-SAME: tensor<2x4x4xf32> {{{.*}}lowp.in_place = 8 : i64, lowp.name = "values.0.newest"
// The block of 4 tokens that the new one is in, of what was before and the new one.
// INT4: %[[W0:.*]] = tensor.insert_slice %[[BEFORE]] into %{{.*}}[0, 0, 0] [2, 4, 4]
// INT4: %[[W:.*]] = tensor.insert_slice %[[K]] into %[[W0]][0, 0, 4] [2, 4, 1]
// INT4: %[[IN:.*]] = arith.remui %[[P]], %{{.*}} : index
// INT4: %[[BLOCK:.*]] = arith.subi %[[P]], %[[IN]] : index
// INT4: lowp.choose_qparams %{{.*}} {spec = #[[S:.*]]} : (tensor<2x4x2x2xf32>) -> (tensor<2x4x2x1xf16>, tensor<2x4x2x1xf16>)
// INT4: tensor.insert_slice %{{.*}} into %[[KEYS]][0, 0, %[[BLOCK]]] [2, 2, 4]
// The scores of codes and of floats, joined by position.
// INT4: lowp.dequantize %{{.*}} -> tensor<2x2x2x4x2xf32>
// INT4: linalg.batch_matmul ins(%{{.*}}, %{{.*}} : tensor<2x3x4xf32>, tensor<2x4x8xf32>)
// INT4: linalg.batch_matmul ins(%{{.*}}, %{{.*}} : tensor<2x3x4xf32>, tensor<2x4x4xf32>)
// INT4: linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<2x3x8xf32>, tensor<2x3x8xf32>)
// INT4: linalg.batch_matmul ins(%{{.*}}, %{{.*}} : tensor<2x3x8xf32>, tensor<2x8x4xf32>)
// INT4: linalg.batch_matmul ins(%{{.*}}, %{{.*}} : tensor<2x3x5xf32>, tensor<2x5x4xf32>)

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
// Several tokens: how many of them are none is an argument in front of the states.
// INT4-LABEL: func.func @other(
// INT4-SAME: %{{.*}}: index, %[[PADDING:[^:]*]]: tensor<1xi64> {lowp.holds = "how many of the last tokens of this call are none", lowp.name = "padding", lowp.optional}
// INT4-SAME: %{{.*}}: tensor<4xf32> {lowp.in_place = 5 : i64}
// INT4: %[[N:.*]] = tensor.extract %[[PADDING]]
// INT4: %[[OK:.*]] = arith.cmpi ult, %[[N]], %{{.*}} : i64
// INT4: cf.assert %[[OK]], "padding of 2 tokens"
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
