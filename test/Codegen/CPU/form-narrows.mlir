// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-form-narrows,canonicalize))' | FileCheck %s

// A ReLU6 in front of 6/255 steps clips where the codes do: nothing of it is left.
// kind: cannot-fail. What is no rounding to constant bounds stays as it is.
// CHECK-LABEL: func.func @relu6
// CHECK: %[[STEPS:.*]] = arith.mulf %arg0, %{{.*}}
// CHECK-NEXT: %[[Q:.*]] = lowp.narrow %[[STEPS]] {hi = 255 : i32, is_unsigned, lo = 0 : i32, zero_point = 0 : i32} : f32 to i8
// CHECK-NEXT: return %[[Q]]
func.func @relu6(%x: f32) -> i8 {
  %zero = arith.constant 0.0 : f32
  %six = arith.constant 6.0 : f32
  %r = arith.constant 42.5 : f32
  %hi = arith.constant 255.0 : f32
  %0 = arith.cmpf ogt, %x, %zero : f32
  %1 = arith.select %0, %x, %zero : f32
  %2 = arith.cmpf olt, %six, %1 : f32
  %3 = arith.select %2, %six, %1 : f32
  %4 = arith.mulf %3, %r : f32
  %5 = math.roundeven %4 : f32
  %6 = arith.cmpf ogt, %5, %zero : f32
  %7 = arith.select %6, %5, %zero : f32
  %8 = arith.cmpf olt, %7, %hi : f32
  %9 = arith.select %8, %7, %hi : f32
  %10 = arith.fptoui %9 : f32 to i8
  return %10 : i8
}

// The lower end of a ReLU is the zero point, the upper end is the codes'.
// CHECK-LABEL: func.func @zero_point
// CHECK: %[[STEPS:.*]] = arith.divf %arg0, %{{.*}}
// CHECK-NEXT: lowp.narrow %[[STEPS]] {hi = 127 : i32, lo = -28 : i32, zero_point = -28 : i32} : f32 to i8
func.func @zero_point(%x: f32) -> i8 {
  %zero = arith.constant 0.0 : f32
  %s = arith.constant 0.1 : f32
  %z = arith.constant -28.0 : f32
  %lo = arith.constant -127.0 : f32
  %hi = arith.constant 127.0 : f32
  %0 = arith.cmpf ogt, %x, %zero : f32
  %1 = arith.select %0, %x, %zero : f32
  %2 = arith.divf %1, %s : f32
  %3 = math.roundeven %2 : f32
  %4 = arith.addf %3, %z : f32
  %5 = arith.cmpf ogt, %4, %lo : f32
  %6 = arith.select %5, %4, %lo : f32
  %7 = arith.cmpf olt, %6, %hi : f32
  %8 = arith.select %7, %6, %hi : f32
  %9 = arith.fptosi %8 : f32 to i8
  return %9 : i8
}

// The clamp alone is kept: of NaN it makes its own end, which is no end of the codes.
// CHECK-LABEL: func.func @nan
// CHECK: arith.select
// CHECK: arith.mulf
// CHECK: lowp.narrow %{{.*}} {hi = 255 : i32, is_unsigned, lo = 0 : i32, zero_point = 0 : i32} : f32 to i8
func.func @nan(%x: f32) -> i8 {
  %zero = arith.constant 0.0 : f32
  %six = arith.constant 6.0 : f32
  %r = arith.constant 20.0 : f32
  %hi = arith.constant 255.0 : f32
  %0 = arith.cmpf olt, %x, %six : f32
  %1 = arith.select %0, %x, %six : f32
  %2 = arith.mulf %1, %r : f32
  %3 = math.roundeven %2 : f32
  %4 = arith.cmpf ogt, %3, %zero : f32
  %5 = arith.select %4, %3, %zero : f32
  %6 = arith.cmpf olt, %5, %hi : f32
  %7 = arith.select %6, %5, %hi : f32
  %8 = arith.fptoui %7 : f32 to i8
  return %8 : i8
}

// kind: does-not-apply. The first truncates, the second has a zero point that is known at run time only, the third
// clips to no integer.
// CHECK-LABEL: func.func @others
// CHECK-NOT: lowp.narrow
// CHECK: return
func.func @others(%x: f32, %z: f32) -> (i8, i8, i8) {
  %zero = arith.constant 0.0 : f32
  %hi = arith.constant 255.0 : f32
  %half = arith.constant 25.5 : f32
  %0 = arith.cmpf ogt, %x, %zero : f32
  %1 = arith.select %0, %x, %zero : f32
  %2 = arith.cmpf olt, %1, %hi : f32
  %3 = arith.select %2, %1, %hi : f32
  %4 = arith.fptoui %3 : f32 to i8
  %5 = math.roundeven %x : f32
  %6 = arith.addf %5, %z : f32
  %7 = arith.cmpf ogt, %6, %zero : f32
  %8 = arith.select %7, %6, %zero : f32
  %9 = arith.cmpf olt, %8, %hi : f32
  %10 = arith.select %9, %8, %hi : f32
  %11 = arith.fptoui %10 : f32 to i8
  %12 = arith.cmpf ogt, %5, %zero : f32
  %13 = arith.select %12, %5, %zero : f32
  %14 = arith.cmpf olt, %13, %half : f32
  %15 = arith.select %14, %13, %half : f32
  %16 = arith.fptoui %15 : f32 to i8
  return %4, %11, %16 : i8, i8, i8
}

// Any i32 times these numbers, with this bias, is far from ±2^30.
// CHECK-LABEL: func.func @bounded
// CHECK: lowp.narrow %{{.*}} {bounded, hi = 255 : i32, is_unsigned, lo = 0 : i32, zero_point = 0 : i32} : f32 to i8
func.func @bounded(%a: tensor<6x8xi8>, %w: tensor<1x2x16x4xi8>, %o: tensor<6x16xi8>) -> tensor<6x16xi8> {
  %scale = arith.constant dense<0.01> : tensor<16xf32>
  %bias = arith.constant dense<-3.0e+05> : tensor<16xf32>
  %0 = lowp.contract ins(%a, %w : tensor<6x8xi8>, tensor<1x2x16x4xi8>) epilogue(%scale, %bias : tensor<16xf32>, tensor<16xf32>) outs(%o : tensor<6x16xi8>)
      attributes {maps = [affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d1)>], packed = true, lhs_unsigned} {
  ^bb0(%acc: i32, %s: f32, %b: f32):
    %zero = arith.constant 0.0 : f32
    %hi = arith.constant 255.0 : f32
    %1 = arith.sitofp %acc : i32 to f32
    %2 = arith.mulf %1, %s : f32
    %3 = arith.addf %2, %b : f32
    %5 = math.roundeven %3 : f32
    %6 = arith.cmpf ogt, %5, %zero : f32
    %7 = arith.select %6, %5, %zero : f32
    %8 = arith.cmpf olt, %7, %hi : f32
    %9 = arith.select %8, %7, %hi : f32
    %10 = arith.fptoui %9 : f32 to i8
    lowp.yield %10 : i8
  } -> tensor<6x16xi8>
  return %0 : tensor<6x16xi8>
}

// A scale that is found at run time may be anything, and so may one times a large constant.
// CHECK-LABEL: func.func @unbounded
// CHECK-COUNT-2: lowp.narrow %{{.*}} {hi = 255 : i32, is_unsigned, lo = 0 : i32, zero_point = 0 : i32} : f32 to i8
func.func @unbounded(%i: i32, %s: f32) -> (i8, i8) {
  %zero = arith.constant 0.0 : f32
  %hi = arith.constant 255.0 : f32
  %one = arith.constant 1.0 : f32
  %1 = arith.sitofp %i : i32 to f32
  %2 = arith.mulf %1, %s : f32
  %5 = math.roundeven %2 : f32
  %6 = arith.cmpf ogt, %5, %zero : f32
  %7 = arith.select %6, %5, %zero : f32
  %8 = arith.cmpf olt, %7, %hi : f32
  %9 = arith.select %8, %7, %hi : f32
  %10 = arith.fptoui %9 : f32 to i8
  %12 = arith.mulf %1, %one : f32
  %15 = math.roundeven %12 : f32
  %16 = arith.cmpf ogt, %15, %zero : f32
  %17 = arith.select %16, %15, %zero : f32
  %18 = arith.cmpf olt, %17, %hi : f32
  %19 = arith.select %18, %17, %hi : f32
  %20 = arith.fptoui %19 : f32 to i8
  return %10, %20 : i8, i8
}
