// RUN: quant-opt %s --lowp-name-sites --split-input-file | FileCheck %s
// RUN: quant-opt %s --lowp-name-sites --lowp-name-sites --split-input-file | FileCheck %s

// CHECK: lowp.site @encoder.query
// CHECK: lowp.site @main.matmul_0
// CHECK-LABEL: func.func @main
// CHECK: linalg.matmul {lowp.site = @encoder.query}
// CHECK: linalg.matmul {lowp.site = @main.matmul_0}
func.func @main(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32> loc("encoder.query.weight")
  %0 = linalg.matmul ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = linalg.matmul ins(%x, %0 : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}

// -----

// A name that is taken gets a number.
// CHECK: lowp.site @w{{$}}
// CHECK: lowp.site @w_0
func.func @tied(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32> loc("w.weight")
  %0 = linalg.matmul ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = linalg.matmul ins(%0, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}

// -----

// kind: cannot-fail. A name that is taken gets a number.
// kind: does-not-apply
// CHECK-LABEL: func.func @integers
// CHECK-NOT: lowp.site
func.func @integers(%x: tensor<2x2xi32>, %e: tensor<2x2xi32>) -> tensor<2x2xi32> {
  %0 = linalg.matmul ins(%x, %x : tensor<2x2xi32>, tensor<2x2xi32>) outs(%e : tensor<2x2xi32>) -> tensor<2x2xi32>
  return %0 : tensor<2x2xi32>
}

// -----

// Several entry points: a name says which weight, and which function.
// CHECK: lowp.site @"w@prefill"
// CHECK: lowp.site @"matmul_0@prefill"
// CHECK: lowp.site @"w@decode"
// CHECK: lowp.site @"matmul_0@decode"
// CHECK-LABEL: func.func @prefill
// CHECK: linalg.matmul {lowp.site = @"w@prefill"}
// CHECK: linalg.matmul {lowp.site = @"matmul_0@prefill"}
// CHECK-LABEL: func.func @decode
// CHECK: linalg.matmul {lowp.site = @"w@decode"}
// CHECK: linalg.matmul {lowp.site = @"matmul_0@decode"}
func.func @prefill(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32> loc("w.weight")
  %0 = linalg.matmul ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = linalg.matmul ins(%x, %0 : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}
func.func @decode(%x: tensor<1x2xf32>, %e: tensor<1x2xf32>, %y: tensor<2x2xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32> loc("w.weight")
  %0 = linalg.matmul ins(%x, %w : tensor<1x2xf32>, tensor<2x2xf32>) outs(%e : tensor<1x2xf32>) -> tensor<1x2xf32>
  %1 = linalg.matmul ins(%0, %y : tensor<1x2xf32>, tensor<2x2xf32>) outs(%e : tensor<1x2xf32>) -> tensor<1x2xf32>
  return %1 : tensor<1x2xf32>
}
