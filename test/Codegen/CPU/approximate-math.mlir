// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-approximate-math))' | FileCheck %s

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
