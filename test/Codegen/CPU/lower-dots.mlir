// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-dots{target=avx512-vnni}))' | FileCheck %s

// CHECK-LABEL: func.func @bytes
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%arg0, %arg1, %arg2)
func.func @bytes(%acc: vector<16xi32>, %a: vector<64xi8>, %b: vector<64xi8>) -> vector<16xi32> {
  %0 = lowp.dot %acc, %a, %b {a_unsigned} : vector<16xi32>, vector<64xi8>
  return %0 : vector<16xi32>
}

// CHECK-LABEL: func.func @floats
// CHECK: vector.fma %arg1, %arg2, %arg0 : vector<16xf32>
func.func @floats(%acc: vector<16xf32>, %a: vector<16xf32>, %b: vector<16xf32>) -> vector<16xf32> {
  %0 = lowp.dot %acc, %a, %b : vector<16xf32>, vector<16xf32>
  return %0 : vector<16xf32>
}

// kind: does-not-apply
// CHECK-LABEL: func.func @nothing
// CHECK-NEXT: return
func.func @nothing() {
  return
}
