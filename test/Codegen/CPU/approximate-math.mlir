// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-approximate-math))' | FileCheck %s
// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-approximate-math{coarse}))' | FileCheck %s --check-prefix=COARSE

// CHECK-LABEL: func.func @scalars
// CHECK-NOT: math.{{exp|erf|tanh|rsqrt}}
// CHECK-DAG: arith.constant
// CHECK-DAG: math.fma
// CHECK: return
func.func @scalars(%x: f32) -> (f32, f32, f32, f32) {
  %0 = math.exp %x : f32
  %1 = math.erf %x : f32
  %2 = math.tanh %x : f32
  %3 = math.rsqrt %x : f32
  return %0, %1, %2, %3 : f32, f32, f32, f32
}

// CHECK-LABEL: func.func @vectors
// CHECK-NOT: math.erf
// CHECK: math.fma {{.*}} : vector<16xf32>
// CHECK: return
func.func @vectors(%x: vector<16xf32>) -> vector<16xf32> {
  %0 = math.erf %x : vector<16xf32>
  return %0 : vector<16xf32>
}

// kind: does-not-apply. A few ulp of f32 are too few digits for f64; rounding is an instruction.
// kind: cannot-fail. Patterns either match or do not.
// CHECK-LABEL: func.func @exact
// CHECK: math.exp %{{.*}} : f64
// CHECK: math.roundeven %{{.*}} : f32
func.func @exact(%d: f64, %x: f32) -> (f64, f32) {
  %0 = math.exp %d : f64
  %1 = math.roundeven %x : f32
  return %0, %1 : f64, f32
}

// One function of x: no fraction, and a product less. In any order of the factors, and with a quotient by √2.
// CHECK-LABEL: func.func @gelu
// CHECK: arith.divf
// COARSE-LABEL: func.func @gelu(
// COARSE-NOT: arith.{{divf|mulf}}
// COARSE: arith.minui
// COARSE: return
func.func @gelu(%x: vector<16xf32>) -> vector<16xf32> {
  %k = arith.constant dense<0.707106769> : vector<16xf32>
  %one = arith.constant dense<1.0> : vector<16xf32>
  %half = arith.constant dense<0.5> : vector<16xf32>
  %0 = arith.mulf %x, %k : vector<16xf32>
  %1 = math.erf %0 : vector<16xf32>
  %2 = arith.addf %1, %one : vector<16xf32>
  %3 = arith.mulf %2, %half : vector<16xf32>
  %4 = arith.mulf %x, %3 : vector<16xf32>
  return %4 : vector<16xf32>
}

// COARSE-LABEL: func.func @gelu_of_quotient
// COARSE-NOT: arith.{{divf|mulf}}
// COARSE: return
func.func @gelu_of_quotient(%x: f32) -> f32 {
  %root = arith.constant 1.41421354 : f32
  %one = arith.constant 1.0 : f32
  %half = arith.constant 0.5 : f32
  %0 = arith.divf %x, %root : f32
  %1 = math.erf %0 : f32
  %2 = arith.addf %one, %1 : f32
  %3 = arith.mulf %x, %2 : f32
  %4 = arith.mulf %3, %half : f32
  return %4 : f32
}

// kind: does-not-apply. Another argument than the factor, another scale: erf alone.
// COARSE-LABEL: func.func @no_gelu
// COARSE: arith.divf
// COARSE: arith.divf
// COARSE: return
func.func @no_gelu(%x: f32, %y: f32) -> (f32, f32) {
  %k = arith.constant 0.707106769 : f32
  %one = arith.constant 1.0 : f32
  %half = arith.constant 0.5 : f32
  %0 = arith.mulf %x, %k : f32
  %1 = math.erf %0 : f32
  %2 = arith.addf %1, %one : f32
  %3 = arith.mulf %2, %half : f32
  %4 = arith.mulf %y, %3 : f32
  %5 = arith.mulf %y, %half : f32
  %6 = math.erf %5 : f32
  %7 = arith.addf %6, %one : f32
  %8 = arith.mulf %7, %half : f32
  %9 = arith.mulf %y, %8 : f32
  return %4, %9 : f32, f32
}
