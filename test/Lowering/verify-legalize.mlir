// RUN: quant-opt %s --lowp-verify-legalize --split-input-file | FileCheck %s
// RUN: quant-opt %s --lowp-legalize-pipeline --split-input-file | FileCheck %s

#a = #lowp.spec<i8, block = [1, ?], symmetric>
// Records stay: they are what later phases and messages call the site.
// CHECK: lowp.site @fc {scheme = #lowp.scheme<input = dynamic
// CHECK-LABEL: func.func @integers
// CHECK: arith.muli
lowp.site @fc {scheme = #lowp.scheme<input = dynamic #a>}
func.func @integers(%x: tensor<4xi32>) -> tensor<4xi32> {
  %0 = arith.muli %x, %x : tensor<4xi32>
  return %0 : tensor<4xi32>
}

// -----

// kind: does-not-apply
// CHECK: module
module {}
