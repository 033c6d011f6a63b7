// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-fold-transposes))' --split-input-file | FileCheck %s

// The reader reads the original through a view.
// CHECK-LABEL: func.func @read
// CHECK: %[[V:.*]] = memref.transpose %arg0
// CHECK-NOT: linalg.transpose
// CHECK: linalg.exp ins(%[[V]]
func.func @read(%x: memref<2x3x4xf32>, %y: memref<3x2x4xf32>) {
  %t = memref.alloc() : memref<3x2x4xf32>
  linalg.transpose ins(%x : memref<2x3x4xf32>) outs(%t : memref<3x2x4xf32>) permutation = [1, 0, 2]
  linalg.exp ins(%t : memref<3x2x4xf32>) outs(%y : memref<3x2x4xf32>)
  return
}

// -----

// The copy is written to later, but nobody else reads what was copied: its writer writes the copy.
// CHECK-LABEL: func.func @write
// CHECK: %[[T:.*]] = memref.alloc() : memref<3x2x4xf32>
// CHECK: %[[V:.*]] = memref.transpose %[[T]]
// CHECK: linalg.exp ins(%arg0 : memref<2x3x4xf32>) outs(%[[V]]
// CHECK-NOT: linalg.transpose
// CHECK: linalg.exp ins(%arg1 : memref<3x2x4xf32>) outs(%[[T]]
func.func @write(%x: memref<2x3x4xf32>, %z: memref<3x2x4xf32>, %y: memref<3x2x4xf32>) {
  %s = memref.alloc() : memref<2x3x4xf32>
  %t = memref.alloc() : memref<3x2x4xf32>
  linalg.exp ins(%x : memref<2x3x4xf32>) outs(%s : memref<2x3x4xf32>)
  linalg.transpose ins(%s : memref<2x3x4xf32>) outs(%t : memref<3x2x4xf32>) permutation = [1, 0, 2]
  linalg.exp ins(%z : memref<3x2x4xf32>) outs(%t : memref<3x2x4xf32>)
  return
}

// -----

// kind: does-not-apply. Rows would be torn; the original is written before the copy is read.
// kind: cannot-fail. What is no view stays a copy.
// CHECK-LABEL: func.func @copies
// CHECK-COUNT-2: linalg.transpose
func.func @copies(%x: memref<2x3xf32>, %y: memref<3x2xf32>, %u: memref<2x3x4xf32>, %w: memref<3x2x4xf32>) {
  %t = memref.alloc() : memref<3x2xf32>
  linalg.transpose ins(%x : memref<2x3xf32>) outs(%t : memref<3x2xf32>) permutation = [1, 0]
  linalg.exp ins(%t : memref<3x2xf32>) outs(%y : memref<3x2xf32>)
  %s = memref.alloc() : memref<3x2x4xf32>
  linalg.transpose ins(%u : memref<2x3x4xf32>) outs(%s : memref<3x2x4xf32>) permutation = [1, 0, 2]
  linalg.exp ins(%u : memref<2x3x4xf32>) outs(%u : memref<2x3x4xf32>)
  linalg.exp ins(%s : memref<3x2x4xf32>) outs(%w : memref<3x2x4xf32>)
  return
}
