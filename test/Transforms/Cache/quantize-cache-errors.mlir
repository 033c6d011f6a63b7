// RUN: quant-opt %s --lowp-quantize-cache --split-input-file --verify-diagnostics
// RUN: not quant-opt %s --lowp-quantize-cache=codes=int5 2>&1 | FileCheck %s --check-prefix=CODES
// RUN: not quant-opt %s --lowp-quantize-cache='codes=int4 residual=48' 2>&1 | FileCheck %s --check-prefix=RESIDUAL
// RUN: not quant-opt %s --lowp-quantize-cache='codes=int4 group=0' 2>&1 | FileCheck %s --check-prefix=GROUP

// RUN: not quant-opt %s --lowp-quantize-cache='codes=int4 group=4 residual=4' --split-input-file 2>&1 | FileCheck %s --check-prefix=WIDTH

// CODES: error: unknown codes 'int5' of a cache, expected int8, f8E4M3FN, f8E5M2 or int4
// RESIDUAL: error: the cache in int4: 48 tokens in float, expected a multiple of the group of 32
// GROUP: error: the cache in int4: groups of 0, expected at least 1

// WIDTH: error: cache 'values' in int4: heads of 4 channels, expected an even multiple of the group of 4

// expected-error @below {{no cache of keys and values to quantize: expected arguments that results replace, that tokens are inserted into and attention reads}}
module {
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    return %x : tensor<4xf32>
  }
}

// -----

// Functions share their caches: what is one in the first is one in the second.
module {
  func.func @prefill(%s: tensor<1x2x8xf32>, %v: tensor<1x2x4xf32>, %p: index,
                     %values: tensor<1x8x4xf32> {lowp.in_place = 1 : i64, lowp.name = "values"}) -> (tensor<1x2x4xf32>, tensor<1x8x4xf32>) {
    %zero = arith.constant 0.0 : f32
    // expected-error @below {{cache 'values' of @prefill is none in @decode, expected one in both}}
    %values1 = tensor.insert_slice %v into %values[0, %p, 0] [1, 2, 4] [1, 1, 1] : tensor<1x2x4xf32> into tensor<1x8x4xf32>
    %e = tensor.empty() : tensor<1x2x4xf32>
    %i = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
    %y = linalg.batch_matmul ins(%s, %values1 : tensor<1x2x8xf32>, tensor<1x8x4xf32>) outs(%i : tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
    return %y, %values1 : tensor<1x2x4xf32>, tensor<1x8x4xf32>
  }
  // expected-remark @below {{state 'values' of @decode stays as it is: it is not replaced by an insertion into it}}
  func.func @decode(%values: tensor<1x8x4xf32> {lowp.in_place = 0 : i64, lowp.name = "values"}) -> tensor<1x8x4xf32> {
    return %values : tensor<1x8x4xf32>
  }
}

// -----

module {
  func.func @prefill(%s: tensor<1x2x8xf32>, %v: tensor<1x2x4xf32>, %p: index,
                     %values: tensor<1x8x4xf32> {lowp.in_place = 1 : i64, lowp.name = "values"}) -> (tensor<1x2x4xf32>, tensor<1x8x4xf32>) {
    %zero = arith.constant 0.0 : f32
    %values1 = tensor.insert_slice %v into %values[0, %p, 0] [1, 2, 4] [1, 1, 1] : tensor<1x2x4xf32> into tensor<1x8x4xf32>
    %e = tensor.empty() : tensor<1x2x4xf32>
    %i = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
    %y = linalg.batch_matmul ins(%s, %values1 : tensor<1x2x8xf32>, tensor<1x8x4xf32>) outs(%i : tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
    return %y, %values1 : tensor<1x2x4xf32>, tensor<1x8x4xf32>
  }
  func.func @decode(%s: tensor<1x2x4xf32>, %v: tensor<1x2x4xf32>, %p: index,
                    %values: tensor<1x4x4xf32> {lowp.in_place = 1 : i64, lowp.name = "values"}) -> (tensor<1x2x4xf32>, tensor<1x4x4xf32>) {
    %zero = arith.constant 0.0 : f32
    // expected-error @below {{cache 'values' is values, 'tensor<1x4x4xf32>', in @decode and values, 'tensor<1x8x4xf32>', in @prefill, expected the same}}
    %values1 = tensor.insert_slice %v into %values[0, %p, 0] [1, 2, 4] [1, 1, 1] : tensor<1x2x4xf32> into tensor<1x4x4xf32>
    %e = tensor.empty() : tensor<1x2x4xf32>
    %i = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
    %y = linalg.batch_matmul ins(%s, %values1 : tensor<1x2x4xf32>, tensor<1x4x4xf32>) outs(%i : tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
    return %y, %values1 : tensor<1x2x4xf32>, tensor<1x4x4xf32>
  }
}
