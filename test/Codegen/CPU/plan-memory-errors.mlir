// RUN: quant-opt %s --lowp-plan-memory --split-input-file --verify-diagnostics

func.func @dynamic(%n: index) {
  // expected-error @below {{temporary of type 'memref<?xf32>', expected a static shape or one that follows from the function's length}}
  %t = memref.alloc(%n) : memref<?xf32>
  return
}

// -----

func.func @strided() {
  // expected-error @below {{temporary of type 'memref<4x4xf32, strided<[8, 1]>>', expected a static shape}}
  %t = memref.alloc() : memref<4x4xf32, strided<[8, 1]>>
  return
}
