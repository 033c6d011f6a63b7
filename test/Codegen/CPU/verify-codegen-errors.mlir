// RUN: quant-opt %s --lowp-verify-codegen --split-input-file --verify-diagnostics

func.func private @kernel(%a: memref<2x4xf32>, %w: memref<4x4xf32>, %o: memref<2x4xf32>) {
  // expected-error @below {{'lowp.contract' op is left after codegen}}
  lowp.contract ins(%a, %w : memref<2x4xf32>, memref<4x4xf32>) outs(%o : memref<2x4xf32>) attributes {maps = [], packed = false} {
  ^bb0(%acc: f32):
    lowp.yield %acc : f32
  }
  return
}

// -----

func.func private @kernel(%a: memref<2x2xf32>) {
  // expected-error @below {{'linalg.matmul' op is left after codegen}}
  linalg.matmul ins(%a, %a : memref<2x2xf32>, memref<2x2xf32>) outs(%a : memref<2x2xf32>)
  return
}

// -----

func.func private @kernel(%a: memref<4xf32>) {
  // expected-error @below {{'bufferization.to_tensor' op works on 'tensor<4xf32>' after codegen, expected buffers}}
  %t = bufferization.to_tensor %a : memref<4xf32> to tensor<4xf32>
  return
}

// -----

func.func private @kernel(%a: memref<8xi4>, %i: index) {
  // expected-error @below {{'memref.load' op works on 'memref<8xi4>', expected elements of whole bytes}}
  %0 = memref.load %a[%i] : memref<8xi4>
  return
}

// -----

func.func @main(%arena: memref<0xi8>) attributes {lowp.arena_bytes = 0 : i64} {
  // expected-error @below {{'memref.alloc' op allocates in a public function; run lowp-plan-memory}}
  %0 = memref.alloc() : memref<4xf32>
  return
}

// -----

// expected-error @below {{'func.func' op has no arena; run lowp-plan-memory}}
func.func @main(%x: memref<4xf32>) {
  return
}

// -----

// expected-error @below {{'func.func' op returns values, expected results in buffers of the caller; run lowp-results-to-destinations}}
func.func @main(%x: memref<4xf32>) -> memref<4xf32> {
  return %x : memref<4xf32>
}

// -----

// expected-error @below {{'memref.global' op holds 1028 bytes; above 1024 bytes a constant must be an external symbol}}
memref.global "private" constant @w : memref<257xi32> = dense_resource<w>
{-# dialect_resources: { builtin: { w: "0x04000000" } } #-}
