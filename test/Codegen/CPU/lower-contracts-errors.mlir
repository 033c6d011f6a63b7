// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-contracts{target=avx512-vnni}))' --split-input-file --verify-diagnostics
// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-contracts{target=z80}))' 2>&1 | FileCheck %s
// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-lower-contracts{target=generic}))' 2>&1 | FileCheck %s --check-prefix=GENERIC
// CHECK: error: unknown target 'z80', expected one of {{.*}}avx512-vnni, {{.*}}avx2, {{.*}}generic
// GENERIC: error: 'lowp.contract' op cannot be lowered for target 'generic': expected buffers and a row with dot instructions

#window = #lowp.window<kernel = [3], strides = [1], dilations = [1]>
func.func @window(%a: memref<5x?xf32>, %w: memref<1x3x?x64x1xf32>, %o: memref<3x64xf32>) {
  // expected-error @below {{'lowp.contract' op cannot be lowered for target 'avx512-vnni': expected static columns and a static reduction}}
  lowp.contract ins(%a, %w : memref<5x?xf32>, memref<1x3x?x64x1xf32>) outs(%o : memref<3x64xf32>) attributes {maps = [], packed = true, window = #window} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  }
  return
}

// -----

// Packed for 16 columns, but there may be more.
func.func @columns(%a: memref<2x4xi8>, %w: memref<?x1x16x4xi8>, %o: memref<2x?xi32>) {
  // expected-error @below {{'lowp.contract' op cannot be lowered for target 'avx512-vnni': expected the right operand in the row's packing}}
  lowp.contract ins(%a, %w : memref<2x4xi8>, memref<?x1x16x4xi8>) outs(%o : memref<2x?xi32>) attributes {maps = [], packed = true, lhs_unsigned} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

func.func @bytes(%a: memref<2x4xi8>, %w: memref<4x4xi8>, %o: memref<2x4xi32>) {
  // expected-error @below {{'lowp.contract' op cannot be lowered for target 'avx512-vnni': expected a packed right operand}}
  lowp.contract ins(%a, %w : memref<2x4xi8>, memref<4x4xi8>) outs(%o : memref<2x4xi32>) attributes {maps = [], packed = false, lhs_unsigned} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// Panels of another row would be read beyond their end.
func.func @panel(%a: memref<2x4xi8>, %w: memref<1x2x8x2xi8>, %o: memref<2x4xi32>) {
  // expected-error @below {{'lowp.contract' op cannot be lowered for target 'avx512-vnni': expected the right operand in the row's packing}}
  lowp.contract ins(%a, %w : memref<2x4xi8>, memref<1x2x8x2xi8>) outs(%o : memref<2x4xi32>) attributes {maps = [], packed = true, lhs_unsigned} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

// A row of three taps has two shifts.
func.func @depthwise(%a: memref<4x4x64xi8>, %w: memref<1x3x3x256xi8>, %o: memref<2x2x64xi32>) {
  // expected-error @below {{'lowp.contract' op cannot be lowered for target 'avx512-vnni': expected the right operand in the row's packing}}
  lowp.contract ins(%a, %w : memref<4x4x64xi8>, memref<1x3x3x256xi8>) outs(%o : memref<2x2x64xi32>)
      attributes {depthwise, lhs_unsigned, maps = [], packed = true, window = #lowp.window<kernel = [3, 3], strides = [1, 1], dilations = [1, 1]>} {
  ^bb0(%acc: i32):
    lowp.yield %acc : i32
  }
  return
}

// -----

func.func @tensors(%a: tensor<2x4xf32>, %w: tensor<4x4xf32>, %o: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error @below {{'lowp.contract' op cannot be lowered for target 'avx512-vnni': expected buffers and a row with dot instructions}}
  %0 = lowp.contract ins(%a, %w : tensor<2x4xf32>, tensor<4x4xf32>) outs(%o : tensor<2x4xf32>) attributes {maps = [], packed = false} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  } -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

// 64 bytes of codes and 32 of scales for each of two groups.
#groups = #lowp.groups<size = 8, bits = 4, step = 4, zero = 8, scale = f16, zero_points = false>
func.func @groups(%a: memref<1x16xf32>, %w: memref<1x100xi8>, %o: memref<1x16xf32>) {
  // expected-error @below {{'lowp.contract' op cannot be lowered for target 'avx512-vnni': expected the groups in the row's packing}}
  lowp.contract ins(%a, %w : memref<1x16xf32>, memref<1x100xi8>) outs(%o : memref<1x16xf32>) attributes {maps = [], packed = true, groups = #groups} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  }
  return
}
