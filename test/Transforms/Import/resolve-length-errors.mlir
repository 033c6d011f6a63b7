// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-resolve-length))' --split-input-file --verify-diagnostics
// RUN: not quant-opt %s --lowp-import-pipeline --split-input-file 2>&1 | FileCheck %s
// CHECK: error: function 'batch' has 2 dynamic dimensions: dimension 0 of 'ids', dimension 1 of 'ids'; expected one

// expected-error @below {{function 'batch' has 2 dynamic dimensions: dimension 0 of 'ids', dimension 1 of 'ids'; expected one, or 'lowp.one_length' on the function to say that they are equal}}
func.func @batch(%ids: tensor<?x?xf32> {lowp.name = "ids"}) -> tensor<?x?xf32> {
  return %ids : tensor<?x?xf32>
}

// -----

// expected-error @below {{function 'cross' has 2 dynamic dimensions: dimension 0 of 'query', dimension 0 of 'arg1'}}
func.func @cross(%query: tensor<?x4xf32> {lowp.name = "query"}, %key: tensor<?x4xf32>, %out: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%query, %key : tensor<?x4xf32>, tensor<?x4xf32>) outs(%out : tensor<?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    linalg.yield %a : f32
  } -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

func.func @undecided(%x: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c7 = arith.constant 7 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %seven = arith.cmpi eq, %n, %c7 : index
  // expected-error @below {{'cf.assert' op "seven tokens" does not follow from the length}}
  cf.assert %seven, "seven tokens"
  return %x : tensor<?xf32>
}

// -----

func.func @never(%x: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %empty = arith.cmpi slt, %n, %c0 : index
  // expected-error @below {{'cf.assert' op "empty" never holds}}
  cf.assert %empty, "empty"
  return %x : tensor<?xf32>
}

// -----

// expected-error @below {{dimension 0 of result 0 is dynamic but not the length of the arguments}}
func.func @flat(%x: tensor<?x4xf32>) -> tensor<?xf32> {
  %0 = tensor.collapse_shape %x [[0, 1]] : tensor<?x4xf32> into tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @reshape(%x: tensor<?x6xf32>, %shape: tensor<2xindex>) -> tensor<?x6xf32> {
  // expected-error @below {{'tensor.reshape' op cannot be followed: expected sizes that are products of constants and the length}}
  %0 = tensor.reshape %x(%shape) : (tensor<?x6xf32>, tensor<2xindex>) -> tensor<?x6xf32>
  return %x : tensor<?x6xf32>
}

// -----

// expected-error @below {{function with 2 blocks, expected one}}
func.func @blocks(%x: tensor<?xf32>) -> tensor<?xf32> {
  cf.br ^end
^end:
  return %x : tensor<?xf32>
}
