// RUN: quant-opt %s --lowp-pass-pointers --split-input-file --verify-diagnostics

// expected-error @below {{argument 0 is 'memref<?xf32>', expected a static shape or a length; run lowp-pass-length}}
func.func @without(%x: memref<?xf32>) {
  return
}

// -----

// expected-error @below {{argument 1 is 'memref<?xf32, strided<[2]>>', expected a static shape or a length}}
func.func @strided(%n: index {lowp.length}, %x: memref<?xf32, strided<[2]>>) {
  return
}
