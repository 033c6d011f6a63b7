// RUN: quant-opt %s --lowp-verify-codegen | FileCheck %s

// Records stay, kernels may have buffers of their own and SIMD steps, small constants stay inside.
// CHECK: lowp.site @query
lowp.site @query
memref.global "private" constant @small : memref<2xf32> = dense<[1.0, 2.0]>
memref.global "private" constant @splat : memref<1024xf32> = dense<0.0>
memref.global constant @lowp_weight_0 : memref<1024xf32> {lowp.bytes = dense<1.0> : tensor<1024xf32>}

func.func private @kernel(%x: memref<16xi32>, %begin: index, %end: index) {
  %t = memref.alloca() : memref<64xi8>
  %zero = arith.constant 0 : index
  %acc = vector.load %x[%zero] : memref<16xi32>, vector<16xi32>
  %a = vector.load %t[%zero] : memref<64xi8>, vector<64xi8>
  %r = lowp.dot %acc, %a, %a : vector<16xi32>, vector<64xi8>
  vector.store %r, %x[%zero] : memref<16xi32>, vector<16xi32>
  return
}

// kind: does-not-apply. A post-condition has nothing to apply to: this function passes as it is.
// CHECK-LABEL: func.func @main
func.func @main(%x: memref<16xi32>, %mask: memref<4xi1>, %arena: memref<64xi8>) attributes {lowp.arena_bytes = 64 : i64} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %ok = memref.load %mask[%zero] : memref<4xi1>
  cf.assert %ok, "mask"
  call @kernel(%x, %zero, %one) : (memref<16xi32>, index, index) -> ()
  return
}
