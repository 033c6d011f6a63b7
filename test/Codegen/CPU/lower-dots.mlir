// RUN: split-file %s %t
// RUN: quant-opt %t/vnni.mlir --pass-pipeline='builtin.module(func.func(lowp-lower-dots{target=avx512-vnni}))' | FileCheck %t/vnni.mlir
// RUN: quant-opt %t/avx2.mlir --pass-pipeline='builtin.module(func.func(lowp-lower-dots{target=avx2}))' | FileCheck %t/avx2.mlir
// RUN: quant-opt %t/maddubs.mlir --pass-pipeline='builtin.module(func.func(lowp-lower-dots{target=avx2}))' | FileCheck %t/maddubs.mlir
// RUN: quant-opt %t/int8.mlir --pass-pipeline='builtin.module(func.func(lowp-lower-dots{target=avx-vnni-int8}))' | FileCheck %t/int8.mlir
// RUN: quant-opt %t/bf16.mlir --pass-pipeline='builtin.module(func.func(lowp-lower-dots{target=avx512-bf16}))' | FileCheck %t/bf16.mlir
// RUN: quant-opt %t/i8mm.mlir --pass-pipeline='builtin.module(func.func(lowp-lower-dots{target=i8mm}))' | FileCheck %t/i8mm.mlir

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

//--- maddubs.mlir

// Pairs of products stay in i16 where the right operand is known to be small.
// CHECK-LABEL: func.func @small
// CHECK: %[[P:.*]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"(%arg1, %arg2)
// CHECK: %[[ONES:.*]] = arith.constant dense<1> : vector<16xi16>
// CHECK: %[[S:.*]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"(%[[P]], %[[ONES]])
// CHECK: arith.addi %arg0, %[[S]] : vector<8xi32>
func.func @small(%acc: vector<8xi32>, %a: vector<32xi8>, %b: vector<32xi8>) -> vector<8xi32> {
  %0 = lowp.dot %acc, %a, %b {a_unsigned, b_limit = 64 : i64} : vector<8xi32>, vector<32xi8>
  return %0 : vector<8xi32>
}

//--- int8.mlir

// Each signedness has an instruction; that of vpdpbusd is the base's.
// CHECK-LABEL: func.func @bytes
// CHECK: "llvm.x86.avx2.vpdpbssd.256"(%arg0, %arg1, %arg2)
// CHECK: "llvm.x86.avx2.vpdpbsud.256"
// CHECK: "llvm.x86.avx2.vpdpbuud.256"
// CHECK: "llvm.x86.avx512.vpdpbusd.256"
func.func @bytes(%acc: vector<8xi32>, %a: vector<32xi8>, %b: vector<32xi8>) -> vector<8xi32> {
  %0 = lowp.dot %acc, %a, %b : vector<8xi32>, vector<32xi8>
  %1 = lowp.dot %0, %a, %b {b_unsigned} : vector<8xi32>, vector<32xi8>
  %2 = lowp.dot %1, %a, %b {a_unsigned, b_unsigned} : vector<8xi32>, vector<32xi8>
  %3 = lowp.dot %2, %a, %b {a_unsigned} : vector<8xi32>, vector<32xi8>
  return %3 : vector<8xi32>
}

//--- bf16.mlir

// CHECK-LABEL: func.func @pairs
// CHECK: "llvm.x86.avx512bf16.dpbf16ps.512"(%arg0, %arg1, %arg2)
func.func @pairs(%acc: vector<16xf32>, %a: vector<32xbf16>, %b: vector<32xbf16>) -> vector<16xf32> {
  %0 = lowp.dot %acc, %a, %b : vector<16xf32>, vector<32xbf16>
  return %0 : vector<16xf32>
}

//--- i8mm.mlir

// A block of 2 x 2 and a vector of 4 columns have operands of one size: the mark tells them apart.
// CHECK-LABEL: func.func @blocks
// CHECK: "llvm.aarch64.neon.smmla.v4i32.v16i8"(%arg0, %arg1, %arg2)
// CHECK: "llvm.aarch64.neon.usmmla.v4i32.v16i8"
// CHECK: "llvm.aarch64.neon.sdot.v4i32.v16i8"
func.func @blocks(%acc: vector<4xi32>, %a: vector<16xi8>, %b: vector<16xi8>) -> vector<4xi32> {
  %0 = lowp.dot %acc, %a, %b {block = 2 : i64} : vector<4xi32>, vector<16xi8>
  %1 = lowp.dot %0, %a, %b {a_unsigned, block = 2 : i64} : vector<4xi32>, vector<16xi8>
  %2 = lowp.dot %1, %a, %b : vector<4xi32>, vector<16xi8>
  return %2 : vector<4xi32>
}
