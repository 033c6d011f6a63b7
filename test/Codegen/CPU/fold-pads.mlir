// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-fold-pads))' | FileCheck %s

// kind: cannot-fail. A copy that cannot go stays.

// The writer writes into the middle; each element of the border is filled once, a pad of no rows not at all.
// CHECK-LABEL: func.func @padded
// CHECK-SAME: %[[X:.*]]: memref<4x5xf32>
// CHECK: %[[PADDED:.*]] = memref.alloc() : memref<6x6xf32>
// CHECK: %[[TOP:.*]] = memref.subview %[[PADDED]][0, 0] [1, 6] [1, 1]
// CHECK: linalg.fill ins(%{{.*}} : f32) outs(%[[TOP]]
// CHECK: %[[BOTTOM:.*]] = memref.subview %[[PADDED]][5, 0] [1, 6] [1, 1]
// CHECK: linalg.fill ins(%{{.*}} : f32) outs(%[[BOTTOM]]
// CHECK: %[[RIGHT:.*]] = memref.subview %[[PADDED]][1, 5] [4, 1] [1, 1]
// CHECK: linalg.fill ins(%{{.*}} : f32) outs(%[[RIGHT]]
// CHECK: %[[MIDDLE:.*]] = memref.subview %[[PADDED]][1, 0] [4, 5] [1, 1]
// CHECK: linalg.exp ins(%[[X]] : memref<4x5xf32>) outs(%[[MIDDLE]] :
// CHECK-NOT: memref.copy
// CHECK: return %[[PADDED]]
func.func @padded(%x: memref<4x5xf32>) -> memref<6x6xf32> {
  %zero = arith.constant 0.0 : f32
  %value = memref.alloc() : memref<4x5xf32>
  linalg.exp ins(%x : memref<4x5xf32>) outs(%value : memref<4x5xf32>)
  %padded = memref.alloc() : memref<6x6xf32>
  linalg.map outs(%padded : memref<6x6xf32>) (%init: f32) {
    linalg.yield %zero : f32
  }
  %middle = memref.subview %padded[1, 0] [4, 5] [1, 1] : memref<6x6xf32> to memref<4x5xf32, strided<[6, 1], offset: 6>>
  memref.copy %value, %middle : memref<4x5xf32> to memref<4x5xf32, strided<[6, 1], offset: 6>>
  return %padded : memref<6x6xf32>
}

// What is copied is a view of the value: the writer gets the middle in its shape.
// CHECK-LABEL: func.func @reshaped
// CHECK: %[[MIDDLE:.*]] = memref.subview %{{.*}}[0, 0] [4, 5] [1, 1]
// CHECK: %[[SHAPED:.*]] = memref.expand_shape %[[MIDDLE]] {{\[\[}}0, 1], [2]] output_shape [1, 4, 5]
// CHECK: linalg.exp ins(%{{.*}}) outs(%[[SHAPED]] :
// CHECK-NOT: memref.copy
func.func @reshaped(%x: memref<1x4x5xf32>) -> memref<5x6xf32> {
  %zero = arith.constant 0.0 : f32
  %value = memref.alloc() : memref<1x4x5xf32>
  linalg.exp ins(%x : memref<1x4x5xf32>) outs(%value : memref<1x4x5xf32>)
  %view = memref.collapse_shape %value [[0, 1], [2]] : memref<1x4x5xf32> into memref<4x5xf32>
  %padded = memref.alloc() : memref<5x6xf32>
  linalg.fill ins(%zero : f32) outs(%padded : memref<5x6xf32>)
  %middle = memref.subview %padded[0, 0] [4, 5] [1, 1] : memref<5x6xf32> to memref<4x5xf32, strided<[6, 1]>>
  memref.copy %view, %middle : memref<4x5xf32> to memref<4x5xf32, strided<[6, 1]>>
  return %padded : memref<5x6xf32>
}

// kind: does-not-apply. The value has another reader.
// CHECK-LABEL: func.func @read_elsewhere
// CHECK: linalg.fill ins(%{{.*}} : f32) outs(%{{.*}} : memref<6x5xf32>)
// CHECK: memref.copy
func.func @read_elsewhere(%x: memref<4x5xf32>) -> (memref<6x5xf32>, memref<4x5xf32>) {
  %zero = arith.constant 0.0 : f32
  %value = memref.alloc() : memref<4x5xf32>
  linalg.exp ins(%x : memref<4x5xf32>) outs(%value : memref<4x5xf32>)
  %padded = memref.alloc() : memref<6x5xf32>
  linalg.fill ins(%zero : f32) outs(%padded : memref<6x5xf32>)
  %middle = memref.subview %padded[1, 0] [4, 5] [1, 1] : memref<6x5xf32> to memref<4x5xf32, strided<[5, 1], offset: 5>>
  memref.copy %value, %middle : memref<4x5xf32> to memref<4x5xf32, strided<[5, 1], offset: 5>>
  return %padded, %value : memref<6x5xf32>, memref<4x5xf32>
}

// Somebody writes to the padded buffer between fill and copy.
// CHECK-LABEL: func.func @written_between
// CHECK: memref.copy
func.func @written_between(%x: memref<4x5xf32>) -> memref<6x5xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %value = memref.alloc() : memref<4x5xf32>
  linalg.exp ins(%x : memref<4x5xf32>) outs(%value : memref<4x5xf32>)
  %padded = memref.alloc() : memref<6x5xf32>
  linalg.fill ins(%zero : f32) outs(%padded : memref<6x5xf32>)
  memref.store %zero, %padded[%c0, %c0] : memref<6x5xf32>
  %middle = memref.subview %padded[1, 0] [4, 5] [1, 1] : memref<6x5xf32> to memref<4x5xf32, strided<[5, 1], offset: 5>>
  memref.copy %value, %middle : memref<4x5xf32> to memref<4x5xf32, strided<[5, 1], offset: 5>>
  return %padded : memref<6x5xf32>
}
