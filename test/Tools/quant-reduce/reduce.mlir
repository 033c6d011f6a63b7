// What is left is what the script looks for.
// RUN: quant-reduce %s --reduction-tree='traversal-mode=0 test=%S/Inputs/asymmetric-quantize.sh' -o %t.mlir 2>&1 | count 0
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: quant-reduce %s --opt-reduction-pass='opt-pass=lowp-lower-to-linalg test=%S/Inputs/asymmetric-quantize.sh' | FileCheck %s --check-prefix=KEPT

#act = #lowp.spec<u8, block = [?, ?]>
#sym = #lowp.spec<i8, block = [1, ?], symmetric, range = [-127, 127]>

// CHECK-NOT: @unrelated
// CHECK-LABEL: func.func @main
// CHECK-NOT: choose_qparams
// CHECK: lowp.quantize
// CHECK-NOT: func.func

// The pass would lower what the script looks for: its result is not taken.
// KEPT: lowp.quantize

// RUN: quant-reduce %s --opt-reduction-pass='opt-pass=canonicalize test=%S/Inputs/asymmetric-quantize.sh' | FileCheck %s --check-prefix=PASS
// PASS: @unrelated
// PASS: @main
// PASS-NOT: choose_qparams

// A mistake leaves an old output alone.
// RUN: echo old > %t.mlir
// RUN: not quant-reduce %s --reduction-tree='traversal-mode=0 test=/bin/true' -o %t.mlir 2>&1 | FileCheck %s --check-prefix=BORING
// RUN: not quant-reduce %s --opt-reduction-pass='opt-pass=canonicalize test=/bin/true' -o %t.mlir 2>&1 | FileCheck %s --check-prefix=BORING
// BORING: quant-reduce: error: '{{.*}}reduce.mlir' was not reduced, expected a test script that exits with 1 for it
// RUN: not quant-reduce %t.none --reduction-tree='traversal-mode=0 test=/bin/true' -o %t.mlir 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: cannot read '{{.*}}.none': No such file or directory
// RUN: echo old | cmp - %t.mlir

func.func @unrelated(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = arith.addf %x, %x : tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

func.func @main(%x: tensor<4x8xf32>, %s: tensor<1x1xf32>, %z: tensor<1x1xi32>) -> tensor<4x8xi8> {
  %p = lowp.choose_qparams %x {spec = #sym} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %a = lowp.quantize %x, %p {spec = #sym} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xi8>
  %q = lowp.quantize %x, %s, %z {spec = #act} : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1x1xi32>) -> tensor<4x8xi8>
  return %q : tensor<4x8xi8>
}
