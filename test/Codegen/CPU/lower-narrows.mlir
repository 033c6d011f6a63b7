// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-narrows{target=avx512-vnni}))' | FileCheck %s --check-prefixes=CHECK,WIDE
// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-narrows{target=neon}))' | FileCheck %s --check-prefixes=CHECK,PLAIN

// CHECK-LABEL: func.func @scalar
// CHECK: arith.cmpf ogt, %arg0, %[[LO:.*]] : f32
// CHECK: %[[X:.*]] = arith.select %{{.*}}, %arg0, %[[LO]]
// CHECK: arith.cmpf olt, %[[HI:.*]], %[[X]]
// CHECK: %[[Y:.*]] = arith.select %{{.*}}, %[[HI]], %[[X]]
// CHECK: %[[I:.*]] = llvm.intr.lrint(%[[Y]]) : (f32) -> i32
// CHECK: %[[Q:.*]] = arith.addi %[[I]], %{{.*}} : i32
// CHECK: arith.trunci %[[Q]] : i32 to i8
func.func @scalar(%x: f32) -> i8 {
  %0 = lowp.narrow %x {is_unsigned, zero_point = 119 : i32, lo = 0 : i32, hi = 255 : i32} : f32 to i8
  return %0 : i8
}

// The packs saturate from below, the clip from above keeps what does not fit i32 away.
// CHECK-LABEL: func.func @three
// WIDE-NOT: arith.cmpf ogt
// WIDE-COUNT-3: "llvm.x86.avx512.mask.cvtps2dq.512"
// WIDE: "llvm.x86.avx512.packssdw.512"
// WIDE: llvm.intr.sadd.sat
// WIDE: "llvm.x86.avx512.packssdw.512"
// WIDE: llvm.intr.sadd.sat
// WIDE: "llvm.x86.avx512.packuswb.512"
// WIDE: vector.shuffle %{{.*}} [0, 1, 2, 3, 16, 17, {{.*}}, 58, 59] : vector<64xi8>, vector<64xi8>
// WIDE: return %{{.*}} : vector<48xi8>
// PLAIN-COUNT-3: llvm.intr.lrint
// PLAIN: return %{{.*}} : vector<48xi8>
func.func @three(%a: vector<16xf32>, %b: vector<16xf32>, %c: vector<16xf32>) -> vector<48xi8> {
  %0 = lowp.narrow %a, %b, %c {is_unsigned, zero_point = 119 : i32, lo = 0 : i32, hi = 255 : i32}
    : vector<16xf32>, vector<16xf32>, vector<16xf32> to vector<48xi8>
  return %0 : vector<48xi8>
}

// What i32 holds is clipped by the packs alone, unless the range is smaller.
// CHECK-LABEL: func.func @bounded
// WIDE-NOT: arith.cmpf
// WIDE: "llvm.x86.avx512.packuswb.512"
// WIDE: arith.cmpf olt
// WIDE: "llvm.x86.avx512.packuswb.512"
// PLAIN: arith.cmpf
func.func @bounded(%a: vector<16xf32>) -> (vector<16xi8>, vector<16xi8>) {
  %0 = lowp.narrow %a {bounded, is_unsigned, zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : vector<16xf32> to vector<16xi8>
  %1 = lowp.narrow %a {bounded, is_unsigned, zero_point = 0 : i32, lo = 0 : i32, hi = 200 : i32} : vector<16xf32> to vector<16xi8>
  return %0, %1 : vector<16xi8>, vector<16xi8>
}

// A range that ends above the least code needs its clip.
// CHECK-LABEL: func.func @signed
// CHECK: arith.cmpf ogt
// WIDE: "llvm.x86.avx512.packsswb.512"
func.func @signed(%a: vector<16xf32>) -> vector<16xi8> {
  %0 = lowp.narrow %a {zero_point = 0 : i32, lo = -127 : i32, hi = 127 : i32} : vector<16xf32> to vector<16xi8>
  return %0 : vector<16xi8>
}

// kind: does-not-apply
// CHECK-LABEL: func.func @truncation
// CHECK-NEXT: arith.fptoui
// CHECK-NEXT: return
func.func @truncation(%a: vector<16xf32>) -> vector<16xi8> {
  %0 = arith.fptoui %a : vector<16xf32> to vector<16xi8>
  return %0 : vector<16xi8>
}
