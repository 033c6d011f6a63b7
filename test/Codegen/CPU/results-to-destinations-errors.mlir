// RUN: quant-opt %s --lowp-results-to-destinations --split-input-file --verify-diagnostics

// expected-error @below {{result 1 is 'f32', expected a tensor}}
func.func @scalar(%x: tensor<2xf32>, %s: f32) -> (tensor<2xf32>, f32) {
  return %x, %s : tensor<2xf32>, f32
}

// -----

// expected-error @below {{result 0 is 'tensor<*xf32>', expected a tensor}}
func.func @unranked(%x: tensor<*xf32>) -> tensor<*xf32> {
  return %x : tensor<*xf32>
}

// -----

// expected-error @below {{function with 3 blocks, expected one}}
func.func @branches(%c: i1, %x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  cf.cond_br %c, ^bb1, ^bb2
^bb1:
  return %x : tensor<2xf32>
^bb2:
  return %y : tensor<2xf32>
}
