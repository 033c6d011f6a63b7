// RUN: quant-opt %s --lowp-plan-memory --verify-diagnostics

func.func @dynamic(%n: index) {
  // expected-error @below {{temporary of type 'memref<?xf32>', expected a static shape}}
  %t = memref.alloc(%n) : memref<?xf32>
  return
}
