// RUN: split-file %s %t
// RUN: quant-opt %t/vnni.mlir --pass-pipeline='builtin.module(func.func(lowp-lower-dots{target=avx512-vnni}))' | FileCheck %t/vnni.mlir
// RUN: quant-opt %t/avx2.mlir --pass-pipeline='builtin.module(func.func(lowp-lower-dots{target=avx2}))' | FileCheck %t/avx2.mlir

//--- vnni.mlir

// CHECK-LABEL: func.func @bytes
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%arg0, %arg1, %arg2)
func.func @bytes(%acc: vector<16xi32>, %a: vector<64xi8>, %b: vector<64xi8>) -> vector<16xi32> {
  %0 = lowp.dot %acc, %a, %b {a_unsigned} : vector<16xi32>, vector<64xi8>
  return %0 : vector<16xi32>
}

// CHECK-LABEL: func.func @floats
// CHECK: math.fma %arg1, %arg2, %arg0 : vector<16xf32>
func.func @floats(%acc: vector<16xf32>, %a: vector<16xf32>, %b: vector<16xf32>) -> vector<16xf32> {
  %0 = lowp.dot %acc, %a, %b : vector<16xf32>, vector<16xf32>
  return %0 : vector<16xf32>
}

// kind: does-not-apply
// CHECK-LABEL: func.func @fma
// CHECK-NEXT: vector.fma %arg0, %arg0, %arg0
// CHECK-NEXT: return
func.func @fma(%a: vector<16xf32>) -> vector<16xf32> {
  %0 = vector.fma %a, %a, %a : vector<16xf32>
  return %0 : vector<16xf32>
}

//--- avx2.mlir

// vpmaddwd multiplies i16: each operand is extended by its own signedness, so every product is exact.
// CHECK-LABEL: func.func @mixed
// CHECK: %[[A:.*]] = arith.extui %arg1 : vector<16xi8> to vector<16xi16>
// CHECK: %[[B:.*]] = arith.extsi %arg2 : vector<16xi8> to vector<16xi16>
// CHECK: %[[S:.*]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"(%[[A]], %[[B]])
// CHECK: arith.addi %arg0, %[[S]] : vector<8xi32>
func.func @mixed(%acc: vector<8xi32>, %a: vector<16xi8>, %b: vector<16xi8>) -> vector<8xi32> {
  %0 = lowp.dot %acc, %a, %b {a_unsigned} : vector<8xi32>, vector<16xi8>
  return %0 : vector<8xi32>
}

// CHECK-LABEL: func.func @signed
// CHECK-COUNT-2: arith.extsi
// CHECK: llvm.x86.avx2.pmadd.wd
func.func @signed(%acc: vector<8xi32>, %a: vector<16xi8>, %b: vector<16xi8>) -> vector<8xi32> {
  %0 = lowp.dot %acc, %a, %b : vector<8xi32>, vector<16xi8>
  return %0 : vector<8xi32>
}
